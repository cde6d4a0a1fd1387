//! The gateway's result codes, as data.

use payments_core::{Fault, Refusal};

/// What a result code says about the call it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// The call was carried out.
    Success,
    /// The call failed, and no document says whether anything had been carried out before it did.
    Failed,
    /// The gateway does not take calls from this address. That nothing was carried out is `assumed`: the document
    /// says "illegal IP", and an allow-list is looked at first.
    AddressRefused,
    /// The card payment was declined. That nothing was charged is `assumed`: the specification says "pay fail" and
    /// shows an empty order id.
    CardDeclined,
}

/// One row of the code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `code` of the answer.
    pub code: &'static str,
    /// What it says.
    pub meaning: Meaning,
    /// Which document lists it, in its own words.
    pub source: &'static str,
}

/// Every code a document of the provider lists. All others are unpublished.
pub const CODES: &[Code] = &[
    Code {
        code: "0",
        meaning: Meaning::Success,
        source: "specification, Response Code: ok",
    },
    Code {
        code: "1",
        meaning: Meaning::Failed,
        source: "specification, Response Code: fail; later document: system error",
    },
    Code {
        code: "90751002",
        meaning: Meaning::AddressRefused,
        source: "later document: illegal IP (the merchant's allow-list)",
    },
    Code {
        code: "90751015",
        meaning: Meaning::CardDeclined,
        source: "specification, pwpp, second example: pay fail",
    },
];

/// The row of a code, if a document lists it.
#[must_use]
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|row| row.code == code)
}

/// The success code.
pub(crate) const SUCCESS: &str = "0";

/// What an answer with a code other than [`SUCCESS`] proves.
///
/// `1` is "fail" in one document and "system error" in another, and a system error can strike after an
/// order was written: for a call that moves something its outcome is unknown until it is asked for.
/// The same holds for every code that no document lists.
pub(crate) fn fault(code: &str) -> Fault {
    match find(code).map(|row| row.meaning) {
        Some(Meaning::AddressRefused) => Fault::refused(Refusal::Permission),
        Some(Meaning::CardDeclined) => Fault::refused(Refusal::Declined),
        Some(Meaning::Success | Meaning::Failed) | None => Fault::ambiguous(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once_and_is_found() {
        for (index, row) in CODES.iter().enumerate() {
            assert_eq!(find(row.code), Some(row));
            assert!(
                CODES[index + 1..]
                    .iter()
                    .all(|other| other.code != row.code),
                "{}",
                row.code
            );
        }
        assert_eq!(find("90751003"), None);
    }
}
