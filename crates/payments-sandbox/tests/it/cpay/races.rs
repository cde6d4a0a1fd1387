//! Concurrent actions on one order.

use std::sync::Arc;

use payments_sandbox::ActionError;
use tokio::sync::Barrier;

use crate::cpay::calls::pair;
use crate::support::http::Receiver;
use crate::support::shop::Shop;

const HANDS: usize = 16;

/// Lets sixteen tasks act on an order at the same time, and counts those that succeeded.
async fn all_at_once(shop: &Arc<Shop>, id: &str) -> usize {
    let start = Arc::new(Barrier::new(HANDS));
    let hands: Vec<_> = (0..HANDS)
        .map(|hand| {
            let (shop, start, id) = (Arc::clone(shop), Arc::clone(&start), id.to_owned());
            tokio::spawn(async move {
                start.wait().await;
                match hand % 3 {
                    0 => shop.sandbox.pay(&id, None).await,
                    1 if id.ends_with("003") => shop.sandbox.complete(&id).await,
                    1 => shop.sandbox.expire(&id).await,
                    _ if id.ends_with("003") => shop.sandbox.reject(&id).await,
                    _ => shop.sandbox.pay(&id, None).await,
                }
            })
        })
        .collect();
    let mut done = 0;
    for hand in hands {
        match hand.await.unwrap() {
            Ok(_) => done += 1,
            Err(ActionError::Conflict(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_actions_settle_an_order_once() {
    let shop = Arc::new(Shop::open().await);
    let receiver = Receiver::start(&[]).await;
    let url = receiver.url();
    let (mut there, cents) = (100_000 * 100, 100);
    for round in 0..200 {
        let own = format!("{round}");
        let changes = [
            ("merchantTradeNo", own.as_str()),
            ("callbackURL", &url),
            ("totalAmount", "1"),
            ("receivedAmount", "0.75"),
            ("amount", "1"),
        ];
        let payout = round % 2 == 0;
        let call = if payout { "withdraw" } else { "createOrder" };
        let data = shop.data(call, &changes).await;
        let id = data["orderId"].as_str().unwrap();
        assert_eq!(all_at_once(&shop, id).await, 1, "{call} {round}");

        let order = shop.sandbox.order(id).unwrap();
        match (payout, order.status.as_str()) {
            (true, "completed") => there -= cents,
            (false, "completed") => there += cents,
            (_, "closed") => {}
            (_, other) => panic!("{other}"),
        }
        assert_eq!(
            shop.has("USDT"),
            pair(&(there / 100).to_string(), "0"),
            "{call} {round}"
        );
        let received = shop.sandbox.deliveries();
        let about = received.iter().filter(|delivery| delivery.order_id == id);
        assert_eq!(about.count(), 1, "{call} {round}");
    }
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(receiver.requests().len(), 200);
}
