//! The gateway's result codes, as data.
//!
//! The provider's table of v1 codes is not public. What is known stands here, with its source; every other code stays
//! visible in [`Error::code`](payments_core::Error::code) and proves nothing about a call that moves or makes
//! something. Among the unknown ones are those for a wrong signature, a stamp that is too old, a reference that was
//! used before and a balance that is too small.

use payments_core::{Effect, Fault, Operation as _, Refusal};

use super::UserQuery;
use super::protocol::Authenticity;

/// What a result code says about the call it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// The call was carried out.
    Success,
    /// "Service error": no document says whether anything had been carried out before it.
    ServiceError,
    /// No Cwallet user has this id. It proves something where it is documented: in the answer to
    /// [`check_user`](super::Client::check_user).
    UserNotFound,
    /// The merchant's account may call v2 only, by clients of others. That nothing was carried out is `assumed` by
    /// them, and for a call that moves or makes something not relied upon here.
    OnlyV2,
    /// A document says that the code exists, and nothing else.
    Unexplained,
}

/// One row of the code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `code` of the answer.
    pub code: &'static str,
    /// What it says.
    pub meaning: Meaning,
    /// The one operation it is documented for, by [`Operation::NAME`](payments_core::Operation::NAME); `None` is every
    /// call. Elsewhere it counts as unpublished.
    pub only_for: Option<&'static str>,
    /// Where it is found.
    pub source: &'static str,
}

/// Every code that a document or a working client knows. All others are unpublished.
pub const CODES: &[Code] = &[
    Code {
        code: "10000",
        meaning: Meaning::Success,
        only_for: None,
        source: "every page: success",
    },
    Code {
        code: "224066",
        meaning: Meaning::ServiceError,
        only_for: None,
        source: "several pages: service error, spelt in three ways",
    },
    Code {
        code: "224083",
        meaning: Meaning::UserNotFound,
        only_for: Some(UserQuery::NAME),
        source: "page of check/user, reason ToUserNotFound",
    },
    Code {
        code: "225213",
        meaning: Meaning::OnlyV2,
        only_for: None,
        source: "two clients by others: the account may call v2 only",
    },
    Code {
        code: "100804",
        meaning: Meaning::Unexplained,
        only_for: None,
        source: "change record of 2023-09-06, without a meaning",
    },
    Code {
        code: "225110",
        meaning: Meaning::Unexplained,
        only_for: None,
        source: "change record of 2023-09-06, without a meaning",
    },
];

/// The row of a code, if one is known.
#[must_use]
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|row| row.code == code)
}

/// The success code.
pub(crate) const SUCCESS: &str = "10000";

/// What an answer to `operation` with a code other than [`SUCCESS`] proves.
///
/// One that is not signed proves nothing, whatever its code: anything on the way could have written it.
pub(crate) fn fault(
    code: &str,
    operation: &str,
    effect: Effect,
    authenticity: Authenticity,
) -> Fault {
    let row = find(code)
        .filter(|row| row.only_for.is_none_or(|only| only == operation))
        .filter(|_| authenticity == Authenticity::Signed);
    match row.map(|row| row.meaning) {
        Some(Meaning::UserNotFound) => Fault::refused(Refusal::NotFound),
        Some(Meaning::OnlyV2) if effect == Effect::Read => Fault::refused(Refusal::Permission),
        _ => Fault::ambiguous(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::{RateQuery, Withdraw};
    use payments_core::{Kind, Operation};

    #[test]
    fn every_code_stands_once_and_is_found() {
        for (index, row) in CODES.iter().enumerate() {
            assert_eq!(find(row.code), Some(row));
            let rest = &CODES[index + 1..];
            assert!(rest.iter().all(|other| other.code != row.code));
        }
        assert_eq!(find("11006"), None);
    }

    fn kind<O: Operation>(code: &str, authenticity: Authenticity) -> Kind {
        fault(code, O::NAME, O::EFFECT, authenticity).kind()
    }

    #[test]
    fn a_code_proves_something_only_where_it_is_documented_and_signed() {
        use Authenticity::{Signed, Unsigned};
        let (not_found, not_permitted) = (Refusal::NotFound, Refusal::Permission);
        assert_eq!(
            kind::<UserQuery>("224083", Signed),
            Kind::Refused(not_found)
        );
        assert_eq!(kind::<UserQuery>("224083", Unsigned), Kind::Ambiguous);
        assert_eq!(kind::<RateQuery>("224083", Signed), Kind::Ambiguous);
        assert_eq!(
            kind::<RateQuery>("225213", Signed),
            Kind::Refused(not_permitted)
        );
        assert_eq!(kind::<RateQuery>("225213", Unsigned), Kind::Ambiguous);
    }

    #[test]
    fn no_code_proves_that_a_withdrawal_was_not_made() {
        let listed = CODES.iter().map(|row| row.code);
        for code in listed.chain(["11006", "1", "", "999999999"]) {
            for authenticity in [Authenticity::Signed, Authenticity::Unsigned] {
                assert_eq!(
                    kind::<Withdraw>(code, authenticity),
                    Kind::Ambiguous,
                    "{code}"
                );
            }
        }
    }
}
