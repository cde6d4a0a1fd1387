//! Settings from environment variables.

use std::ffi::OsString;
use std::fmt;

/// Where the variables of a configuration come from: this process, or a function that knows them.
///
/// An empty variable counts as one that is not set: a `.env` file with `KEY=` in it sets nothing.
///
/// ```
/// use payments_core::env::{VariableError, Variables};
///
/// let look = |name: &str| match name {
///     "SHOP_ID" => Some("71".to_owned()),
///     _ => None,
/// };
/// let variables = Variables::of(&look);
/// assert_eq!(variables.required("SHOP_ID")?, "71");
/// assert_eq!(variables.optional("SHOP_URL")?, None);
/// assert_eq!(variables.required("SHOP_URL"), Err(VariableError::Missing { name: "SHOP_URL" }));
/// # Ok::<(), VariableError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Variables<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Process,
    Lookup(&'a dyn Fn(&str) -> Option<String>),
}

impl<'a> Variables<'a> {
    /// Those of this process, read when they are asked for.
    pub const fn of_process() -> Self {
        Self(Source::Process)
    }

    /// Those that `lookup` knows.
    pub const fn of(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self(Source::Lookup(lookup))
    }

    /// The value of a variable that must be set.
    ///
    /// # Errors
    /// [`VariableError`], which names the variable and never shows a value.
    pub fn required(&self, name: &'static str) -> Result<String, VariableError> {
        self.optional(name)?.ok_or(VariableError::Missing { name })
    }

    /// The value of a variable that may be set.
    ///
    /// # Errors
    /// [`VariableError::NotUnicode`].
    pub fn optional(&self, name: &'static str) -> Result<Option<String>, VariableError> {
        let value = match self.0 {
            Source::Process => decoded(name, std::env::var_os(name))?,
            Source::Lookup(lookup) => lookup(name),
        };
        Ok(value.filter(|value| !value.is_empty()))
    }
}

fn decoded(name: &'static str, value: Option<OsString>) -> Result<Option<String>, VariableError> {
    value
        .map(OsString::into_string)
        .transpose()
        .map_err(|_| VariableError::NotUnicode { name })
}

/// Opaque: variables hold keys.
impl fmt::Debug for Variables<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Process => "Variables(of this process)",
            Source::Lookup(_) => "Variables(of a function)",
        })
    }
}

/// Why a variable gives no value. Its value is never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariableError {
    /// It is not set, or empty.
    #[error("{name} is not set: export it")]
    Missing {
        /// The variable.
        name: &'static str,
    },
    /// It is not UTF-8.
    #[error("{name} is not UTF-8 text: export it once more")]
    NotUnicode {
        /// The variable.
        name: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_not_set() {
        let empty = |_: &str| Some(String::new());
        let variables = Variables::of(&empty);
        assert_eq!(variables.optional("KEY"), Ok(None));
        let missing = variables.required("KEY").unwrap_err();
        assert_eq!(missing.to_string(), "KEY is not set: export it");
    }

    #[test]
    fn reads_variables_of_the_process() {
        // Cargo sets the first for every test it runs.
        let variables = Variables::of_process();
        let name = variables.required("CARGO_PKG_NAME");
        assert_eq!(name.as_deref(), Ok("payments-core"));
        assert_eq!(
            variables.optional("PAYMENTS_CORE_THAT_NOBODY_SETS"),
            Ok(None)
        );
    }

    #[cfg(unix)]
    #[test]
    fn names_a_variable_that_is_not_text() {
        use std::os::unix::ffi::OsStringExt;

        let error = decoded("KEY", Some(OsString::from_vec(vec![b'k', 0xff]))).unwrap_err();
        assert_eq!(error, VariableError::NotUnicode { name: "KEY" });
        assert!(error.to_string().starts_with("KEY is not UTF-8"));
        let text = decoded("KEY", Some(OsString::from("k"))).unwrap();
        assert_eq!(text.as_deref(), Some("k"));
        assert_eq!(decoded("KEY", None), Ok(None));
    }

    #[test]
    fn debug_shows_no_value() {
        let look = |_: &str| Some("s3cr3t".to_owned());
        assert_eq!(
            format!("{:?}", Variables::of(&look)),
            "Variables(of a function)"
        );
        let process = format!("{:?}", Variables::of_process());
        assert_eq!(process, "Variables(of this process)");
    }
}
