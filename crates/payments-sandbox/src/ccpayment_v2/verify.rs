//! Checks headers and signature. Operations accept only [`Verified`] fields.

use axum::http::HeaderMap;
use bytes::Bytes;
use payments_signing::ccpayment::{
    APP_ID_HEADER, Headers, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp, Window,
};
use serde_json::{Map, Value};

use super::account::Account;
use super::answer::Refusal;
use super::codes::Code;
use crate::shared::api_request::{self, ApiRequest};
use crate::shared::requests::RequestRecord;
use crate::shared::text::shorten;

/// The largest body, many times that of any call.
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
/// the signature is valid. With `millis`, a timestamp may have 13 digits.
pub(super) fn receive(
    account: &Account,
    request: ApiRequest,
    millis: bool,
    now_ms: u64,
    record: &mut RequestRecord,
) -> Result<Verified, Refusal> {
    let body = api_request::within(BODY_LIMIT, request.body);
    let body = body.map_err(|reason| Refusal::new(Code::InvalidArgument, reason))?;
    check(
        account,
        &request.head.headers,
        &body,
        millis,
        now_ms,
        record,
    )?;
    // For a call without parameters, the SDKs send `{}`, no bytes (Go) or `[]` (PHP).
    if matches!(body.trim_ascii(), b"" | b"[]") {
        return Ok(Verified { fields: Map::new() });
    }
    let fields = serde_json::from_slice(&body).map_err(|error| {
        Refusal::new(
            Code::InvalidArgument,
            format!("the body is not JSON: {error}"),
        )
    })?;
    Ok(Verified { fields })
}

fn check(
    account: &Account,
    headers: &HeaderMap,
    body: &Bytes,
    millis: bool,
    now_ms: u64,
    record: &mut RequestRecord,
) -> Result<(), Refusal> {
    let missing = |why| Refusal::new(Code::HeaderInvalidArgument, why);
    record.received_sign = one(headers, SIGN_HEADER).ok().map(str::to_owned);
    let app_id = one(headers, APP_ID_HEADER).map_err(missing)?;
    let text = one(headers, TIMESTAMP_HEADER).map_err(missing)?;
    let sign = one(headers, SIGN_HEADER).map_err(missing)?;
    let own = account.key.app_id();
    if app_id != own {
        if app_id == account.v1_app_id {
            return Err(Refusal::new(
                Code::NoSupportVersion,
                format!("Appid is that of the account of version 1; that of version 2 is {own}"),
            ));
        }
        return Err(Refusal::new(
            Code::MerchantNotFound,
            format!("Appid is not an app of this sandbox; its only one of version 2 is {own}"),
        ));
    }
    let (seconds, rest) = match text.split_at_checked(10) {
        Some((seconds, rest)) if millis && rest.len() == 3 => (seconds, rest),
        _ => (text, ""),
    };
    let timestamp = Timestamp::parse(seconds).ok();
    let timestamp = timestamp.filter(|_| rest.bytes().all(|digit| digit.is_ascii_digit()));
    let timestamp = timestamp.ok_or_else(|| {
        let text = shorten(text, 40);
        Refusal::new(
            Code::HeaderInvalidArgument,
            format!("Timestamp `{text}` is not ten digits of Unix seconds"),
        )
    })?;
    // Nothing separates timestamp and body in the signed text, so 13 digits are ten digits and a body that begins with three.
    let signed = [rest.as_bytes(), body].concat();
    let stages = account.key.explain(timestamp, &signed);
    record.canonical = stages.get("signed text").map(str::to_owned);
    record.expected_sign = stages.get("sign").map(str::to_owned);

    let now_s = now_ms / 1_000;
    let window = Window::default();
    let headers = Headers {
        app_id,
        timestamp: seconds,
        sign,
    };
    let key = &account.key;
    let verified = key.verify(&headers, &signed, now_s, &window);
    // The shape of the body is checked under its own signature.
    let own_sign = key.sign(timestamp, body);
    let own = Headers {
        sign: own_sign.as_str(),
        ..headers
    };
    let shape = key.verify_request(&own, body, now_s, &window);
    if verified.and(shape).is_ok() {
        return Ok(());
    }
    // Refused: the record names the cause.
    let apart_s = now_s.abs_diff(timestamp.as_secs());
    if apart_s > window.past.as_secs() {
        return Err(Refusal::new(
            Code::ReqExpired,
            format!(
                "Timestamp is {apart_s} s away from the sandbox's clock ({now_s}); a request is valid for 120 s"
            ),
        ));
    }
    if verified.is_ok() {
        return Err(Refusal::new(
            Code::InvalidArgument,
            "the signature is valid, but the body is not one JSON object with unique names and at most 32 levels",
        ));
    }
    Err(Refusal::new(
        Code::VerifySignFailed,
        "Sign is not the HMAC-SHA256, in lower-case hexadecimal and keyed with the app secret, of Appid, Timestamp and the exact bytes of the body, joined without separators",
    ))
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
