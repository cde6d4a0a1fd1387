//! Nothing that is printed holds the secret, or where money goes, or who somebody is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod support;

use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};

use ccpayment_client::v1::{
    Client, Config, ConfigError, CreateCheckout, CreateOrder, DEFAULT_BASE_URL, NetworkFeeQuery,
    Price, UserQuery, Webhooks, Withdraw,
};
use payments_core::Error;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_signing::Secret;
use payments_signing::ccpayment::{Key, Timestamp as Stamp};
use serde_json::json;
use support::{APP_ID, STAMP, TOKEN, amount, reference};

/// Has characters that escape differently in JSON and in `Debug`.
const PLANTED: &str = "pl4nted S3cr3t+\"%2F\\/ü";

/// What a request or an answer says and no `Debug` may.
const ADDRESS: &str = "TPLANTEDaddress7";
const MEMO: &str = "PLANTEDmemo7";
const EMAIL: &str = "planted@person.example";
const NOTE: &str = "PLANTEDnote7";
const USER: &str = "PLANTEDcwallet7";
const NICK: &str = "PLANTEDnickname7";
const PAGE: &str = "PLANTEDpage7";
/// URLs that let in whoever knows them.
const NOTIFY: &str = "https://shop.example/PLANTEDnotify7";
const RETURN: &str = "https://shop.example/PLANTEDreturn7";
/// [`NOTE`] stands within it: taken out first, it would leave the rest.
const LONGER: &str = "PLANTEDnote7-and-PLANTEDmore";

/// Everything that was printed.
#[derive(Default)]
struct Transcript(String);

impl Transcript {
    fn note(&mut self, what: &(impl Debug + ?Sized)) {
        writeln!(self.0, "{what:?}\n{what:#?}").unwrap();
    }

    /// `message` and `raw` are the gateway's words and not for logs; they must not hold the secret all the same.
    fn note_error(&mut self, error: &Error) {
        self.note(error);
        let mut next: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = next {
            writeln!(self.0, "{error} / {error:?}").unwrap();
            next = error.source();
        }
    }

    fn lacks(&self, words: &[&str]) {
        for word in words {
            assert!(!self.0.contains(word), "{word} is printed: {}", self.0);
        }
    }
}

/// The secret as itself and in every dress it could have slipped through in.
fn dresses() -> Vec<String> {
    let hex: String = PLANTED.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        PLANTED.to_owned(),
        format!("{PLANTED:?}").trim_matches('"').to_owned(),
        json!(PLANTED).to_string().trim_matches('"').to_owned(),
        format!("{:?}", PLANTED.as_bytes())
            .trim_matches(['[', ']'])
            .to_owned(),
        hex.to_uppercase(),
        hex,
        // The beginning alone would be bad enough.
        "pl4nted".to_owned(),
        "S3cr3t".to_owned(),
    ]
}

fn signed(body: String) -> http::Response<bytes::Bytes> {
    let key = Key::new(APP_ID, Secret::new(PLANTED).unwrap()).unwrap();
    let stamp = Stamp::from_secs(STAMP).unwrap();
    let sign = key.sign(stamp, body.as_bytes());
    support::with_headers(body, [APP_ID, stamp.as_str(), sign.as_str()])
}

fn client(transport: &ScriptedTransport) -> Client {
    use payments_core::scripted::ManualClock;
    let config = Config::new(DEFAULT_BASE_URL, APP_ID, PLANTED).unwrap();
    let executor = transport.executor(&ManualClock::at(support::now()));
    Client::with_executor(&config, executor)
}

fn order() -> CreateOrder {
    CreateOrder::new(reference("order-1001"), Price::usd(amount("1")), TOKEN)
        .custom_value(NOTE)
        .remark(LONGER)
        .notify_url(NOTIFY)
}

fn checkout() -> CreateCheckout {
    CreateCheckout::new(reference("order-1001"), amount("1"), "Teapot")
        .custom_value(NOTE)
        .return_url(RETURN)
        .notify_url(NOTIFY)
}

fn payout() -> Withdraw {
    Withdraw::new(reference("payout-1001"), TOKEN, ADDRESS, amount("1")).memo(MEMO)
}

