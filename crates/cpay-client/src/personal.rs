//! Text about a person, kept out of every `Debug`.

use std::fmt;
use std::ops::Deref;

use payments_core::redact::Masked;
use zeroize::Zeroizing;

/// A name, an address, an account: sent to the gateway, never printed, wiped when dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Personal(Zeroizing<String>);

impl<T: Into<String>> From<T> for Personal {
    fn from(text: T) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

impl Deref for Personal {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl serde::Serialize for Personal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Masked, f)
    }
}

/// `Debug` of what the gateway tells: of the optional texts after `masks` it shows whether they are there. They open
/// a customer's page, or hold what the merchant wrote about one.
macro_rules! debug_masked {
    ($told:ident shows $($shown:ident),+; masks $($masked:ident),+; ends $last:ident) => {
        impl std::fmt::Debug for $told {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                // No `..`: whoever adds a field has to say here whether it is shown.
                let Self { $($shown,)+ $($masked,)+ $last } = self;
                f.debug_struct(stringify!($told))
                    $(.field(stringify!($shown), $shown))+
                    $(.field(
                        stringify!($masked),
                        &$masked.as_ref().map(|_| payments_core::redact::Masked),
                    ))+
                    .field(stringify!($last), $last)
                    .finish()
            }
        }
    };
}
pub(crate) use debug_masked;
