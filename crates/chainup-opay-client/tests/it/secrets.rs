//! `Debug` and errors print no key, token, payer id, balance or body that could be replayed.
use std::fmt::Write as _;

use chainup_opay_client::{
    CancelOrder, Config, CreateOrder, DailyStatement, Date, Goods, OrderDetailMode, PayPage, Payer,
};
use payments_core::scripted::{ScriptedTransport, block_on};
use serde_json::json;

use crate::support::{self, NUMBER, Transcript, number, order, query};

const TOKEN: &str = "pl4nted-T0ken+\"%2F\\/ü";
const OPEN_ID: &str = "pl4nted-open-1d";
const USER_ID: &str = "7654321987";
const PERSON: &str = "hidden-person";
const BALANCE: &str = "98765.4321";

/// The forms in which a text could be printed.
fn forms(text: &str) -> Vec<String> {
    vec![
        text.to_owned(),
        format!("{text:?}").trim_matches('"').to_owned(),
        format!("{:?}", text.as_bytes())
            .trim_matches(['[', ']'])
            .to_owned(),
        text.bytes().map(|byte| format!("{byte:02x}")).collect(),
    ]
}

fn hidden() -> Vec<String> {
    let mut texts = vec![
        TOKEN.to_owned(),
        OPEN_ID.to_owned(),
        USER_ID.to_owned(),
        BALANCE.to_owned(),
        PERSON.to_owned(),
        "pl4nted".to_owned(),
        "Secret account".to_owned(),
    ];
    // The middle of each line of the private key, and of its one-line form.
    let pem = support::key("merchant.pri.pem");
    texts.extend(
        pem.lines()
            .filter(|line| line.len() >= 40 && !line.contains("PRIVATE"))
            .map(|line| line[8..32].to_owned()),
    );
    texts.push(support::key("merchant.pri.b64u")[100..140].to_owned());
    texts
}

fn payer() -> Payer {
    Payer::by_open_id(OPEN_ID).and_user_id(USER_ID)
}

#[test]
fn no_secret_is_printed() {
    let mut transcript = Transcript::default();
    let config = support::config().order_detail_mode(OrderDetailMode::Envelope);
    let mut sent = Vec::new();
    transcript.note(&config);

    let detail = json!({
        "totalAccount": [{"accountName": "Secret account", "accountType": 201, "accountBalance": BALANCE}],
        "googleStatus": 1, "isOpenMobileCheck": "1", "appOrderId": "11321", "orderNum": NUMBER, "orderStatus": "3",
        "userId": USER_ID, "orderAmount": "10", "payCoinSymbol": "btc", "ctime": "1715310032123", "appKey": "xxx_xxx",
    });
    let row = json!({
        "merchantUserId": 1, "appOrderId": "11321", "payCoinSymbol": "btc", "orderAmount": 1, "orderType": 1,
        "userId": USER_ID, "openId": OPEN_ID,
    });
    let words =
        format!("{TOKEN} of {OPEN_ID}, user {USER_ID}, https://shop.example/return/{PERSON}");
    let script = ScriptedTransport::new()
        .answer(
            200,
            support::sealed(&json!({"orderNum": NUMBER, "payUrl": TOKEN}).to_string()),
        )
        .answer(200, support::sealed(&detail.to_string()))
        .answer(200, support::sealed(&detail.to_string()))
        .answer(
            200,
            support::sealed(&json!({"count": 1, "list": [row]}).to_string()),
        )
        .answer(200, support::sealed(&json!({"note": TOKEN}).to_string()))
        .answer(200, json!({"code": "10001", "msg": words}).to_string())
        .answer(
            200,
            json!({"code": 0, "data": {"orderNum": "1", "token": TOKEN}}).to_string(),
        )
        .answer(
            200,
            json!({"code": 0, "data": {"orderNum": "1", "token": TOKEN}}).to_string(),
        );
    let client = support::with(&config, &script);
    transcript.note(&client);
    transcript.note(client.webhooks());

    let full = CreateOrder::new(
        support::reference("11321"),
        payer(),
        "10".parse().unwrap(),
        "BTC",
        format!("https://shop.example/return/{PERSON}"),
        format!("https://shop.example/notify/{PERSON}"),
    )
    .goods([Goods::new(format!("for {PERSON}"), format!("by {PERSON}"))])
    .token(TOKEN);
    transcript.note(&full);
    transcript.note(&Goods::new(PERSON, PERSON));
    transcript.note(&query().token(TOKEN));
    let page = PayPage::new(number(NUMBER), payer()).token(TOKEN);
    transcript.note(&page);
    transcript.note(&client.pay_page_url(&page).unwrap());

    transcript.note(&block_on(client.create_order(full.clone())).unwrap());
    let got = block_on(client.order_detail(query().token(TOKEN))).unwrap();
    transcript.note(&(&got, &got.accounts, got.plaintext(), got.raw()));
    let event = client
        .webhooks()
        .receive(&support::fixture(
            "signatures/chainup_opay/envelope_notify_paid.json",
        ))
        .unwrap();
    transcript.note(&event);
    transcript.note(&block_on(client.confirm(&event)).unwrap());
    let day = DailyStatement::new(Date::new(2026, 11, 22).unwrap());
    let rows = client.daily_statement_rows(day.clone());
    transcript.note(&rows);
    transcript.note(&block_on(client.daily_statement(day)).unwrap());
    transcript.note(&block_on(client.cancel_order(CancelOrder::new(number(NUMBER)))).unwrap());
    transcript.note_error(&block_on(client.create_order(full.clone())).unwrap_err());
    transcript.note_error(&block_on(client.create_order(full)).unwrap_err());
    transcript.note_error(&block_on(client.create_order(order().token("\n"))).unwrap_err());
    let refused = client
        .webhooks()
        .receive(br#"{"app_id":"xxx_xxx","data":"","sign":""}"#);
    transcript.note(&refused.unwrap_err());
    let pem = support::key("merchant.pri.pem");
    for bad in [
        format!("{}x", &pem[..400]),
        pem.replace("PRIVATE", "PUBLIC"),
    ] {
        let error = Config::new(support::BASE_URL, "a", &bad, &pem).unwrap_err();
        transcript.note(&error);
        writeln!(transcript.0, "{error}").unwrap();
    }

    // Nor the bodies that were sent.
    for request in script.requests() {
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        for field in ["data", "sign"] {
            sent.push(support::text(&body, field)[20..60].to_owned());
        }
    }
    assert_eq!(sent.len(), 14);
    let printed = &transcript.0;
    for expected in [
        "xxx_xxx",
        "create_order",
        "10001",
        "11321",
        "CancelReceipt",
        "Plaintext(",
        "Paid",
    ] {
        assert!(
            printed.contains(expected),
            "the transcript lacks {expected}"
        );
    }
    for text in hidden().iter().chain(&sent) {
        for form in forms(text) {
            assert!(!printed.contains(&form), "printed: {form}");
        }
    }
}

#[test]
fn the_search_finds_a_planted_secret() {
    for printed in [
        format!("{:?}", Some(TOKEN)),
        format!("t={TOKEN}"),
        format!("{:?}", TOKEN.as_bytes()),
    ] {
        assert!(
            forms(TOKEN).iter().any(|form| printed.contains(form)),
            "{printed}"
        );
    }
    assert!(hidden().len() > 20);
}
