//! Shared by the tests: fixtures, signed answers, a client over a scripted transport, and a record of printed text.

use std::fmt::{Debug, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use ccpayment_client::v1::{
    AssignAddress, Client, Config, CreateCheckout, CreateOrder, DEFAULT_BASE_URL, DepositQuery,
    NetworkFeeQuery, Price, RateQuery, UserQuery, Withdraw, WithdrawalQuery,
};
use payments_core::scripted::{ManualClock, ScriptedTransport};
use payments_core::{Amount, Error, MerchantRef, Timestamp};
use payments_signing::Secret;
use payments_signing::ccpayment::{Key, Timestamp as Stamp};
use serde_json::Value;

/// The app and the time of all fixtures.
pub(crate) const APP_ID: &str = "202302010636261620672405236006912";
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const STAMP: u64 = 1_677_152_490;
pub(crate) const TOKEN: &str = "0912e09a-d8e2-41d7-a0bc-a25530892988";
pub(crate) const ADDRESS: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";

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

/// The calls of the recorded answers.
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

/// An answer without signature headers.
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

/// A transport with one signed answer.
pub(crate) fn answering(body: impl Into<Bytes>) -> ScriptedTransport {
    let answer = signed(body);
    ScriptedTransport::new().respond(move |_| Ok(answer))
}

/// A JSON string that must be present.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name} in {value}"))
}

/// The timestamps of the requests.
pub(crate) fn timestamps(transport: &ScriptedTransport) -> Vec<u64> {
    let requests = transport.requests();
    let stamp = |request: &http::Request<Bytes>| {
        request.headers()["timestamp"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    requests.iter().map(stamp).collect()
}

/// Everything that was printed.
#[derive(Default)]
pub(crate) struct Transcript(pub(crate) String);

impl Transcript {
    pub(crate) fn note(&mut self, what: &(impl Debug + ?Sized)) {
        writeln!(self.0, "{what:?}\n{what:#?}").unwrap();
    }

    pub(crate) fn note_error(&mut self, error: &Error) {
        crate::leaks::check_error("an error of a client", error);
        self.note(error);
        let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(error) = next {
            writeln!(self.0, "{error} / {error:?}").unwrap();
            next = error.source();
        }
    }

    pub(crate) fn lacks<T: AsRef<str>>(&self, words: impl IntoIterator<Item = T>) {
        for word in words {
            let word = word.as_ref();
            assert!(!self.0.contains(word), "{word} is printed: {}", self.0);
        }
    }
}

/// A secret with characters that are escaped differently in JSON and in `Debug`.
pub(crate) const PLANTED: &str = "pl4nted S3cr3t+\"%2F\\/ü";

/// [`PLANTED`] in every form that could be printed by mistake.
pub(crate) fn forms_of_planted() -> Vec<String> {
    let hex: String = PLANTED.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        PLANTED.to_owned(),
        format!("{PLANTED:?}").trim_matches('"').to_owned(),
        Value::from(PLANTED)
            .to_string()
            .trim_matches('"')
            .to_owned(),
        format!("{:?}", PLANTED.as_bytes())
            .trim_matches(['[', ']'])
            .to_owned(),
        hex.to_uppercase(),
        hex,
        // Its parts.
        "pl4nted".to_owned(),
        "S3cr3t".to_owned(),
    ]
}
