//! The checkout page, and the sandbox's own page about CCPayment.

use serde_json::json;

use super::merchant::{Merchant, SATS, TRX, USDT_TRC20, XRP};
use crate::support::http::{Answer, FORM};

const EVIL: &str = "<script>alert('1')</script>\"&";

async fn hosted(merchant: &Merchant, id: &str, period: u64) -> String {
    let body = json!({
        "merchant_order_id": id, "product_price": "25", "product_name": EVIL, "order_valid_period": period,
        "return_url": "https://shop.test/?a='b&c",
    });
    let data = merchant.ask("concise/url/get", &body).await;
    let url = data["payment_url"].as_str().unwrap();
    url.strip_prefix(merchant.sandbox.base_url())
        .unwrap()
        .to_owned()
}

fn key(link: &str) -> &str {
    link.split_once('=').unwrap().1
}

/// A page without scripts, foreign content and unescaped values.
fn good(page: &Answer) -> &str {
    assert_eq!(
        page.header("Content-Type"),
        Some("text/html; charset=utf-8")
    );
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("script"),
        "{policy}"
    );
    check_text(&page.body);
    &page.body
}

/// A page without scripts and unescaped values.
fn check_text(body: &str) {
    for word in ["<script", "javascript:", " style=", " on"] {
        let found = body
            .match_indices(word)
            .any(|(at, _)| word != " on" || body[at..].starts_with(" onclick"));
        assert!(!found, "{word}");
    }
}

#[tokio::test]
async fn the_payer_chooses_a_coin_pays_in_parts_and_returns_to_the_shop() {
    let merchant = Merchant::open().await;
    let link = hosted(&merchant, "m1", 86_400).await;
    let page = merchant.get(&link).await;
    let text = good(&page);
    assert!(text.contains("Choose the coin") && text.contains("Awaiting payment"));
    assert!(
        text.contains("&#60;script&#62;alert") || text.contains("&lt;script&gt;alert"),
        "{text}"
    );
    // Tokens that take payments now, Satoshi not for so long a time.
    for (id, there) in [
        (USDT_TRC20, true),
        (XRP, true),
        (SATS, false),
        (super::merchant::USDT_POLYGON, false),
    ] {
        assert_eq!(text.contains(id), there, "{id}");
    }
    assert!(!text.contains("<svg"), "no code before a choice");

    let press = async |path: &str, form: &str| {
        let form = format!("key={}&{form}", key(&link));
        merchant.post(&format!("/pay/{path}"), &[FORM], &form).await
    };
    let chosen = press("choose", &format!("token_id={USDT_TRC20}")).await;
    assert_eq!(
        (chosen.status, chosen.header("Location")),
        (303, Some(link.as_str()))
    );
    let page = merchant.get(&link).await;
    let order = merchant.sandbox.order("m1").unwrap();
    let text = good(&page);
    assert!(text.contains(&order.address) && text.contains("<svg viewBox=\"0 0 37 37\""));
    assert!(text.contains("aria-label=\"QR code of the address\""));
    assert!(text.contains("Choose another coin") && !text.contains("shop.test"));
    assert!(good(&merchant.get(&format!("{link}&choose=1")).await).contains("Choose the coin"));

    // A mistake is shown where it was made.
    for amount in ["", "x", "-1"] {
        let wrong = press("pay", &format!("amount={amount}")).await;
        if amount.is_empty() {
            continue;
        }
        assert_eq!(wrong.status, 422);
        assert!(good(&wrong).contains("role=\"alert\""));
    }
    // An empty field pays all, so begin again.
    let link = hosted(&merchant, "m2", 86_400).await;
    let press = async |path: &str, form: &str| {
        let form = format!("key={}&{form}", key(&link));
        merchant.post(&format!("/pay/{path}"), &[FORM], &form).await
    };
    press("choose", &format!("token_id={USDT_TRC20}")).await;
    press("pay", "amount=10").await;
    let page = merchant.get(&link).await;
    let text = good(&page);
    assert!(
        text.contains("Underpayment")
            && text.contains("Too little arrived")
            && text.contains("15 <span>USDT")
    );
    assert!(!text.contains("Choose another coin"));
    assert_eq!(
        press("choose", &format!("token_id={TRX}")).await.status,
        409
    );
    press("pay", "amount=20").await;
    let page = merchant.get(&link).await;
    let text = good(&page);
    assert!(text.contains("Overpayment") && text.contains("More arrived than"));
    assert!(
        text.contains("Back to the shop") && text.contains("shop.test/?a=&#39;b&#38;c"),
        "{text}"
    );
}

#[tokio::test]
async fn the_page_shows_an_order_that_expires() {
    let merchant = Merchant::open().await;
    let link = hosted(&merchant, "m1", 60).await;
    merchant.sandbox.ccpayment_choose("m1", XRP).await.unwrap();
    assert!(good(&merchant.get(&link).await).contains("Memo"));
    let form = format!("key={}", key(&link));
    assert_eq!(
        merchant.post("/pay/expire", &[FORM], &form).await.status,
        303
    );
    let page = merchant.get(&link).await;
    assert!(good(&page).contains("Expired") && page.body.contains("counts as overdue"));
    assert_eq!(
        merchant.post("/pay/expire", &[FORM], &form).await.status,
        409
    );
    merchant
        .post("/pay/pay", &[FORM], &format!("{form}&amount=1"))
        .await;
    let page = merchant.get(&link).await;
    assert!(good(&page).contains("Underpayment(Overdue)") && page.body.contains(">late<"));
    merchant.wait(8 * 86_400).await;
    assert!(!good(&merchant.get(&link).await).contains("Simulate payment"));

    let link = hosted(&merchant, "m2", 60).await;
    merchant.wait(60).await;
    assert!(good(&merchant.get(&link).await).contains("No coin was chosen in time"));
}

