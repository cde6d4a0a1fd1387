//! CCPayment v1.0: the exact body, its timestamp, app id and secret.

use payments_signing::Diagnosis;
use payments_signing::ccpayment::{
    APP_ID_HEADER, Key, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp, Window,
};
use serde::Serialize;
use serde_json::Value;

use super::input::{self, Members};
use crate::failure::Failure;

#[derive(Serialize)]
pub(super) struct Signed {
    canonical: String,
    sign: String,
}

/// From `{"app_id":…,"app_secret":…,"timestamp":…,"body":…}`.
pub(super) fn sign(input: &Members<'_>) -> Result<Signed, Failure> {
    let key = key(input)?;
    let timestamp = Timestamp::parse(&timestamp(input)?)
        .map_err(|error| Failure::BadInput(format!("\"timestamp\" cannot be used: {error}")))?;
    let stages = key.explain(timestamp, &body(input)?);
    let stage = |name: &str| stages.get(name).unwrap_or_default().to_owned();
    Ok(Signed {
        canonical: stage("hashed text"),
        sign: stage("sign"),
    })
}

/// From the same with `sign`, `now` and `header_app_id`, the app id in the header if it differs from the account's.
///
/// A timestamp that is not ten digits is refused as not authentic, and is not bad input: a forger can choose it.
pub(super) fn verify(input: &Members<'_>) -> Result<Option<Diagnosis>, Failure> {
    let key = key(input)?;
    let (timestamp, sign) = (timestamp(input)?, input.needed("sign")?);
    let given = input.text("header_app_id")?;
    let now = match input.digits("now")? {
        Some(now) => now
            .parse()
            .map_err(|_| Failure::bad("\"now\" must be Unix seconds, as in 1677152490"))?,
        // The age is not checked.
        None => Timestamp::parse(&timestamp).map_or(0, Timestamp::as_secs),
    };
    let headers = [
        (
            APP_ID_HEADER,
            given.as_ref().map_or(key.app_id(), |id| id.as_str()),
        ),
        (TIMESTAMP_HEADER, &*timestamp),
        (SIGN_HEADER, &*sign),
    ];
    let headers = headers.map(|(name, value)| (name, value.as_bytes()));
    let (body, window) = (body(input)?, Window::default());
    Ok(if is_webhook(&body) {
        key.diagnose_webhook(headers, &body, now, &window)
    } else {
        key.diagnose_request(headers, &body, now, &window)
    })
}

/// Every webhook has these two fields, and no request or response has them at its top.
fn is_webhook(body: &[u8]) -> bool {
    let body: Option<Value> = serde_json::from_slice(body).ok();
    body.is_some_and(|body| body.get("pay_status").is_some() && body.get("record_id").is_some())
}

fn timestamp(input: &Members<'_>) -> Result<String, Failure> {
    let timestamp = input.digits("timestamp")?;
    let timestamp = timestamp.ok_or_else(|| Failure::bad("the input has no \"timestamp\""))?;
    Ok(timestamp.to_string())
}

fn body(input: &Members<'_>) -> Result<Vec<u8>, Failure> {
    let Some(digits) = input.text("body_hex")? else {
        let body = input.text("body")?;
        return Ok(body.map_or_else(Vec::new, |body| body.as_bytes().to_vec()));
    };
    let byte = |at: usize| {
        digits
            .get(at..at + 2)
            // A sign would be read as well.
            .filter(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes.ok_or_else(|| Failure::BadInput("\"body_hex\" is not hexadecimal digits".to_owned()))
}

fn key(input: &Members<'_>) -> Result<Key, Failure> {
    let app_id = input.needed("app_id")?.to_string();
    let secret = input::secret("app_secret", &input.needed("app_secret")?)?;
    Key::new(app_id, secret).map_err(|error| input::unusable("app_id", &error))
}
