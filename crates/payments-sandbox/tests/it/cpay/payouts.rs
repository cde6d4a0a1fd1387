use std::time::Duration;

use serde_json::Value;

use crate::cpay::calls::pair;
use crate::support::http::{FORM, Receiver};
use crate::support::shop::{Shop, refused};

#[tokio::test]
async fn a_withdrawal_freezes_its_money_until_it_is_completed() {
    let shop = Shop::with(|builder| builder.cpay_balance("USDT", "10")).await;
    let receiver = Receiver::start(&[]).await;
    let answer = shop
        .ask("withdraw", &[("callbackURL", &receiver.url())])
        .await;
    let order = shop.sandbox.orders().pop().unwrap();
    let id = order.order_id.clone();
    assert_eq!(
        (id.len(), &id[..12], &id[18..]),
        (21, "221116112637", "003")
    );
    // The sheet's example shows only the fee; these are the names of its table, all texts.
    assert_eq!(
        answer.body,
        format!(
            r#"{{"code":0,"msg":"ok","data":{{"merchantId":"20003092","cryptoCurrency":"USDT","orderAmount":"4.000000","receivedAmount":"3.000000","fee":"1","merchantTradeNo":"test114","remark":"","extInfo":"","status":"11","orderId":"{id}","network":"TRON(TRC-20)","merchantUserId":"1001","createTime":"1668597997000"}}}}"#
        )
    );
    assert_eq!(shop.has("USDT"), pair("6", "4"));
    let open = shop.detail(&[("cpayOrderId", &id)]).await.json();
    assert_eq!(open["data"]["status"], "11");
    assert_eq!(open["data"]["network"], "TRON");
    for field in ["actualAmount", "receivedAmount"] {
        assert_eq!(open["data"][field], "0", "nothing has moved yet");
    }
    assert!(
        shop.sandbox.deliveries().is_empty(),
        "no webhook before the end"
    );

    let path = format!("/_sandbox/orders/{id}/pay");
    let done = shop.post(&path, &[], "").await.json();
    assert_eq!(done["status"], "completed");
    assert_eq!(shop.has("USDT"), pair("6", "0"));
    shop.sandbox.webhooks_quiet().await;
    let received: Value = serde_json::from_str(&receiver.requests()[0].1).unwrap();
    let hash = received["hash"].as_str().unwrap();
    assert_eq!(hash.len(), 64);
    for (name, value) in [
        ("orderStatus", "14"),
        ("actualAmount", "4.000000"),
        ("receivedAmount", "3.000000"),
        ("fee", "1"),
        ("merchantTradeNo", "test114"),
    ] {
        assert_eq!(received[name], value, "{name}");
    }
    let found = shop.detail(&[("hash", hash)]).await.json();
    assert_eq!(
        (&found["data"]["status"], &found["data"]["fee"]),
        (&"14".into(), &"1".into())
    );
    assert_eq!(shop.post(&path, &[], "").await.status, 409);
}

