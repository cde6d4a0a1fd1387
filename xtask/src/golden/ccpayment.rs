//! CCPayment v1.0: `{app_id, app_secret, timestamp, body | body_hex, sign, now}`.

use std::path::Path;

use payments_signing::Secret;
use payments_signing::ccpayment::{Headers, Key, Timestamp, Window};
use serde_json::Value;

use super::{Outcome, genuine, judged, needed, same, text_of};

pub(super) fn message(case: &Value, _dir: &Path) -> Outcome {
    let secret = needed(case, "app_secret")?;
    let key = Secret::new(secret).map_err(|error| error.to_string())?;
    let key = Key::new(needed(case, "app_id")?, key).map_err(|error| error.to_string())?;
    let timestamp = &digits(case, "timestamp")?;
    let sign = needed(case, "sign")?;
    let body = match text_of(case, "body_hex") {
        Some(digits) => bytes(digits)?,
        None => needed(case, "body")?.as_bytes().to_vec(),
    };
    let parsed = Timestamp::parse(timestamp);
    if genuine(case)? {
        let parsed = parsed.map_err(|error| format!("timestamp: {error}"))?;
        if let Some(canonical) = text_of(case, "canonical") {
            let stages = key.explain(parsed, &body);
            let masked = canonical.replacen(secret, "***", 1);
            same(
                "canonical text",
                &masked,
                stages.get("hashed text").unwrap_or_default(),
            )?;
        }
        same("sign", sign, key.sign(parsed, &body).as_str())?;
    }
    // Without "now", the time of the message.
    let now = match case.get("now") {
        Some(_) => digits(case, "now")?
            .parse()
            .map_err(|_| "now: no Unix seconds")?,
        None => parsed.map(Timestamp::as_secs).unwrap_or_default(),
    };
    let app_id = text_of(case, "header_app_id").unwrap_or(key.app_id());
    let headers = Headers {
        app_id,
        timestamp,
        sign,
    };
    judged(
        case,
        "verify",
        key.verify_request(&headers, &body, now, &Window::default()),
    )
}

/// A member that is a text or an integer.
fn digits(case: &Value, member: &str) -> Result<String, String> {
    match case.get(member) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) if number.is_u64() => Ok(number.to_string()),
        _ => Err(format!("{member}: neither a text nor an integer")),
    }
}

fn bytes(digits: &str) -> Result<Vec<u8>, String> {
    let pair = |at: usize| {
        digits
            .get(at..at + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    let decoded: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(pair).collect();
    decoded.ok_or_else(|| "body_hex: no hexadecimal digits".to_owned())
}
