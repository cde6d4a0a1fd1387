//! The envelope of every answer: `code`, `msg`, `data`, `traceid`.

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

pub(super) const OK: i64 = 0;
/// "fail". The specification has no finer code for most calls.
const FAIL: i64 = 1;
/// An address outside the merchant's list (the `document` repository).
const ILLEGAL_IP: i64 = 90_751_002;
/// A declined card (specification, example of `pwpp`).
const PAY_FAIL: i64 = 90_751_015;
pub(super) const SUCCESS: &str = "success";
/// The only published messages of refusals: those of the specification's Go sample and of the two codes above.
const PUBLISHED: [&str; 5] = [
    "invalid param merchantId",
    "invalid param sign",
    "verify sign fail",
    "illegal IP",
    "pay fail",
];

/// The documented codes of refusals.
pub(super) fn errors() -> [(i64, String); 3] {
    [
        (FAIL, "fail"),
        (ILLEGAL_IP, "illegal IP"),
        (PAY_FAIL, "pay fail"),
    ]
    .map(|(code, words)| (code, words.to_owned()))
}

/// What an operation returns: its `data`, or why it was refused.
pub(super) type Outcome = Result<Done, Refusal>;

/// The `data` of the answer, and notes for the record.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) data: Box<RawValue>,
    pub(super) notes: Vec<String>,
}

/// A refusal: code and message for the client, the reason for the sandbox's pages.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: i64,
    pub(super) message: String,
    pub(super) reason: String,
    /// Fields that are empty texts in `data`, which is `null` without them.
    empty: &'static [&'static str],
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            code: FAIL,
            message: message.into(),
            reason: reason.into(),
            empty: &[],
        }
    }

    /// In the style of the specification's Go sample: `invalid param merchantId`.
    pub(super) fn field(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(format!("invalid param {name}"), format!("{name} {problem}"))
    }

    pub(super) fn illegal_ip(reason: impl Into<String>) -> Self {
        Self {
            code: ILLEGAL_IP,
            ..Self::new("illegal IP", reason)
        }
    }

    /// A declined card, with `data` as in the specification's example.
    pub(super) fn pay_fail(reason: impl Into<String>) -> Self {
        Self {
            code: PAY_FAIL,
            empty: &["orderId", "pageData", "ccStorageID"],
            ..Self::new("pay fail", reason)
        }
    }

    pub(super) fn full(what: &str) -> Self {
        Self::new(
            "system error",
            format!("the sandbox holds as many {what} as it can; reset it"),
        )
    }

    pub(super) fn is_assumed(&self) -> bool {
        !PUBLISHED.contains(&self.message.as_str())
    }
}

impl Refuse<Done> for Refusal {
    fn of_code(code: Option<i64>, reason: String) -> Self {
        match code.unwrap_or(FAIL) {
            ILLEGAL_IP => Self::illegal_ip(reason),
            PAY_FAIL => Self::pay_fail(reason),
            code => Self {
                code,
                ..Self::new("fail", reason)
            },
        }
    }

    fn unknown_order(_: &str, reason: String) -> Result<Done, Self> {
        Err(Self::new("order not found", reason))
    }
}

impl fault::meet::Answer for Done {
    fn data(&self) -> Option<&str> {
        self.data.data()
    }

    fn set_data(&mut self, data: String) {
        self.data.set_data(data);
    }
}

/// The fields that faults change.
pub(super) const NAMES: FieldNames = FieldNames {
    amounts: &[
        "orderAmount",
        "amount",
        "totalAmount",
        "actualAmount",
        "receivedAmount",
        "available",
        "rate",
    ],
    coins: &["cryptoCurrency", "currency", "toCurrency"],
    references: &["merchantTradeNo", "orderId"],
    statuses: &["status"],
};

impl From<AddRefused> for Refusal {
    fn from(refused: AddRefused) -> Self {
        match refused {
            AddRefused::DuplicateMerchantRef => Self::new(
                "duplicate merchantTradeNo",
                "an order with this merchantTradeNo exists already",
            ),
            AddRefused::Full => Self::full("orders"),
        }
    }
}

impl From<MoveRefused> for Refusal {
    fn from(refused: MoveRefused) -> Self {
        let message = match refused {
            MoveRefused::Insufficient { .. } => "insufficient balance",
            MoveRefused::Overflow | MoveRefused::Currency(_) => "system error",
        };
        Self::new(message, refused.to_string())
    }
}

/// Writes `data` in the order and the types of its fields.
pub(super) fn data(fields: &impl Serialize) -> Outcome {
    let data = serde_json::value::to_raw_value(fields).map_err(|error| {
        Refusal::new(
            "system error",
            format!("the answer cannot be written: {error}"),
        )
    })?;
    Ok(Done {
        data,
        notes: Vec::new(),
    })
}

#[derive(Serialize)]
struct Envelope<'a, D> {
    code: i64,
    msg: &'a str,
    data: D,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceid: Option<&'a str>,
}

/// An object of empty texts, or `null`: typed clients of the calls whose `data` is an array cannot read an object there, and
/// `null` fits every type (assumed: only the refusal of `pwpp` is documented).
struct Empty(&'static [&'static str]);

impl Serialize for Empty {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() {
            return serializer.serialize_unit();
        }
        serializer.collect_map(self.0.iter().map(|name| (name, "")))
    }
}

/// The `msg` and `traceid` of a call's success, as in its examples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) msg: &'static str,
    pub(super) traceid: bool,
}

/// Refusals have HTTP 200, because the official clients lose the body of any other status. Every refusal has a trace id
/// (assumed).
pub(super) fn respond(outcome: &Outcome, style: Style, record: &RequestRecord) -> Response {
    let traceid = record.trace_id.as_str();
    let body = match outcome {
        Ok(done) => serde_json::to_vec(&Envelope::<&RawValue> {
            code: OK,
            msg: style.msg,
            data: &done.data,
            traceid: style.traceid.then_some(traceid),
        }),
        Err(refusal) => serde_json::to_vec(&Envelope {
            code: refusal.code,
            msg: &refusal.message,
            data: Empty(refusal.empty),
            traceid: Some(traceid),
        }),
    };
    let body = fault::answer::body(record, body.unwrap_or_default());
    (StatusCode::OK, http::HEADERS, body).into_response()
}
