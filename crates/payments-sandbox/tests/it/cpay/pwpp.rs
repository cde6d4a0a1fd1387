use serde_json::Value;

use crate::cpay::calls::pair;
use crate::support::http::{FORM, Receiver};
use crate::support::shop::{Shop, refused};

/// The order id and the target of the bank's page inside `pageData`.
pub(crate) fn bank(shop: &Shop, data: &Value) -> (String, String) {
    let page = data["pageData"].as_str().unwrap();
    assert!(
        page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"),
        "{page}"
    );
    assert!(!page.contains("<script"), "{page}");
    let link = page
        .split("href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let link = link.replace("&#38;", "&");
    assert!(
        page.contains("http-equiv=\"refresh\""),
        "works without a script: {page}"
    );
    let target = link.strip_prefix(shop.sandbox.base_url()).unwrap();
    (
        data["orderId"].as_str().unwrap().to_owned(),
        target.to_owned(),
    )
}

pub(crate) fn form_of(target: &str) -> &str {
    target.split_once('?').unwrap().1
}

fn assert_pay_fail(answer: &crate::support::http::Answer, why: &str) {
    assert_eq!(answer.status, 200);
    let start = r#"{"code":90751015,"msg":"pay fail","data":{"orderId":"","pageData":"","ccStorageID":""},"traceid":""#;
    assert!(answer.body.starts_with(start), "{why}: {}", answer.body);
}

#[tokio::test]
async fn a_card_payment_is_confirmed_on_the_banks_page_and_returns_to_the_shop() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(&[]).await;
    let data = shop.data("pwpp", &[("callbackURL", &receiver.url())]).await;
    let names: Vec<_> = data
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, ["ccStorageID", "orderId", "pageData", "redirectURL"]);
    let redirect = data["redirectURL"].as_str().unwrap();
    assert!(redirect.ends_with(&bank(&shop, &data).1), "{redirect}");
    assert_eq!(data["ccStorageID"], "");
    let (id, target) = bank(&shop, &data);
    assert!(id.len() == 21 && id.ends_with("014"));

    let page = shop.get(&target).await;
    assert_eq!(page.status, 200);
    for text in ["19.01", "USD", "Confirm", "Refuse", "test114", "20003092"] {
        assert!(page.body.contains(text), "{text}");
    }
    assert!(!page.body.contains("<script") && !page.body.contains("19.011"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self' https://shop.example;"),
        "the way back is allowed: {policy}"
    );
    let pending = shop.detail(&[("cpayOrderId", &id)]).await.json();
    assert_eq!(
        (&pending["data"]["status"], &pending["data"]["currency"]),
        (&"0".into(), &"USD".into())
    );

    let confirmed = shop.post("/3ds/confirm", &[FORM], form_of(&target)).await;
    let back = format!("https://shop.example/thanks?txnRef={id}");
    assert_eq!(
        (confirmed.status, confirmed.header("location")),
        (303, Some(back.as_str()))
    );
    assert_eq!(shop.has("USD"), pair("100019.01", "0"));
    shop.sandbox.webhooks_quiet().await;
    let received: Value = serde_json::from_str(&receiver.requests()[0].1).unwrap();
    for (name, value) in [
        ("orderStatus", "14"),
        ("receivedAmount", "19.01"),
        ("cryptoCurrency", "USD"),
    ] {
        assert_eq!(received[name], value);
    }
    let again = shop.post("/3ds/confirm", &[FORM], form_of(&target)).await;
    assert_eq!(again.status, 409);
    assert!(again.body.contains("Payment confirmed") && again.body.contains("Back to the shop"));
    assert_eq!(shop.has("USD"), pair("100019.01", "0"), "charged once");
}

#[tokio::test]
async fn a_refused_confirmation_closes_the_order() {
    let shop = Shop::open().await;
    let (id, target) = bank(&shop, &shop.data("pwpp", &[]).await);
    let refused = shop.post("/3ds/refuse", &[FORM], form_of(&target)).await;
    let back = format!("https://shop.example/sorry?a=1&txnRef={id}");
    assert_eq!(
        (refused.status, refused.header("location")),
        (303, Some(back.as_str()))
    );
    let detail = shop.detail(&[("cpayOrderId", &id)]).await.json();
    assert_eq!(detail["data"]["status"], "15");
    assert_eq!(shop.has("USD"), pair("100000", "0"));

    // Without a return URL, or with one that is not a web URL, the page shows the result.
    for url in ["-", "javascript:alert(1)"] {
        let own = if url == "-" { "none" } else { "script" };
        let changes = [
            ("merchantTradeNo", own),
            ("successURL", url),
            ("failURL", url),
        ];
        let (_, target) = bank(&shop, &shop.data("pwpp", &changes).await);
        let done = shop.post("/3ds/confirm", &[FORM], form_of(&target)).await;
        assert_eq!(done.header("location"), Some(target.as_str()));
        assert!(!shop.get(&target).await.body.contains("javascript:"));
    }
}

