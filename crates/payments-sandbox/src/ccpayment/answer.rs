//! The envelope of every answer, `code`, `msg`, `data` and at times `reason`, with the signature in its headers.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use payments_signing::ccpayment::{APP_ID_HEADER, SIGN_HEADER, TIMESTAMP_HEADER};
use serde::Serialize;
use serde_json::value::RawValue;

use super::account::Account;
use crate::shared::fault;
use crate::shared::fault::meet::Refuse;
use crate::shared::http;
use crate::shared::ledger::MoveRefused;
use crate::shared::order_table::AddRefused;
use crate::shared::provider::FieldNames;
use crate::shared::requests::RequestRecord;

pub(super) const OK: i64 = 10_000;
pub(super) const SUCCESS: &str = "success";
/// The general failure of the documents, which spell its message in three ways.
const SERVICE_ERROR: i64 = 224_066;
const SERVICE_ERROR_MSG: &str = "Service error, please try again";
/// A Cwallet user that does not exist (the page of `check/user`).
const NO_USER: i64 = 224_083;

/// The documented codes of refusals.
pub(super) fn errors() -> [(i64, String); 2] {
    [
        (SERVICE_ERROR, SERVICE_ERROR_MSG.to_owned()),
        (NO_USER, Class::User.reason().to_owned()),
    ]
}

/// The class of a refusal. The table of error codes is not known: all except [`Class::User`] have the general code and
/// differ by `reason`, or have the numbers of version 2 if the builder asks for them. The reasons are assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Path,
    Argument,
    Sign,
    Expired,
    Duplicate,
    Merchant,
    Token,
    Balance,
    Quota,
    TooOften,
    User,
    System,
}

impl Class {
    /// The `reason`, in the style of the one that is documented, `ToUserNotFound`.
    fn reason(self) -> &'static str {
        match self {
            Self::Path => "PathNotFound",
            Self::Argument => "ArgumentInvalid",
            Self::Sign => "SignInvalid",
            Self::Expired => "TimestampExpired",
            Self::Duplicate => "OrderDuplicate",
            Self::Merchant => "MerchantNotFound",
            Self::Token => "TokenNotAvailable",
            Self::Balance => "BalanceInsufficient",
            Self::Quota => "AddressQuotaExceeded",
            Self::TooOften => "TooManyRequests",
            Self::User => "ToUserNotFound",
            Self::System => "SystemError",
        }
    }

    fn code(self, v2: bool) -> i64 {
        match self {
            Self::User => NO_USER,
            Self::Argument if v2 => 11_000,
            Self::Sign if v2 => 11_005,
            Self::Expired if v2 => 11_006,
            Self::Duplicate if v2 => 11_011,
            Self::Merchant if v2 => 12_001,
            Self::Token if v2 => 13_000,
            Self::Balance if v2 => 14_000,
            Self::Quota if v2 => 15_001,
            _ => SERVICE_ERROR,
        }
    }
}

/// A refusal: its class is for the client, the sentence for the sandbox's pages.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) class: Class,
    pub(super) sentence: String,
    /// Instead of the class's code.
    code: Option<i64>,
}

impl Refusal {
    pub(super) fn new(class: Class, sentence: impl Into<String>) -> Self {
        Self {
            class,
            sentence: sentence.into(),
            code: None,
        }
    }

    pub(super) fn field(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(Class::Argument, format!("{name} {problem}"))
    }

    pub(super) fn full(what: &str) -> Self {
        Self::new(
            Class::System,
            format!("the sandbox holds as many {what} as it can; reset it"),
        )
    }

    pub(super) fn code(&self, account: &Account) -> i64 {
        self.code
            .unwrap_or_else(|| self.class.code(account.settings.get().v2_codes))
    }

    pub(super) fn message(&self) -> String {
        format!("{SERVICE_ERROR_MSG} ({})", self.class.reason())
    }

