//! Answers of the providers: any bytes are read or refused, and what was read can be printed.

use std::fmt::Debug;
use std::sync::LazyLock;

use bytes::Bytes;
use payments_core::{Date, Executor, Fault, MerchantRef, ProviderRef, Timestamp};
use payments_signing::Secret;
use payments_signing::ccpayment::Timestamp as Stamp;
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use serde_json::json;

use crate::corpus;

fn answer(body: &[u8]) -> http::Response<Bytes> {
    http::Response::new(Bytes::copy_from_slice(body))
}

fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

/// Printing must not fail either, and a fault has a text.
fn printable<T: Debug>(result: Result<T, Fault>) {
    let text = format!("{result:?}");
    assert!(!text.is_empty());
}

pub(crate) fn cpay(body: &[u8]) {
    use cpay_client::{Client, Config, CreateOrder, OrderQuery};
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let config = Config::new("https://api.cpay.ltd", "20003092", "k3y-of-merchant").unwrap();
        Client::with_executor(&config, Executor::offline())
    });
    let (answer, now) = (answer(body), Timestamp::from_secs(1_700_000_000));
    let order = CreateOrder::new(reference("test114"), "1001", "3".parse().unwrap(), "USDT");
    printable(CLIENT.parse(&order, &answer, now));
    let query = OrderQuery::by_trade_no(reference("7b785240e426694635bb09fb101ae241"));
    printable(CLIENT.parse(&query, &answer, now));
    printable(CLIENT.parse(&cpay_client::BalanceQuery::new(), &answer, now));
}

static CHAINUP: LazyLock<chainup_opay_client::Client> = LazyLock::new(|| {
    let private = corpus::text("signatures/chainup_opay/merchant.pri.pem");
    let platform = corpus::text("signatures/chainup_opay/platform.pub.pem");
    let url = "https://service.exchange.example";
    let config = chainup_opay_client::Config::new(url, "xxx_xxx", &private, &platform).unwrap();
    chainup_opay_client::Client::with_executor(&config, Executor::offline())
});

pub(crate) fn chainup(body: &[u8]) {
    use chainup_opay_client::{DailyStatement, OrderQuery};
    let (answer, now) = (answer(body), Timestamp::from_secs(1_700_000_000));
    let number = ProviderRef::new("1cbdc77d81874fadabe42ea485863d91").unwrap();
    printable(CHAINUP.parse(&OrderQuery::new(number), &answer, now));
    let statement = DailyStatement::new(Date::new(2099, 1, 1).unwrap());
    printable(CHAINUP.parse(&statement, &answer, now));
}

/// The text inside the envelope: mutated before the platform seals it, so that the parser behind the signature is reached.
pub(crate) fn chainup_plaintext(text: &[u8]) {
    static PLATFORM: LazyLock<Keys> = LazyLock::new(|| {
        let private = corpus::text("signatures/chainup_opay/platform.pri.pem");
        let merchant = corpus::text("signatures/chainup_opay/merchant.pub.pem");
        Keys::new(
            PrivateKey::parse(&private).unwrap(),
            PublicKey::parse(&merchant).unwrap(),
        )
    });
    let sealed = PLATFORM.seal(text).unwrap();
    let body = json!({"code": "0", "msg": "succ", "data": sealed.data, "sign": sealed.sign});
    chainup(body.to_string().as_bytes());
}

pub(crate) fn ccpayment(body: &[u8]) {
    use ccpayment_client::v1::{Client, Config, DEFAULT_BASE_URL, DepositQuery, RateQuery};
    const APP: &str = "202302010636261620672405236006912";
    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let config = Config::new(DEFAULT_BASE_URL, APP, SECRET).unwrap();
        Client::with_executor(&config, Executor::offline())
    });
    static KEY: LazyLock<payments_signing::ccpayment::Key> = LazyLock::new(|| {
        let secret = Secret::new(SECRET).unwrap();
        payments_signing::ccpayment::Key::new(APP, secret).unwrap()
    });
    let stamp = Stamp::from_secs(1_677_152_490).unwrap();
    let sign = KEY.sign(stamp, body);
    let answer = signed(body, [APP, stamp.as_str(), sign.as_str()]);
    let now = Timestamp::from_secs(1_677_152_490);
    printable(CLIENT.parse(&DepositQuery::one(reference("order-1001")), &answer, now));
    let token = "0912e09a-d8e2-41d7-a0bc-a25530892988";
    printable(CLIENT.parse(
        &RateQuery::new("1000".parse().unwrap(), token),
        &answer,
        now,
    ));
}

pub(crate) fn ccpayment_v2(body: &[u8]) {
    use ccpayment_client::v2::{Client, Config, DEFAULT_BASE_URL, DepositQuery};
    const APP: &str = "ccpv2TestAppId01";
    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let config = Config::new(DEFAULT_BASE_URL, APP, SECRET).unwrap();
        Client::with_executor(&config, Executor::offline())
    });
    static KEY: LazyLock<payments_signing::ccpayment::v2::Key> = LazyLock::new(|| {
        let secret = Secret::new(SECRET).unwrap();
        payments_signing::ccpayment::v2::Key::new(APP, secret).unwrap()
    });
    let stamp = Stamp::from_secs(1_800_000_000).unwrap();
    let sign = KEY.sign(stamp, body);
    let answer = signed(body, [APP, stamp.as_str(), sign.as_str()]);
    let now = Timestamp::from_secs(1_800_000_000);
    let record = ProviderRef::new("20270115080000123456789012345678").unwrap();
    printable(CLIENT.parse(&DepositQuery::new(record), &answer, now));
}

/// Signed by the gateway, so that the parser behind the signature is reached.
fn signed(body: &[u8], values: [&str; 3]) -> http::Response<Bytes> {
    let mut answer = answer(body);
    for (name, value) in ["Appid", "Timestamp", "Sign"].into_iter().zip(values) {
        answer.headers_mut().insert(name, value.parse().unwrap());
    }
    answer
}
