//! The client against the sandbox over real HTTP: what a shop lives through.

use crate::support;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::support::receiver::Receiver;
use crate::support::reference;
use crate::support::sandbox::{assert_unknown_after_code_1, config};
use cpay_client::{Client, Config, CreateOrder, OrderQuery, OrderStatus};
use payments_core::{Executor, Kind, NextStep, Outcome, Policy};
use payments_reqwest::{ReqwestTransport, SystemClock, SystemEntropy};
use payments_sandbox::{DeliveryState, Sandbox, Verdict};
use tokio::net::TcpListener;

async fn start() -> (Sandbox, Config) {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let config = config(&sandbox);
    (sandbox, config)
}

/// Short times, so that a test of a failure does not wait for real ones.
fn impatient(config: &Config) -> Client {
    let transport = ReqwestTransport::builder()
        .connect_timeout(Duration::from_secs(5))
        .attempt_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let executor = Executor::new(
        Arc::new(transport),
        Arc::new(SystemClock::new()),
        Arc::new(SystemEntropy),
    )
    .with_policy(Policy::new().with_backoff(Duration::ZERO, Duration::ZERO));
    Client::with_executor(config, executor)
}

fn order(trade_no: &str) -> CreateOrder {
    CreateOrder::new(
        reference(trade_no),
        "customer-7",
        "10.50".parse().unwrap(),
        "USDT",
    )
}

fn asked(trade_no: &str) -> OrderQuery {
    OrderQuery::by_trade_no(reference(trade_no))
}

