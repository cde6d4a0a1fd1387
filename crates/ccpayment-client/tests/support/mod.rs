//! What the tests share: fixtures, signed answers, and a client over a scripted transport.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)] // each test uses its part

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use ccpayment_client::v1::{
    AssignAddress, Client, Config, CreateCheckout, CreateOrder, DEFAULT_BASE_URL, DepositQuery,
    NetworkFeeQuery, Price, RateQuery, UserQuery, Withdraw, WithdrawalQuery,
};
use payments_core::scripted::{ManualClock, ScriptedTransport};
use payments_core::{Amount, MerchantRef, Timestamp};
use payments_signing::Secret;
use payments_signing::ccpayment::{Key, Timestamp as Stamp};
use serde_json::Value;

/// The app of all fixtures, and the moment they are of.
pub(crate) const APP_ID: &str = "202302010636261620672405236006912";
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const STAMP: u64 = 1_677_152_490;
pub(crate) const TOKEN: &str = "0912e09a-d8e2-41d7-a0bc-a25530892988";
pub(crate) const ADDRESS: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";

pub(crate) fn config() -> Config {
    Config::new(DEFAULT_BASE_URL, APP_ID, SECRET).unwrap()
}

/// A client that talks to the script; the clock stands at [`STAMP`].
pub(crate) fn scripted(transport: &ScriptedTransport) -> Client {
    clocked(transport, &ManualClock::at(now()))
}

pub(crate) fn clocked(transport: &ScriptedTransport, clock: &ManualClock) -> Client {
    Client::with_executor(&config(), transport.executor(clock))
}

pub(crate) fn client() -> Client {
    scripted(&ScriptedTransport::new())
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_secs(STAMP)
}

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub(crate) fn sum(text: &str) -> Option<Amount> {
    Some(amount(text))
}

/// The calls that the recorded answers answer.
pub(crate) fn order() -> CreateOrder {
    let price = Price::usd(amount("0.5"));
    CreateOrder::new(reference("3735077979050379"), price, TOKEN)
        .valid_for(Duration::from_secs(823_456))
}

pub(crate) fn checkout() -> CreateCheckout {
    CreateCheckout::new(reference("order-1001"), amount("25.50"), "Teapot")
}

pub(crate) fn deposits() -> DepositQuery {
    DepositQuery::one(reference("order-1001"))
}

pub(crate) fn withdrawals() -> WithdrawalQuery {
    WithdrawalQuery::one(reference("payout-1001"))
}

pub(crate) fn deposit_address() -> AssignAddress {
    AssignAddress::new("customer-7", "TRX")
}

pub(crate) fn payout() -> Withdraw {
    Withdraw::new(reference("payout-1001"), TOKEN, ADDRESS, amount("4"))
}

pub(crate) fn rate() -> RateQuery {
    RateQuery::new(amount("1000"), TOKEN)
}

pub(crate) fn network_fee() -> NetworkFeeQuery {
    NetworkFeeQuery::new(TOKEN)
}

pub(crate) fn user() -> UserQuery {
    UserQuery::new("9558861")
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

/// The bytes of a recorded answer.
pub(crate) fn recorded(name: &str) -> Vec<u8> {
    fixture(&format!("wire/ccpayment/{name}.answer.json"))
}

pub(crate) fn key() -> Key {
    Key::new(APP_ID, Secret::new(SECRET).unwrap()).unwrap()
}

/// An answer that nobody signed.
pub(crate) fn unsigned(body: impl Into<Bytes>) -> http::Response<Bytes> {
    http::Response::new(body.into())
}

/// An answer signed by the gateway at [`STAMP`].
pub(crate) fn signed(body: impl Into<Bytes>) -> http::Response<Bytes> {
    signed_at(body, STAMP)
}

pub(crate) fn signed_at(body: impl Into<Bytes>, stamp: u64) -> http::Response<Bytes> {
    let body = body.into();
    let stamp = Stamp::from_secs(stamp).unwrap();
    let sign = key().sign(stamp, &body);
    with_headers(body, [APP_ID, stamp.as_str(), sign.as_str()])
}

/// An answer with these values of `Appid`, `Timestamp` and `Sign`.
pub(crate) fn with_headers(body: impl Into<Bytes>, values: [&str; 3]) -> http::Response<Bytes> {
    let mut answer = unsigned(body);
    for (name, value) in ["Appid", "Timestamp", "Sign"].into_iter().zip(values) {
        answer.headers_mut().insert(name, value.parse().unwrap());
    }
    answer
}

/// A script that answers so, signed.
pub(crate) fn answering(body: impl Into<Bytes>) -> ScriptedTransport {
    let answer = signed(body);
    ScriptedTransport::new().respond(move |_| Ok(answer))
}

/// The text of a JSON string that must be there.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name} in {value}"))
}
