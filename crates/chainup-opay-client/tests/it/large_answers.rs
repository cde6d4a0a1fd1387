//! Large answers, which are decrypted beside the async threads.
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use chainup_opay_client::{Client, DailyStatement, Date};
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
use payments_core::{Executor, Kind};
use serde_json::{Value, json};

use crate::support;

fn rows(count: usize) -> String {
    let rows: Vec<Value> = (0..count)
        .map(|id| {
            json!({
                "merchantUserId": 10001, "appOrderId": format!("order-{id}"), "payCoinSymbol": "USDT1742",
                "orderAmount": 1.25, "orderType": 1, "userId": 22033390, "openId": support::OPEN_ID,
                "createTime": "1715310032123", "payTime": "1715310099000",
            })
        })
        .collect();
    json!({"count": count, "list": rows}).to_string()
}

fn statement() -> DailyStatement {
    DailyStatement::new(Date::new(2026, 11, 22).unwrap()).page_size(2_000)
}

#[tokio::test]
async fn reads_a_statement_of_2000_rows() {
    let text = rows(2_000);
    let body = support::sealed(&text);
    assert!(body.len() > 500_000, "{}", body.len());
    let transport = ScriptedTransport::new().answer(200, body.clone());
    let page = support::patient(&transport)
        .daily_statement(statement())
        .await
        .unwrap();
    assert_eq!((page.rows.len(), page.count), (2_000, Some(2_000)));
    assert_eq!(page.rows[1_999].app_order_id, "order-1999");
    assert_eq!(page.plaintext().unwrap().as_bytes(), text.as_bytes());
    assert_eq!(page.raw().unwrap().body(), body.as_bytes());
    assert!(page.is_verified());
}

#[test]
fn parse_decrypts_without_a_transport() {
    let body = support::sealed(&rows(100));
    let page = support::client().parse(&statement(), &support::answer(body), support::now());
    assert_eq!(page.unwrap().rows.len(), 100);
}

#[tokio::test]
async fn refuses_large_answers_as_small_ones() {
    let large: Value = serde_json::from_str(&support::sealed(&rows(100))).unwrap();
    let other = support::platform().sign(b"another text").unwrap();
    let plain: Value = serde_json::from_str(&rows(100)).unwrap();
    for (what, body, kind, sent) in [
        (
            "another sign",
            json!({"code": 0, "data": large["data"], "sign": other}),
            Kind::Unverified,
            2,
        ),
        (
            "no sign",
            json!({"code": 0, "data": large["data"]}),
            Kind::Unverified,
            2,
        ),
        (
            "plain",
            json!({"code": 0, "data": plain}),
            Kind::Unverified,
            2,
        ),
        (
            "a refusal with data",
            json!({"code": "10001", "data": large["data"], "sign": large["sign"]}),
            Kind::Ambiguous,
            1,
        ),
        (
            "garbage",
            json!({"garbage": "x".repeat(10_000)}),
            Kind::Undecodable,
            2,
        ),
    ] {
        let body = body.to_string();
        let transport = (0..3).fold(ScriptedTransport::new(), |script, _| {
            script.answer(200, body.clone())
        });
        let error = support::patient(&transport)
            .daily_statement(statement())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), transport.requests().len()),
            (kind, sent),
            "{what}"
        );
        assert_eq!(error.raw().unwrap().body(), body.as_bytes(), "{what}");
    }
}

#[test]
fn limits_bytes_and_blocks_of_an_answer() {
    let body = format!(
        r#"{{"code":0,"data":"{}","sign":"AA"}}"#,
        "A".repeat(4 * 1024 * 1024)
    );
    let fault = support::client().parse(&statement(), &support::answer(body), support::now());
    let fault = fault.unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable);
    assert!(fault.to_string().contains("4 MiB"), "{fault}");
    // Smaller, but with more blocks than any statement: refused without a decryption.
    let many = 256 * 4_097;
    let data = "A".repeat((many * 4_usize).div_ceil(3));
    let body = json!({"code": 0, "data": data, "sign": "A".repeat(342)}).to_string();
    let fault = support::client().parse(&statement(), &support::answer(body), support::now());
    assert_eq!(fault.unwrap_err().kind(), Kind::Unverified);
}

#[tokio::test(flavor = "current_thread")]
async fn the_async_thread_is_free_while_an_answer_is_decrypted() {
    let body = support::sealed(&rows(2_000));
    let transport = ScriptedTransport::new().answer(200, body);
    let client = support::patient(&transport);
    let reading = tokio::spawn(async move { client.daily_statement(statement()).await });
    let mut turns = 0_u32;
    while !reading.is_finished() {
        tokio::task::yield_now().await;
        turns += 1;
    }
    // If this thread did the work, there would be two turns.
    assert!(turns > 10, "{turns}");
    assert_eq!(reading.await.unwrap().unwrap().rows.len(), 2_000);
}

/// With no other thread, one poll does everything: nothing is left that could take real time.
#[test]
fn without_threads_the_call_is_done_when_it_is_polled_first() {
    let config = support::config().decryption_threads(0);
    let executor = Executor::new(
        Arc::new(ScriptedTransport::new().answer(200, support::sealed(&rows(100)))),
        Arc::new(ManualClock::new()),
        Arc::new(FixedEntropy::new(0)),
    );
    let client = Client::with_executor(&config, executor);
    let mut reading = Box::pin(client.daily_statement(statement()));
    let polled = reading
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(page) = polled else {
        panic!("the call waits for another thread")
    };
    assert_eq!(page.unwrap().rows.len(), 100);
}

/// One answer is decrypted at a time, the others wait.
#[tokio::test]
async fn many_concurrent_large_answers_are_all_decrypted() {
    let body = support::sealed(&rows(100));
    let transport = (0..8).fold(ScriptedTransport::new(), |script, _| {
        script.answer(200, body.clone())
    });
    let client = support::patient(&transport);
    let reading: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.daily_statement(statement()).await })
        })
        .collect();
    for page in reading {
        assert_eq!(page.await.unwrap().unwrap().rows.len(), 100);
    }
}

#[tokio::test]
async fn a_call_can_be_dropped_while_its_answer_is_decrypted() {
    let body = support::sealed(&rows(500));
    let transport = ScriptedTransport::new()
        .answer(200, body.clone())
        .answer(200, body);
    let client = support::patient(&transport);
    let mut first = Box::pin(client.daily_statement(statement()));
    // The request is sent and answered; its decryption may have begun.
    let _ = first.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(transport.requests().len(), 1);
    drop(first);
    let second = client.daily_statement(statement()).await.unwrap();
    assert_eq!(second.rows.len(), 500);
}
