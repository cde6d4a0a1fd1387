//! Each paid order gets one key, whatever happens in between.

use std::path::Path;
use std::sync::Arc;

use payments_sandbox::{DeliveryState, Fault, FaultKind, Gateway, Sandbox};
use payments_store::engine::Sqlite;
use tempfile::TempDir;

use crate::page::free_address;
use crate::shop::Running;

/// A new file for a shop, and a free address that stays the same over restarts.
fn place() -> (TempDir, String) {
    (TempDir::new().unwrap(), free_address())
}

fn open(file: &Path) -> Arc<Sqlite> {
    Arc::new(Sqlite::open(file).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_gets_one_key_however_often_its_webhook_comes() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (folder, address) = place();
    let file = folder.path().join("shop.db");
    let mut shop = Running::start(&sandbox, open(&file), &address).await;
    shop.work();

    let reference = shop.order(&sandbox).await;
    assert!(
        shop.page(&reference)
            .await
            .contains("when the order is paid")
    );
    // The webhook comes twice, and later once more.
    let twice = Fault::webhook(Gateway::CPAY, FaultKind::WebhookDuplicate);
    sandbox.fault(twice).unwrap();
    sandbox.pay(&reference, None).await.unwrap();
    let page = shop.delivered(&reference).await;
    assert!(page.contains("KEY-1"), "{page}");
    sandbox.webhooks_quiet().await;
    let webhooks = sandbox.deliveries();
    sandbox.resend(webhooks[0].id).await.unwrap();
    sandbox.webhooks_quiet().await;
    let webhooks = sandbox.deliveries();
    let attempts: usize = webhooks.iter().map(|it| it.attempts.len()).sum();
    assert!(attempts >= 3, "{webhooks:?}");
    assert!(
        webhooks
            .iter()
            .all(|it| it.state == DeliveryState::Delivered)
    );

    // The next order gets the next key: the repeats took none.
    let next = shop.order(&sandbox).await;
    sandbox.pay(&next, None).await.unwrap();
    let page = shop.delivered(&next).await;
    assert!(page.contains("KEY-2"), "{page}");
    shop.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_dies_between_webhook_and_delivery_delivers_after_its_restart() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (folder, address) = place();
    let file = folder.path().join("shop.db");
    let shop = Running::start(&sandbox, open(&file), &address).await;
    let reference = shop.order(&sandbox).await;
    sandbox.pay(&reference, None).await.unwrap();
    sandbox.webhooks_quiet().await;
    // It was acknowledged, so the gateway does not send it again, and nothing was delivered.
    assert_eq!(sandbox.deliveries()[0].state, DeliveryState::Delivered);
    assert!(
        shop.page(&reference)
            .await
            .contains("when the order is paid")
    );
    shop.kill().await;

    let mut shop = Running::start(&sandbox, open(&file), &address).await;
    shop.work();
    let page = shop.delivered(&reference).await;
    assert!(page.contains("KEY-1"), "{page}");
    assert_eq!(sandbox.deliveries().len(), 1);
    shop.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_price_delivers_nothing() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (folder, address) = place();
    let file = folder.path().join("shop.db");
    let mut shop = Running::start(&sandbox, open(&file), &address).await;
    shop.work();
    let (part, whole) = (shop.order(&sandbox).await, shop.order(&sandbox).await);
    sandbox.pay(&part, Some("10.49")).await.unwrap();
    sandbox.webhooks_quiet().await;
    sandbox.pay(&whole, None).await.unwrap();
    assert!(shop.delivered(&whole).await.contains("KEY-1"));
    assert!(shop.page(&part).await.contains("when the order is paid"));
    shop.kill().await;
}
