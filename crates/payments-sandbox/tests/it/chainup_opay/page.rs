use serde_json::json;

use super::merchant::{OPEN_ID, Opay, POOR_USER_ID, UNLUCKY_USER_ID, USER_ID};
use crate::support::http::{Answer, FORM};

fn link(opay: &Opay, order_num: &str) -> String {
    format!(
        "/platform/pay.html?appKey={}&openId={OPEN_ID}&orderNum={order_num}",
        opay.app_id
    )
}

fn form(link: &str) -> &str {
    link.split_once('?').unwrap().1
}

fn assert_page(answer: &Answer) {
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    assert!(
        answer
            .header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert!(!answer.body.to_lowercase().contains("<script") && answer.body.contains("<h1"));
}

#[tokio::test]
async fn the_page_is_for_the_orders_own_payer() {
    let opay = Opay::open().await;
    let goods = json!([{"name": "Tea <b>", "desc": "green & fresh"}]).to_string();
    let order_num = opay
        .order(&json!({"orderAmount": "1.50", "payCoinSymbol": "USDT1742", "goods": goods}))
        .await;
    let app = &opay.app_id;
    for good in [
        link(&opay, &order_num),
        format!("{}&token=t", link(&opay, &order_num)),
        format!("/platform/pay.html?userId={USER_ID}&orderNum={order_num}&appKey={app}"),
        // The openId goes first, as it does when the order is made.
        format!("{}&userId={UNLUCKY_USER_ID}", link(&opay, &order_num)),
    ] {
        let page = opay.shop.get(&good).await;
        assert_eq!(page.status, 200, "{good}");
        assert_page(&page);
        for text in [
            "1.50",
            "USDT",
            "Pending payment",
            &order_num,
            "order-1",
            USER_ID,
            "1000000",
            "Tea &#60;b&#62;",
            "green &#38; fresh",
            "action=\"/platform/pay\"",
            "action=\"/platform/fail\"",
            "action=\"/platform/close\"",
        ] {
            assert!(page.body.contains(text), "{text}: {}", page.body);
        }
        assert!(!page.body.contains("USDT1742</span>") && !page.body.contains("Back to the shop"));
    }
    let stranger = "5b1c00000000000000000000000000000a";
    for bad in [
        "/platform/pay.html".to_owned(),
        format!("/platform/pay.html?appKey={app}&orderNum={order_num}"),
        format!("/platform/pay.html?appKey={app}&orderNum={order_num}&userId={OPEN_ID}"),
        format!("/platform/pay.html?appKey=other_1&orderNum={order_num}&openId={OPEN_ID}"),
        format!("/platform/pay.html?orderNum={order_num}&openId={OPEN_ID}"),
        format!("/platform/pay.html?appKey={app}&openId={OPEN_ID}"),
        format!("/platform/pay.html?appKey={app}&orderNum=0&openId={OPEN_ID}"),
        format!("/platform/pay.html?appKey={app}&orderNum={order_num}&openId={stranger}"),
        format!(
            "/platform/pay.html?appKey={app}&orderNum={order_num}&openId={stranger}&userId={USER_ID}"
        ),
        format!("/platform/pay.html?appKey={app}&orderNum={order_num}&userId={UNLUCKY_USER_ID}"),
        format!("/platform/pay.html?appKey=%zz&orderNum={order_num}&userId={USER_ID}"),
    ] {
        let page = opay.shop.get(&bad).await;
        assert_eq!(page.status, 403, "{bad}");
        assert_page(&page);
        assert!(!page.body.contains("1.50"));
        for button in ["pay", "fail", "close"] {
            let form = bad.split_once('?').map_or("", |(_, query)| query);
            let answer = opay
                .shop
                .post(&format!("/platform/{button}"), &[FORM], form)
                .await;
            assert_eq!(answer.status, 403, "{bad}");
        }
    }
    // A C-Pay order has another page.
    let foreign = opay.shop.order_id(&[]).await;
    assert_eq!(opay.shop.get(&link(&opay, &foreign)).await.status, 403);
    assert_eq!(
        opay.shop.sandbox.order(&order_num).unwrap().status.as_str(),
        "pending"
    );
}

#[tokio::test]
async fn the_buttons_pay_fail_and_close() {
    let opay = Opay::open().await;
    for (button, status, words) in [
        ("pay", "3", "Paid in full"),
        ("fail", "2", "The payment failed"),
        ("close", "0", "closed without a payment"),
    ] {
        let order_num = opay.order(&json!({"appOrderId": button})).await;
        let link = link(&opay, &order_num);
        let action = format!("/platform/{button}");
        let pressed = opay.shop.post(&action, &[FORM], form(&link)).await;
        assert_eq!(
            (pressed.status, pressed.header("location")),
            (303, Some(link.as_str()))
        );
        assert_eq!(opay.status(&order_num).await, status);
        let page = opay.shop.get(&link).await;
        assert_page(&page);
        assert!(page.body.contains(words), "{}", page.body);
        assert!(
            page.body
                .contains("href=\"https://shop.example/return?a=1\""),
            "{}",
            page.body
        );
        assert!(!page.body.contains("<form"));
        let again = opay.shop.post(&action, &[FORM], form(&link)).await;
        assert_eq!(again.status, 409);
        assert!(again.body.contains("role=\"alert\""));
    }
}

#[tokio::test]
async fn keeps_the_user_id_of_the_link_and_links_from_the_page_of_the_order() {
    let opay = Opay::open().await;
    let order_num = opay.order(&json!({})).await;
    let link = format!(
        "/platform/pay.html?appKey={}&userId={USER_ID}&orderNum={order_num}",
        opay.app_id
    );
    let pressed = opay.shop.post("/platform/pay", &[FORM], form(&link)).await;
    assert_eq!(pressed.header("location"), Some(link.as_str()));
    let view = opay.shop.sandbox.order(&order_num).unwrap();
    let target = view
        .cashier_url
        .strip_prefix(opay.shop.sandbox.base_url())
        .unwrap()
        .to_owned();
    assert_eq!(opay.shop.get(&target).await.status, 200);
    let page = opay
        .shop
        .page(&format!("/_sandbox/orders/{order_num}"))
        .await
        .body;
    assert!(page.contains(&target.replace('&', "&#38;")), "{page}");
}

#[tokio::test]
async fn the_page_shows_a_low_balance_and_a_failed_payment() {
    let opay = Opay::open().await;
    for (payer, amount, status, words) in [
        (POOR_USER_ID, "2", 409, "balance is too low"),
        (POOR_USER_ID, "1", 303, ""),
        (UNLUCKY_USER_ID, "1", 303, ""),
    ] {
        let number = format!("{payer}-{amount}");
        let order_num = opay.order(&json!({"appOrderId": number, "openId": null, "userId": payer, "orderAmount": amount})).await;
        let form = format!("appKey={}&userId={payer}&orderNum={order_num}", opay.app_id);
        let answer = opay.shop.post("/platform/pay", &[FORM], &form).await;
        assert_eq!(answer.status, status, "{number}");
        assert!(answer.body.contains(words));
    }
    let state = |number: &str| opay.shop.sandbox.order(number).unwrap().status.as_str();
    assert_eq!(state(&format!("{POOR_USER_ID}-2")), "pending");
    assert_eq!(state(&format!("{POOR_USER_ID}-1")), "completed");
    assert_eq!(state(&format!("{UNLUCKY_USER_ID}-1")), "failed");
}

#[tokio::test]
async fn refuses_buttons_of_other_sites_and_offers_fail_on_the_page_of_the_order() {
    let opay = Opay::open().await;
    let order_num = opay.order(&json!({})).await;
    let link = link(&opay, &order_num);
    let foreign = ("Origin", "https://evil.example");
    let answer = opay
        .shop
        .post("/platform/pay", &[FORM, foreign], form(&link))
        .await;
    assert_eq!(answer.status, 403);
    assert_eq!(opay.status(&order_num).await, "1");
    for path in ["/platform/pay", "/platform/fail", "/platform/close"] {
        assert_eq!(opay.shop.get(path).await.status, 405);
    }
    let page = opay
        .shop
        .page(&format!("/_sandbox/orders/{order_num}"))
        .await
        .body;
    for button in ["pay", "fail", "expire"] {
        let action = format!("action=\"/_sandbox/orders/{order_num}/{button}?at=act\"");
        assert!(page.contains(&action), "{button}");
    }
    let front = opay.shop.get("/").await.body;
    for text in [
        opay.app_id.as_str(),
        USER_ID,
        OPEN_ID,
        "createThirdOrder",
        "USDT1742 (6 decimals)",
    ] {
        assert!(front.contains(text), "{text}");
    }
}
