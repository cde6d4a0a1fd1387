//! Payouts of CCPayment v1, whose queries have no effect key, and one that was made at the console.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_payout_whose_webhook_is_lost_is_found_once() {
    for engine in engines().await {
        let merchant = Merchant::over(engine).await;
        let gateway = merchant.at("ccpayment");
        let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON).unwrap();
        for (name, is_lost) in [("lost", true), ("reported", false)] {
            let payee = Payee::Chain(to.clone());
            let order = PayoutOrder::new(reference(name), payee, usdt("30"), Fee::OnTop);
            merchant.store.payout(gateway, &order).await.unwrap();
            if is_lost {
                merchant.drop_webhook(Provider::CCPAYMENT).await;
            }
            merchant.sandbox.reject(name).await.unwrap();
            merchant.handle().await;
        }
        let booked = merchant.booked().await;
        // The webhook is not overdue when a query shows the end for the first time.
        merchant.reconcile_after(6 * MINUTE).await;
        assert_eq!(merchant.found().await, []);
        for _ in 0..10 {
            merchant.reconcile_after(16 * MINUTE).await;
        }
        let found = merchant.found().await;
        assert_eq!(ids(&found), ["missed_webhook:ccpayment/main:lost"]);
        // Queries cannot book it, so it is not queried as often as what may still be paid.
        assert_eq!(merchant.reconcile_after(HOUR).await.queries, 0);

        // The gateway sends it after all.
        let deliveries = merchant.sandbox.deliveries();
        let is_lost = |it: &&Delivery| it.state == DeliveryState::Dropped;
        let lost = deliveries.iter().find(is_lost).unwrap();
        merchant.sandbox.resend(lost.id).await.unwrap();
        merchant.handle().await;
        merchant.reconcile_after(HOUR).await;
        assert_eq!(merchant.booked().await, booked + 1);
        assert_eq!(merchant.found().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_was_made_at_the_console_is_found() {
    let merchant = Merchant::open().await;
    let gateway = merchant.at("ccpayment");
    let order = |name| {
        let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON).unwrap();
        PayoutOrder::new(reference(name), Payee::Chain(to), usdt("30"), Fee::OnTop)
    };
    merchant
        .store
        .payout(gateway, &order("inside"))
        .await
        .unwrap();
    gateway
        .payouts()
        .unwrap()
        .create(&order("outside"))
        .await
        .unwrap();
    for name in ["inside", "outside"] {
        merchant.sandbox.complete(name).await.unwrap();
    }
    merchant.handle().await;
    merchant.reconcile_after(MINUTE).await;
    let found = merchant.found().await;
    assert_eq!(
        ids(&found),
        ["payout_without_intent:ccpayment/main:outside"]
    );
}
