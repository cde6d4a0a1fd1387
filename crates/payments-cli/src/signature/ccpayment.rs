//! CCPayment v1.0: the exact body, its timestamp, app id and secret.

use payments_signing::Refused;
use payments_signing::ccpayment::{Headers, Key, Timestamp, Window};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::input;
use crate::failure::Failure;

/// `{"app_id":…,"app_secret":…,"timestamp":…,"body":…,"sign":…,"now":…}`.
#[derive(Deserialize)]
pub(super) struct Case {
    app_id: String,
    app_secret: Zeroizing<String>,
    #[serde(deserialize_with = "payments_core::wire::text")]
    timestamp: String,
    #[serde(default)]
    body: String,
    sign: Option<String>,
    #[serde(default, deserialize_with = "payments_core::wire::optional_integer")]
    now: Option<u64>,
}

#[derive(Serialize)]
pub(super) struct Signed {
    canonical: String,
    sign: String,
}

pub(super) fn sign(case: &Case) -> Result<Signed, Failure> {
    let timestamp = Timestamp::parse(&case.timestamp)
        .map_err(|error| Failure::BadInput(format!("\"timestamp\" cannot be used: {error}")))?;
    let stages = key(case)?.explain(timestamp, case.body.as_bytes());
    let stage = |name: &str| stages.get(name).unwrap_or_default().to_owned();
    Ok(Signed {
        canonical: stage("hashed text"),
        sign: stage("sign"),
    })
}

/// A timestamp that is not ten digits is a refusal here, not bad input: a forger can choose it.
pub(super) fn verify(case: &Case) -> Result<Result<(), Refused>, Failure> {
    let sign = input::needed(case.sign.as_ref(), "sign")?;
    let headers = Headers {
        app_id: &case.app_id,
        timestamp: &case.timestamp,
        sign,
    };
    let own_time = Timestamp::parse(&case.timestamp)
        .map(Timestamp::as_secs)
        .unwrap_or_default();
    let now = case.now.unwrap_or(own_time);
    Ok(key(case)?.verify_request(&headers, case.body.as_bytes(), now, &Window::default()))
}

fn key(case: &Case) -> Result<Key, Failure> {
    let secret = input::secret("app_secret", &case.app_secret)?;
    Key::new(&*case.app_id, secret).map_err(|error| input::unusable("app_id", &error))
}