#[tokio::test]
async fn a_declined_card_makes_no_order() {
    let shop = Shop::open().await;
    for (changes, why) in [
        (
            [("cardNumber", "4000000000000002"), ("cvv", "737")],
            "declines",
        ),
        (
            [("cardNumber", "4000000000009995"), ("cvv", "737")],
            "no funds",
        ),
        (
            [("cardNumber", "4000000000000069"), ("cvv", "737")],
            "expired",
        ),
        (
            [("cardNumber", "4000000000000127"), ("cvv", "737")],
            "cvv of this",
        ),
        (
            [("expDate", "10/22"), ("cvv", "737")],
            "expired at the sandbox's time",
        ),
        (
            [("ccStorageID", "abcdef0123456789ab"), ("lang", "en")],
            "no stored card",
        ),
    ] {
        assert_pay_fail(&shop.ask("pwpp", &changes).await, why);
        assert!(shop.reason().contains(why), "{why}: {}", shop.reason());
        assert!(!shop.sandbox.requests().pop().unwrap().message_assumed);
    }
    assert!(shop.sandbox.orders().is_empty());
    // The merchant's number is free for another card; this month's card is still good.
    shop.data("pwpp", &[("expDate", "11/22")]).await;
}

#[tokio::test]
async fn refuses_invalid_card_payments() {
    let shop = Shop::open().await;
    let long = "x".repeat(257);
    for (name, value, reason) in [
        ("cardNumber", "4242424242424241", "Luhn"),
        ("cardNumber", "4242-4242", "12 to 19 digits"),
        ("cvv", "12", "3 or 4 digits"),
        ("expDate", "2027-12", "12/27"),
        ("email", "nobody", "e-mail"),
        ("iddCode", "+35", "digits"),
        ("addressLine", "12, Main St", "letters, digits"),
        ("country", "de", "alpha-2"),
        ("city", "New  York", "15 letters"),
        ("ip", "2001:db8::1", "IPv4"),
        ("currency", "BRL", "USD, EUR"),
        ("amount", "0.009", "second decimal"),
        ("amount", "1e2", "plain decimal"),
        ("storeCc", "2", "0, 1"),
        ("payChannel", "3", "payChannel1"),
        ("clientHTTPAccept", &long, "at most 256"),
        ("products", "[]", "no items"),
        ("products", r#"{"name":"x"}"#, "JSON array"),
        (
            "products",
            r#"[{"name":"x","price":"1","num":"1"}]"#,
            "missing field `currency`",
        ),
        (
            "products",
            r#"[{"name":"","price":"1","num":"1","currency":"USD"}]"#,
            "empty value",
        ),
    ] {
        let answer = shop.ask("pwpp", &[(name, value)]).await;
        assert_eq!(
            refused(&answer),
            format!("invalid param {name}"),
            "{name}={value}"
        );
        assert!(
            shop.reason().contains(reason),
            "{name}={value}: {}",
            shop.reason()
        );
    }
    assert!(shop.sandbox.orders().is_empty());
    // A plugin sends the number of pieces as a number.
    let plugin = r#"[{"name":"x","price":"1","num":2,"currency":"USD"}]"#;
    shop.data("pwpp", &[("products", plugin), ("amount", "1.5")])
        .await;
    assert_eq!(shop.sandbox.orders()[0].amount, "1.5");
}

#[tokio::test]
async fn a_stored_card_can_be_charged_only_by_its_user() {
    let shop = Shop::open().await;
    let data = shop.data("pwpp", &[("storeCc", "1")]).await;
    let card = data["ccStorageID"].as_str().unwrap().to_owned();
    assert_eq!(card.len(), 18);
    let again = |number: &'static str, user: &'static str| {
        [
            ("merchantTradeNo", number),
            ("userId", user),
            ("cardNumber", "-"),
            ("cvv", "-"),
            ("expDate", "-"),
            ("amount", "5"),
        ]
    };
    let with = |changes: [(&'static str, &'static str); 6]| {
        [&changes[..], &[("ccStorageID", card.as_str())]].concat()
    };
    assert_pay_fail(
        &shop.ask("pwpp", &with(again("2", "1001"))).await,
        "not paid yet",
    );
    assert!(shop.reason().contains("has not been made"));
    shop.sandbox.pay("test114", None).await.unwrap();
    assert_pay_fail(
        &shop.ask("pwpp", &with(again("2", "1002"))).await,
        "another user's",
    );
    let charged = shop.data("pwpp", &with(again("2", "1001"))).await;
    assert_eq!(charged["ccStorageID"], card);
    let (_, target) = bank(&shop, &charged);
    shop.post("/3ds/confirm", &[FORM], form_of(&target)).await;
    assert_eq!(shop.has("USD"), pair("100024.01", "0"));
    shop.sandbox.reset();
    assert_pay_fail(
        &shop.ask("pwpp", &with(again("2", "1001"))).await,
        "forgotten",
    );
}

#[tokio::test]
async fn needs_an_accepted_kyc_item_of_the_user_unless_the_builder_does_not_want_it() {
    let shop = Shop::with(|builder| builder.cpay_kyc_required(true)).await;
    let refusal = shop.ask("pwpp", &[("userId", "231xsd23")]).await;
    assert_eq!(refused(&refusal), "user kyc not submitted");
    assert!(shop.sandbox.requests().pop().unwrap().message_assumed);
    assert!(shop.sandbox.orders().is_empty());
    let items = format!("[{}]", crate::cpay::calls::KYC_ITEM);
    shop.data("submitKYC", &[("data", &items)]).await;
    shop.data("pwpp", &[("userId", "231xsd23")]).await;
    let other = shop
        .ask("pwpp", &[("userId", "1001"), ("merchantTradeNo", "2")])
        .await;
    assert_eq!(refused(&other), "user kyc not submitted");
    // The other card call has the gateway's own page and needs none.
    shop.data("createOrderByCreditCard", &[("merchantTradeNo", "3")])
        .await;
}

#[tokio::test]
async fn an_account_without_card_storage_stores_and_charges_no_card() {
    let shop = Shop::with(|builder| builder.cpay_card_storage(false)).await;
    let data = shop.data("pwpp", &[("storeCc", "1")]).await;
    assert_eq!(data["ccStorageID"], "");
    let notes = shop.sandbox.requests().pop().unwrap().notes;
    assert!(notes[0].contains("the card not stored"), "{notes:?}");
    let stored = [
        ("merchantTradeNo", "2"),
        ("ccStorageID", "abcdef0123456789ab"),
    ];
    assert_pay_fail(&shop.ask("pwpp", &stored).await, "no storage");
    assert!(shop.reason().contains("does not store cards"));
}

#[tokio::test]
async fn a_card_that_is_sent_with_a_stored_one_must_be_good_too() {
    let shop = Shop::open().await;
    let data = shop.data("pwpp", &[("storeCc", "1")]).await;
    let card = data["ccStorageID"].as_str().unwrap().to_owned();
    shop.sandbox.pay("test114", None).await.unwrap();
    let with = |changes: &[(&'static str, &'static str)]| {
        [changes, &[("ccStorageID", card.as_str())]].concat()
    };
    let wrong = with(&[("merchantTradeNo", "2"), ("cardNumber", "4242424242424241")]);
    assert_eq!(
        refused(&shop.ask("pwpp", &wrong).await),
        "invalid param cardNumber"
    );
    let half = with(&[("merchantTradeNo", "2"), ("cvv", "-")]);
    assert_eq!(refused(&shop.ask("pwpp", &half).await), "invalid param cvv");
    let declined = with(&[("merchantTradeNo", "2"), ("cardNumber", "4000000000000002")]);
    assert_pay_fail(&shop.ask("pwpp", &declined).await, "declined");
    shop.data("pwpp", &with(&[("merchantTradeNo", "2")])).await;
    let notes = shop.sandbox.requests().pop().unwrap().notes;
    assert!(
        notes[0].starts_with("Both a card and a stored card"),
        "{notes:?}"
    );
    let alone = with(&[
        ("merchantTradeNo", "3"),
        ("cardNumber", "-"),
        ("cvv", "-"),
        ("expDate", "-"),
    ]);
    shop.data("pwpp", &alone).await;
    let notes = shop.sandbox.requests().pop().unwrap().notes;
    assert!(notes[0].contains("mandatory in the table"), "{notes:?}");
}
