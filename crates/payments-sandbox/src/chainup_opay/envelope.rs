//! A request from outside in: HTTP, the object around it, the app, the time, and at last what is inside.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use bytes::Bytes;
use serde_json::value::RawValue;

use super::account::{REQUEST_BLOCKS, is_app_id};
use super::answer::{self, Refusal};
use super::params::{self, Object, Params};
use crate::app::App;
use crate::store::{RequestRecord, shorten};

/// The largest body. 32 blocks of a key of 4096 bits are 22 KiB in base64.
const BODY_LIMIT: usize = 32 * 1024;
/// A body that takes longer than this to come in is given up.
const BODY_TIME: Duration = Duration::from_secs(10);
const WINDOW_NOTE: &str =
    "assumed: how far time may be off, and code 50010 for all that is wrong with it";
const SIGN_NOTE: &str = "assumed: code 50005 also for what cannot be decrypted";

/// Reads the body of a POST of JSON.
pub(super) async fn body(request: Request) -> Result<Bytes, Refusal> {
    let (head, body) = request.into_parts();
    if head.method != Method::POST {
        return Err(Refusal::new(
            answer::METHOD,
            format!("the method is {}; every call is a POST", head.method),
        ));
    }
    json_only(&head.headers)?;
    tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, BODY_LIMIT))
        .await
        .map_err(|_| malformed("the body did not come in within 10 seconds"))?
        .map_err(|_| {
            malformed(format!(
                "the body broke off or is larger than {BODY_LIMIT} bytes"
            ))
        })
}

fn json_only(headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .map_or("missing", |value| value.to_str().unwrap_or("unreadable"));
    let kind = given.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refusal::new(
        answer::METHOD,
        format!(
            "the Content-Type is {}; it must be application/json",
            shorten(given, 80)
        ),
    ))
}

/// The object that the body is.
pub(super) fn object(body: &[u8]) -> Result<Object<'_>, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| malformed("the body is not UTF-8 text"))?;
    Object::read(text).map_err(|problem| malformed(format!("the body {problem}")))
}

/// Opens the envelope `{app_id, data, sign, time}` and reads what is inside.
///
/// That app id and time are looked at before the signature is assumed; it keeps strangers from the private key.
pub(super) async fn open(
    app: &App,
    object: &Object<'_>,
    record: &mut RequestRecord,
) -> Result<Params, Refusal> {
    let account = &app.chainup_opay;
    for name in object.strangers(&["app_id", "data", "sign", "time"]) {
        record.notes.push(format!(
            "assumed: {name} is no field of the envelope and was passed over"
        ));
    }
    record.received_sign = object.get("sign").and_then(params::text);
    check_app(&account.app_id, "app_id", object.get("app_id"))?;
    check_time(
        object.get("time"),
        app.clock.now_ms(),
        account.settings.time_window_ms,
    )?;
    let data = required(object, "data")?;
    let sign = required(object, "sign")?;
    let unopened = sizes(&data, &sign);
    let text = account
        .open(data, sign)
        .await
        .ok_or_else(|| Refusal::new(answer::SIGNATURE, unopened).noting(SIGN_NOTE))?;
    let text =
        std::str::from_utf8(&text).map_err(|_| malformed("what is inside data is not UTF-8"))?;
    let inside = Object::read(text)
        .map_err(|problem| malformed(format!("what is inside data {problem}")))?;
    record.canonical = Some(inside.shown());
    let params = Params::of(&inside)?;
    // Listed for orderDetail alone; anywhere else it may be right or left out.
    if let Some(app_key) = inside.get("appKey") {
        check_app(&account.app_id, "appKey inside data", Some(app_key))?;
    }
    Ok(params)
}

