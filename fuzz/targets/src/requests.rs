//! Requests to the sandbox's gateways: whatever a signed request contains, it is answered in JSON, and not by a failure of the
//! sandbox.

use std::sync::{LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use payments_sandbox::{Clock, Sandbox, SandboxBuilder};
use payments_signing::ccpayment::{self, Timestamp, v2};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use payments_signing::{Secret, cpay};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::accounts::SIGNATURE;
use crate::corpus;

/// When the sandbox starts.
pub(crate) const NOW_MS: u64 = 1_700_000_000_000;

/// A runtime for one request after the other.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A sandbox whose clock stands still and whose webhooks go nowhere.
pub(crate) fn sandbox() -> SandboxBuilder {
    Sandbox::builder()
        .clock(Clock::manual(NOW_MS))
        .seed(7)
        .ccpayment_requests_per_second(u32::MAX)
        .ccpayment_webhook_url("http://127.0.0.1:9/ccpayment")
        .ccpayment_v2_webhook_url("http://127.0.0.1:9/ccpayment_v2")
        .cpay_callback_url("http://127.0.0.1:9/cpay")
        .receive_webhooks(|_| async { Err("nothing listens".to_owned()) })
}

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

/// Signs what a request contains with the keys of the sandbox. `None` if that is impossible.
type Sign = fn(&Sandbox, &str, &[u8]) -> Option<Request<Bytes>>;

/// The path in the first line, and what follows it.
pub(crate) fn path_and_body(input: &[u8]) -> Option<(&str, &[u8])> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    let (path, body) = input.split_at(end);
    Some((str::from_utf8(path).ok()?, &body[1..]))
}

/// The answer to a request of this machine.
pub(crate) async fn answer(sandbox: &Sandbox, mut request: Request<Bytes>) -> Response<Bytes> {
    let host = "localhost".parse().unwrap();
    request.headers_mut().insert("Host", host);
    sandbox.answer(request).await
}

/// Panics if a signed request is not answered as a gateway answers. Returns whether it was accepted.
fn answered(input: &[u8], sign: Sign) -> bool {
    static SANDBOX: LazyLock<Mutex<(Runtime, Sandbox)>> = LazyLock::new(|| {
        let runtime = runtime();
        let sandbox = runtime.block_on(sandbox().start()).unwrap();
        Mutex::new((runtime, sandbox))
    });
    let Some((path, body)) = path_and_body(input) else {
        return false;
    };
    let sandbox = SANDBOX.lock().unwrap_or_else(PoisonError::into_inner);
    let (runtime, sandbox) = &*sandbox;
    let Some(request) = sign(sandbox, path, body) else {
        return false;
    };
    let answer = runtime.block_on(answer(sandbox, request));
    assert!(!answer.status().is_server_error(), "{answer:?}");
    let json = serde_json::from_slice::<Value>(answer.body());
    // Other paths may be those of pages.
    let is_call = answer.headers().get("content-type").is_some_and(|kind| {
        let kind = kind.to_str().unwrap_or_default();
        kind.starts_with("application/json")
    });
    assert!(json.is_ok() || !is_call, "{answer:?}");
    let code = json.as_ref().ok().and_then(|json| json.get("code"));
    code.is_some_and(|code| matches!(&*code.to_string(), "0" | "\"0\"" | "10000"))
}

/// Sends the recorded requests whose paths fit.
pub(crate) async fn send_recorded(sandbox: &Sandbox, fits: impl Fn(&str) -> bool) {
    let all: [(&str, Sign); 4] = [
        ("wire/cpay", sign_cpay),
        ("wire/chainup_opay", sign_chainup),
        ("wire/ccpayment", sign_ccpayment),
        ("wire/ccpayment_v2", sign_ccpayment_v2),
    ];
    for (folder, sign) in all {
        for input in recorded(folder) {
            let (path, body) = path_and_body(&input).unwrap();
            if fits(path) {
                let request = sign(sandbox, path, body).unwrap();
                answer(sandbox, request).await;
            }
        }
    }
}

pub(crate) fn cpay(input: &[u8]) -> bool {
    answered(input, sign_cpay)
}

pub(crate) fn chainup(input: &[u8]) -> bool {
    answered(input, sign_chainup)
}

pub(crate) fn ccpayment(input: &[u8]) -> bool {
    answered(input, sign_ccpayment)
}

pub(crate) fn ccpayment_v2(input: &[u8]) -> bool {
    answered(input, sign_ccpayment_v2)
}

fn sign_cpay(sandbox: &Sandbox, path: &str, body: &[u8]) -> Option<Request<Bytes>> {
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
}

fn sign_chainup(sandbox: &Sandbox, path: &str, text: &[u8]) -> Option<Request<Bytes>> {
    let keys = &sandbox.credentials().chainup_opay;
    let merchant = Keys::new(
        PrivateKey::parse(&keys.merchant_private_key).unwrap(),
        PublicKey::parse(&keys.platform_public_key).unwrap(),
    );
    let body = merchant
        .seal(text)
        .ok()?
        .envelope(&keys.app_id, sandbox.clock().now_ms());
    let request = Request::post(path).header("Content-Type", "application/json");
    request.body(body.into()).ok()
}

fn sign_ccpayment(sandbox: &Sandbox, path: &str, body: &[u8]) -> Option<Request<Bytes>> {
    let keys = &sandbox.credentials().ccpayment;
    let secret = Secret::new(&*keys.app_secret).unwrap();
    let key = ccpayment::Key::new(&keys.app_id, secret).unwrap();
    let stamp = Timestamp::from_secs(sandbox.clock().now_ms() / 1_000).unwrap();
    let sign = key.sign(stamp, body).to_string();
    signed(path, body, [&keys.app_id, stamp.as_str(), &sign])
}

fn sign_ccpayment_v2(sandbox: &Sandbox, path: &str, body: &[u8]) -> Option<Request<Bytes>> {
    let keys = &sandbox.credentials().ccpayment_v2;
    let secret = Secret::new(&*keys.app_secret).unwrap();
    let key = v2::Key::new(&keys.app_id, secret).unwrap();
    let stamp = Timestamp::from_secs(sandbox.clock().now_ms() / 1_000).unwrap();
    let sign = key.sign(stamp, body).to_string();
    signed(path, body, [&keys.app_id, stamp.as_str(), &sign])
}

fn signed(path: &str, body: &[u8], values: [&str; 3]) -> Option<Request<Bytes>> {
    let mut request = Request::post(path).header("Content-Type", "application/json");
    for (name, value) in SIGNATURE.into_iter().zip(values) {
        request = request.header(name, value);
    }
    request.body(Bytes::copy_from_slice(body)).ok()
}
