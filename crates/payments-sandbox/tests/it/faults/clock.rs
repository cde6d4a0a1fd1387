//! The sandbox's clock: advances, to the next due thing, frozen.

use std::time::Duration;

use payments_sandbox::{Clock, Fault, Gateway, Sandbox};
use serde_json::json;

use super::calls::{send, until};
use crate::chainup_opay::merchant::Opay;
use crate::support::http::{self, FORM, JSON};
use crate::support::shop::START_MS;

#[tokio::test]
async fn the_clock_goes_to_the_next_due_thing() {
    let opay = Opay::open().await;
    let (shop, sandbox) = (&opay.shop, &opay.shop.sandbox);
    assert_eq!(sandbox.advance_to_next(), None);
    let nothing = shop.post("/_sandbox/clock", &[JSON], r#"{"to_next_due":true}"#);
    assert_eq!(nothing.await.status, 409);

    // Without a listener at the callback URL, the second attempt is due in five seconds.
    opay.order(&json!({})).await;
    sandbox.pay("order-1", None).await.unwrap();
    sandbox.webhooks_quiet().await;
    assert_eq!(sandbox.advance_to_next(), Some(START_MS + 5_000));
    sandbox.webhooks_quiet().await;
    assert_eq!(sandbox.deliveries()[0].attempts.len(), 2);
    let shown = shop.get("/_sandbox/clock").await.json();
    assert_eq!(shown["next_due_ms"], START_MS + 20_000);
    assert_eq!(shown["next_due"], "2022-11-16 11:26:57 UTC");
    let moved = shop
        .post("/_sandbox/clock", &[FORM], "to_next_due=true")
        .await;
    assert_eq!(moved.json()["now_ms"], START_MS + 20_000);
}

/// A clock never goes back, so it never goes where times cannot be printed any more.
#[tokio::test]
async fn the_clock_never_goes_beyond_its_end() {
    let december_9998 = 253_370_764_799_000;
    let opay = Opay::with(|builder| {
        let builder = builder.clock(Clock::manual(december_9998));
        builder.cpay_payouts_complete_after(Duration::from_secs(60))
    });
    let opay = opay.await;
    send(&opay, Gateway::CPAY, "payout-1").await.unwrap();
    let order = opay.shop.sandbox.order("payout-1").unwrap();
    assert_eq!(order.due_ms, Some(december_9998 + 60_000));
    let answer = opay
        .shop
        .post("/_sandbox/clock", &[FORM], "to_next_due=true");
    let answer = answer.await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert_eq!(opay.shop.sandbox.advance_to_next(), None);
    assert_eq!(opay.shop.sandbox.clock().now_ms(), december_9998);
}

#[tokio::test]
async fn a_late_answer_is_a_due_thing() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let hour = Duration::from_secs(3_600);
    sandbox
        .fault(Fault::late_answer(Gateway::CPAY, hour))
        .unwrap();
    let answer = send(&opay, Gateway::CPAY, "late");
    let meanwhile = async {
        until(|| sandbox.order("late").is_some()).await;
        until(|| sandbox.advance_to_next().is_some()).await;
    };
    let (answer, ()) = tokio::join!(answer, meanwhile);
    assert_eq!(answer.unwrap().status, 200);
    assert_eq!(sandbox.clock().now_ms(), START_MS + 3_600_000);
}

#[tokio::test]
async fn the_admin_api_freezes_the_machines_clock_and_not_a_manual_one() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let post = async |body: &'static str| {
        http::send(
            sandbox.local_addr(),
            "POST",
            "/_sandbox/clock",
            &[JSON],
            body,
        )
        .await
    };
    let frozen = post(r#"{"frozen":true}"#).await.json();
    assert_eq!(
        (&frozen["frozen"], &frozen["manual"]),
        (&json!(true), &json!(false))
    );
    let now_ms = sandbox.clock().now_ms();
    assert_eq!(frozen["now_ms"], now_ms);
    let moved = post(r#"{"advance_ms":60000}"#).await.json();
    assert_eq!(moved["now_ms"], now_ms + 60_000);
    let running = post(r#"{"frozen":false}"#).await.json();
    assert_eq!(running["frozen"], false);
    for body in [
        "{}",
        r#"{"frozen":true,"advance_ms":1}"#,
        r#"{"to_next_due":false}"#,
    ] {
        assert_eq!(post(body).await.status, 422, "{body}");
    }
    let manual = Sandbox::builder()
        .clock(Clock::manual(1))
        .start()
        .await
        .unwrap();
    let answer = http::send(
        manual.local_addr(),
        "POST",
        "/_sandbox/clock",
        &[JSON],
        r#"{"frozen":true}"#,
    );
    assert_eq!(answer.await.status, 409);
}
