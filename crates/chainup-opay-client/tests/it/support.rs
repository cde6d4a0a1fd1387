//! Shared helpers: fixtures, a client over a scripted transport, and the platform's keys.
use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use chainup_opay_client::{
    Call, CancelOrder, Client, Config, CreateOrder, DailyStatement, Date, OrderQuery, Payer,
};
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
use payments_core::{Error, Executor, Fault, MerchantRef, ProviderRef, Timestamp};
use payments_signing::chainup_opay::{Keys, Limits};
use payments_signing::rsa::{PrivateKey, PublicKey};
use serde_json::{Value, json};

/// The values of all fixtures.
pub(crate) const BASE_URL: &str = "https://service.exchange.example";
pub(crate) const APP: &str = "xxx_xxx";
pub(crate) const NUMBER: &str = "1cbdc77d81874fadabe42ea485863d91";
pub(crate) const OPEN_ID: &str = "2ae04ed9165624419bad68e9e0f3f29fbd";

/// A file in the workspace's `fixtures` folder.
pub(crate) fn fixture(path: &str) -> Vec<u8> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(path);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

pub(crate) fn json(path: &str) -> Value {
    serde_json::from_slice(&fixture(path)).unwrap()
}

/// The text of a key file: `merchant.pri.pem`, `platform.pub.b64u`, …
pub(crate) fn key(name: &str) -> String {
    String::from_utf8(fixture(&format!("signatures/chainup_opay/{name}"))).unwrap()
}

pub(crate) fn config() -> Config {
    Config::new(
        BASE_URL,
        APP,
        &key("merchant.pri.pem"),
        &key("platform.pub.pem"),
    )
    .unwrap()
}

fn keys(own: &str, peer: &str) -> Keys {
    let own = PrivateKey::parse(&key(&format!("{own}.pri.pem"))).unwrap();
    let peer = PublicKey::parse(&key(&format!("{peer}.pub.pem"))).unwrap();
    Keys::new(own, peer).with_limits(Limits {
        answer_blocks: usize::MAX,
        ..Limits::default()
    })
}

/// The platform's keys.
pub(crate) fn platform() -> Keys {
    keys("platform", "merchant")
}

/// The merchant's keys.
pub(crate) fn merchant() -> Keys {
    keys("merchant", "platform")
}

/// A client over the script. Its clock starts at 1,700,000,000 seconds.
pub(crate) fn scripted(transport: &ScriptedTransport) -> Client {
    with(&config(), transport)
}

pub(crate) fn with(config: &Config, transport: &ScriptedTransport) -> Client {
    Client::with_executor(config, transport.executor(&ManualClock::new()))
}

/// A client with the real clock, for a tokio runtime: decrypting large answers takes time.
pub(crate) fn patient(transport: &ScriptedTransport) -> Client {
    Client::with_executor(
        &config(),
        Executor::new(
            Arc::new(transport.clone()),
            Arc::new(payments_reqwest::SystemClock::new()),
            Arc::new(FixedEntropy::new(0)),
        ),
    )
}

/// A client that sends nothing.
pub(crate) fn client() -> Client {
    scripted(&ScriptedTransport::new())
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_secs(1_700_000_000)
}

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

pub(crate) fn number(text: &str) -> ProviderRef {
    ProviderRef::new(text).unwrap()
}

/// The order of `create-order-by-user-id.request.json`.
pub(crate) fn order() -> CreateOrder {
    CreateOrder::new(
        reference("11321"),
        Payer::by_user_id("22033390"),
        "10".parse().unwrap(),
        "BTC",
        "https://shop.example/return",
        "https://shop.example/notify",
    )
}

/// The query of `order-detail.answer.json`.
pub(crate) fn query() -> OrderQuery {
    OrderQuery::new(number(NUMBER))
}

/// The body of an answer with this text, sealed by the platform.
pub(crate) fn sealed(text: &str) -> String {
    let sealed = platform().seal(text.as_bytes()).unwrap();
    json!({"code": "0", "msg": "succ", "data": sealed.data, "sign": sealed.sign}).to_string()
}

/// The body of a callback with this text.
pub(crate) fn callback(text: &str) -> String {
    platform()
        .seal(text.as_bytes())
        .unwrap()
        .envelope(APP, 1_715_310_032_123)
}

pub(crate) fn answer(body: impl Into<Bytes>) -> http::Response<Bytes> {
    http::Response::new(body.into())
}

/// The text of a JSON string.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name} in {value}"))
}

/// The cases of a file, which is an array.
pub(crate) fn cases(path: &str) -> Vec<Value> {
    let Value::Array(cases) = json(path) else {
        panic!("{path} is no array");
    };
    assert!(!cases.is_empty(), "{path} holds no case");
    cases
}

/// The fields of a sealed request, decrypted by the platform.
pub(crate) fn decrypted_fields(request: &http::Request<Bytes>) -> Value {
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let opened = platform().open(text(&body, "data"), text(&body, "sign"));
    serde_json::from_slice(&opened.unwrap()).unwrap()
}

/// The statement of `statement.answer.json`.
pub(crate) fn statement() -> DailyStatement {
    DailyStatement::new(Date::new(2099, 1, 1).unwrap())
}

pub(crate) fn cancel() -> CancelOrder {
    CancelOrder::new(number(NUMBER))
}

pub(crate) fn parse<C: Call>(call: &C, body: impl Into<Bytes>) -> Result<C::Output, Fault> {
    client().parse(call, &answer(body), now())
}

/// The typed value of a recorded answer.
pub(crate) fn recorded<C: Call>(call: &C, name: &str) -> C::Output {
    let body = fixture(&format!("wire/chainup_opay/{name}.answer.json"));
    parse(call, body).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

/// Everything that a test printed.
#[derive(Default)]
pub(crate) struct Transcript(pub(crate) String);

impl Transcript {
    pub(crate) fn note(&mut self, value: &(impl Debug + ?Sized)) {
        writeln!(self.0, "{value:?}\n{value:#?}").unwrap();
    }

    pub(crate) fn note_error(&mut self, error: &Error) {
        crate::leaks::check_error("an error of a client", error);
        self.note(error);
        let mut next: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = next {
            writeln!(self.0, "{error} / {error:?}").unwrap();
            next = error.source();
        }
        self.note(&(error.message(), error.raw()));
    }
}
