//! The gateway's result codes, as data.

use payments_core::{Fault, Refusal};

/// What a result code means for the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// The call was carried out.
    Success,
    /// The call failed, and no document states whether anything had been carried out before.
    Failed,
    /// The gateway refuses calls from this IP address. That nothing was carried out is `assumed`: the document says
    /// "illegal IP", and an allow-list is usually checked first.
    AddressRefused,
    /// The card payment was declined. That nothing was charged is `assumed`: the specification says "pay fail" and
    /// shows an empty order id. In the answer to any other call it proves nothing.
    CardDeclined,
}

/// One row of the code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `code` of the answer.
    pub code: &'static str,
    /// What it means.
    pub meaning: Meaning,
    /// The only operation it is documented for, by [`Operation::NAME`](payments_core::Operation::NAME); `None` means every
    /// call. In the answer to another call it counts as undocumented.
    pub only_for: Option<&'static str>,
    /// The document that lists it, and its wording.
    pub source: &'static str,
}

/// Every code that a document of the provider lists.
pub const CODES: &[Code] = &[
    Code {
        code: "0",
        meaning: Meaning::Success,
        only_for: None,
        source: "specification, Response Code: ok",
    },
    Code {
        code: "1",
        meaning: Meaning::Failed,
        only_for: None,
        source: "specification, Response Code: fail; later document: system error",
    },
    Code {
        code: "90751002",
        meaning: Meaning::AddressRefused,
        only_for: None,
        source: "later document: illegal IP (the merchant's allow-list)",
    },
    Code {
        code: "90751015",
        meaning: Meaning::CardDeclined,
        only_for: Some("pay_by_card"),
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

/// The fault of an answer to `operation` with a code other than [`SUCCESS`].
///
/// Code `1` is "fail" in one document and "system error" in another. A system error may occur after an order was stored, so
/// the outcome of a write is unknown until the order is queried. The same applies to every code that no document lists for
/// this call.
pub(crate) fn fault(code: &str, operation: &str) -> Fault {
    let row = find(code).filter(|row| row.only_for.is_none_or(|only| only == operation));
    match row.map(|row| row.meaning) {
        Some(Meaning::AddressRefused) => Fault::refused(Refusal::Permission),
        Some(Meaning::CardDeclined) => Fault::refused(Refusal::Declined),
        Some(Meaning::Success | Meaning::Failed) | None => Fault::ambiguous(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_once() {
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

    #[test]
    fn a_code_is_a_refusal_only_for_the_call_it_is_documented_for() {
        use payments_core::Kind;

        let kind = |code, operation| fault(code, operation).kind();
        let declined = Kind::Refused(Refusal::Declined);
        assert_eq!(kind("90751015", "pay_by_card"), declined);
        for other in ["create_card_order", "withdraw", "exchange", ""] {
            assert_eq!(kind("90751015", other), Kind::Ambiguous, "{other}");
            assert_eq!(
                kind("90751002", other),
                Kind::Refused(Refusal::Permission),
                "{other}"
            );
        }
    }
}
