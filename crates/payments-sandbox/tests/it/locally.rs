//! The sandbox without connections, on simulated time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::{Request, Response};
use bytes::Bytes;
use payments_sandbox::{Clock, DeliveryState, Fault, FaultKind, Gateway, Sandbox};
use payments_server::Verbatim;

use crate::support::shop;

const START_MS: u64 = 1_700_000_000_000;

/// A signed request that creates an order.
fn create_order(sandbox: &Sandbox, reference: &str) -> Request<Bytes> {
    let keys = &sandbox.credentials().cpay;
    let now = sandbox.clock().now_ms().to_string();
    let params = [
        ("merchantId", keys.merchant_id.as_str()),
        ("userId", "1001"),
        ("merchantTradeNo", reference),
        ("createTime", &now),
        ("cryptoCurrency", "USDT"),
        ("amount", "3"),
    ];
    let sign = shop::sign(&params, &keys.secret);
    let params = params.into_iter().chain([("sign", sign.as_str())]);
    let body: Vec<String> = params
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Request::post("http://localhost/openapi/v1/createOrder")
        .header("Host", "localhost")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body.join("&").into())
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_day_of_webhooks_takes_no_time_and_no_connection() {
    let received = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&received);
    let sandbox = Sandbox::builder()
        .clock(Clock::runtime(START_MS))
        .cpay_callback_url("http://localhost:1/hook?shop=1")
        .receive_webhooks(move |request| {
            let log = Arc::clone(&log);
            async move {
                let mut log = log.lock().unwrap();
                log.push((request.uri().to_string(), request.body().clone()));
                match log.len() {
                    1 => Err("no connection".to_owned()),
                    2 => Ok(Response::new("later".into())),
                    _ => Ok(Response::new("OK".into())),
                }
            }
        })
        .start()
        .await
        .unwrap();
    let answer = sandbox.answer(create_order(&sandbox, "order-1")).await;
    let answer: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(answer["code"], 0, "{answer}");
    sandbox.pay("order-1", None).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(86_400)).await;
    assert_eq!(sandbox.clock().now_ms(), START_MS + 86_400_000);
    let received = received.lock().unwrap();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|it| *it == received[0]));
    assert_eq!(received[0].0, "/hook?shop=1");
    let delivery = sandbox.deliveries().remove(0);
    assert_eq!(delivery.state, DeliveryState::Delivered);
    let problems: Vec<_> = delivery.attempts.iter().map(|it| &it.problem).collect();
    assert_eq!(problems[0].as_deref(), Some("no connection"));
    assert!(problems[1].as_deref().unwrap().contains("`later`"));
}

/// The attempt fails, and the next one follows.
#[tokio::test(start_paused = true)]
async fn a_receiver_that_panics_does_not_hold_up_its_delivery() {
    let count = AtomicUsize::new(0);
    let sandbox = Sandbox::builder()
        .clock(Clock::runtime(START_MS))
        .cpay_callback_url("http://localhost:1/hook")
        .receive_webhooks(move |_| {
            let attempt = count.fetch_add(1, Ordering::Relaxed);
            assert!(attempt != 0, "a panic that the test expects");
            async move {
                assert!(attempt != 1, "another panic that the test expects");
                Ok(Response::new("OK".into()))
            }
        })
        .start()
        .await
        .unwrap();
    sandbox.answer(create_order(&sandbox, "order-1")).await;
    sandbox.pay("order-1", None).await.unwrap();
    sandbox.webhooks_quiet().await;
    assert_eq!(sandbox.deliveries()[0].state, DeliveryState::Waiting);
    tokio::time::sleep(std::time::Duration::from_secs(86_400)).await;
    let delivery = sandbox.deliveries().remove(0);
    assert_eq!(delivery.state, DeliveryState::Delivered);
    let problems: Vec<_> = delivery.attempts.iter().map(|it| &it.problem).collect();
    let panicked = Some("the receiver of webhooks panicked".to_owned());
    assert_eq!(problems, [&panicked, &panicked, &None]);
}

#[tokio::test(start_paused = true)]
async fn what_a_fault_writes_byte_by_byte_is_marked() {
    let builder = Sandbox::builder().clock(Clock::runtime(START_MS));
    let sandbox = builder.start().await.unwrap();
    let fault = Fault::after(Gateway::CPAY).kind(FaultKind::NotHttp);
    sandbox.fault(fault).unwrap();
    let answer = sandbox.answer(create_order(&sandbox, "order-1")).await;
    assert_eq!(answer.extensions().get(), Some(&Verbatim::Close));
    assert!(answer.body().starts_with(b"220 mail"), "{answer:?}");
    assert!(sandbox.order("order-1").is_some());
}
