//! `Debug` and errors show neither the secret nor addresses, notes and people.

use std::fmt::Write as _;

use crate::support::{
    self, APP_ID, PLANTED, STAMP, TOKEN, Transcript, amount, forms_of_planted, reference,
};
use ccpayment_client::v1::{
    Client, Config, ConfigError, CreateCheckout, CreateOrder, DEFAULT_BASE_URL, NetworkFeeQuery,
    Price, UserQuery, Webhooks, Withdraw,
};
use payments_core::Error;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_signing::Secret;
use payments_signing::ccpayment::{Key, Timestamp as Stamp};
use serde_json::json;

/// Values of requests and answers that must not be printed.
const ADDRESS: &str = "TPLANTEDaddress7";
const MEMO: &str = "PLANTEDmemo7";
const EMAIL: &str = "planted@person.example";
const NOTE: &str = "PLANTEDnote7";
const USER: &str = "PLANTEDcwallet7";
const NICK: &str = "PLANTEDnickname7";
const PAGE: &str = "PLANTEDpage7";
const NOTIFY: &str = "https://shop.example/PLANTEDnotify7";
const RETURN: &str = "https://shop.example/PLANTEDreturn7";
/// Contains [`NOTE`]: masking that first would leave the remainder.
const LONGER: &str = "PLANTEDnote7-and-PLANTEDmore";

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
fn debug_and_errors_never_print_the_secret() {
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
    for printed in [
        APP_ID,
        "create_order",
        "224066",
        "signature is wrong",
        "bill/create",
        "Refused",
    ] {
        assert!(
            transcript.0.contains(printed),
            "the transcript lacks {printed}"
        );
    }
    transcript.lacks(forms_of_planted());
}

/// A search that finds nothing would always pass.
#[test]
fn the_search_finds_a_printed_secret() {
    for printed in [
        format!("{:?}", Some(PLANTED)),
        format!("key={PLANTED}"),
        format!("{:?}", PLANTED.as_bytes()),
    ] {
        assert!(
            forms_of_planted().iter().any(|form| printed.contains(form)),
            "{printed}"
        );
    }
}

#[test]
fn debug_of_requests_masks_addresses_and_notes() {
    let mut transcript = Transcript::default();
    transcript.note(&order());
    transcript.note(&payout());
    transcript.note(&NetworkFeeQuery::new(TOKEN).address(ADDRESS).memo(MEMO));
    transcript.note(&UserQuery::new(USER));
    transcript.note(&checkout());
    transcript.note(&support::deposit_address().notify_url(NOTIFY));
    assert!(transcript.0.contains("payout-1001") && transcript.0.contains("Teapot"));
    assert!(transcript.0.contains("customer-7"));
    transcript.lacks([ADDRESS, MEMO, USER, NOTE, NOTIFY, RETURN]);
}

#[test]
fn debug_of_answers_masks_addresses_and_people() {
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
    transcript.lacks([ADDRESS, MEMO, EMAIL, NOTE, USER, NICK, PAGE]);
}

#[test]
fn messages_mask_addresses_and_memos() {
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
    assert_eq!(error.raw().unwrap().body(), body.as_bytes(), "unchanged");
    let query = NetworkFeeQuery::new(TOKEN).address(ADDRESS).memo(MEMO);
    transcript.note_error(&block_on(client.network_fee(query)).unwrap_err());
    assert!(
        transcript.0.contains("cannot send to *** with ***"),
        "{}",
        transcript.0
    );
    transcript.lacks([ADDRESS, MEMO, &ADDRESS.to_lowercase()]);

    let mut transcript = Transcript::default();
    transcript.note_error(&block_on(client.check_user(UserQuery::new(USER))).unwrap_err());
    transcript.lacks([USER]);
}

/// The gateway may repeat values of an order.
#[test]
fn messages_mask_notes_and_urls() {
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
