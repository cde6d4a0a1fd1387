//! CCPayment: the exact body, its timestamp, app id and secret. Without a version it is v1.

use payments_signing::ccpayment::{
    APP_ID_HEADER, Key, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp, Window, v2,
};
use payments_signing::{Diagnosis, Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::input::{self, Members};
use crate::failure::Failure;

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Version {
    #[default]
    V1,
    V2,
}

/// A webhook may be shorter than a request, and is never empty.
#[derive(Clone, Copy, Deserialize)]
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

/// From `{"version":"v2","app_id":…,"app_secret":…,"timestamp":…,"body":…}`.
pub(super) fn sign(input: &Members<'_>) -> Result<Signed, Failure> {
    let (app_id, secret) = (input.needed("app_id")?, secret(input)?);
    let timestamp = Timestamp::parse(&timestamp(input)?)
        .map_err(|error| Failure::BadInput(format!("\"timestamp\" cannot be used: {error}")))?;
    let body = body(input)?;
    let (stages, canonical) = match input.optional("version")? {
        Version::V1 => (
            key(&app_id, secret)?.explain(timestamp, &body),
            "hashed text",
        ),
        Version::V2 => (
            key_v2(&app_id, secret)?.explain(timestamp, &body),
            "signed text",
        ),
    };
    let stage = |name: &str| stages.get(name).unwrap_or_default().to_owned();
    Ok(Signed {
        canonical: stage(canonical),
        sign: stage("sign"),
    })
}

/// From the same with `sign`, `now` and `kind`. If the app id in the header differs from the account's, `header_app_id` is that in the
/// header, or `own_app_id` is the account's.
///
/// A timestamp that is not ten digits is refused as not authentic, and is not bad input: a forger can choose it.
pub(super) fn verify(input: &Members<'_>) -> Result<Option<Diagnosis>, Failure> {
    let (app_id, secret) = (input.needed("app_id")?, secret(input)?);
    let own_app_id = input.text("own_app_id")?;
    let own_app_id = own_app_id.as_ref().unwrap_or(&app_id);
    let header_app_id = input.text("header_app_id")?;
    let header_app_id = header_app_id.as_ref().unwrap_or(&app_id);
    let (timestamp, sign) = (timestamp(input)?, input.needed("sign")?);
    let now = match input.digits("now")? {
        Some(now) => now
            .parse()
            .map_err(|_| Failure::bad("\"now\" must be Unix seconds, as in 1677152490"))?,
        // The age is not checked.
        None => Timestamp::parse(&timestamp).map_or(0, Timestamp::as_secs),
    };
    let headers = [
        (APP_ID_HEADER, header_app_id.as_bytes()),
        (TIMESTAMP_HEADER, timestamp.as_bytes()),
        (SIGN_HEADER, sign.as_bytes()),
    ];
    let (body, window) = (body(input)?, Window::default());
    let version = input.optional("version")?;
    let kind = input.optional::<Option<Kind>>("kind")?;
    let kind = kind.unwrap_or_else(|| kind_of(&body, version));
    Ok(match version {
        Version::V1 => {
            let key = key(own_app_id, secret)?;
            match kind {
                Kind::Webhook => key.diagnose_webhook(headers, &body, now, &window),
                Kind::Request => key.diagnose_request(headers, &body, now, &window),
            }
        }
        Version::V2 => {
            let key = key_v2(own_app_id, secret)?;
            match kind {
                Kind::Webhook => key.diagnose_webhook(headers, &body, now, &window),
                Kind::Request => key.diagnose_request(headers, &body, now, &window),
            }
        }
    })
}

/// Every webhook has these two fields, and no request or response has them at its top.
fn kind_of(body: &[u8], version: Version) -> Kind {
    let fields = match version {
        Version::V1 => ["pay_status", "record_id"],
        Version::V2 => ["type", "msg"],
    };
    let body: Option<Value> = serde_json::from_slice(body).ok();
    match body {
        Some(body) if fields.iter().all(|name| body.get(name).is_some()) => Kind::Webhook,
        _ => Kind::Request,
    }
}

fn timestamp(input: &Members<'_>) -> Result<Zeroizing<String>, Failure> {
    let timestamp = input.digits("timestamp")?;
    timestamp.ok_or_else(|| Failure::bad("the input has no \"timestamp\""))
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

fn secret(input: &Members<'_>) -> Result<Secret, Failure> {
    input::secret("app_secret", &input.needed("app_secret")?)
}

fn key(app_id: &str, secret: Secret) -> Result<Key, Failure> {
    Key::new(app_id, secret).map_err(|error| input::unusable("app_id", &error))
}

fn key_v2(app_id: &str, secret: Secret) -> Result<v2::Key, Failure> {
    v2::Key::new(app_id, secret).map_err(|error| input::unusable("app_id", &error))
}