#[tokio::test]
async fn an_order_is_created_paid_and_found_and_sends_a_webhook() {
    let (sandbox, config) = start().await;
    let client = Client::new(&config).unwrap();
    let receiver = Receiver::start(client.webhooks().clone()).await;

    let created = client
        .create_order(
            order("order-1001")
                .callback_url(receiver.url())
                .success_url("https://shop.example/thanks?a=1&b=ü")
                .fail_url("https://shop.example/sorry")
                .ext_info(r#"{"cart":"a & b + c"}"#),
        )
        .await
        .unwrap();
    assert_eq!(created.merchant_trade_no.as_deref(), Some("order-1001"));
    assert_eq!(created.order_amount.unwrap().to_string(), "10.50");
    assert!(
        created
            .cashier_url
            .as_deref()
            .unwrap()
            .starts_with(sandbox.base_url())
    );
    assert_eq!(
        created.success_url.as_deref(),
        Some("https://shop.example/thanks?a=1&b=ü")
    );
    assert_eq!(
        client
            .order_detail(asked("order-1001"))
            .await
            .unwrap()
            .status,
        OrderStatus::Pending
    );

    sandbox.pay(created.order_id.as_str(), None).await.unwrap();
    sandbox.webhooks_quiet().await;
    let received = receiver.received();
    assert_eq!(received.len(), 1, "{received:?}");
    let event = received[0].as_ref().unwrap();
    assert_eq!(event.status, OrderStatus::Completed);
    assert_eq!(event.order_id.as_ref(), Some(&created.order_id));
    assert_eq!(event.merchant_trade_no.as_deref().unwrap(), "order-1001");
    assert_eq!(event.received_amount, Some("10.5".parse().unwrap()));
    assert_eq!(event.ext_info.as_deref(), Some(r#"{"cart":"a & b + c"}"#));
    let delivery = &sandbox.deliveries()[0];
    assert_eq!(
        (delivery.state, delivery.attempts[0].answer.as_deref()),
        (DeliveryState::Delivered, Some("OK"))
    );

    let hash = event.hash.clone().unwrap();
    for query in [
        asked("order-1001"),
        OrderQuery::by_order_id(created.order_id.clone()),
        OrderQuery::by_hash(hash),
    ] {
        let detail = client.order_detail(query).await.unwrap();
        assert_eq!(
            (&detail.order_id, &detail.status),
            (&created.order_id, &OrderStatus::Completed)
        );
        assert_eq!(detail.actual_amount, Some("10.50".parse().unwrap()));
        assert_eq!(detail.hash, event.hash);
        assert_eq!(detail.merchant_id.as_deref(), Some(config.merchant_id()));
    }
}

#[tokio::test]
async fn a_webhook_is_repeated_until_it_is_acknowledged() {
    let (sandbox, config) = start().await;
    // An endpoint with the key of another account: it refuses, and its reply says so.
    let wrong = Config::new(sandbox.base_url(), config.merchant_id(), "another-secret").unwrap();
    let receiver = Receiver::start(cpay_client::Webhooks::new(&wrong)).await;
    let client = Client::new(&config).unwrap();
    let created = client
        .create_order(order("order-1").callback_url(receiver.url()))
        .await
        .unwrap();
    sandbox.pay(created.order_id.as_str(), None).await.unwrap();
    sandbox.webhooks_quiet().await;
    assert!(receiver.received()[0].is_err());
    let delivery = &sandbox.deliveries()[0];
    assert_eq!(
        (delivery.state, delivery.attempts[0].answer.as_deref()),
        (DeliveryState::Waiting, Some("FAIL"))
    );
    sandbox.clock().advance(Duration::from_secs(5));
    sandbox.webhooks_quiet().await;
    assert_eq!(receiver.received().len(), 2);
}

#[tokio::test]
async fn a_second_order_with_the_same_reference_is_resolved_by_a_query() {
    let (sandbox, config) = start().await;
    let client = Client::new(&config).unwrap();
    let first = client.create_order(order("order-1")).await.unwrap();
    let error = client.create_order(order("order-1")).await.unwrap_err();
    assert_unknown_after_code_1(&error);
    let detail = client.order_detail(asked("order-1")).await.unwrap();
    assert_eq!(
        (detail.order_id, detail.status),
        (first.order_id, OrderStatus::Pending)
    );
    assert_eq!(sandbox.orders().len(), 1);
}

#[tokio::test]
async fn a_refusal_with_code_1_is_resolved_by_a_query() {
    let (sandbox, config) = start().await;
    let right = Client::new(&config).unwrap();
    let with = |merchant: &str, secret: &str| {
        Client::new(&Config::new(sandbox.base_url(), merchant, secret).unwrap()).unwrap()
    };
    let secret = &sandbox.credentials().cpay.secret;
    let doge =
        CreateOrder::new(reference("coin"), "u", "1".parse().unwrap(), "DOGE").allow_unlisted();
    for (client, order, words) in [
        (
            with(config.merchant_id(), "wrong-secret"),
            order("sign"),
            "verify sign fail",
        ),
        (
            with("20003093", secret),
            order("merchant"),
            "invalid param merchantId",
        ),
        (right.clone(), doge, "invalid param cryptoCurrency"),
    ] {
        let error = client.create_order(order).await.unwrap_err();
        assert_unknown_after_code_1(&error);
        assert_eq!(error.message(), Some(words));
        let record = sandbox.requests().pop().unwrap();
        assert_eq!(
            (record.verdict, error.request_id()),
            (Verdict::Refused, Some(&*record.trace_id))
        );
    }
    for name in ["sign", "merchant", "coin"] {
        let error = right.order_detail(asked(name)).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.message()),
            (Outcome::NotApplied, Some("order not found"))
        );
        assert_eq!(error.attempts(), 1, "an answer by code is an answer");
    }
    assert!(sandbox.orders().is_empty());
}

#[tokio::test]
async fn underpayment_and_overpayment_stay_visible() {
    let (sandbox, config) = start().await;
    let client = Client::new(&config).unwrap();
    let receiver = Receiver::start(client.webhooks().clone()).await;
    for (name, paid) in [("under", "3.1"), ("over", "11")] {
        let created = client
            .create_order(order(name).callback_url(receiver.url()))
            .await
            .unwrap();
        let asked_for = created.order_amount.unwrap();
        sandbox
            .pay(created.order_id.as_str(), Some(paid))
            .await
            .unwrap();
        sandbox.webhooks_quiet().await;
        let detail = client.order_detail(asked(name)).await.unwrap();
        let event = receiver.received().pop().unwrap().unwrap();
        // The gateway reports it as completed; only the amount differs.
        assert_eq!(
            (&detail.status, &event.status),
            (&OrderStatus::Completed, &OrderStatus::Completed)
        );
        assert_eq!(detail.actual_amount, Some(paid.parse().unwrap()));
        assert_eq!(event.actual_amount, detail.actual_amount);
        assert_eq!(detail.actual_amount.unwrap() < asked_for, name == "under");
        assert_ne!(detail.actual_amount, Some(asked_for));
    }
}

#[tokio::test]
async fn an_unpaid_order_is_closed() {
    let (sandbox, config) = start().await;
    let client = Client::new(&config).unwrap();
    let receiver = Receiver::start(client.webhooks().clone()).await;
    let created = client
        .create_order(order("late").callback_url(receiver.url()))
        .await
        .unwrap();
    sandbox.expire(created.order_id.as_str()).await.unwrap();
    sandbox.webhooks_quiet().await;
    let detail = client.order_detail(asked("late")).await.unwrap();
    assert_eq!(detail.status, OrderStatus::Closed);
    assert_eq!(detail.hash, None);
    assert_eq!(
        receiver.received()[0].as_ref().unwrap().status,
        OrderStatus::Closed
    );
}

#[tokio::test]
async fn an_order_in_processing_is_not_final() {
    let (sandbox, config) = start().await;
    let client = Client::new(&config).unwrap();
    let created = client.create_order(order("slow")).await.unwrap();
    sandbox.process(created.order_id.as_str()).await.unwrap();
    let detail = client.order_detail(asked("slow")).await.unwrap();
    assert!(detail.status == OrderStatus::Processing && !detail.status.is_final());
}

async fn silent() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

#[tokio::test]
async fn a_refused_connection_has_no_effect() {
    let (listener, address) = silent().await;
    drop(listener);
    let config = Config::new(
        format!("http://{address}"),
        support::MERCHANT,
        support::SECRET,
    )
    .unwrap();
    let client = impatient(&config);
    let error = client.create_order(order("order-1")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Connect, Outcome::NotApplied),
        "{error}"
    );
    assert_eq!(
        (error.next_step(), error.attempts()),
        (NextStep::RetryLater, 3),
        "safe to repeat, so repeated"
    );
    let error = client.order_detail(asked("order-1")).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Connect, 3));
}

