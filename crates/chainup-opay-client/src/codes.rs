//! The platform's result codes, as data.
//!
//! **`code` and `msg` are not signed**: whoever can speak for the platform can say them, and TLS alone keeps others from
//! it. An error is a reason to ask again or to correct something, and never a proof about a payment: `70001` ("order does
//! not exist") right after an order was made may only mean that it cannot be found yet.
//!
//! The provider's table is one for all its products, says what failed in a word or two, and nowhere to which calls a code
//! belongs or whether something had been done before. So everything here but the code and its words is `assumed`: that a
//! refusal by its words (a wrong signature, an unknown coin) did nothing, and in the answers of which calls. What its words
//! leave open, or what belongs to another product of the platform's, is [`Kind::Ambiguous`]. So is every refusal of a
//! write under an HTTP status other than 2xx.

use http::StatusCode;
use payments_core::{Effect, Fault, Kind, Operation, Outcome, Refusal};

use crate::{CancelOrder, CreateOrder, OrderQuery};

/// One row of the code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// `code` of the answer.
    pub code: &'static str,
    /// What the provider's table says, in short.
    pub says: &'static str,
    /// What it is to a call that was answered so, if it [belongs](Self::belongs_to) to that; `None` for the success.
    pub kind: Option<Kind>,
    /// The only calls it says something about, by [`Operation::NAME`]; `None` is every call. In the answers of others it
    /// is [`Kind::Ambiguous`].
    pub only_for: Option<&'static [&'static str]>,
    /// Where it is listed.
    pub source: &'static str,
}

impl Code {
    /// Whether it says something about the call of this [`Operation::NAME`].
    #[must_use]
    pub fn belongs_to(&self, call: &str) -> bool {
        self.only_for.is_none_or(|calls| calls.contains(&call))
    }

