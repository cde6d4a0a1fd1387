//! People, as cards and identity checks need them. `Debug` shows nothing of them.

use crate::Private;

/// A person's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName {
    /// First name.
    pub first: Private,
    /// Middle name.
    pub middle: Option<Private>,
    /// Last name.
    pub last: Private,
}

/// How a person is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// E-mail address.
    pub email: Private,
    /// The calling code of the country, digits without `+`.
    pub calling_code: Private,
    /// The mobile number after it.
    pub mobile: Private,
}

/// Where bills go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostalAddress {
    /// Street and number.
    pub line: Private,
    /// City.
    pub city: Private,
    /// Postal code.
    pub zip: Private,
    /// Country, ISO 3166-1 alpha-2.
    pub country: Private,
}
