//! Who receives a payout.

use payments_core::{InvalidRequest, SensitiveString};
use serde::{Deserialize, Serialize};

use super::destination::Destination;

/// Who receives a payout. `Debug` shows neither addresses nor accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Payee {
    /// An address on a chain.
    Chain(Destination),
    /// A bank account in Brazil, by its Pix key.
    Pix(PixKey),
    /// A customer's account at the provider, by its id or e-mail address there.
    Account(SensitiveString),
}

/// The kinds of [`Payee`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PayeeKind {
    /// [`Payee::Chain`].
    Chain,
    /// [`Payee::Pix`].
    Pix,
    /// [`Payee::Account`].
    Account,
}

impl PayeeKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[Self::Chain, Self::Pix, Self::Account];

    /// The name in capability tables and errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Pix => "pix",
            Self::Account => "account",
        }
    }
}

impl Payee {
    /// The kind of this payee.
    #[must_use]
    pub const fn kind(&self) -> PayeeKind {
        match self {
            Self::Chain(_) => PayeeKind::Chain,
            Self::Pix(_) => PayeeKind::Pix,
            Self::Account(_) => PayeeKind::Account,
        }
    }

    /// Checks an address on a chain, as every adapter does before it sends a payout. Only the provider can check the other kinds.
    ///
    /// # Errors
    /// Those of [`Destination::check`].
    pub fn check(&self) -> Result<(), InvalidRequest> {
        match self {
            Self::Chain(to) => to.check().map(drop),
            Self::Pix(_) | Self::Account(_) => Ok(()),
        }
    }
}

/// A Pix key. The adapter validates it, including check digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PixKey {
    /// A person's tax number, 11 digits.
    Cpf(SensitiveString),
    /// A company's tax number, 14 digits.
    Cnpj(SensitiveString),
    /// An e-mail address.
    Email(SensitiveString),
    /// A mobile number: `+55`, area code, number.
    Mobile(SensitiveString),
    /// A random key: a UUID.
    Random(SensitiveString),
}
