//! How a person is reached.

use payments_core::InvalidRequest;
use payments_core::SensitiveString;

use crate::rules;

/// E-mail and mobile of a person. `Debug` shows neither.
///
/// ```
/// use cpay_client::Contact;
///
/// let contact = Contact::new("ana@cliente.example", "7", "23452345");
/// # let _ = contact;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub(crate) email: SensitiveString,
    pub(crate) idd_code: SensitiveString,
    pub(crate) mobile: SensitiveString,
}

impl Contact {
    /// - `email`: an address with one `@`.
    /// - `idd_code`: the calling code of the country, digits without `+`: `7`, `44`, `1242`.
    /// - `mobile`: the number after it, up to 15 digits.
    #[must_use]
    pub fn new(
        email: impl Into<String>,
        idd_code: impl Into<String>,
        mobile: impl Into<String>,
    ) -> Self {
        Self {
            email: SensitiveString::from(email),
            idd_code: SensitiveString::from(idd_code),
            mobile: SensitiveString::from(mobile),
        }
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        let digit = |c: char| c.is_ascii_digit();
        rules::email("email", &self.email)?;
        rules::spelt(
            "idd_code",
            &self.idd_code,
            (1, 6),
            digit,
            "1 to 6 digits without +",
        )?;
        rules::spelt("mobile", &self.mobile, (1, 15), digit, "1 to 15 digits")
    }
}