#[test]
fn the_secret_is_nowhere_in_what_is_printed() {
    let mut transcript = Transcript::default();
    let ok =
        signed(json!({"code": 10000, "data": {"order_id": "1", "pay_address": "T1"}}).to_string());
    let failed = signed(json!({"code": 224066, "msg": "Service error"}).to_string());
    let forged = support::signed(r#"{"code":10000,"data":{}}"#);
    let transport = [ok, failed, forged]
        .into_iter()
        .fold(ScriptedTransport::new(), |script, answer| {
            script.respond(move |_| Ok(answer))
        });
    let client = client(&transport);
    transcript.note(&Config::new(DEFAULT_BASE_URL, APP_ID, PLANTED).unwrap());
    transcript.note(&client);
    transcript.note(client.webhooks());
    transcript.note(&client.prepare(&order(), support::now()).unwrap());
    transcript.note(&block_on(client.create_order(order())).unwrap());
    for _ in 0..3 {
        let error = block_on(client.create_order(order())).unwrap_err();
        transcript.note_error(&error);
        transcript.note(&(error.message(), error.raw()));
    }
    transcript.note(&transport.requests());
    let headers = http::HeaderMap::new();
    transcript.note(
        &client
            .webhooks()
            .receive(&headers, b"{}", support::now())
            .unwrap_err(),
    );
    for bad in [
        format!("{PLANTED}\n"),
        format!(" {PLANTED}"),
        format!("{PLANTED}\u{0}"),
    ] {
        let error: ConfigError = Config::new(DEFAULT_BASE_URL, APP_ID, &bad).unwrap_err();
        transcript.note(&error);
        writeln!(transcript.0, "{error}").unwrap();
    }
    for sign_of_life in [
        APP_ID,
        "create_order",
        "224066",
        "signature is wrong",
        "bill/create",
        "Refused",
    ] {
        assert!(
            transcript.0.contains(sign_of_life),
            "the transcript lacks {sign_of_life}"
        );
    }
    let dresses = dresses();
    transcript.lacks(&dresses.iter().map(String::as_str).collect::<Vec<_>>());
}

/// A finder that finds nothing would let everything pass.
#[test]
fn the_search_finds_a_secret_that_is_there() {
    for printed in [
        format!("{:?}", Some(PLANTED)),
        format!("key={PLANTED}"),
        format!("{:?}", PLANTED.as_bytes()),
    ] {
        assert!(
            dresses().iter().any(|dress| printed.contains(dress)),
            "{printed}"
        );
    }
}

#[test]
fn what_is_asked_prints_neither_where_money_goes_nor_what_was_noted() {
    let mut transcript = Transcript::default();
    transcript.note(&order());
    transcript.note(&payout());
    transcript.note(&NetworkFeeQuery::new(TOKEN).address(ADDRESS).memo(MEMO));
    transcript.note(&UserQuery::new(USER));
    transcript.note(&checkout());
    transcript.note(&support::deposit_address().notify_url(NOTIFY));
    assert!(transcript.0.contains("payout-1001") && transcript.0.contains("Teapot"));
    assert!(transcript.0.contains("customer-7"));
    transcript.lacks(&[ADDRESS, MEMO, USER, NOTE, NOTIFY, RETURN]);
}

#[test]
fn what_is_answered_prints_neither_addresses_nor_people() {
    let mut transcript = Transcript::default();
    let parsed = |data: serde_json::Value| {
        let body = json!({"code": 10000, "data": data}).to_string();
        signed(body)
    };
    let client = client(&ScriptedTransport::new());
    let now = support::now();
    let answer = parsed(json!({"order_id": "1", "pay_address": ADDRESS, "memo": MEMO}));
    let created = client.parse(&order(), &answer, now).unwrap();
    assert_eq!(
        (created.pay_address.as_str(), created.memo.as_deref()),
        (ADDRESS, Some(MEMO))
    );
    transcript.note(&created);
    let answer = parsed(json!({"payment_url": PAGE}));
    transcript.note(&client.parse(&support::checkout(), &answer, now).unwrap());
    let answer = parsed(json!({"address": ADDRESS, "memo": MEMO}));
    transcript.note(
        &client
            .parse(&support::deposit_address(), &answer, now)
            .unwrap(),
    );
    let answer = parsed(json!({"c_id": USER, "nickname": NICK}));
    transcript.note(&client.parse(&UserQuery::new(USER), &answer, now).unwrap());
    let row = json!([{
        "order_detail": {"merchant_order_id": "order-1001", "status": "Successful", "product_price": "1"},
        "refund_list": [{"refund_amount": "1", "address": ADDRESS}],
    }]);
    transcript.note(
        &client
            .parse(&support::deposits(), &parsed(row), now)
            .unwrap(),
    );

    let webhooks = Webhooks::new(&Config::new(DEFAULT_BASE_URL, APP_ID, PLANTED).unwrap());
    for kind in [
        "API Deposit",
        "Direct Deposit",
        "Invoice",
        "API Withdrawal",
        "Refund",
        "Swap",
    ] {
        let push = signed(
            json!({"pay_status": "success", "order_type": kind, "record_id": "r-7", "custom_value": NOTE,
                "paid_amount": "1", "crypto": "USDT",
                "extend": {"user_email": EMAIL}, "from_address": ADDRESS, "to_address": ADDRESS, "memo": MEMO})
            .to_string(),
        );
        let event = webhooks.receive(push.headers(), push.body(), now).unwrap();
        assert!(event.raw().len() > 100);
        transcript.note(&event);
    }
    assert!(transcript.0.contains("r-7") && transcript.0.contains("refund_amount"));
    transcript.lacks(&[ADDRESS, MEMO, EMAIL, NOTE, USER, NICK, PAGE]);
}

#[test]
fn the_gateways_words_do_not_repeat_where_money_goes() {
    let mut transcript = Transcript::default();
    let words = format!(
        "cannot send to {ADDRESS} with {MEMO} for {USER}, {}",
        ADDRESS.to_lowercase()
    );
    let body = json!({"code": 224066, "msg": words, "reason": ADDRESS}).to_string();
    let answer = signed(body.clone());
    let transport = (0..3).fold(ScriptedTransport::new(), |script, _| {
        let answer = answer.clone();
        script.respond(move |_| Ok(answer))
    });
    let client = client(&transport);
    let error = block_on(client.withdraw(payout())).unwrap_err();
    transcript.note_error(&error);
    assert_eq!(error.raw().unwrap().body(), body.as_bytes(), "as it came");
    let query = NetworkFeeQuery::new(TOKEN).address(ADDRESS).memo(MEMO);
    transcript.note_error(&block_on(client.network_fee(query)).unwrap_err());
    assert!(
        transcript.0.contains("cannot send to *** with ***"),
        "{}",
        transcript.0
    );
    transcript.lacks(&[ADDRESS, MEMO, &ADDRESS.to_lowercase()]);

    let mut transcript = Transcript::default();
    transcript.note_error(&block_on(client.check_user(UserQuery::new(USER))).unwrap_err());
    transcript.lacks(&[USER]);
}

/// The gateway may say back what an order told it.
#[test]
fn the_gateways_words_do_not_repeat_what_the_merchant_noted() {
    let words = format!(
        "{LONGER} and {NOTE} for {RETURN}, {NOTIFY} or {}",
        NOTIFY.to_uppercase()
    );
    let body = json!({"code": 224066, "msg": words, "reason": LONGER}).to_string();
    let answer = signed(body);
    let transport = (0..5).fold(ScriptedTransport::new(), |script, _| {
        let answer = answer.clone();
        script.respond(move |_| Ok(answer))
    });
    let client = client(&transport);
    let hidden = |error: Error, hidden: &[&str]| {
        let mut transcript = Transcript::default();
        transcript.note_error(&error);
        assert!(transcript.0.contains("224066"), "{}", transcript.0);
        transcript.lacks(hidden);
    };
    let upper = NOTIFY.to_uppercase();
    let error = block_on(client.create_order(order())).unwrap_err();
    hidden(error, &[NOTE, "PLANTEDmore", NOTIFY, &upper]);
    let error = block_on(client.create_checkout(checkout())).unwrap_err();
    hidden(error, &[NOTE, RETURN, NOTIFY, &upper]);
    let address = support::deposit_address().notify_url(NOTIFY);
    let error = block_on(client.deposit_address(address)).unwrap_err();
    hidden(error, &[NOTIFY, &upper]);
}
