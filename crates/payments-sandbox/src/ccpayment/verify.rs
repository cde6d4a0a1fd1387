//! Checks headers and signature. Operations accept only [`Verified`] fields.

use axum::http::HeaderMap;
use bytes::Bytes;
use payments_signing::ccpayment::{
    APP_ID_HEADER, Headers, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp, Window,
};
use payments_signing::{Cause, Diagnosis};
use serde_json::{Map, Value};

use super::account::Account;
use super::answer::{Class, Refusal};
use crate::shared::api_request::{self, ApiRequest};
use crate::shared::requests::RequestRecord;
use crate::shared::text::shorten;

/// The largest body, ten times that of a hundred order numbers.
const BODY_LIMIT: usize = 256 * 1024;

/// The fields of a body with a valid signature. Made only here.
pub(super) struct Verified {
    fields: Map<String, Value>,
}

impl Verified {
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// The fields as one text, the same for every repetition of a request.
    pub(super) fn text(&self) -> String {
        format!("{:?}", self.fields)
    }
}

/// Reads the body, checks headers and signature, and records the signed text and both signatures. The body is parsed only if
/// the signature is valid.
pub(super) fn receive(
    account: &Account,
    request: ApiRequest,
    now_ms: u64,
    record: &mut RequestRecord,
) -> Result<Verified, Refusal> {
    let body = api_request::within(BODY_LIMIT, request.body);
    let body = body.map_err(|reason| Refusal::new(Class::Argument, reason))?;
    check(account, &request.head.headers, &body, now_ms, record)?;
    // Node and PHP send no bytes where the others send `{}`.
    if body.is_empty() {
        return Ok(Verified { fields: Map::new() });
    }
    let fields = serde_json::from_slice(&body)
        .map_err(|error| Refusal::new(Class::Argument, format!("the body is not JSON: {error}")))?;
    Ok(Verified { fields })
}

fn check(
    account: &Account,
    headers: &HeaderMap,
    body: &Bytes,
    now_ms: u64,
    record: &mut RequestRecord,
) -> Result<(), Refusal> {
    let app_id = one(headers, APP_ID_HEADER).map_err(|why| Refusal::new(Class::Merchant, why))?;
    record.received_sign = one(headers, SIGN_HEADER).ok().map(str::to_owned);
    if app_id != account.key.app_id() {
        return Err(Refusal::new(
            Class::Merchant,
            format!(
                "Appid is not an app of this sandbox; its only one is {}",
                account.key.app_id()
            ),
        ));
    }
    let text = one(headers, TIMESTAMP_HEADER).map_err(|why| Refusal::new(Class::Expired, why))?;
    let timestamp = Timestamp::parse(text).map_err(|_| {
        let text = shorten(text, 40);
        Refusal::new(
            Class::Expired,
            format!("Timestamp `{text}` is not ten digits of Unix seconds"),
        )
    })?;
    let stages = account.key.explain(timestamp, body);
    record.canonical = stages.get("hashed text").map(str::to_owned);
    record.expected_sign = stages.get("sign").map(str::to_owned);
    let sign = one(headers, SIGN_HEADER).map_err(|why| Refusal::new(Class::Sign, why))?;

    let now_s = now_ms / 1_000;
    let window = Window::default();
    let headers = Headers {
        app_id,
        timestamp: text,
        sign,
    };
    if account
        .key
        .verify_request(&headers, body, now_s, &window)
        .is_ok()
    {
        return Ok(());
    }
    // Refused: the record names the cause.
    let apart_s = now_s.abs_diff(timestamp.as_secs());
    if apart_s > window.past.as_secs() {
        return Err(Refusal::new(
            Class::Expired,
            format!(
                "Timestamp is {apart_s} s away from the sandbox's clock ({now_s}); a request is valid for 120 s"
            ),
        ));
    }
    if account.key.verify(&headers, body, now_s, &window).is_ok() {
        return Err(Refusal::new(
            Class::Argument,
            "the signature is valid, but the body is not one JSON object with unique names and at most 32 levels",
        ));
    }
    let all = [
        (APP_ID_HEADER, app_id),
        (TIMESTAMP_HEADER, text),
        (SIGN_HEADER, sign),
    ];
    let all = all.map(|(name, value)| (name, value.as_bytes()));
    let diagnosis = account.key.diagnose_request(all, body, now_s, &window);
    Err(Refusal::new(Class::Sign, mismatch(diagnosis)))
}

/// The value of a header that occurs once.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, String> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Err(format!("the header {name} is missing")),
        (Some(_), Some(_)) => Err(format!("the header {name} occurs twice")),
        (Some(value), None) => match value.to_str() {
            Ok("") => Err(format!("the header {name} is empty")),
            Ok(text) => Ok(text),
            Err(_) => Err(format!("the header {name} is not ASCII text")),
        },
    }
}

/// What the message shows of the mistake.
fn mismatch(diagnosis: Option<Diagnosis>) -> String {
    let precise = diagnosis.filter(|found| found.cause() != Cause::WrongSecretOrAltered);
    precise.map_or_else(
        || "Sign is not the SHA-256 of Appid, secret, Timestamp and body joined without separators: compare the secret, and sign the exact bytes that are sent; it is not an HMAC".to_owned(),
        |found| found.to_string(),
    )
}
