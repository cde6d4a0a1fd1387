//! Parameters read by hand, for tools.

use crate::cpay::diagnose;
use crate::cpay::fields::{self, Pairs};
use crate::diagnosis::Diagnosis;

/// The parameters of a flat JSON object or form, unverified, in their order. For tools that sign or verify by hand: a value
/// stands for the same text as in [`Key::verify_webhook`](super::Key::verify_webhook).
///
/// ```
/// use payments_signing::cpay::Params;
///
/// let params = Params::read(br#"{"amount":10.50,"remark":null}"#)?;
/// assert_eq!(params.get("amount"), Some("10.50"));
/// assert_eq!(params.get("remark"), Some(""));
/// let refused = Params::read(br#"{"isTest":true}"#).unwrap_err();
/// assert!(refused.to_string().contains("`isTest` is true or false"));
/// # Ok::<(), payments_signing::Diagnosis>(())
/// ```
#[derive(Clone)]
pub struct Params(Pairs);

impl Params {
    /// Reads at most 64 KiB and 64 parameters beside `sign`.
    ///
    /// # Errors
    ///
    /// The reason, with the name of the parameter.
    pub fn read(body: &[u8]) -> Result<Self, Diagnosis> {
        fields::read(body).map_err(|problem| diagnose::unreadable(body, &problem))?;
        fields::pairs(body)
            .map(Self)
            .map_err(|problem| diagnose::unreadable(body, &problem))
    }

    /// The text of a parameter; `None` if it is missing.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut params = self.iter();
        params
            .find(|(other, _)| *other == name)
            .map(|(_, value)| value)
    }

    /// Names and values, `sign` included.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}

/// Prints the names only: values are often personal data.
impl core::fmt::Debug for Params {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}
