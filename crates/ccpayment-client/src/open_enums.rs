//! Enums of texts whose lists are open: the provider adds values without notice.

/// An enum of texts on the wire, with `Other` for every text that is not listed. Case does not matter (`assumed`): pages, SDKs
/// and examples write one value in several. A macro, because
/// all of them need the same six impls.
macro_rules! open_enums {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$value_doc:meta])* $value:ident = $wire:literal,)+ }
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$value_doc])* $value,)+
            /// A value that is not listed, as received.
            Other(String),
        }

        impl $name {
            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$value => $wire,)+
                    Self::Other(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                $(if value.eq_ignore_ascii_case($wire) {
                    return Self::$value;
                })+
                Self::Other(value.to_owned())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    Self::Other(value) => write!(f, "unlisted ({})", value.escape_debug()),
                    known => f.write_str(known.as_str()),
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl ::payments_core::wire::FromText for $name {
            fn from_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }
        }

        /// From a text or a number.
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <::payments_core::wire::Scalar as ::serde_with::DeserializeAs<'de, Self>>::deserialize_as(deserializer)
            }
        }
    )+};
}

pub(crate) use open_enums;
