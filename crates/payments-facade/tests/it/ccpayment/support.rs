//! Gateways over a script that signs its answers, and orders for them.

use std::sync::Arc;

use bytes::Bytes;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
use payments_core::{Asset, Executor, MerchantRef, Timestamp};
use payments_facade::ccpayment::{Ccpayment, Config, DEFAULT_BASE_URL};
use payments_facade::{CheckoutOrder, Destination, Fee, Money, Payee, PayoutOrder, network};
use payments_signing::{Secret, ccpayment};
use serde_json::Value;

pub(crate) const APP_ID: &str = "202302010636261620672405236006912";
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

pub(crate) const USDT_TRON: &str = "0912e09a-d8e2-41d7-a0bc-a25530892988";
pub(crate) const USDT_ETH: &str = "264f4725-3cfd-4ff6-bc80-ff9d799d5fb2";
pub(crate) const ADDRESS: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";

/// `coin/all`: USDT on three chains, one of them in maintenance; one coin with memos, one that is given up.
pub(crate) const COINS: &str = r#"{"list":[
    {"coin_id":"c-1","crypto":"USDT","status":1,"precision":6,"min":"1","tokens":[
        {"token_id":"c30d8b76-28db-425e-a3b2-29f1c4069545","crypto":"USDT","network":"Polygon","chain":"POLYGON","status":2},
        {"token_id":"264f4725-3cfd-4ff6-bc80-ff9d799d5fb2","crypto":"USDT","network":"ERC20","chain":"ETH","status":1},
        {"token_id":"0912e09a-d8e2-41d7-a0bc-a25530892988","crypto":"USDT","network":"TRC20","chain":"TRX","status":1}]},
    {"coin_id":"c-2","crypto":"XRP","status":1,"tokens":[
        {"token_id":"xrp","crypto":"XRP","network":"XRP","chain":"XRP","status":1,"is_support_memo":true}]},
    {"coin_id":"c-3","crypto":"KAVA","status":1,"tokens":[
        {"token_id":"kava","crypto":"KAVA","network":"Kava","chain":"KAVA","status":1,"is_support_memo":true}]},
    {"coin_id":"c-4","crypto":"FTM","status":3,"tokens":[
        {"token_id":"ftm","crypto":"FTM","network":"Fantom","chain":"FTM","status":1}]},
    {"coin_id":"c-5","crypto":"SATS","status":1,"precision":0,"min":"100","tokens":[
        {"token_id":"sats","crypto":"SATS","network":"Lightning","chain":"LIGHTNING","status":1}]}]}"#;

pub(crate) fn config(secret: &str) -> Config {
    Config::new(DEFAULT_BASE_URL, APP_ID, secret).unwrap()
}

fn signed(body: Bytes, stamp: &str) -> http::Response<Bytes> {
    let key = ccpayment::Key::new(APP_ID, Secret::new(SECRET).unwrap()).unwrap();
    let sign = key.sign(ccpayment::Timestamp::parse(stamp).unwrap(), &body);
    http::Response::builder()
        .header("Appid", APP_ID)
        .header("Timestamp", stamp)
        .header("Sign", sign.as_str())
        .body(body)
        .unwrap()
}

/// Headers of a webhook that is signed with this secret at [`NOW`].
pub(crate) fn webhook_headers(app_id: &str, secret: &str, body: &[u8]) -> http::HeaderMap {
    headers_at(app_id, secret, body, NOW)
}

pub(crate) fn headers_at(
    app_id: &str,
    secret: &str,
    body: &[u8],
    at: Timestamp,
) -> http::HeaderMap {
    let key = ccpayment::Key::new(app_id, Secret::new(secret).unwrap()).unwrap();
    let stamp = ccpayment::Timestamp::from_secs(at.as_secs()).unwrap();
    let mut headers = http::HeaderMap::new();
    headers.insert("Appid", app_id.parse().unwrap());
    headers.insert("Timestamp", stamp.as_str().parse().unwrap());
    headers.insert("Sign", key.sign(stamp, body).as_str().parse().unwrap());
    headers
}

/// A script whose answers are signed when they are given.
pub(crate) trait Says: Sized {
    /// The next request is answered with a success of this `data`.
    fn says(self, data: &str) -> Self;

    /// With this body, whatever it is.
    fn says_all(self, body: String) -> Self;
}

impl Says for ScriptedTransport {
    fn says(self, data: &str) -> Self {
        self.says_all(format!(r#"{{"code":10000,"msg":"success","data":{data}}}"#))
    }

    fn says_all(self, body: String) -> Self {
        self.respond(move |request| {
            let stamp = request.headers()["Timestamp"].to_str().unwrap();
            Ok(signed(Bytes::from(body), stamp))
        })
    }
}

pub(crate) fn scripted(transport: &ScriptedTransport) -> Ccpayment {
    clocked(transport, &ManualClock::at(NOW))
}

/// As [`scripted`], with tokens that need no asking.
pub(crate) fn fixed(transport: &ScriptedTransport) -> Ccpayment {
    let gateway = scripted(transport);
    gateway
        .with_token(&usdt_on(network::TRON), USDT_TRON)
        .unwrap()
}

pub(crate) fn clocked(transport: &ScriptedTransport, clock: &ManualClock) -> Ccpayment {
    let executor = Executor::new(
        Arc::new(transport.clone()),
        Arc::new(clock.clone()),
        Arc::new(FixedEntropy::new(0)),
    );
    Ccpayment::new("main", &config(SECRET), executor).unwrap()
}

/// Path and body of every request so far.
pub(crate) fn sent_requests(transport: &ScriptedTransport) -> Vec<(String, Value)> {
    let requests = transport.requests();
    let reported = requests.iter().map(|request| {
        let path = request.uri().path().strip_prefix("/ccpayment/v1/").unwrap();
        (
            path.to_owned(),
            serde_json::from_slice(request.body()).unwrap(),
        )
    });
    reported.collect()
}

pub(crate) fn paths(transport: &ScriptedTransport) -> Vec<String> {
    sent_requests(transport)
        .into_iter()
        .map(|(path, _)| path)
        .collect()
}

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

pub(crate) fn asset(symbol: &str) -> Asset {
    Asset::new(symbol).unwrap()
}

pub(crate) fn usdt_on(network: &str) -> Asset {
    asset("USDT").on_network(network).unwrap()
}

pub(crate) fn money(amount: &str, symbol: &str) -> Money {
    Money::of(amount, symbol).unwrap()
}

pub(crate) fn usdt(amount: &str) -> Money {
    money(amount, "USDT").on_network(network::TRON).unwrap()
}

pub(crate) fn dollars(amount: &str) -> Money {
    money(amount, "USD")
}

pub(crate) fn hosted(text: &str) -> CheckoutOrder {
    CheckoutOrder::hosted(reference(text), dollars("25.50")).title("Teapot")
}

pub(crate) fn native(text: &str) -> CheckoutOrder {
    CheckoutOrder::native(reference(text), dollars("25.50")).pay_with(usdt_on(network::TRON))
}

pub(crate) fn tron() -> Destination {
    Destination::new(ADDRESS, network::TRON).unwrap()
}

pub(crate) fn to_chain(text: &str, fee: Fee) -> PayoutOrder {
    PayoutOrder::new(
        reference(text),
        Payee::Chain(tron()),
        money("4", "USDT"),
        fee,
    )
}

pub(crate) fn to_account(text: &str) -> PayoutOrder {
    let account = Payee::Account("9558861".into());
    PayoutOrder::new(reference(text), account, money("4", "USDT"), Fee::Included)
}
