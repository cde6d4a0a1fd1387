//! Who pays by card, from where, and with what browser. Nothing of it is printed.

use std::net::Ipv4Addr;

use payments_core::{Invalid, check};

use crate::personal::Personal;
use crate::{Contact, FullName, rules};

/// The holder of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    pub(crate) name: FullName,
    pub(crate) contact: Contact,
    pub(crate) address: BillingAddress,
}

impl Payer {
    /// The name as it stands on the card; a middle name has no field of its own and is not sent.
    #[must_use]
    pub fn new(name: FullName, contact: Contact, address: BillingAddress) -> Self {
        Self {
            name,
            contact,
            address,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.name.check()?;
        self.contact.check()?;
        self.address.check()
    }
}

/// Where a card's bills go. The gateway takes little of what addresses are made of: leave out what it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingAddress {
    pub(crate) line: Personal,
    pub(crate) city: Personal,
    pub(crate) zip: Personal,
    pub(crate) country: Personal,
}

impl BillingAddress {
    /// - `line`: 1 to 50 letters, digits, `_`, `-` and `.`, without spaces (specification: "Alphanumeric, _ , -, .").
    /// - `city`: 1 to 15 letters, without spaces (specification: "Alphabetic"). That both mean the Latin letters
    ///   without accents is `assumed`.
    /// - `zip`: the billing postal code; no limit is stated.
    /// - `country`: ISO 3166-1 alpha-2, in capitals.
    #[must_use]
    pub fn new(
        line: impl Into<String>,
        city: impl Into<String>,
        zip: impl Into<String>,
        country: impl Into<String>,
    ) -> Self {
        Self {
            line: Personal::from(line),
            city: Personal::from(city),
            zip: Personal::from(zip),
            country: Personal::from(country),
        }
    }

    fn check(&self) -> Result<(), Invalid> {
        let line = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        rules::spelt(
            "address_line",
            &self.line,
            (1, 50),
            line,
            "1 to 50 letters, digits, _ - .",
        )?;
        rules::spelt(
            "city",
            &self.city,
            (1, 15),
            |c| c.is_ascii_alphabetic(),
            "1 to 15 letters",
        )?;
        check::separable("zip", &self.zip, rules::UNSTATED)?;
        rules::country(&self.country)
    }
}

/// The payer's browser, as its request to the merchant's shop shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser {
    pub(crate) ip: Personal,
    pub(crate) accept: Personal,
    pub(crate) user_agent: Personal,
}

impl Browser {
    /// - `ip`: the payer's address; this call takes IPv4 alone.
    /// - `accept`, `user_agent`: the request's headers of these names, up to 256 characters and without `&`, which
    ///   a payer could use to confuse the signature. Cut longer ones yourself.
    #[must_use]
    pub fn new(ip: Ipv4Addr, accept: impl Into<String>, user_agent: impl Into<String>) -> Self {
        Self {
            ip: Personal::from(ip.to_string()),
            accept: Personal::from(accept),
            user_agent: Personal::from(user_agent),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check::separable("accept", &self.accept, 256)?;
        check::separable("user_agent", &self.user_agent, 256)
    }
}