#[tokio::test]
async fn a_rejected_payout_returns_everything() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(&[]).await;
    let before = shop.sandbox.balances();
    for (name, action, spelling) in [
        ("withdraw", "reject", "callbackURL"),
        ("withdraw", "expire", "callbackURL"),
        ("createFiatPayoutOrder", "reject", "callBackURL"),
    ] {
        let own = format!("{name}-{action}");
        let changes = [
            ("merchantTradeNo", own.as_str()),
            (spelling, &receiver.url()),
        ];
        shop.data(name, &changes).await;
        assert_ne!(shop.sandbox.balances(), before);
        let path = format!("/_sandbox/orders/{own}/{action}");
        assert_eq!(shop.post(&path, &[], "").await.json()["status"], "closed");
        assert_eq!(shop.sandbox.balances(), before, "{own}");
        let detail = shop.detail(&[("merchantTradeNo", &own)]).await.json();
        for (field, value) in [("status", "15"), ("receivedAmount", "0"), ("fee", "0")] {
            assert_eq!(detail["data"][field], value, "{own}");
        }
    }
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(receiver.requests().len(), 3);
    assert!(
        receiver
            .requests()
            .iter()
            .all(|(_, body)| body.contains(r#""orderStatus":"15""#))
    );
}

#[tokio::test]
async fn answers_a_fiat_payout_as_in_the_specification_and_adds_its_fee() {
    let shop = Shop::open().await;
    let answer = shop.ask("createFiatPayoutOrder", &[]).await;
    let order = shop.sandbox.orders().pop().unwrap();
    let record = shop.sandbox.requests().pop().unwrap();
    let (id, trace) = (order.order_id, record.trace_id);
    assert_eq!(
        answer.body,
        format!(
            r#"{{"code":0,"msg":"success","data":{{"merchantId":"20003092","currency":"BRL","orderAmount":"5.5","receivedAmount":"5","fee":"0.5","merchantTradeNo":"test114","remark":"remark","status":"11","orderId":"{id}","merchantUserId":"1001","createTime":"1668597997000"}},"traceid":"{trace}"}}"#
        )
    );
    assert!(id.ends_with("003"));
    assert_eq!(shop.has("BRL"), pair("99994.5", "5.5"));
    let detail = shop.detail(&[("merchantTradeNo", "test114")]).await.json();
    for (field, value) in [("currency", "BRL"), ("remark", "remark"), ("network", "")] {
        assert_eq!(detail["data"][field], value);
    }
    let open = shop.sandbox.order(&id).unwrap();
    assert_eq!(
        (open.actual_amount.as_str(), open.received_amount.as_str()),
        ("0", "0")
    );
    let done = shop.sandbox.complete(&id).await.unwrap();
    assert_eq!(
        (done.actual_amount.as_str(), done.received_amount.as_str()),
        ("5.5", "5")
    );
    assert_eq!(
        (done.status.as_str(), done.hash.as_str()),
        ("completed", "")
    );
    assert_eq!(shop.has("BRL"), pair("99994.5", "0"));
}

#[tokio::test]
async fn payouts_complete_after_the_delay_of_the_builder() {
    let delay = Duration::from_secs(30);
    let shop = Shop::with(|builder| builder.cpay_payouts_complete_after(delay)).await;
    let receiver = Receiver::start(&[]).await;
    shop.data("withdraw", &[("callbackURL", &receiver.url())])
        .await;
    shop.data("createFiatPayoutOrder", &[("merchantTradeNo", "rejected")])
        .await;
    shop.sandbox.reject("rejected").await.unwrap();
    shop.sandbox
        .clock()
        .advance(delay - Duration::from_millis(1));
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(
        shop.sandbox.order("test114").unwrap().status.as_str(),
        "processing"
    );
    shop.sandbox.clock().advance(Duration::from_millis(1));
    shop.sandbox.webhooks_quiet().await;
    let detail = shop.detail(&[("merchantTradeNo", "test114")]).await.json();
    assert_eq!(detail["data"]["status"], "14");
    assert_eq!(receiver.requests().len(), 1);
    assert_eq!(
        shop.sandbox.order("rejected").unwrap().status.as_str(),
        "closed"
    );
    assert_eq!(shop.has("USDT"), pair("99996", "0"));

    // Without the switch nothing happens, however late it gets.
    let still = Shop::open().await;
    still.data("withdraw", &[]).await;
    still
        .sandbox
        .clock()
        .advance(Duration::from_secs(1_000_000));
    still.sandbox.webhooks_quiet().await;
    assert_eq!(still.sandbox.orders()[0].status.as_str(), "processing");
}

/// The most the sandbox can count is 170141183460469231731.68 of a currency, kept fees included.
#[tokio::test]
async fn a_payout_that_cannot_be_completed_is_refused_or_waits_for_an_action() {
    let delay = Duration::from_secs(30);
    let shop = Shop::with(|builder| {
        builder
            .cpay_balance("USDT", "170141183460469231721")
            .cpay_payouts_complete_after(delay)
    })
    .await;
    // All but nothing of it is the fee.
    let pay_out = async |number: &str, total: &str| {
        let changes = [
            ("merchantTradeNo", number),
            ("totalAmount", total),
            ("receivedAmount", "0.00000001"),
        ];
        shop.ask("withdraw", &changes).await
    };
    let state = |number: &str| {
        let order = shop.sandbox.order(number).unwrap();
        (order.status.as_str(), order.due_ms)
    };
    pay_out("large", "170141183460469231721").await;
    shop.sandbox.clock().advance(delay);
    assert_eq!(state("large"), ("completed", None));
    let coins = [
        ("sourceCurrency", "USD"),
        ("targetCurrency", "USDT"),
        ("sourceAmount", "20"),
        ("merchantTradeNo", "more"),
    ];
    shop.data("exchange", &coins).await;
    // Two whose fees do not fit together, though each alone would.
    for number in ["one", "two"] {
        assert_eq!(pay_out(number, "6").await.json()["code"], 0, "{number}");
    }
    shop.sandbox.clock().advance(delay);
    assert_eq!(state("one"), ("completed", None));
    assert_eq!(state("two"), ("processing", None));
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(shop.has("USDT"), pair("7.94", "6"));
    assert!(shop.sandbox.complete("two").await.is_err());
    shop.sandbox.reject("two").await.unwrap();
    assert_eq!(shop.has("USDT"), pair("13.94", "0"));
    // By now it can be seen from the start.
    assert_eq!(refused(&pay_out("late", "6").await), "system error");
    assert_eq!(shop.has("USDT"), pair("13.94", "0"));
}

#[tokio::test]
async fn completes_payouts_on_the_system_clock() {
    let delay = Duration::from_millis(1);
    let shop = Shop::with(|builder| {
        builder
            .cpay_payouts_complete_after(delay)
            .clock(payments_sandbox::Clock::system())
    })
    .await;
    let mut receiver = Receiver::start(&[]).await;
    shop.data("withdraw", &[("callbackURL", &receiver.url())])
        .await;
    // No request arrives: the sandbox has to notice without one.
    let (_, body) = receiver.wait_for(1).await.remove(0);
    assert!(body.contains(r#""orderStatus":"14""#));
}

#[tokio::test]
async fn the_pages_have_payout_buttons_only_for_payouts() {
    let shop = Shop::open().await;
    let id = shop.data("withdraw", &[]).await["orderId"]
        .as_str()
        .unwrap()
        .to_owned();
    let order = shop.order_id(&[("merchantTradeNo", "pay-in")]).await;
    let overview = shop.get("/_sandbox").await.body;
    let page = shop.page(&format!("/_sandbox/orders/{id}")).await.body;
    for text in ["complete", "reject"] {
        assert!(
            page.contains(&format!("action=\"/_sandbox/orders/{id}/{text}?at=act\"")),
            "{text}"
        );
        assert!(!overview.contains(&format!("/_sandbox/orders/{order}/{text}")));
        let wrong = shop
            .post(&format!("/_sandbox/orders/{order}/{text}"), &[], "")
            .await;
        assert_eq!(wrong.status, 409);
        assert!(wrong.body.contains("is not a payout"), "{}", wrong.body);
    }
    assert!(overview.contains("99996"), "balances are shown");
    let amount = shop
        .post(&format!("/_sandbox/orders/{id}/pay"), &[FORM], "amount=1")
        .await;
    assert_eq!((amount.status, shop.has("USDT").1.as_str()), (422, "4"));
    assert_eq!(
        shop.post("/_sandbox/orders/none/complete", &[], "")
            .await
            .status,
        404
    );
    shop.sandbox.complete(&id).await.unwrap();
    assert!(
        !shop
            .get("/_sandbox")
            .await
            .body
            .contains(&format!("{id}/complete"))
    );
    assert!(refused(&shop.ask("withdraw", &[]).await).contains("duplicate"));
}
