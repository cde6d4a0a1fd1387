//! Fixtures, answers, and a client over a scripted transport.

use bytes::Bytes;
use ccpayment_client::v2::{
    AssignAddress, Client, Config, CreateInvoice, CreateOrder, DEFAULT_BASE_URL, Price, Swap,
    Withdraw, WithdrawToCwallet,
};
use payments_core::scripted::{ManualClock, ScriptedTransport};
use payments_core::{ProviderRef, Timestamp};
use payments_signing::Secret;
use payments_signing::ccpayment::Timestamp as Stamp;
use payments_signing::ccpayment::v2::Key;

pub(crate) use crate::support::{amount, fixture, json, reference, some, sum, text};

/// The app and the time of all fixtures.
pub(crate) const APP_ID: &str = "ccpv2TestAppId01";
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const STAMP: u64 = 1_800_000_000;
pub(crate) const USDT: u64 = 1280;
pub(crate) const POL: u64 = 1329;
pub(crate) const ADDRESS: &str = "0x00000000000000000000000000000000000000A1";
pub(crate) const RECORD: &str = "20270115080000123456789012345678";
pub(crate) const CURSOR: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

pub(crate) fn config() -> Config {
    Config::new(DEFAULT_BASE_URL, APP_ID, SECRET).unwrap()
}

/// A client over a scripted transport, with the clock at [`STAMP`].
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

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

pub(crate) fn record(text: &str) -> ProviderRef {
    ProviderRef::new(text).unwrap()
}

pub(crate) fn order() -> CreateOrder {
    let price = Price::usd(amount("10.5"));
    CreateOrder::new(
        reference("order-1001"),
        USDT,
        "POLYGON",
        price,
        at(STAMP + 3_600),
    )
}

pub(crate) fn invoice() -> CreateInvoice {
    let price = Price::usd(amount("25.50"));
    CreateInvoice::new(reference("invoice-1001"), price, at(STAMP + 86_400))
}

pub(crate) fn deposit_address() -> AssignAddress {
    AssignAddress::new("customer-7", "TRX").notify_url("https://shop.example/cb")
}

pub(crate) fn payout() -> Withdraw {
    Withdraw::new(
        reference("payout-1001"),
        USDT,
        "POLYGON",
        ADDRESS,
        amount("5.00"),
    )
}

pub(crate) fn cwallet_payout() -> WithdrawToCwallet {
    WithdrawToCwallet::new(reference("payout-1002"), USDT, "9454818", amount("5"))
}

pub(crate) fn swap() -> Swap {
    Swap::new(
        reference("swap-1001"),
        USDT,
        amount("100"),
        POL,
        amount("190.50"),
    )
}

/// The bytes of a recorded answer.
pub(crate) fn recorded(name: &str) -> Vec<u8> {
    fixture(&format!("wire/ccpayment_v2/{name}.answer.json"))
}

pub(crate) fn answer(body: impl Into<Bytes>) -> http::Response<Bytes> {
    http::Response::new(body.into())
}

/// An answer with the signature headers that the gateway would send if it signed answers.
pub(crate) fn signed(body: impl Into<Bytes>, secret: &str, stamp: u64) -> http::Response<Bytes> {
    let body = body.into();
    let key = Key::new(APP_ID, Secret::new(secret).unwrap()).unwrap();
    let stamp = Stamp::from_secs(stamp).unwrap();
    let sign = key.sign(stamp, &body);
    let mut answer = answer(body);
    for (name, value) in [
        ("Appid", APP_ID),
        ("Timestamp", stamp.as_str()),
        ("Sign", sign.as_str()),
    ] {
        answer.headers_mut().insert(name, value.parse().unwrap());
    }
    answer
}

/// A transport with these answers, one after the other, under status 200.
pub(crate) fn answering<B: Into<Bytes>>(bodies: impl IntoIterator<Item = B>) -> ScriptedTransport {
    bodies
        .into_iter()
        .fold(ScriptedTransport::new(), |script, body| {
            script.answer(200, body)
        })
}

/// A refusal with this code.
pub(crate) fn refusal(code: &str) -> String {
    format!(r#"{{"code":{code},"msg":"no"}}"#)
}
