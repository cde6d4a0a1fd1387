//! What the tests of ChainUp OPay share: a gateway over a script, the platform's side of the keys, orders.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
use payments_core::{Executor, MerchantRef, ProviderRef, Timestamp};
use payments_facade::chainup_opay::{ChainupOpay, Config};
use payments_facade::{CheckoutOrder, Gateway, Money, Received, WebhookError};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use serde_json::{Value, json};

/// The clock of every scripted gateway stands here.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
pub(crate) const APP: &str = "xxx_xxx";
pub(crate) const NUMBER: &str = "1cbdc77d81874fadabe42ea485863d91";
pub(crate) const USER_ID: &str = "22033390";
pub(crate) const SUCCESS_URL: &str = "https://shop.example/return";
pub(crate) const NOTIFY_URL: &str = "https://shop.example/notify";

fn key(name: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/signatures/chainup_opay")
        .join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

pub(crate) fn config() -> Config {
    let (own, peer) = (key("merchant.pri.pem"), key("platform.pub.pem"));
    Config::new("https://service.exchange.example", APP, &own, &peer).unwrap()
}

/// Keys of another merchant's: the platform's own pair, taken the other way round.
pub(crate) fn other_config() -> Config {
    let (own, peer) = (key("platform.pri.pem"), key("merchant.pub.pem"));
    Config::new("https://service.exchange.example", APP, &own, &peer).unwrap()
}

pub(crate) fn keys(own: &str, peer: &str) -> Keys {
    let own = PrivateKey::parse(&key(&format!("{own}.pri.pem"))).unwrap();
    let peer = PublicKey::parse(&key(&format!("{peer}.pub.pem"))).unwrap();
    Keys::new(own, peer)
}

pub(crate) fn platform() -> Keys {
    keys("platform", "merchant")
}

pub(crate) fn executor(transport: &ScriptedTransport) -> Executor {
    Executor::new(
        Arc::new(transport.clone()),
        Arc::new(ManualClock::new()),
        Arc::new(FixedEntropy::new(0)),
    )
}

pub(crate) fn scripted(transport: &ScriptedTransport) -> ChainupOpay {
    ChainupOpay::new("main", &config(), executor(transport)).unwrap()
}

/// An answer with this text inside.
pub(crate) fn sealed(inside: &Value) -> String {
    let sealed = platform().seal(inside.to_string().as_bytes()).unwrap();
    json!({"code": "0", "msg": "succ", "data": sealed.data, "sign": sealed.sign}).to_string()
}

pub(crate) fn refusal(code: &str) -> String {
    json!({"code": code, "msg": "as asked", "data": null}).to_string()
}

pub(crate) fn made() -> String {
    sealed(&json!({"orderNum": NUMBER}))
}

/// The details of the order `o-1` in this state.
pub(crate) fn detail(status: &str) -> String {
    sealed(&json!({
        "orderNum": NUMBER, "appOrderId": "o-1", "orderStatus": status, "orderAmount": "10.50",
        "payCoinSymbol": "usdt1742", "userId": 22_033_390, "ctime": "1700000000000",
    }))
}

/// A callback about the order `o-1`.
pub(crate) fn callback(status: &str) -> Bytes {
    let inside = json!({
        "outOrderId": "o-1", "orderNum": NUMBER, "orderStatus": status, "payAmount": "10.50",
        "returnUrl": SUCCESS_URL,
    });
    let sealed = platform().seal(inside.to_string().as_bytes()).unwrap();
    Bytes::from(sealed.envelope(APP, 1_700_000_000_000))
}

pub(crate) fn receive(gateway: &ChainupOpay, body: &Bytes) -> Result<Received, WebhookError> {
    let now = Timestamp::from_secs(100);
    gateway.webhooks().receive(&HeaderMap::new(), body, now)
}

/// Where the requests went and what stood in them.
pub(crate) fn sent(transport: &ScriptedTransport) -> Vec<(String, Value)> {
    let requests = transport.requests();
    let opened = requests.iter().map(|request| {
        let envelope: Value = serde_json::from_slice(request.body()).unwrap();
        let part = |name: &str| envelope[name].as_str().unwrap().to_owned();
        let text = platform().open(&part("data"), &part("sign")).unwrap();
        let (_, call) = request.uri().path().rsplit_once('/').unwrap();
        (
            call.to_owned(),
            serde_json::from_slice(&text.into_inner()).unwrap(),
        )
    });
    opened.collect()
}

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

pub(crate) fn number() -> ProviderRef {
    ProviderRef::new(NUMBER).unwrap()
}

pub(crate) fn money(amount: &str) -> Money {
    Money::of(amount, "USDT1742").unwrap()
}

pub(crate) fn hosted(text: &str) -> CheckoutOrder {
    CheckoutOrder::hosted(reference(text), money("10.50"))
        .customer(USER_ID)
        .success_url(SUCCESS_URL)
        .notify_url(NOTIFY_URL)
}