    /// Whether no document contains this answer.
    pub(super) fn is_assumed(&self) -> bool {
        self.class != Class::User
    }
}

impl Refuse<Box<RawValue>> for Refusal {
    fn of_code(code: Option<i64>, reason: String) -> Self {
        Self {
            code,
            ..Self::new(Class::System, reason)
        }
    }

    /// `bill/info` leaves out what it does not know.
    fn unknown_order(call: &str, reason: String) -> Outcome {
        if call == "bill/info" {
            data(&[(); 0])
        } else {
            Err(Self::of_code(None, reason))
        }
    }
}

/// The fields that faults change.
pub(super) const NAMES: FieldNames = FieldNames {
    amounts: &[
        "order_amount",
        "amount",
        "product_price",
        "value",
        "price",
        "network_fee",
    ],
    coins: &["crypto", "coin_id", "token_id", "coin"],
    references: &["merchant_order_id", "order_id", "record_id"],
    statuses: &["status"],
};

impl From<AddRefused> for Refusal {
    fn from(refused: AddRefused) -> Self {
        match refused {
            AddRefused::DuplicateMerchantRef => Self::new(
                Class::Duplicate,
                "an order or withdrawal with this merchant_order_id exists already",
            ),
            AddRefused::Full => Self::full("orders"),
        }
    }
}

impl From<MoveRefused> for Refusal {
    fn from(refused: MoveRefused) -> Self {
        let class = match refused {
            MoveRefused::Insufficient { .. } => Class::Balance,
            MoveRefused::Overflow | MoveRefused::Currency(_) => Class::System,
        };
        Self::new(class, refused.to_string())
    }
}

/// What an operation returns: its `data`, or why it was refused.
pub(super) type Outcome = Result<Box<RawValue>, Refusal>;

/// Writes `data` in the order and the types of its fields.
pub(super) fn data(fields: &impl Serialize) -> Outcome {
    serde_json::value::to_raw_value(fields).map_err(|error| {
        Refusal::new(
            Class::System,
            format!("the answer cannot be written: {error}"),
        )
    })
}

#[derive(Serialize)]
struct Success<'a> {
    code: i64,
    msg: &'a str,
    data: &'a RawValue,
}

#[derive(Serialize)]
struct Failure<'a> {
    code: i64,
    msg: &'a str,
    /// `null` in most samples, missing in some.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Null>,
    reason: &'a str,
}

/// Written as `null`.
#[derive(Serialize)]
struct Null;

/// The answer, signed with its own timestamp (documented for successes, assumed for refusals). Business errors have HTTP 200;
/// only requests that are not calls of the API have 404 (assumed).
pub(super) fn respond(
    account: &Account,
    now_ms: u64,
    outcome: &Outcome,
    failure_has_data: bool,
    record: &RequestRecord,
) -> Response {
    let body = match outcome {
        Ok(data) => serde_json::to_vec(&Success {
            code: OK,
            msg: SUCCESS,
            data,
        }),
        Err(refusal) => serde_json::to_vec(&Failure {
            code: refusal.code(account),
            msg: SERVICE_ERROR_MSG,
            data: failure_has_data.then_some(Null),
            reason: refusal.class.reason(),
        }),
    };
    let body = fault::answer::body(record, body.unwrap_or_default());
    let status = match outcome {
        Err(refusal) if refusal.class == Class::Path => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    };
    let signing = fault::answer::signing(record);
    let signed = account
        .sign(signing.at_ms(now_ms), &body)
        .and_then(|(timestamp, sign)| Some((timestamp, signing.sign(sign.as_str())?)));
    let Some((timestamp, sign)) = signed else {
        return (status, http::HEADERS, body).into_response();
    };
    let signed = [
        (APP_ID_HEADER, account.key.app_id()),
        (TIMESTAMP_HEADER, timestamp.as_str()),
        (SIGN_HEADER, sign.as_str()),
    ];
    (status, http::HEADERS, signed, body).into_response()
}