    /// What it says about a call that it belongs to, that changes something and was sent once, under HTTP status 200. See
    /// the head of this module for how little that proves.
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

/// Both lists of codes that the provider has published are the same.
const LISTED: &str = "error codes of the V1 and V2 guides";

const CREATE: &[&str] = &[CreateOrder::NAME];
const ON_ORDERS: &[&str] = &[OrderQuery::NAME, CancelOrder::NAME];

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

/// What says nothing for certain about any of these calls.
const fn open(code: &'static str, says: &'static str) -> Code {
    row(code, says, Kind::Ambiguous)
}

/// Every code the provider lists. All others are unpublished and [`Kind::Ambiguous`].
///
/// Those of the platform's own pages (SMS, slider, two-factor codes), of its login and of paying itself are ambiguous too,
/// as are those that may be a failure half-way.
///
/// 50013 is [`Kind::Busy`]: the same call succeeds another day. 70001 is a [`Refusal::State`] and not a
/// [`Refusal::NotFound`]: it may only be too early, so the next step is to ask again.
pub const CODES: &[Code] = &[
    Code {
        code: "0",
        says: "success",
        kind: None,
        only_for: None,
        source: LISTED,
    },
    open("10001", "system exception"),
    open("10003", "slider check failed"),
    open("10004", "SMS not delivered"),
    open("10005", "sent too often"),
    open("10009", "code of SMS or mail wrong"),
    open("10010", "Google code wrong"),
    open("10015", "operation failed"),
    refused("10020", "parameter error", Refusal::Request),
    refused("50000", "method not supported", Refusal::Request),
    refused("50001", "app key illegal", Refusal::Authentication),
    // Of the login.
    open("50002", "redirect URL not as configured"),
    refused("50003", "permission group missing", Refusal::Permission),
    refused("50004", "app key does not exist", Refusal::Authentication),
    refused("50005", "signature error", Refusal::Authentication),
    // Nobody says which resource, and when it is found empty.
    open("50006", "resource empty"),
    refused("50007", "invalid resource request", Refusal::Permission),
    refused("50008", "invalid project prefix", Refusal::Permission),
    // The time of the request, or the time it took: no document says which.
    open("50009", "request timeout"),
    refused("50010", "illegal request time", Refusal::Authentication),
    open("50011", "network error"),
    refused(
        "50012",
        "no permission for the resource",
        Refusal::Permission,
    ),
    row("50013", "daily limit of the resource reached", Kind::Busy),
    // Of paying: the account is chosen on the pay page.
    open("50014", "merchant does not take such an account"),
    // Of the login.
    open("60001", "refresh token no longer valid"),
    refused("60002", "token no longer valid", Refusal::Request)
        .only_for(&[CreateOrder::NAME, OrderQuery::NAME]),
    open("60003", "code used already"),
    refused("60004", "invalid openId", Refusal::Request).only_for(CREATE),
    refused("70001", "order does not exist", Refusal::State).only_for(ON_ORDERS),
    row("70002", "order exists already", Kind::Duplicate).only_for(CREATE),
    refused("70003", "order status exception", Refusal::State).only_for(&[CancelOrder::NAME]),
    refused("70004", "illegal paying user", Refusal::Request).only_for(CREATE),
    refused("70005", "merchant account unavailable", Refusal::Permission).only_for(CREATE),
    // Of paying, and of grants: an order moves nothing.
    open("70006", "insufficient balance"),
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

/// What an answer to this call, with a code other than [`SUCCESS`], proves.
pub(crate) fn fault(code: &str, call: &str, effect: Effect, status: StatusCode) -> Fault {
    // It may be the word of something in front of the gateway, and a write may have been passed on before.
    let by_the_gateway = status.is_success() || effect == Effect::Read;
    let row = find(code).filter(|row| by_the_gateway && row.belongs_to(call));
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
    use crate::DailyStatement;

    const CALLS: [(&str, Effect); 4] = [
        (CreateOrder::NAME, CreateOrder::EFFECT),
        (CancelOrder::NAME, CancelOrder::EFFECT),
        (OrderQuery::NAME, OrderQuery::EFFECT),
        (DailyStatement::NAME, DailyStatement::EFFECT),
    ];

    fn kind(code: &str, call: &str) -> Kind {
        fault(code, call, Effect::Keyed, StatusCode::OK).kind()
    }

    #[test]
    fn every_code_stands_once_in_its_order_and_is_found() {
        for pair in CODES.windows(2) {
            let number = |row: &Code| row.code.parse::<u32>().unwrap();
            assert!(number(&pair[0]) < number(&pair[1]), "{}", pair[1].code);
        }
        assert!(CODES.iter().all(|row| find(row.code) == Some(row)));
        assert_eq!((find("10002"), find("00")), (None, None));
        assert_eq!(CODES.len(), 37);
    }

    #[test]
    fn a_row_and_its_fault_agree_for_its_calls_and_for_no_others() {
        for row in CODES {
            let Some(told) = row.kind else {
                assert_eq!((row.code, row.outcome()), (SUCCESS, Outcome::Applied));
                continue;
            };
            let mut calls = 0;
            for (call, _) in CALLS {
                let belongs = row.belongs_to(call);
                calls += u32::from(belongs);
                let expected = if belongs { told } else { Kind::Ambiguous };
                assert_eq!(kind(row.code, call), expected, "{} {call}", row.code);
            }
            assert!(calls > 0, "{}", row.code);
            let proves_nothing = told == Kind::Ambiguous;
            assert_eq!(row.outcome() == Outcome::Unknown, proves_nothing);
        }
        assert_eq!(kind("10002", CreateOrder::NAME), Kind::Ambiguous);
    }

    /// What cannot be said of an order that is being made proves nothing about it.
    #[test]
    fn a_code_of_another_call_proves_nothing() {
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
    fn a_refusal_of_a_write_under_a_status_of_failure_proves_nothing() {
        for row in CODES.iter().filter(|row| row.kind.is_some()) {
            for (call, effect) in CALLS {
                for status in [403, 429, 500, 502, 302] {
                    let status = StatusCode::from_u16(status).unwrap();
                    let got = fault(row.code, call, effect, status).kind();
                    if effect == Effect::Read {
                        assert_eq!(got, kind(row.code, call), "{} {call}", row.code);
                    } else {
                        assert_eq!(got, Kind::Ambiguous, "{} {call}", row.code);
                    }
                }
            }
        }
    }
}
