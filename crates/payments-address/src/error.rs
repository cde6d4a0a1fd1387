//! Why an address or a memo is refused.

use std::borrow::Cow;
use std::fmt;

/// An address or a memo that must not be used. `Display` is one line that says what is wrong and what to do. It contains
/// neither the address nor the memo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError {
    field: &'static str,
    reason: Reason,
    problem: Cow<'static, str>,
    allowed: Cow<'static, str>,
}

/// The kinds of [`AddressError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// It does not have the form of an address of this network.
    Form,
    /// The form is right and the checksum is wrong: a character is mistyped.
    Checksum,
    /// It is an address of another network.
    OtherNetwork,
    /// It is an address of a testnet and the network is a mainnet, or the reverse.
    Testnet,
    /// It is a private key or a seed.
    SecretKey,
    /// The memo does not have the form that the network demands.
    Memo,
    /// The address contains a memo, and it is not the stated one.
    OtherMemo,
}

impl AddressError {
    pub(crate) fn address(
        reason: Reason,
        problem: impl Into<Cow<'static, str>>,
        allowed: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            field: "address",
            reason,
            problem: problem.into(),
            allowed: allowed.into(),
        }
    }

    pub(crate) fn memo(
        reason: Reason,
        problem: impl Into<Cow<'static, str>>,
        allowed: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            field: "memo",
            ..Self::address(reason, problem, allowed)
        }
    }

    /// What is refused: `address` or `memo`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The kind of error.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// What is wrong, as the predicate of a sentence about the address or the memo: `is an address of TRON, not of Ethereum`.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What would be right: `0x and 40 hexadecimal digits`.
    #[must_use]
    pub fn allowed(&self) -> &str {
        &self.allowed
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            problem,
            allowed,
            ..
        } = self;
        write!(f, "{field} {problem} (allowed: {allowed})")
    }
}

impl std::error::Error for AddressError {}
