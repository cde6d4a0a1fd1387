//! The gateway's result codes, as data.
//!
//! The provider publishes names of codes, and no statement about what was executed before an answer. What a name such as
//! `BalanceInsufficient` proves is therefore `assumed`: that a call refused for this reason did nothing. **Answers are not
//! signed**; only TLS protects them. So:
//!
//! - a name that says why a request was refused is a refusal ([`Meaning::Refused`]), of *this* request only: after an earlier
//!   send of the same reference, the outcome stays unknown;
//! - a name that says that the reference exists or is being worked on is a duplicate ([`Meaning::Duplicate`]): look it up;
//! - every other name, and every code that is not listed, proves nothing.
//!
//! Before you pay the same thing in another way, [`confirm`](super::Client::confirm) that it was not paid.

use payments_core::{Effect, Fault, Refusal};

use crate::envelope::SUCCESS;

/// What a result code means for the call it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// Accepted. A withdrawal was accepted, which does not mean that it was paid out.
    Success,
    /// Refused before anything was done (`assumed` from its name).
    Refused(Refusal),
    /// Refused, because too many requests were sent. A read may be repeated.
    TooMany,
    /// An earlier request with the same reference was accepted, or is in work.
    Duplicate,
    /// Nothing has this id. For a write it proves nothing: which of its values was not found is not stated.
    NotFound,
    /// It is not known whether anything was done.
    Unknown,
}

/// One row of the code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `code` of the answer.
    pub code: &'static str,
    /// The provider's name.
    pub name: &'static str,
    /// What it means.
    pub meaning: Meaning,
}

const fn row(code: &'static str, name: &'static str, meaning: Meaning) -> Code {
    Code {
        code,
        name,
        meaning,
    }
}

const REQUEST: Meaning = Meaning::Refused(Refusal::Request);
const AUTHENTICATION: Meaning = Meaning::Refused(Refusal::Authentication);
const PERMISSION: Meaning = Meaning::Refused(Refusal::Permission);
const FUNDS: Meaning = Meaning::Refused(Refusal::Funds);
const LIMIT: Meaning = Meaning::Refused(Refusal::Limit);
/// A coin, a chain or Cwallet is stopped for now, or the limit of a day is reached.
const TEMPORARY: Meaning = Meaning::Refused(Refusal::Temporary);
/// The order has expired.
const STATE: Meaning = Meaning::Refused(Refusal::State);
const DECLINED: Meaning = Meaning::Refused(Refusal::Declined);

