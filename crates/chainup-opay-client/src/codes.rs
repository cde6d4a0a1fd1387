//! The platform's result codes, as data.
//!
//! **`code` and `msg` are not signed**; only TLS protects them. An error is a reason to ask again or to correct the request,
//! never a proof about a payment: `70001` ("order does not exist") right after an order was created may only mean that it
//! cannot be found yet.
//!
//! The provider has one table for all its products. It describes each failure in a few words and documents neither to
//! which calls a code belongs nor whether something was done before. So everything here except the code and its
//! description is `assumed`: that a refusal such as "signature error" or "currency not supported" did nothing, and in the
//! answers of which calls. Codes with an unclear description or of other products are [`Kind::Ambiguous`], and so is every
//! refusal of a raw write. The table applies under HTTP status 200: see [`payments_core::open_answer`].

use payments_core::{Effect, Fault, Kind, Outcome, Refusal};

/// One row of the code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// `code` of the answer.
    pub code: &'static str,
    /// The provider's description, shortened.
    pub says: &'static str,
    /// The kind of error for a call that it [belongs](Self::belongs_to) to; `None` for the success.
    pub kind: Option<Kind>,
    /// The calls it applies to, by [`Operation::NAME`](payments_core::Operation::NAME); `None` for every call. In the
    /// answers of other calls it is [`Kind::Ambiguous`].
    pub only_for: Option<&'static [&'static str]>,
    /// The document that lists it.
    pub source: &'static str,
}

impl Code {
    /// Whether it applies to the call with this [`Operation::NAME`](payments_core::Operation::NAME).
    #[must_use]
    pub fn belongs_to(&self, call: &str) -> bool {
        self.only_for.is_none_or(|calls| calls.contains(&call))
    }

    /// The outcome of a write that it belongs to, sent once and answered under HTTP status 200. It rests on assumptions:
    /// see the module documentation.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.kind {
            None => Outcome::Applied,
            Some(Kind::Refused(_) | Kind::Duplicate | Kind::Busy) => Outcome::NotApplied,
            Some(_) => Outcome::Unknown,
        }
    }

    const fn only_for(mut self, calls: &'static [&'static str]) -> Self {
        self.only_for = Some(calls);
        self
    }
}

/// Both published lists are the same.
const LISTED: &str = "error codes of the V1 and V2 guides";

// The operations' names, written out: the operations themselves depend on this file. A test compares them.
const CREATE: &[&str] = &["create_order"];
const CANCEL: &[&str] = &["cancel_order"];
const QUERY_OR_CANCEL: &[&str] = &["order_detail", "cancel_order"];
const CREATE_OR_QUERY: &[&str] = &["create_order", "order_detail"];

const fn row(code: &'static str, says: &'static str, kind: Kind) -> Code {
    Code {
        code,
        says,
        kind: Some(kind),
        only_for: None,
        source: LISTED,
    }
}

const fn refused(code: &'static str, says: &'static str, refusal: Refusal) -> Code {
    row(code, says, Kind::Refused(refusal))
}

/// A code that proves nothing about any of these calls.
const fn ambiguous(code: &'static str, says: &'static str) -> Code {
    row(code, says, Kind::Ambiguous)
}

/// Every code that the provider lists. Unlisted codes are [`Kind::Ambiguous`].
///
/// Codes of the platform's pages (SMS, slider, two-factor codes), of its login and of the payment itself are ambiguous too,
/// and so are codes that may describe a failure half-way.
///
/// 50013 is [`Kind::Busy`]: the same call can succeed on another day. 70001 is [`Refusal::State`] and not
/// [`Refusal::NotFound`]: it may only be too early, so the next step is to ask again.
pub const CODES: &[Code] = &[
    Code {
        code: "0",
        says: "success",
        kind: None,
        only_for: None,
        source: LISTED,
    },
    ambiguous("10001", "system exception"),
    ambiguous("10003", "slider check failed"),
    ambiguous("10004", "SMS not delivered"),
    ambiguous("10005", "sent too often"),
    ambiguous("10009", "code of SMS or mail wrong"),
    ambiguous("10010", "Google code wrong"),
    ambiguous("10015", "operation failed"),
    refused("10020", "parameter error", Refusal::Request),
    refused("50000", "method not supported", Refusal::Request),
    refused("50001", "app key illegal", Refusal::Authentication),
    // Of the login.
    ambiguous("50002", "redirect URL not as configured"),
    refused("50003", "permission group missing", Refusal::Permission),
    refused("50004", "app key does not exist", Refusal::Authentication),
    refused("50005", "signature error", Refusal::Authentication),
    // Which resource, and when it is checked, is not documented.
    ambiguous("50006", "resource empty"),
    refused("50007", "invalid resource request", Refusal::Permission),
    refused("50008", "invalid project prefix", Refusal::Permission),
    // Not documented: the request's `time`, or its duration.
    ambiguous("50009", "request timeout"),
    refused("50010", "illegal request time", Refusal::Authentication),
    ambiguous("50011", "network error"),
    refused(
        "50012",
        "no permission for the resource",
        Refusal::Permission,
    ),
    row("50013", "daily limit of the resource reached", Kind::Busy),
    // The payer chooses the account on the pay page.
    ambiguous("50014", "merchant does not take such an account"),
    // Of the login.
    ambiguous("60001", "refresh token no longer valid"),
    refused("60002", "token no longer valid", Refusal::Request).only_for(CREATE_OR_QUERY),
    ambiguous("60003", "code used already"),
    refused("60004", "invalid openId", Refusal::Request).only_for(CREATE),
    refused("70001", "order does not exist", Refusal::State).only_for(QUERY_OR_CANCEL),
    row("70002", "order exists already", Kind::Duplicate).only_for(CREATE),
    refused("70003", "order status exception", Refusal::State).only_for(CANCEL),
    refused("70004", "illegal paying user", Refusal::Request).only_for(CREATE),
    refused("70005", "merchant account unavailable", Refusal::Permission).only_for(CREATE),
    // Of payments and grants: creating an order moves no money.
    ambiguous("70006", "insufficient balance"),
    refused("70007", "currency not supported", Refusal::Request).only_for(CREATE),
    refused("70008", "illegal amount", Refusal::Request).only_for(CREATE),
    refused("70009", "illegal order scene type", Refusal::Request).only_for(CREATE),
];