#[tokio::test]
async fn a_timeout_leaves_the_outcome_unknown() {
    // The system accepts connections, and no one answers.
    let (_listener, address) = silent().await;
    let config = Config::new(
        format!("http://{address}"),
        support::MERCHANT,
        support::SECRET,
    )
    .unwrap();
    let client = impatient(&config);
    let error = client.create_order(order("order-1")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Timeout, Outcome::Unknown),
        "{error}"
    );
    assert_eq!(
        (error.next_step(), error.attempts()),
        (NextStep::Query, 1),
        "never sent twice"
    );
    let error = client.order_detail(asked("order-1")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Timeout, Outcome::NotApplied)
    );
    assert_eq!(
        (error.next_step(), error.attempts()),
        (NextStep::RetryLater, 3)
    );
}

#[tokio::test]
async fn prepare_and_parse_work_with_another_http_stack() {
    use payments_core::Transport as _;
    let (_sandbox, config) = start().await;
    let client = Client::new(&config).unwrap();
    let transport = ReqwestTransport::builder().build().unwrap();
    let order = order("order-1");
    let request = client.prepare(&order, support::now()).unwrap();
    let answer = transport.send(request).await.unwrap();
    let created = client.parse(&order, &answer, support::now()).unwrap();
    assert_eq!(
        client
            .order_detail(asked("order-1"))
            .await
            .unwrap()
            .order_id,
        created.order_id
    );
}