/// 50001 for what cannot be an app id, 50004 for that of somebody else.
pub(super) fn check_app(own: &str, name: &str, given: Option<&RawValue>) -> Result<(), Refusal> {
    let illegal = |problem: &str| {
        Err(
            Refusal::new(answer::APP_ILLEGAL, format!("{name} {problem}"))
                .noting("assumed: 50001 is for what cannot be an app id, 50004 for an unknown one"),
        )
    };
    let Some(given) = given else {
        return illegal("is missing");
    };
    match params::text(given) {
        None => illegal("is not a text"),
        Some(text) if !is_app_id(&text) => illegal("is not 1 to 64 letters, digits, `_` or `-`"),
        Some(text) if text != own => Err(Refusal::new(
            answer::APP_UNKNOWN,
            format!("{name} is `{text}`, and the sandbox knows `{own}` only"),
        )),
        Some(_) => Ok(()),
    }
}

/// Milliseconds, as a number or as a text of digits.
fn check_time(given: Option<&RawValue>, now_ms: u64, window_ms: u64) -> Result<(), Refusal> {
    let illegal = |reason: String| Err(Refusal::new(answer::TIME, reason).noting(WINDOW_NOTE));
    let Some(given) = given else {
        return illegal("time is missing".to_owned());
    };
    let text = params::text(given).unwrap_or_else(|| given.get().to_owned());
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(time_ms) = text.parse::<u64>().ok().filter(|_| digits) else {
        return illegal("time is no whole number of milliseconds, nor a text of one".to_owned());
    };
    if time_ms.abs_diff(now_ms) <= window_ms {
        return Ok(());
    }
    let hint = if time_ms.saturating_mul(1_000).abs_diff(now_ms) <= window_ms {
        "; it looks like seconds, and milliseconds are wanted"
    } else {
        ""
    };
    illegal(format!(
        "time is {time_ms}, the sandbox's clock {now_ms}; they may be {window_ms} ms apart{hint}"
    ))
}

fn required(object: &Object<'_>, name: &str) -> Result<String, Refusal> {
    let given = object
        .get(name)
        .ok_or_else(|| Refusal::field(name, "is missing"))?;
    params::text(given)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Refusal::field(name, "is empty or not a text"))
}

/// What can be said of an envelope that did not open: `payments-signing` gives no cause, and must not.
fn sizes(data: &str, sign: &str) -> String {
    let bytes = |text: &str| {
        let plain = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b'=';
        text.bytes().filter(plain).count() * 3 / 4
    };
    format!(
        "data cannot be decrypted with the platform's key or sign does not fit what is inside. data is {} bytes (blocks of key length, {REQUEST_BLOCKS} at most), sign is {}. Check: encrypted to the platform's public key in pieces of key length minus 11, PKCS#1 v1.5; signed is the MD5 of the text in 32 lower-case hexadecimal digits, SHA256withRSA",
        bytes(data),
        bytes(sign),
    )
}

fn malformed(reason: impl Into<String>) -> Refusal {
    Refusal::new(answer::PARAMETER, reason)
        .noting("assumed: code 10020 for a body or a text inside that cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(given: &str, now_ms: u64) -> Result<(), String> {
        let raw = RawValue::from_string(given.to_owned()).unwrap();
        check_time(Some(&raw), now_ms, 300_000).map_err(|refusal| refusal.reason)
    }

    #[test]
    fn the_time_is_a_number_or_a_text_within_the_window() {
        let now = 1_715_310_032_123;
        for good in [
            "1715310032123",
            "\"1715310032123\"",
            "1715309732123",
            "1715310332123",
        ] {
            assert_eq!(time(good, now), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("1715309732122", "apart"),
            ("1715310332124", "apart"),
            ("1715310032", "looks like seconds"),
            ("-1", "no whole number"),
            ("1.5", "no whole number"),
            ("1e12", "no whole number"),
            ("\"\"", "no whole number"),
            ("\"now\"", "no whole number"),
            ("\" 1715310032123\"", "no whole number"),
            ("null", "no whole number"),
            ("[1]", "no whole number"),
            ("99999999999999999999999", "no whole number"),
            ("18446744073709551615", "apart"),
        ] {
            let reason = time(bad, now).unwrap_err();
            assert!(reason.contains(why), "{bad}: {reason}");
        }
        assert!(check_time(None, now, 1).is_err());
        let any = RawValue::from_string("0".to_owned()).unwrap();
        assert!(check_time(Some(&any), now, u64::MAX).is_ok());
    }
}
