//! Optional fields that an adapter carries or refuses, and never drops.
//!
//! The fields of an options type are private. The one way to read them is `carry`, which hands out a [`Carrier`] and,
//! once the adapter has taken what it knows, refuses whatever was set and not taken. So an option that is added later is
//! refused by every adapter that has not heard of it. [`survey`] runs the same reading over nothing and tells which
//! options were asked for: that is the adapter's capability, computed and not written down.

use payments_core::InvalidRequest;

/// The names of some options of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionNames {
    all: &'static [&'static str],
    asked: u32,
}

impl OptionNames {
    /// In the order of the request's documentation.
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        let asked = self.asked;
        let bits = (0..u32::BITS).map(move |index| asked & (1 << index) != 0);
        self.all
            .iter()
            .zip(bits)
            .filter_map(|(name, is_asked)| is_asked.then_some(*name))
    }

    /// Whether this option is among them.
    #[must_use]
    pub fn contains(self, name: &str) -> bool {
        self.iter().any(|one| one == name)
    }
}

/// What [`Carrier`] needs of a request's options. Implemented by this crate's options types alone.
pub trait OptionSet: Default {
    #[doc(hidden)]
    const NAMES: &'static [&'static str];
    #[doc(hidden)]
    fn set(&self) -> u32;
}

/// Hands out a request's options and keeps account of which were asked for: it has a method for each.
#[derive(Debug)]
pub struct Carrier<'a, O> {
    pub(crate) options: &'a O,
    pub(crate) asked: u32,
}

/// Reads options; what is set and was not read is refused.
pub(crate) fn carry<'a, O: OptionSet, T>(
    options: &'a O,
    read: impl FnOnce(&mut Carrier<'a, O>) -> T,
) -> Result<T, InvalidRequest> {
    let mut carrier = Carrier { options, asked: 0 };
    let carried = read(&mut carrier);
    let left = OptionNames {
        all: O::NAMES,
        asked: options.set() & !carrier.asked,
    };
    match left.iter().next() {
        Some(name) => Err(InvalidRequest::unsupported(name)),
        None => Ok(carried),
    }
}

/// Which options a reading asks for: run over a request that has none. Take all of them first and judge them afterwards,
/// so that none is missed.
pub fn survey<O: OptionSet>(read: impl FnOnce(&mut Carrier<'_, O>)) -> OptionNames {
    let nothing = O::default();
    let mut carrier = Carrier {
        options: &nothing,
        asked: 0,
    };
    read(&mut carrier);
    OptionNames {
        all: O::NAMES,
        asked: carrier.asked,
    }
}

/// The value of an option that this provider cannot do without.
///
/// # Errors
/// [`InvalidRequest`] that names it.
pub fn required<T>(name: &'static str, value: Option<T>) -> Result<T, InvalidRequest> {
    value.ok_or_else(|| {
        InvalidRequest::request(name, "is missing").allowed("this provider needs it")
    })
}

/// Gives a request its options: a type that holds them, a setter each, and `carry`.
macro_rules! options {
    ($(#[$about:meta])* $options:ident of $request:ident {
        $($(#[$doc:meta])* $name:ident: $type:ty,)+
    }) => {
        $(#[$about])*
        ///
        /// `Debug` shows which are set and nothing of their values: they are about people.
        #[derive(Clone, Default, PartialEq, Eq)]
        pub struct $options {
            $($name: Option<$type>,)+
        }

        impl std::fmt::Debug for $options {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut set = f.debug_set();
                $(if self.$name.is_some() {
                    set.entry(&format_args!(stringify!($name)));
                })+
                set.finish()
            }
        }

        impl $request {
            $($(#[$doc])*
            pub fn $name(mut self, value: impl Into<$type>) -> Self {
                self.options.$name = Some(value.into());
                self
            })+

            /// Reads the options, for an adapter.
            ///
            /// # Errors
            /// [`InvalidRequest`](payments_core::InvalidRequest) "not supported" for an option that is set and was not asked for.
            pub fn carry<'a, T>(
                &'a self,
                read: impl FnOnce(&mut $crate::options::Carrier<'a, $options>) -> T,
            ) -> Result<T, payments_core::InvalidRequest> {
                $crate::options::carry(&self.options, read)
            }
        }

        const _: () = {
            #[allow(non_camel_case_types, clippy::enum_variant_names)]
            enum Place {
                $($name,)+
            }

            impl $crate::options::OptionSet for $options {
                const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

                fn set(&self) -> u32 {
                    0 $(| (u32::from(self.$name.is_some()) << Place::$name as u32))+
                }
            }

            impl<'a> $crate::options::Carrier<'a, $options> {
                $($(#[$doc])*
                pub fn $name(&mut self) -> Option<&'a $type> {
                    self.asked |= 1 << Place::$name as u32;
                    self.options.$name.as_ref()
                })+
            }
        };
    };
}
pub(crate) use options;
