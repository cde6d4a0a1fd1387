//! Requests to the sandbox's gateways: whatever a signed request contains, it is answered in JSON, and not by a failure of the
//! sandbox.

use std::sync::{LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use http::Request;
use payments_sandbox::{Clock, Sandbox};
use payments_signing::ccpayment::{self, Timestamp, v2};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use payments_signing::{Secret, cpay};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::corpus;

const NOW_MS: u64 = 1_700_000_000_000;

/// Answers one request after the other.
static SANDBOX: LazyLock<Mutex<(Runtime, Sandbox)>> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let builder = Sandbox::builder().clock(Clock::manual(NOW_MS)).seed(7);
    let builder = builder.ccpayment_requests_per_second(u32::MAX);
    let sandbox = runtime.block_on(builder.start()).unwrap();
    Mutex::new((runtime, sandbox))
});

/// The recorded requests of a provider: the path in the first line, and what is signed after it.
pub(crate) fn recorded(folder: &str) -> Vec<Vec<u8>> {
    let files = corpus::files(folder, ".request.json").into_iter();
    let inputs = files.filter_map(|file| {
        let request: Value = serde_json::from_slice(&file).unwrap();
        let text = |name: &str| request.get(name).and_then(Value::as_str);
        let uri: http::Uri = text("uri")?.parse().unwrap();
        let body = text("plaintext").or_else(|| text("body"))?;
        Some(format!("{}\n{body}", uri.path()).into_bytes())
    });
    inputs.collect()
}

/// Sends a request, built from the sandbox's credentials and what follows the first line.
fn answered(input: &[u8], request: impl FnOnce(&Sandbox, &str, &[u8]) -> Option<Request<Bytes>>) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let path = parts.next().and_then(|path| str::from_utf8(path).ok());
    let (Some(path), Some(body)) = (path, parts.next()) else {
        return;
    };
    let sandbox = SANDBOX.lock().unwrap_or_else(PoisonError::into_inner);
    let (runtime, sandbox) = &*sandbox;
    let Some(mut request) = request(sandbox, path, body) else {
        return;
    };
    let host = "localhost".parse().unwrap();
    request.headers_mut().insert("Host", host);
    let answer = runtime.block_on(sandbox.answer(request));
    assert!(!answer.status().is_server_error(), "{answer:?}");
    let is_json = serde_json::from_slice::<Value>(answer.body()).is_ok();
    // Other paths may be those of pages.
    let is_call = answer.headers().get("content-type").is_some_and(|kind| {
        let kind = kind.to_str().unwrap_or_default();
        kind.starts_with("application/json")
    });
    assert!(is_json || !is_call, "{answer:?}");
}

pub(crate) fn cpay(input: &[u8]) {
    answered(input, |sandbox, path, body| {
        let keys = &sandbox.credentials().cpay;
        let key = cpay::Key::new(Secret::new(&*keys.secret).unwrap());
        let fields = form_urlencoded::parse(body).filter(|(name, _)| name != "sign");
        let mut fields: Vec<_> = fields.collect();
        fields.retain(|(name, _)| !name.is_empty());
        let pairs = fields.iter().map(|(name, value)| (&**name, &**value));
        let sign = key.sign(pairs).ok()?.to_string();
        fields.push(("sign".into(), sign.into()));
        let mut form = form_urlencoded::Serializer::new(String::new());
        let body = form.extend_pairs(fields).finish();
        let request = Request::post(path);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        request.body(body.into()).ok()
    });
}

pub(crate) fn chainup(input: &[u8]) {
    answered(input, |sandbox, path, text| {
        let keys = &sandbox.credentials().chainup_opay;
        let merchant = Keys::new(
            PrivateKey::parse(&keys.merchant_private_key).unwrap(),
            PublicKey::parse(&keys.platform_public_key).unwrap(),
        );
        let body = merchant.seal(text).ok()?.envelope(&keys.app_id, NOW_MS);
        let request = Request::post(path).header("Content-Type", "application/json");
        request.body(body.into()).ok()
    });
}

pub(crate) fn ccpayment(input: &[u8]) {
    answered(input, |sandbox, path, body| {
        let keys = &sandbox.credentials().ccpayment;
        let secret = Secret::new(&*keys.app_secret).unwrap();
        let key = ccpayment::Key::new(&keys.app_id, secret).unwrap();
        let stamp = Timestamp::from_secs(NOW_MS / 1_000).unwrap();
        let sign = key.sign(stamp, body).to_string();
        signed(path, body, [&keys.app_id, stamp.as_str(), &sign])
    });
}

pub(crate) fn ccpayment_v2(input: &[u8]) {
    answered(input, |sandbox, path, body| {
        let keys = &sandbox.credentials().ccpayment_v2;
        let secret = Secret::new(&*keys.app_secret).unwrap();
        let key = v2::Key::new(&keys.app_id, secret).unwrap();
        let stamp = Timestamp::from_secs(NOW_MS / 1_000).unwrap();
        let sign = key.sign(stamp, body).to_string();
        signed(path, body, [&keys.app_id, stamp.as_str(), &sign])
    });
}

fn signed(path: &str, body: &[u8], values: [&str; 3]) -> Option<Request<Bytes>> {
    let mut request = Request::post(path).header("Content-Type", "application/json");
    for (name, value) in ["Appid", "Timestamp", "Sign"].into_iter().zip(values) {
        request = request.header(name, value);
    }
    request.body(Bytes::copy_from_slice(body)).ok()
}
