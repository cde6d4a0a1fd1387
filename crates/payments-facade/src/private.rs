//! Text nobody should read in a log.

use std::fmt;

use zeroize::Zeroizing;

/// Text about a person, an account or a card. Wiped when dropped, and `***` in `Debug`.
///
/// ```
/// use payments_facade::Private;
///
/// let email = Private::from("ana@cliente.example");
/// assert_eq!(format!("{email:?}"), "***");
/// assert_eq!(email.expose(), "ana@cliente.example");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Private(Zeroizing<String>);

impl Private {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Private {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl From<String> for Private {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