/// Every code that a document lists, by number. The provider's page lists those below 11016, 13005, 14017, 15002, 15004 and 16001
/// of each group, and 17000 to 17007; the field tables of its SDK list the others too.
pub const CODES: &[Code] = &[
    row(SUCCESS, "Success", Meaning::Success),
    row("10001", "Failed", Meaning::Unknown),
    row("11000", "InvalidArgument", REQUEST),
    row("11001", "HeaderInvalidArgument", AUTHENTICATION),
    row("11002", "Internal", Meaning::Unknown),
    row("11003", "NotFound", Meaning::NotFound),
    row("11004", "RateLimit", Meaning::TooMany),
    row("11005", "VerifySignFailed", AUTHENTICATION),
    row("11006", "ReqExpired", AUTHENTICATION),
    row("11007", "RepeatedSubmit", Meaning::Duplicate),
    row("11008", "QueryDurationTooMax", REQUEST),
    row("11009", "ReqDailyLimit", TEMPORARY),
    row("11010", "QueryNumMax", REQUEST),
    row("11011", "OrderDuplicate", Meaning::Duplicate),
    row("11012", "ExpiredAtTooMax", REQUEST),
    row("11013", "NoSupportVersion", PERMISSION),
    row("11014", "MaliciousReq", PERMISSION),
    row("11015", "UserIdNotFound", REQUEST),
    row("11016", "NotOnlineDeposit", TEMPORARY),
    row("11017", "CwalletClosed", TEMPORARY),
    row("11018", "FrequentOperation", Meaning::Duplicate),
    row("12000", "MerchantDisabled", PERMISSION),
    row("12001", "MerchantNotFound", AUTHENTICATION),
    row("12002", "IpNotInWhitelist", PERMISSION),
    row("12003", "MerchantApiDisabled", PERMISSION),
    row("13000", "InvalidCoin", REQUEST),
    row("13001", "InvalidChain", REQUEST),
    row("13002", "AbnormalCoinPrice", TEMPORARY),
    // Two documents give it opposite meanings: that only the merchant can pay the network fee, and that the merchant cannot.
    row("13003", "NotSupportMode", REQUEST),
    row("13004", "UnstableBlockchain", TEMPORARY),
    row("13005", "AbnormalCoinStatus", TEMPORARY),
    row("13006", "CoinStopSwap", TEMPORARY),
    row("14000", "BalanceInsufficient", FUNDS),
    row("14001", "WithdrawFeeTooLow", REQUEST),
    row("14002", "AddressNotActive", REQUEST),
    row("14003", "AddressEmptyMemo", REQUEST),
    row("14004", "ChainStopWithdraw", TEMPORARY),
    row("14005", "below the minimum of a withdrawal", LIMIT),
    row("14006", "above the maximum of a withdrawal", LIMIT),
    row("14007", "WithdrawAddrFormat", REQUEST),
    row("14008", "an address of your own", REQUEST),
    row("14009", "CoinNoSupportMemo", REQUEST),
    row("14010", "NoSupportCoin", REQUEST),
    row("14011", "WithdrawFeeBalanceNotEnough", FUNDS),
    row("14012", "NotSupportMerchantTransfer", REQUEST),
    row("14013", "CoinPrecisionLimit", REQUEST),
    row("14014", "NotFinishCollection", FUNDS),
    row("14015", "a contract's address", REQUEST),
    row("14016", "the kind of the address", REQUEST),
    row("14017", "AddressInBlackList", DECLINED),
    row("14018", "DisabledWithdraw", PERMISSION),
    row("14019", "WithdrawAmountFeeTooLittle", LIMIT),
    row("14020", "withdrawals without an allow-list", PERMISSION),
    row("14021", "swaps without an allow-list", PERMISSION),
    row("14022", "limit of the test mode", LIMIT),
    row("14023", "limit of the test mode", LIMIT),
    row("14024", "AddressFormatErr", REQUEST),
    row("14025", "AddressMemoFormatErr", REQUEST),
    row("14026", "RiskAddress", DECLINED),
    row("14027", "SeqDuplicate", Meaning::Duplicate),
    row("14028", "UnableAbort", Meaning::Unknown),
    row("14029", "AddressBlackList", DECLINED),
    row("15000", "GenerateAddressFailed", Meaning::Unknown),
    row("15001", "the number of addresses", LIMIT),
    row("15002", "OrderExpired", STATE),
    row("15003", "ChainStopDeposit", TEMPORARY),
    row("15004", "OrderUrlExpired", STATE),
    row("16001", "CoinUnavailableForSwap", TEMPORARY),
    row("16002", "SwapAmountInTooLow", LIMIT),
    row("16003", "AmountOutMinimumTooHigh", LIMIT),
    row("16004", "MerchantSwapLimit", TEMPORARY),
    row("16005", "DisabledSwap", PERMISSION),
    row("16006", "NoSupportSwap", REQUEST),
    row("17000", "the address was never used", REQUEST),
    row("17001", "the address is not this merchant's", REQUEST),
    row("17002", "the address has a memo", REQUEST),
    // It proves that the address is cut off, by an earlier call.
    row(
        "17003",
        "the address is unbound already",
        Meaning::Duplicate,
    ),
    row("17004", "the kind of address is not supported", REQUEST),
    row("17005", "the chain does not fit the address", REQUEST),
    row("17006", "the unbinding failed", Meaning::Unknown),
    row("17007", "the address is not CCPayment's", REQUEST),
];

/// The row of a code, if a document lists it.
#[must_use]
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|row| row.code == code)
}

/// What an answer with a code other than [`SUCCESS`] proves.
pub(crate) fn fault(code: &str, effect: Effect) -> Fault {
    let is_read = effect == Effect::Read;
    match find(code).map(|row| row.meaning) {
        Some(Meaning::Refused(refusal)) => Fault::refused(refusal),
        // No document states that a repeated write is safe, so the executor must not repeat it.
        Some(Meaning::TooMany) if !is_read => Fault::refused(Refusal::Temporary),
        Some(Meaning::TooMany) => Fault::busy(),
        Some(Meaning::Duplicate) if !is_read => Fault::duplicate(),
        Some(Meaning::NotFound) if is_read => Fault::refused(Refusal::NotFound),
        _ => Fault::ambiguous(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use payments_core::Kind;

    #[test]
    fn lists_every_code_once_in_ascending_order() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
        assert_eq!(CODES.len(), 81);
        assert_eq!(find("14030"), None);
    }

    #[test]
    fn what_no_document_explains_proves_nothing() {
        for code in [
            "10001", "11002", "14028", "15000", "17006", "1", "", "10000 ",
        ] {
            for effect in [Effect::Read, Effect::Keyed, Effect::Unkeyed] {
                assert_eq!(fault(code, effect).kind(), Kind::Ambiguous, "{code}");
            }
        }
        // A withdrawal to a user who is not found, or anything else that is not.
        assert_eq!(fault("11003", Effect::Unkeyed).kind(), Kind::Ambiguous);
        let not_found = Kind::Refused(Refusal::NotFound);
        assert_eq!(fault("11003", Effect::Read).kind(), not_found);
    }

    #[test]
    fn a_reference_in_work_is_a_duplicate_and_no_refusal() {
        for code in ["11007", "11011", "11018", "14027", "17003"] {
            assert_eq!(fault(code, Effect::Unkeyed).kind(), Kind::Duplicate);
        }
    }

    #[test]
    fn only_a_read_is_repeated_when_too_many_requests_were_sent() {
        assert_eq!(fault("11004", Effect::Read).kind(), Kind::Busy);
        let for_now = Kind::Refused(Refusal::Temporary);
        assert_eq!(fault("11004", Effect::Unkeyed).kind(), for_now);
        assert_eq!(fault("11004", Effect::Keyed).kind(), for_now);
    }
}
