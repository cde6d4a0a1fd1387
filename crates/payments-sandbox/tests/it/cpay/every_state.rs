//! Webhooks about states that are not final, and orders that are closed at birth.

use crate::support::http::Receiver;
use crate::support::shop::Shop;

/// Reference and status of every webhook.
fn states(receiver: &Receiver) -> Vec<(String, String)> {
    let bodies = receiver.requests().into_iter().map(|(_, body)| body);
    let read = |body: String| {
        let json: serde_json::Value = serde_json::from_str(&body).unwrap();
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        (text("merchantTradeNo"), text("orderStatus"))
    };
    bodies.map(read).collect()
}

/// Makes one order per call, processes pay-ins, and completes everything.
async fn run(every_state: bool) -> Vec<(String, String)> {
    let receiver = Receiver::start(&[]).await;
    let shop = Shop::with(|builder| {
        builder
            .cpay_callback_url(receiver.url())
            .cpay_push_every_state(every_state)
    })
    .await;
    for name in [
        "createOrder",
        "createOrderByCreditCard",
        "pwpp",
        "withdraw",
        "createFiatPayoutOrder",
    ] {
        shop.data(name, &[("merchantTradeNo", name)]).await;
        shop.sandbox.webhooks_quiet().await;
        if name.starts_with("createOrder") {
            shop.sandbox.process(name).await.unwrap();
            shop.sandbox.webhooks_quiet().await;
        }
        shop.sandbox.pay(name, None).await.unwrap();
        shop.sandbox.webhooks_quiet().await;
    }
    states(&receiver)
}

#[tokio::test]
async fn webhooks_are_sent_for_every_state_only_if_the_account_asks_for_it() {
    let pair = |(name, state): (&str, &str)| (name.to_owned(), state.to_owned());
    let all = [
        ("createOrder", "0"),
        ("createOrder", "11"),
        ("createOrder", "14"),
        ("createOrderByCreditCard", "0"),
        ("createOrderByCreditCard", "11"),
        ("createOrderByCreditCard", "14"),
        ("pwpp", "0"),
        ("pwpp", "14"),
        ("withdraw", "11"),
        ("withdraw", "14"),
        ("createFiatPayoutOrder", "11"),
        ("createFiatPayoutOrder", "14"),
    ];
    assert_eq!(run(true).await, all.map(pair));
    let last = all.into_iter().filter(|(_, state)| *state == "14");
    assert_eq!(run(false).await, last.map(pair).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_order_of_one_test_customer_is_closed_at_once() {
    let receiver = Receiver::start(&[]).await;
    let shop = Shop::with(|builder| builder.cpay_callback_url(receiver.url())).await;
    let changes = [("email", "closed@cpay.test")];
    let data = shop.data("createOrderByCreditCard", &changes).await;
    assert_eq!(data["orderStatus"], "15");
    let detail = shop.detail(&[("merchantTradeNo", "test114")]).await.json();
    assert_eq!(detail["data"]["status"], "15");
    assert!(shop.sandbox.pay("test114", None).await.is_err());
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(states(&receiver), [("test114".to_owned(), "15".to_owned())]);
}
