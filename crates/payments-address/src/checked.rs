//! The result of a check.

/// An address that may be used. It says how much was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    strength: Strength,
    note: Option<&'static str>,
    memo: Option<u64>,
}

/// How much a check proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Strength {
    /// The form was not checked: the network is not known, or the caller skipped the check.
    Unchecked,
    /// The form is right. It has no checksum, so a mistyped character can stay undetected.
    Form,
    /// Form and checksum are right.
    Checksum,
}

impl Checked {
    pub(crate) const UNKNOWN: Self = Self {
        strength: Strength::Unchecked,
        note: Some("unknown network: the form of the address is not checked"),
        memo: None,
    };

    /// The result in place of a check that the caller deliberately did not make.
    pub const SKIPPED: Self = Self {
        strength: Strength::Unchecked,
        note: Some("the form of the address is not checked"),
        memo: None,
    };

    pub(crate) const CHECKSUM: Self = Self {
        strength: Strength::Checksum,
        note: None,
        memo: None,
    };

    pub(crate) const FORM: Self = Self {
        strength: Strength::Form,
        note: Some("this address has no checksum: compare every character with the payee's"),
        memo: None,
    };

    pub(crate) const fn with_note(self, note: &'static str) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    pub(crate) const fn with_memo(self, memo: Option<u64>) -> Self {
        Self { memo, ..self }
    }

    /// How much was checked.
    #[must_use]
    pub const fn strength(self) -> Strength {
        self.strength
    }

    /// What a person should know before they confirm a payment to this address. `None` if there is nothing to say.
    #[must_use]
    pub const fn note(self) -> Option<&'static str> {
        self.note
    }

    /// The destination tag or the memo id that is part of the address itself: of an X-address of the XRP Ledger and of a
    /// muxed account of Stellar.
    #[must_use]
    pub const fn memo_in_address(self) -> Option<u64> {
        self.memo
    }
}