#[tokio::test]
async fn an_order_without_a_hosted_page_has_a_page_in_the_sandbox() {
    let merchant = Merchant::open().await;
    merchant.create("m1", json!({"token_id": XRP})).await;
    let order = merchant.sandbox.order("m1").unwrap();
    let link = order
        .cashier_url
        .strip_prefix(merchant.sandbox.base_url())
        .unwrap();
    let page = merchant.get(link).await;
    let text = good(&page);
    assert!(text.contains("<svg") && text.contains(&order.address) && text.contains(&order.amount));
    assert!(!text.contains("Choose another coin"));
    merchant.sandbox.process("m1").await.unwrap();
    assert!(merchant.get(link).await.body.contains("is being confirmed"));
    merchant.pay("m1", "").await;
    assert!(good(&merchant.get(link).await).contains(">Paid<"));
}

#[tokio::test]
async fn a_wrong_key_opens_nothing() {
    let merchant = Merchant::open().await;
    let link = hosted(&merchant, "m1", 60).await;
    let order = merchant.sandbox.order("m1").unwrap();
    let by_order = format!("/pay?key={}", order.order_id);
    for link in [
        "/pay",
        "/pay?key=",
        "/pay?key=1",
        "/pay?key=%",
        by_order.as_str(),
    ] {
        let page = merchant.get(link).await;
        assert_eq!(page.status, 403, "{link}");
        assert!(good(&page).contains("not valid"));
    }
    for path in ["/pay/choose", "/pay/pay", "/pay/expire"] {
        assert_eq!(
            merchant.post(path, &[FORM], "key=1&amount=1").await.status,
            403
        );
        assert_eq!(merchant.post(path, &[FORM], "%").await.status, 403);
        assert_eq!(merchant.get(path).await.status, 405);
    }
    merchant.sandbox.reset();
    assert_eq!(merchant.get(&link).await.status, 403);
}

#[tokio::test]
async fn the_controls_page_offers_what_no_call_does() {
    let merchant = Merchant::open().await;
    let body = json!({"user_id": EVIL, "chain": "XRP"});
    merchant.ask("payment/address/get", &body).await;
    let page = merchant.get("/_sandbox/ccpayment").await;
    // The dashboard's own script updates it; nothing else is one.
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(
        policy.contains("; script-src 'self'; connect-src 'self';"),
        "{policy}"
    );
    let own = "<script src=\"/_sandbox/dashboard.js\" defer></script>";
    let text = page.body.replacen(own, "", 1);
    check_text(&text);
    for word in [
        USDT_TRC20,
        "9558861",
        "withdrawals only",
        "in maintenance",
        "14 TRX",
    ] {
        assert!(text.contains(word), "{word}");
    }
    let post = async |path: &str, body: &str| {
        merchant
            .post(&format!("/_sandbox/{path}"), &[FORM], body)
            .await
    };
    merchant
        .ask(
            "payment/address/get",
            &json!({"user_id": "abc", "chain": "TRX"}),
        )
        .await;
    let deposit = post(
        "ccpayment/deposits",
        &format!("user_id=abc&token_id={USDT_TRC20}&amount=5"),
    )
    .await;
    assert_eq!(
        (deposit.status, &deposit.json()["kind"]),
        (200, &json!("deposit"))
    );
    let invoice = post(
        "ccpayment/invoices",
        &format!("email=a%40b&token_id={USDT_TRC20}&amount=5"),
    )
    .await;
    assert_eq!(
        (invoice.status, &invoice.json()["kind"]),
        (200, &json!("invoice"))
    );
    hosted(&merchant, "m1", 60).await;
    let chosen = post("ccpayment/choose/m1", &format!("token_id={TRX}")).await;
    assert_eq!(chosen.json()["currency"], "TRX");
    post("orders/m1/pay", "").await;
    let refund = post("orders/m1/refund", "amount=5").await;
    assert_eq!(
        (refund.status, &refund.json()["kind"]),
        (200, &json!("refund"))
    );
    for (path, body, status) in [
        ("ccpayment/deposits", "user_id=abc", 422),
        ("ccpayment/deposits", "user=abc", 422),
        ("ccpayment/deposits", "user_id=x&token_id=y&amount=1", 404),
        ("ccpayment/invoices", "", 422),
        ("ccpayment/choose/m1", "", 422),
        ("orders/m1/refund", "", 422),
        ("orders/nobody/refund", "amount=1", 404),
    ] {
        assert_eq!(post(path, body).await.status, status, "{path} {body}");
    }
    let overview = merchant.get("/_sandbox").await.body;
    assert!(overview.contains("Paid") || overview.contains("completed"));
}
