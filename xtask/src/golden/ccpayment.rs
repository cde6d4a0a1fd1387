//! CCPayment: `{version, app_id, app_secret, timestamp, body | body_hex, sign, now}`; without `version` it is v1.

use std::path::Path;

use payments_signing::Secret;
use payments_signing::ccpayment::{Headers, Key, Timestamp, Window, v2};
use serde_json::Value;

use super::{Outcome, genuine, judged, needed, same, text_of};

/// A case that names its version.
pub(super) fn versioned(case: &Value, dir: &Path) -> Outcome {
    match needed(case, "version")? {
        "v1" => message(case, dir),
        "v2" => message_v2(case),
        other => Err(format!("version: {other:?} is neither v1 nor v2")),
    }
}

/// A v2 message. `app_id` is that of the header; `own_app_id` is the verifier's, if it differs.
///
/// A `disputed` case is only computed: it proves the formula, and not that a verifier accepts it.
fn message_v2(case: &Value) -> Outcome {
    let app_id = needed(case, "app_id")?;
    let key = |app_id: &str| {
        let secret = Secret::new(needed(case, "app_secret")?).map_err(|error| error.to_string())?;
        v2::Key::new(app_id, secret).map_err(|error| error.to_string())
    };
    let timestamp = &digits(case, "timestamp")?;
    let sign = needed(case, "sign")?;
    let body = body(case)?;
    let parsed = Timestamp::parse(timestamp);
    if genuine(case)? {
        // Nothing separates timestamp and body, so a longer timestamp is signed as ten digits and the rest.
        let (ten, rest) = timestamp
            .split_at_checked(10)
            .ok_or("timestamp: fewer than ten digits")?;
        let ten = Timestamp::parse(ten).map_err(|error| format!("timestamp: {error}"))?;
        let signed_body = [rest.as_bytes(), &body].concat();
        if let Some(canonical) = text_of(case, "canonical") {
            let stages = key(app_id)?.explain(ten, &signed_body);
            let signed_text = stages.get("signed text").unwrap_or_default();
            same("canonical text", canonical, signed_text)?;
        }
        same("sign", sign, key(app_id)?.sign(ten, &signed_body).as_str())?;
        if case.get("disputed").is_some() {
            return Ok(());
        }
    }
    let headers = Headers {
        app_id: text_of(case, "header_app_id").unwrap_or(app_id),
        timestamp,
        sign,
    };
    let key = key(text_of(case, "own_app_id").unwrap_or(app_id))?;
    let (now, window) = (now(case, parsed)?, Window::default());
    let verdict = match text_of(case, "kind") {
        Some("webhook") => key
            .verify_webhook(&headers, &body, now, &window)
            .map(|_| ()),
        Some("request") | None => key.verify_request(&headers, &body, now, &window),
        Some(other) => {
            return Err(format!(
                "kind: {other:?} is neither \"request\" nor \"webhook\""
            ));
        }
    };
    judged(case, "verify", verdict)
}

pub(super) fn message(case: &Value, _dir: &Path) -> Outcome {
    let secret = needed(case, "app_secret")?;
    let key = Secret::new(secret).map_err(|error| error.to_string())?;
    let key = Key::new(needed(case, "app_id")?, key).map_err(|error| error.to_string())?;
    let timestamp = &digits(case, "timestamp")?;
    let sign = needed(case, "sign")?;
    let body = body(case)?;
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
    let now = now(case, parsed)?;
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

fn body(case: &Value) -> Result<Vec<u8>, String> {
    match text_of(case, "body_hex") {
        Some(digits) => bytes(digits),
        None => Ok(needed(case, "body")?.as_bytes().to_vec()),
    }
}

/// The verifier's clock. Without "now" it is the time of the message.
fn now<E>(case: &Value, timestamp: Result<Timestamp, E>) -> Result<u64, String> {
    match case.get("now") {
        Some(_) => digits(case, "now")?
            .parse()
            .map_err(|_| "now: no Unix seconds".to_owned()),
        None => Ok(timestamp.map(Timestamp::as_secs).unwrap_or_default()),
    }
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
