//! What the tests share: fixtures, a client over a scripted transport, and a server of webhooks.

#[cfg(feature = "reqwest")]
pub(crate) mod receiver;
#[cfg(feature = "reqwest")]
pub(crate) mod sandbox;
pub(crate) mod transcript;

use std::path::PathBuf;

use bytes::Bytes;
use cpay_client::{Client, Config, CreateOrder, OrderQuery};
use payments_core::scripted::{ManualClock, ScriptedTransport};
use payments_core::{MerchantRef, Timestamp};
use serde_json::{Value, json};

/// The merchant of all fixtures.
pub(crate) const BASE_URL: &str = "https://sandbox-api.cpay.ltd";
pub(crate) const MERCHANT: &str = "20003092";
pub(crate) const SECRET: &str = "k3y-of-merchant";

pub(crate) fn config() -> Config {
    Config::new(BASE_URL, MERCHANT, SECRET).unwrap()
}

/// A client that talks to the script; the clock stands at 1,700,000,000 seconds.
pub(crate) fn scripted(transport: &ScriptedTransport) -> Client {
    Client::with_executor(&config(), transport.executor(&ManualClock::new()))
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_secs(1_700_000_000)
}

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

/// The order that `create-order.answer.json` answers.
pub(crate) fn order() -> CreateOrder {
    CreateOrder::new(reference("test114"), "1001", "3".parse().unwrap(), "USDT")
}

/// The query that `order-detail.answer.json` answers.
pub(crate) fn query() -> OrderQuery {
    OrderQuery::by_trade_no(reference("7b785240e426694635bb09fb101ae241"))
}

/// A file of the workspace's `fixtures` folder.
pub(crate) fn fixture(path: &str) -> Vec<u8> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(path);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

pub(crate) fn json(path: &str) -> Value {
    serde_json::from_slice(&fixture(path)).unwrap()
}

pub(crate) fn answer(body: impl Into<Bytes>) -> http::Response<Bytes> {
    http::Response::new(body.into())
}

/// The text of a JSON string that must be there.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name} in {value}"))
}

/// Method, URI, every header and the body of a request, in the form of the fixtures.
pub(crate) fn shown(request: &http::Request<Bytes>) -> Value {
    let headers: serde_json::Map<_, _> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect();
    json!({
        "method": request.method().as_str(),
        "uri": request.uri().to_string(),
        "headers": headers,
        "body": std::str::from_utf8(request.body()).unwrap(),
    })
}
