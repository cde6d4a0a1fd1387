//! The envelope of every answer: `code`, `msg`, `data`, `traceid`.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::value::RawValue;

use super::Outcome;

pub(super) const OK: i64 = 0;
/// "fail". The specification publishes no finer code for these calls.
const FAIL: i64 = 1;
pub(super) const SUCCESS: &str = "success";
/// The only refusals with published words: those of the specification's Go sample.
const PUBLISHED: [&str; 3] = [
    "invalid param merchantId",
    "invalid param sign",
    "verify sign fail",
];

/// A refusal: what the client is told, and what only the sandbox's own pages tell.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: i64,
    pub(super) message: String,
    pub(super) reason: String,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            code: FAIL,
            message: message.into(),
            reason: reason.into(),
        }
    }

    /// After the pattern of the specification's Go sample: `invalid param merchantId`.
    pub(super) fn field(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(format!("invalid param {name}"), format!("{name} {problem}"))
    }

    pub(super) fn is_assumed(&self) -> bool {
        !PUBLISHED.contains(&self.message.as_str())
    }
}

/// Writes `data` in the order and the types of its fields.
pub(super) fn data(fields: &impl Serialize) -> Outcome {
    serde_json::value::to_raw_value(fields).map_err(|error| {
        Refusal::new(
            "system error",
            format!("the answer cannot be written: {error}"),
        )
    })
}

#[derive(Serialize)]
struct Envelope<'a, D> {
    code: i64,
    msg: &'a str,
    data: D,
    traceid: &'a str,
}

#[derive(Serialize)]
struct Empty {}

/// Business errors go with HTTP 200: the official clients lose the body of any other status. Only paths outside
/// the API get a 404.
pub(super) fn respond(outcome: Outcome, traceid: &str, ours: bool) -> Response {
    let status = if ours {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    let body = match &outcome {
        Ok(data) => write::<&RawValue>(OK, SUCCESS, data, traceid),
        Err(refusal) => write(refusal.code, &refusal.message, Empty {}, traceid),
    };
    (
        status,
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        body,
    )
        .into_response()
}

fn write<D: Serialize>(code: i64, msg: &str, data: D, traceid: &str) -> Vec<u8> {
    serde_json::to_vec(&Envelope {
        code,
        msg,
        data,
        traceid,
    })
    .unwrap_or_default()
}