/// The row of a code, if a document lists it.
#[must_use]
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|row| row.code == code)
}

/// The success code.
pub(crate) const SUCCESS: &str = "0";

/// The fault for an answer to this call with a code other than [`SUCCESS`].
pub(crate) fn fault(code: &str, call: &str, effect: Effect) -> Fault {
    // Only raw writes are unkeyed: for no code is it documented that such a call had no effect.
    let trusted = effect != Effect::Unkeyed;
    let row = find(code).filter(|row| trusted && row.belongs_to(call));
    match row.and_then(|row| row.kind) {
        Some(Kind::Refused(refusal)) => Fault::refused(refusal),
        Some(Kind::Duplicate) => Fault::duplicate(),
        Some(Kind::Busy) => Fault::busy(),
        _ => Fault::ambiguous(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CancelOrder, CreateOrder, DailyStatement, OrderQuery};
    use payments_core::Operation;

    const CALLS: [(&str, Effect); 4] = [
        (CreateOrder::NAME, CreateOrder::EFFECT),
        (CancelOrder::NAME, CancelOrder::EFFECT),
        (OrderQuery::NAME, OrderQuery::EFFECT),
        (DailyStatement::NAME, DailyStatement::EFFECT),
    ];

    fn kind(code: &str, call: &str) -> Kind {
        fault(code, call, Effect::Keyed).kind()
    }

    #[test]
    fn codes_are_listed_once_in_ascending_order_and_can_be_found() {
        for pair in CODES.windows(2) {
            let number = |row: &Code| row.code.parse::<u32>().unwrap();
            assert!(number(&pair[0]) < number(&pair[1]), "{}", pair[1].code);
        }
        assert!(CODES.iter().all(|row| find(row.code) == Some(row)));
        assert_eq!((find("10002"), find("00")), (None, None));
        assert_eq!(CODES.len(), 37);
    }

    #[test]
    fn a_row_applies_only_to_its_own_calls() {
        let names: Vec<&str> = CALLS.iter().map(|(name, _)| *name).collect();
        for row in CODES {
            let only_for = row.only_for.unwrap_or_default();
            assert!(only_for.iter().all(|name| names.contains(name)), "{row:?}");
            let Some(listed) = row.kind else {
                assert_eq!((row.code, row.outcome()), (SUCCESS, Outcome::Applied));
                continue;
            };
            for call in &names {
                let expected = if row.belongs_to(call) {
                    listed
                } else {
                    Kind::Ambiguous
                };
                assert_eq!(kind(row.code, call), expected, "{} {call}", row.code);
            }
            assert!(names.iter().any(|call| row.belongs_to(call)), "{row:?}");
            let ambiguous = listed == Kind::Ambiguous;
            assert_eq!(row.outcome() == Outcome::Unknown, ambiguous);
        }
        assert_eq!(kind("10002", CreateOrder::NAME), Kind::Ambiguous);
    }

    #[test]
    fn codes_of_other_calls_are_ambiguous() {
        for code in [
            "50002", "50014", "60001", "60003", "70001", "70003", "70006",
        ] {
            assert_eq!(kind(code, CreateOrder::NAME), Kind::Ambiguous, "{code}");
        }
        for code in ["70002", "70004", "70007", "60002", "60004"] {
            assert_eq!(kind(code, CancelOrder::NAME), Kind::Ambiguous, "{code}");
        }
    }

    #[test]
    fn no_code_proves_that_a_raw_write_had_no_effect() {
        use payments_core::RawCall;

        let (name, effect) = (RawCall::<true>::NAME, RawCall::<true>::EFFECT);
        let listed = CODES.iter().map(|row| row.code);
        for code in listed.chain(["10002", "", "99999"]) {
            let fault = fault(code, name, effect);
            assert_eq!(fault.kind(), Kind::Ambiguous, "{code}");
        }
    }
}
