//! How payouts end that a provider accepted: what callers see, and what is booked.

use std::time::Duration;

use payments_sandbox::{DeliveryState, Fault, FaultKind, Gateway, Sandbox};
use payments_store::engine::{Engine as _, Postgres};
use serde_json::json;

use crate::cluster;
use crate::instance::{Instance, Listeners, gateways};

/// A sandbox whose CCPayment v2 sends its webhooks to an instance, the instance, and the database.
async fn start() -> Option<(Sandbox, Instance, String)> {
    let database = cluster::new_url().await?;
    let listeners = Listeners::bind().await;
    let builder = Sandbox::builder();
    let builder = builder.ccpayment_v2_webhook_url(listeners.webhooks("ccpayment/main"));
    let sandbox = builder.start().await.unwrap();
    let gateways = gateways(&sandbox, sandbox.base_url());
    let one = Instance::serve(gateways, &database, listeners).await;
    Some((sandbox, one, database))
}

/// Reference, gateway and phase of each booked payout, once there is one.
async fn booked(database: &str) -> Vec<[String; 3]> {
    let engine = Postgres::connect(database).await.unwrap();
    for _ in 0..1_200 {
        let mut tx = engine.begin().await.unwrap();
        let sql = "SELECT reference, gateway, phase FROM ended_payouts ORDER BY reference";
        let rows = tx.query(sql, &[]).await.unwrap();
        if !rows.is_empty() {
            let text = |row: &payments_store::engine::Row| {
                [0, 1, 2].map(|column| row.text(column).unwrap().to_owned())
            };
            return rows.iter().map(text).collect();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing was booked in a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_payout_is_booked_when_its_webhook_comes_twice() {
    let Some((sandbox, one, database)) = start().await else {
        return;
    };
    assert_eq!(one.pay("salary-1").await.0, 201);
    let twice = Fault::webhook(Gateway::CCPAYMENT_V2, FaultKind::WebhookDuplicate);
    sandbox.fault(twice).unwrap();
    sandbox.complete("salary-1").await.unwrap();
    sandbox.webhooks_quiet().await;
    let known = one.shows("salary-1", "phase", "completed").await;
    assert_eq!(known["outcome"], "applied", "{known}");
    let row = ["salary-1", "ccpayment/main", "completed"];
    assert_eq!(booked(&database).await, [row]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_the_provider_rejects_later_is_shown_and_booked_as_closed() {
    let Some((sandbox, one, database)) = start().await else {
        return;
    };
    assert_eq!(one.pay("salary-1").await.0, 201);
    let known = one.known("salary-1").await;
    assert_ne!(known["phase"], "completed", "{known}");
    sandbox.reject("salary-1").await.unwrap();
    // The call took effect, and nothing was paid.
    let known = one.shows("salary-1", "phase", "closed").await;
    assert_eq!(
        (&known["outcome"], &known["contested"]),
        (&json!("applied"), &json!(false)),
        "{known}"
    );
    let row = ["salary-1", "ccpayment/main", "closed"];
    assert_eq!(booked(&database).await, [row]);
    assert_eq!(one.pay("salary-1").await.0, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_is_booked_although_every_webhook_about_it_is_lost() {
    let Some((sandbox, one, database)) = start().await else {
        return;
    };
    let lost = Fault::webhook(Gateway::CCPAYMENT_V2, FaultKind::WebhookDrop);
    sandbox.fault(lost.times(100)).unwrap();
    assert_eq!(one.pay("salary-1").await.0, 201);
    sandbox.complete("salary-1").await.unwrap();
    sandbox.webhooks_quiet().await;
    // A payment is queried when it is five minutes old.
    let (later, gateways) = (
        Duration::from_secs(600),
        gateways(&sandbox, sandbox.base_url()),
    );
    let two = Instance::serve_later(later, gateways, &database, Listeners::bind().await).await;
    two.shows("salary-1", "phase", "completed").await;
    let row = ["salary-1", "ccpayment/main", "completed"];
    assert_eq!(booked(&database).await, [row]);
    let webhooks = sandbox.deliveries();
    assert!(webhooks.iter().all(|it| it.state == DeliveryState::Dropped));
    assert!(!webhooks.is_empty());
}
