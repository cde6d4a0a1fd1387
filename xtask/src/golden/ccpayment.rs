//! CCPayment v1.0: `{app_id, app_secret, timestamp, body | body_hex, sign, now}`.

use std::path::Path;

use payments_signing::Secret;
use payments_signing::ccpayment::{Headers, Key, Timestamp, Window};
use serde_json::Value;

use super::{Outcome, genuine, judged, needed, same, text};

pub(super) fn message(case: &Value, _dir: &Path) -> Outcome {
    let secret = Secret::new(needed(case, "app_secret")?).map_err(|error| error.to_string())?;
    let key = Key::new(needed(case, "app_id")?, secret).map_err(|error| error.to_string())?;
    let timestamp = needed(case, "timestamp")?;
    let sign = needed(case, "sign")?;
    let body = match text(case, "body_hex") {
        Some(digits) => bytes(digits)?,
        None => needed(case, "body")?.as_bytes().to_vec(),
    };
    let parsed = Timestamp::parse(timestamp);
    if genuine(case) {
        let parsed = parsed.map_err(|error| format!("timestamp: {error}"))?;
        same("sign", sign, key.sign(parsed, &body).as_str())?;
    }
    // Without a "now" the message is as fresh as can be.
    let own_time = parsed.map(Timestamp::as_secs).unwrap_or_default();
    let now = case.get("now").and_then(Value::as_u64).unwrap_or(own_time);
    let app_id = text(case, "header_app_id").unwrap_or(key.app_id());
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

fn bytes(digits: &str) -> Result<Vec<u8>, String> {
    let pair = |at: usize| {
        digits
            .get(at..at + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    let decoded: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(pair).collect();
    decoded.ok_or_else(|| "body_hex: no hexadecimal digits".to_owned())
}
