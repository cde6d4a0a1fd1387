//! CCPayment: the exact body, its timestamp, app id and secret. Without a version it is v1.

use std::borrow::Cow;

use payments_signing::Refused;
use payments_signing::ccpayment::{Headers, Key, Timestamp, Window, v2};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::input;
use crate::failure::Failure;

/// `{"version":"v2","app_id":…,"app_secret":…,"timestamp":…,"body":…,"sign":…,"now":…}`.
#[serde_with::serde_as]
#[derive(Deserialize)]
pub(super) struct Case {
    #[serde(default)]
    version: Version,
    /// Only a v2 webhook is checked differently: it is never empty.
    kind: Option<Kind>,
    app_id: String,
    /// The app id in the header, if it differs from `app_id`, which then is the account's.
    header_app_id: Option<String>,
    /// The account's app id, if it differs from `app_id`, which then is that in the header.
    own_app_id: Option<String>,
    app_secret: Zeroizing<String>,
    #[serde_as(as = "payments_core::wire::Scalar")]
    timestamp: String,
    #[serde(default)]
    body: String,
    /// The body in hexadecimal digits, if it is not text.
    body_hex: Option<String>,
    sign: Option<String>,
    #[serde(default)]
    #[serde_as(as = "payments_core::wire::Optional")]
    now: Option<u64>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Version {
    #[default]
    V1,
    V2,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Request,
    Webhook,
}

#[derive(Serialize)]
pub(super) struct Signed {
    canonical: String,
    sign: String,
}

pub(super) fn sign(case: &Case) -> Result<Signed, Failure> {
    let timestamp = Timestamp::parse(&case.timestamp)
        .map_err(|error| Failure::BadInput(format!("\"timestamp\" cannot be used: {error}")))?;
    let body = body(case)?;
    let (stages, canonical) = match case.version {
        Version::V1 => (key(case)?.explain(timestamp, &body), "hashed text"),
        Version::V2 => (
            key_v2(&case.app_id, case)?.explain(timestamp, &body),
            "signed text",
        ),
    };
    let stage = |name: &str| stages.get(name).unwrap_or_default().to_owned();
    Ok(Signed {
        canonical: stage(canonical),
        sign: stage("sign"),
    })
}

/// A timestamp that is not ten digits is refused as not authentic, and is not bad input: a forger can choose it.
pub(super) fn verify(case: &Case) -> Result<Result<(), Refused>, Failure> {
    let headers = Headers {
        app_id: case.header_app_id.as_ref().unwrap_or(&case.app_id),
        timestamp: &case.timestamp,
        sign: input::needed(case.sign.as_ref(), "sign")?,
    };
    let own_time = Timestamp::parse(&case.timestamp)
        .map(Timestamp::as_secs)
        .unwrap_or_default();
    let now = case.now.unwrap_or(own_time);
    let (body, window) = (body(case)?, Window::default());
    Ok(match case.version {
        Version::V1 => key(case)?.verify_request(&headers, &body, now, &window),
        Version::V2 => {
            let key = key_v2(case.own_app_id.as_ref().unwrap_or(&case.app_id), case)?;
            if case.kind == Some(Kind::Webhook) {
                key.verify_webhook(&headers, &body, now, &window)
                    .map(|_| ())
            } else {
                key.verify_request(&headers, &body, now, &window)
            }
        }
    })
}

fn body(case: &Case) -> Result<Cow<'_, [u8]>, Failure> {
    let Some(digits) = &case.body_hex else {
        return Ok(Cow::Borrowed(case.body.as_bytes()));
    };
    let byte = |at: usize| {
        digits
            .get(at..at + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes
        .map(Cow::Owned)
        .ok_or_else(|| Failure::BadInput("\"body_hex\" is not hexadecimal digits".to_owned()))
}

fn key(case: &Case) -> Result<Key, Failure> {
    let secret = input::secret("app_secret", &case.app_secret)?;
    Key::new(&*case.app_id, secret).map_err(|error| input::unusable("app_id", &error))
}

fn key_v2(app_id: &str, case: &Case) -> Result<v2::Key, Failure> {
    let secret = input::secret("app_secret", &case.app_secret)?;
    v2::Key::new(app_id, secret).map_err(|error| input::unusable("app_id", &error))
}
