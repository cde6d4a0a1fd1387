//! People, as cards and identity checks need them. `Debug` shows nothing of them.

use crate::SensitiveString;

/// A person's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName {
    /// First name.
    pub first: SensitiveString,
    /// Middle name.
    pub middle: Option<SensitiveString>,
    /// Last name.
    pub last: SensitiveString,
}

/// How a person is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// E-mail address.
    pub email: SensitiveString,
    /// The calling code of the country, digits without `+`.
    pub calling_code: SensitiveString,
    /// The mobile number after it.
    pub mobile: SensitiveString,
}

/// Where bills go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostalAddress {
    /// Street and number.
    pub line: SensitiveString,
    /// City.
    pub city: SensitiveString,
    /// Postal code.
    pub zip: SensitiveString,
    /// Country, ISO 3166-1 alpha-2.
    pub country: SensitiveString,
}
