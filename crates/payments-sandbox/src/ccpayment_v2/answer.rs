//! The envelope of every answer: `code`, `msg`, `data`. Answers carry no signature: no document describes one.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::shared::fault;
use crate::shared::fault::meet::Refuse;
use crate::shared::http;
use crate::shared::ledger::MoveRefused;
use crate::shared::order_table::AddRefused;
use crate::shared::provider::FieldNames;
use crate::shared::requests::RequestRecord;

pub(super) const OK: i64 = 10_000;
pub(super) const SUCCESS: &str = "success";

/// The published codes that the sandbox answers, with their names. Which mistake gets which code is assumed where the names
/// leave a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Failed = 10_001,
    InvalidArgument = 11_000,
    HeaderInvalidArgument = 11_001,
    Internal = 11_002,
    NotFound = 11_003,
    VerifySignFailed = 11_005,
    ReqExpired = 11_006,
    QueryDurationTooMax = 11_008,
    ReqDailyLimit = 11_009,
    OrderDuplicate = 11_011,
    ExpiredAtTooMax = 11_012,
    NoSupportVersion = 11_013,
    UserIdNotFound = 11_015,
    MerchantNotFound = 12_001,
    InvalidCoin = 13_000,
    InvalidChain = 13_001,
    BalanceInsufficient = 14_000,
    CoinNoSupportMemo = 14_009,
    AddressEmptyMemo = 14_003,
    ChainStopWithdraw = 14_004,
    BelowMinimum = 14_005,
    AboveMaximum = 14_006,
    WithdrawAddrFormat = 14_007,
    WithdrawFeeBalanceNotEnough = 14_011,
    CoinPrecisionLimit = 14_013,
    WithdrawAmountFeeTooLittle = 14_019,
    AddressQuota = 15_001,
    ChainStopDeposit = 15_003,
    CoinUnavailableForSwap = 16_001,
    SwapAmountInTooLow = 16_002,
    AmountOutMinimumTooHigh = 16_003,
    NotThisMerchants = 17_001,
    HasMemo = 17_002,
    AlreadyUnbound = 17_003,
    KindNotSupported = 17_004,
    ChainMismatch = 17_005,
}

/// A refusal: the code is for the client, the sentence for the sandbox's pages.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: i64,
    /// The name of the code.
    pub(super) name: String,
    pub(super) sentence: String,
    /// Whether the path or the method is no call.
    not_a_call: bool,
}

impl Refusal {
    pub(super) fn new(code: Code, sentence: impl Into<String>) -> Self {
        Self {
            code: code as i64,
            name: format!("{code:?}"),
            sentence: sentence.into(),
            not_a_call: false,
        }
    }

    /// For a path or a method that no call has.
    pub(super) fn not_a_call(sentence: impl Into<String>) -> Self {
        Self {
            not_a_call: true,
            ..Self::new(Code::InvalidArgument, sentence)
        }
    }

    pub(super) fn field(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(Code::InvalidArgument, format!("{name} {problem}"))
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }
}

impl Refuse<Box<RawValue>> for Refusal {
    fn of_code(code: Option<i64>, reason: String) -> Self {
        let internal = Self::new(Code::Internal, reason);
        match code {
            None => internal,
            Some(code) => Self {
                code,
                name: "Failed".to_owned(),
                ..internal
            },
        }
    }

    fn unknown_order(_: &str, reason: String) -> Outcome {
        Err(Self::new(Code::NotFound, reason))
    }
}

/// The fields that faults change.
pub(super) const NAMES: FieldNames = FieldNames {
    amounts: &[
        "amount",
        "amountToPay",
        "paidAmount",
        "available",
        "fee",
        "amountOut",
        "price",
    ],
    coins: &["coinSymbol", "coinId"],
    references: &["orderId", "recordId", "referenceId"],
    statuses: &["status"],
};

impl From<AddRefused> for Refusal {
    fn from(refused: AddRefused) -> Self {
        match refused {
            AddRefused::DuplicateMerchantRef => Self::new(
                Code::OrderDuplicate,
                "an earlier request of this kind had this orderId",
            ),
            AddRefused::Full => Self::new(
                Code::Failed,
                "the sandbox holds as many orders as it can; reset it",
            ),
        }
    }
}

impl From<MoveRefused> for Refusal {
    fn from(refused: MoveRefused) -> Self {
        let code = match refused {
            MoveRefused::Insufficient { .. } => Code::BalanceInsufficient,
            MoveRefused::Overflow | MoveRefused::Currency(_) => Code::Failed,
        };
        Self::new(code, refused.to_string())
    }
}

/// What an operation returns: its `data`, or why it was refused.
pub(super) type Outcome = Result<Box<RawValue>, Refusal>;

/// Writes `data` in the order and the types of its fields.
pub(super) fn data(fields: &impl Serialize) -> Outcome {
    serde_json::value::to_raw_value(fields).map_err(|error| {
        Refusal::new(
            Code::Internal,
            format!("the answer cannot be written: {error}"),
        )
    })
}

#[derive(Serialize)]
struct Answer<'a> {
    code: i64,
    msg: &'a str,
    /// `null` in a refusal (assumed).
    data: Option<&'a RawValue>,
}

/// Refusals have HTTP 200 (assumed: most SDKs see nothing else); what is not a call has 404 (assumed).
pub(super) fn respond(outcome: &Outcome, record: &RequestRecord) -> Response {
    let (status, answer) = match outcome {
        Ok(data) => {
            let data = Some(data.as_ref());
            let (code, msg) = (OK, SUCCESS);
            (StatusCode::OK, Answer { code, msg, data })
        }
        Err(refusal) => {
            let status = if refusal.not_a_call {
                StatusCode::NOT_FOUND
            } else {
                StatusCode::OK
            };
            let (code, msg) = (refusal.code, refusal.name.as_str());
            let data = None;
            (status, Answer { code, msg, data })
        }
    };
    let body = fault::answer::body(record, serde_json::to_vec(&answer).unwrap_or_default());
    (status, http::HEADERS, body).into_response()
}
