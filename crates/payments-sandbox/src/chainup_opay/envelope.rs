//! Opens a request: HTTP, the envelope, the app, the time, then the fields inside.

use axum::http::{HeaderMap, Method, header};
use bytes::Bytes;
use payments_signing::{Cause, Diagnosis};
use serde_json::value::RawValue;

use super::account::REQUEST_BLOCKS;
use super::answer::{self, Refusal};
use super::credentials::is_app_id;
use super::params::{self, Object, Params};
use super::state::ChainupOpay;
use crate::shared::api_request::{self, ApiRequest};
use crate::shared::requests::RequestRecord;
use crate::shared::text::{is_digits, shorten};

/// The largest body. 80 blocks of a key of 4096 bits are 55 KiB in base64.
const BODY_LIMIT: usize = 64 * 1024;
const WINDOW_NOTE: &str =
    "assumed: how far time may be off, and code 50010 for all that is wrong with it";
const SIGN_NOTE: &str = "assumed: code 50005 also for what cannot be decrypted";

/// Reads the body of a POST of JSON.
pub(super) fn body(request: ApiRequest) -> Result<Bytes, Refusal> {
    let head = request.head;
    if head.method != Method::POST {
        return Err(Refusal::new(
            answer::METHOD,
            format!("the method is {}; every call is a POST", head.method),
        ));
    }
    json_only(&head.headers)?;
    api_request::within(BODY_LIMIT, request.body).map_err(malformed)
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

/// The JSON object of the body.
pub(super) fn object(body: &[u8]) -> Result<Object<'_>, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| malformed("the body is not UTF-8 text"))?;
    Object::read(text).map_err(|problem| malformed(format!("the body {problem}")))
}

/// Opens the envelope `{app_id, data, sign, time}` and reads what is inside.
///
/// That app id and time are checked before the signature is assumed. So only requests for this app reach the private key.
pub(super) async fn open(
    opay: &ChainupOpay,
    object: &Object<'_>,
    record: &mut RequestRecord,
) -> Result<Params, Refusal> {
    let account = &opay.account;
    for name in object.unknown_fields(&["app_id", "data", "sign", "time"]) {
        record.notes.push(format!(
            "assumed: {name} is no field of the envelope and was ignored"
        ));
    }
    record.received_sign = object.get("sign").and_then(params::text);
    check_app(&account.app_id, "app_id", object.get("app_id"))?;
    check_time(
        object.get("time"),
        opay.context.clock.now_ms(),
        account.settings.get().time_window_ms,
    )?;
    let data = required(object, "data")?;
    let sign = required(object, "sign")?;
    let unopened = sizes(&data, &sign);
    let text = account.open(data, sign).await.map_err(|diagnosis| {
        let reason = match diagnosis.and_then(|diagnosis| mistake(&diagnosis)) {
            Some(mistake) => format!("{mistake}. {unopened}"),
            None => unopened,
        };
        Refusal::new(answer::SIGNATURE, reason).assuming(SIGN_NOTE)
    })?;
    let text =
        std::str::from_utf8(&text).map_err(|_| malformed("the text inside data is not UTF-8"))?;
    let inside = Object::read(text)
        .map_err(|problem| malformed(format!("the text inside data {problem}")))?;
    record.canonical = Some(inside.shown());
    let params = Params::of(&inside)?;
    // Only orderDetail lists it. In other calls it may be left out, but not be wrong.
    if let Some(app_key) = inside.get("appKey") {
        check_app(&account.app_id, "appKey inside data", Some(app_key))?;
    }
    Ok(params)
}

/// 50001 for what cannot be an app id, 50004 for another app.
pub(super) fn check_app(own: &str, name: &str, given: Option<&RawValue>) -> Result<(), Refusal> {
    let illegal = |problem: &str| {
        Err(
            Refusal::new(answer::APP_ILLEGAL, format!("{name} {problem}")).assuming(
                "assumed: 50001 is for what cannot be an app id, 50004 for an unknown one",
            ),
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
            format!("{name} is `{text}`, and the sandbox has only `{own}`"),
        )),
        Some(_) => Ok(()),
    }
}

/// Milliseconds, as a number or as a text of digits.
fn check_time(given: Option<&RawValue>, now_ms: u64, window_ms: u64) -> Result<(), Refusal> {
    let illegal = |reason: String| Err(Refusal::new(answer::TIME, reason).assuming(WINDOW_NOTE));
    let Some(given) = given else {
        return illegal("time is missing".to_owned());
    };
    let text = params::text(given).unwrap_or_else(|| given.get().to_owned());
    let Some(time_ms) = text.parse::<u64>().ok().filter(|_| is_digits(&text)) else {
        return illegal("time is not an integer of milliseconds, as a number or a text".to_owned());
    };
    if time_ms.abs_diff(now_ms) <= window_ms {
        return Ok(());
    }
    let hint = if time_ms.saturating_mul(1_000).abs_diff(now_ms) <= window_ms {
        "; that is probably seconds instead of milliseconds"
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

/// The mistake that an envelope shows, in the words of its sender.
fn mistake(diagnosis: &Diagnosis) -> Option<String> {
    let text = match diagnosis.cause() {
        Cause::WrongSecretOrAltered => return None,
        Cause::WrongOwnKey => {
            "sign is made with the merchant's private key, but data is not encrypted to the platform's public key"
        }
        Cause::WrongPeerKey => {
            "data is encrypted to the platform's public key, but sign is not made with the merchant's private key"
        }
        Cause::SwappedKeys => {
            "sign is made with the platform's private key: the keys of the two sides are swapped"
        }
        _ => return Some(diagnosis.to_string()),
    };
    Some(text.to_owned())
}

/// What is known of an envelope that did not open.
fn sizes(data: &str, sign: &str) -> String {
    let bytes = |text: &str| {
        let plain = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b'=';
        text.bytes().filter(plain).count() * 3 / 4
    };
    format!(
        "data cannot be decrypted with the platform's key, or sign does not match the text inside. data is {} bytes (blocks of key length, {REQUEST_BLOCKS} at most), sign is {}. Check: encrypted to the platform's public key in pieces of key length minus 11, PKCS#1 v1.5; signed is the MD5 of the text in 32 lower-case hexadecimal digits, SHA256withRSA",
        bytes(data),
        bytes(sign),
    )
}

fn malformed(reason: impl Into<String>) -> Refusal {
    Refusal::new(answer::PARAMETER, reason)
        .assuming("assumed: code 10020 for a body or a text inside that cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(given: &str, now_ms: u64) -> Result<(), String> {
        let raw = RawValue::from_string(given.to_owned()).unwrap();
        check_time(Some(&raw), now_ms, 300_000).map_err(|refusal| refusal.reason)
    }

    #[test]
    fn accepts_times_within_the_window_as_number_or_text() {
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
            ("1715310032", "probably seconds"),
            ("-1", "not an integer"),
            ("1.5", "not an integer"),
            ("1e12", "not an integer"),
            ("\"\"", "not an integer"),
            ("\"now\"", "not an integer"),
            ("\" 1715310032123\"", "not an integer"),
            ("null", "not an integer"),
            ("[1]", "not an integer"),
            ("99999999999999999999999", "not an integer"),
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
