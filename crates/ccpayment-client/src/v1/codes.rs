//! The gateway's result codes, as data.
//!
//! The provider's table of v1 codes is not public. The known ones are listed here, each with its source. Every other code
//! is in [`Error::code`](payments_core::Error::code) and proves nothing about a write. Among the unknown ones are those for
//! a wrong signature, an expired timestamp, a reference that was used before and an insufficient balance.

use payments_core::{Effect, Fault, Refusal};

use crate::envelope::SUCCESS;

/// What a result code means for the call it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// The call was carried out.
    Success,
    /// "Service error". No document states whether the call had an effect.
    ServiceError,
    /// No Cwallet user has this id. It proves something only where it is documented: in the answer to
    /// [`check_user`](super::Client::check_user).
    UserNotFound,
    /// The merchant's account may call v2 only, by third-party clients. They assume (`assumed`) that the call had no effect;
    /// for a write this crate does not rely on it.
    OnlyV2,
    /// A document states that the code exists, and nothing more.
    Unexplained,
}

/// One row of the code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `code` of the answer.
    pub code: &'static str,
    /// What it means.
    pub meaning: Meaning,
    /// The one operation it is documented for, by [`Operation::NAME`](payments_core::Operation::NAME); `None` means every
    /// call. For other operations it counts as unpublished.
    pub only_for: Option<&'static str>,
    /// Where it is documented.
    pub source: &'static str,
}

/// Every code that a document or a working client mentions. All others are unpublished.
pub const CODES: &[Code] = &[
    Code {
        code: SUCCESS,
        meaning: Meaning::Success,
        only_for: None,
        source: "every page: success",
    },
    Code {
        code: "224066",
        meaning: Meaning::ServiceError,
        only_for: None,
        source: "several pages: service error, spelled in three ways",
    },
    Code {
        code: "224083",
        meaning: Meaning::UserNotFound,
        only_for: Some("check_user"),
        source: "page of check/user, reason ToUserNotFound",
    },
    Code {
        code: "225213",
        meaning: Meaning::OnlyV2,
        only_for: None,
        source: "two third-party clients: the account may call v2 only",
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

/// The row of a code, if it is known.
#[must_use]
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|row| row.code == code)
}

/// What an answer to `operation` with a code other than [`SUCCESS`] proves. An unsigned one proves nothing, whatever its
/// code: anything between us and the gateway could have written it.
pub(crate) fn fault(code: &str, operation: &str, effect: Effect, is_signed: bool) -> Fault {
    let row =
        find(code).filter(|row| is_signed && row.only_for.is_none_or(|only| only == operation));
    match row.map(|row| row.meaning) {
        Some(Meaning::UserNotFound) => Fault::refused(Refusal::NotFound),
        Some(Meaning::OnlyV2) if effect == Effect::Read => Fault::refused(Refusal::Permission),
        _ => Fault::ambiguous(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use payments_core::Kind;

    #[test]
    fn lists_every_code_once() {
        for (index, row) in CODES.iter().enumerate() {
            assert_eq!(find(row.code), Some(row));
            let others = &CODES[index + 1..];
            assert!(others.iter().all(|other| other.code != row.code));
        }
        assert_eq!(find("11006"), None);
    }

    fn read(code: &str, operation: &str, is_signed: bool) -> Kind {
        fault(code, operation, Effect::Read, is_signed).kind()
    }

    #[test]
    fn a_code_proves_a_refusal_only_where_it_is_documented_and_signed() {
        let not_found = Kind::Refused(Refusal::NotFound);
        let not_permitted = Kind::Refused(Refusal::Permission);
        assert_eq!(read("224083", "check_user", true), not_found);
        assert_eq!(read("224083", "check_user", false), Kind::Ambiguous);
        assert_eq!(read("224083", "token_rate", true), Kind::Ambiguous);
        assert_eq!(read("225213", "token_rate", true), not_permitted);
        assert_eq!(read("225213", "token_rate", false), Kind::Ambiguous);
    }

    #[test]
    fn no_code_proves_that_a_withdrawal_was_not_made() {
        let listed = CODES.iter().map(|row| row.code);
        for code in listed.chain(["11006", "1", "", "999999999"]) {
            for is_signed in [true, false] {
                let fault = fault(code, "withdraw", Effect::Unkeyed, is_signed);
                assert_eq!(fault.kind(), Kind::Ambiguous, "{code}");
            }
        }
    }
}
