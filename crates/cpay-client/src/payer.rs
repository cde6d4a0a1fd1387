//! The payer of a card payment and their browser. Nothing of it is printed.

use std::net::Ipv4Addr;

use payments_core::SensitiveString;
use payments_core::{InvalidRequest, check};

use crate::{Contact, FullName, rules};

/// The holder of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    pub(crate) name: FullName,
    pub(crate) contact: Contact,
    pub(crate) address: BillingAddress,
}

impl Payer {
    /// The name as printed on the card; there is no field for a middle name, and it is not sent.
    #[must_use]
    pub fn new(name: FullName, contact: Contact, address: BillingAddress) -> Self {
        Self {
            name,
            contact,
            address,
        }
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            self.name.check(),
            self.contact.check(),
            self.address.check(),
        ])
    }
}

/// The billing address of a card. The gateway accepts only a few kinds of characters: remove the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingAddress {
    pub(crate) line: SensitiveString,
    pub(crate) city: SensitiveString,
    pub(crate) zip: SensitiveString,
    pub(crate) country: SensitiveString,
}

impl BillingAddress {
    /// - `line`: 1 to 50 letters, digits, `_`, `-` and `.` (specification: "Alphanumeric, _ , -, ."), with single
    ///   spaces between them.
    /// - `city`: 1 to 15 letters (specification: "Alphabetic"), with single spaces and hyphens between them.
    /// - `zip`: the billing postal code; no limit is stated.
    /// - `country`: ISO 3166-1 alpha-2, in capitals.
    ///
    /// That letters are those of any alphabet, and that spaces and a city's hyphens are accepted is `assumed`: few
    /// addresses could be written otherwise.
    #[must_use]
    pub fn new(
        line: impl Into<String>,
        city: impl Into<String>,
        zip: impl Into<String>,
        country: impl Into<String>,
    ) -> Self {
        Self {
            line: SensitiveString::from(line),
            city: SensitiveString::from(city),
            zip: SensitiveString::from(zip),
            country: SensitiveString::from(country),
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            rules::words(
                "address_line",
                self.line.expose(),
                50,
                |c| c.is_alphabetic() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.'),
                "1 to 50 letters, digits, _ - . and single spaces",
            ),
            rules::words(
                "city",
                self.city.expose(),
                15,
                |c| c.is_alphabetic() || c == '-',
                "1 to 15 letters, hyphens and single spaces",
            ),
            check::no_ampersand("zip", self.zip.expose(), rules::UNSTATED),
            rules::country(self.country.expose()),
        ])
    }
}

/// The payer's browser, from its request to the merchant's shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser {
    pub(crate) ip: SensitiveString,
    pub(crate) accept: SensitiveString,
    pub(crate) user_agent: SensitiveString,
}

impl Browser {
    /// - `ip`: the payer's address; this call accepts only IPv4.
    /// - `accept`, `user_agent`: the request's headers of these names, up to 256 characters. Shorten longer ones
    ///   yourself.
    #[must_use]
    pub fn new(ip: Ipv4Addr, accept: impl Into<String>, user_agent: impl Into<String>) -> Self {
        Self {
            ip: SensitiveString::from(ip.to_string()),
            accept: SensitiveString::from(accept),
            user_agent: SensitiveString::from(user_agent),
        }
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::text("accept", self.accept.expose(), 256),
            check::text("user_agent", self.user_agent.expose(), 256),
        ])
    }
}
