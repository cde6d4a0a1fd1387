//! Optional fields of requests, as data.
//!
//! Each request has an options struct with public fields. An adapter has a list of the options it supports per call, and
//! [`check`] refuses every option that is set and not on the list. So an option that is added later is refused by every
//! adapter until it is added to that adapter's list.

use payments_core::InvalidRequest;

/// Refuses each option in `set` that is not in `supported`. The error's field is the first such option; its text names all.
pub(crate) fn check(
    set: impl Iterator<Item = &'static str>,
    supported: &[&str],
) -> Result<(), InvalidRequest> {
    let mut unsupported = set.filter(|name| !supported.contains(name));
    let Some(first) = unsupported.next() else {
        return Ok(());
    };
    let others: Vec<&str> = unsupported.collect();
    let others = match others.split_last() {
        None => String::new(),
        Some((last, [])) => format!(", nor is {last}"),
        Some((last, others)) => format!(", nor are {} and {last}", others.join(", ")),
    };
    let supported = if supported.is_empty() {
        "no options".to_owned()
    } else {
        supported.join(", ")
    };
    let problem = format!("is not supported by this provider{others} (supported: {supported})");
    Err(InvalidRequest::unsupported(first).with_problem(problem))
}

/// Refuses the request if an option in `required` is not set: one problem for each.
pub(crate) fn require(
    required: &[&'static str],
    is_set: impl Fn(&str) -> bool,
) -> Result<(), InvalidRequest> {
    let missing = required.iter().filter(|name| !is_set(name));
    InvalidRequest::all(missing.map(|name| Err(missing_option(name))))
}

/// The problem of a required option that is not set.
pub(crate) fn missing_option(name: &'static str) -> InvalidRequest {
    InvalidRequest::request(name, "is missing: this provider requires it")
}

/// Defines the options of a request: a struct with public fields, and a consuming setter for each on the request.
macro_rules! options {
    ($(#[$about:meta])* $options:ident of $request:ident {
        $($(#[$doc:meta])* $name:ident: $type:ty,)+
    }) => {
        $(#[$about])*
        ///
        /// `Debug` shows which options are set, and no values: they may be personal data.
        #[derive(Clone, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $options {
            $($(#[$doc])*
            pub $name: Option<$type>,)+
        }

        impl $options {
            /// The names of all options.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// The names of the options that are set.
            #[must_use]
            pub fn set(&self) -> Vec<&'static str> {
                self.names_set().collect()
            }

            fn names_set(&self) -> impl Iterator<Item = &'static str> + use<> {
                let is_set = [$(self.$name.is_some()),+];
                let names = Self::NAMES.iter().zip(is_set);
                names.filter_map(|(name, is_set)| is_set.then_some(*name))
            }

            /// For adapters: refuses every option that is set and not in `supported`. Call it before any I/O.
            ///
            /// # Errors
            /// [`InvalidRequest`](payments_core::InvalidRequest) of kind `Unsupported`. Its field is the first such option,
            /// and its text names all of them.
            pub fn check(&self, supported: &[&str]) -> Result<(), payments_core::InvalidRequest> {
                // Most requests pass, so the names are listed only for an error.
                if $((self.$name.is_none() || supported.contains(&stringify!($name))))&&+ {
                    return Ok(());
                }
                $crate::options::check(self.names_set(), supported)
            }

            /// For adapters: refuses the request if an option in `required` is not set. Combine it with
            /// [`check`](Self::check) by [`InvalidRequest::all`](payments_core::InvalidRequest::all), so that one error
            /// names all problems.
            ///
            /// # Errors
            /// [`InvalidRequest`](payments_core::InvalidRequest) with one problem for each option that is missing.
            pub fn require(&self, required: &[&'static str]) -> Result<(), payments_core::InvalidRequest> {
                $crate::options::require(required, |name| match name {
                    $(stringify!($name) => self.$name.is_some(),)+
                    _ => false,
                })
            }
        }

        impl std::fmt::Debug for $options {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_set().entries(self.names_set()).finish()
            }
        }

        impl $request {
            $($(#[$doc])*
            pub fn $name(mut self, value: impl Into<$type>) -> Self {
                self.options.$name = Some(value.into());
                self
            })+

            /// Replaces all options.
            pub fn with_options(mut self, options: $options) -> Self {
                self.options = options;
                self
            }

            /// The options that are set on this request.
            #[must_use]
            pub const fn options(&self) -> &$options {
                &self.options
            }
        }
    };
}
pub(crate) use options;
