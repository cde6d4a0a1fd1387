//! Wrong keys and clocks, repeated ids, unknown tokens, broken connections.

use std::sync::Arc;
use std::time::Duration;

use ccpayment_client::v1::{
    AssetsQuery, Client, Config, CreateCheckout, CreateOrder, DepositQuery, Price, Withdraw,
};
use payments_core::{Executor, Kind, NextStep, Outcome, Policy, Transport as _};
use payments_reqwest::{ReqwestTransport, SystemClock, SystemEntropy};
use payments_sandbox::{Fault, Gateway, Sandbox, Verdict};
use tokio::net::TcpListener;

use super::shop::{
    FTM, SATS, Shop, USDT, USDT_POLYGON, amount, client, order, payout, proves_nothing, reference,
};

#[tokio::test]
async fn answers_do_not_verify_with_a_wrong_key() {
    let shop = Shop::open().await;
    let test = &shop.sandbox.credentials().ccpayment;
    for (app_id, secret, reason) in [
        (&*test.app_id, "wrong-secret", "SignInvalid"),
        (
            "202302010636261620672405236006912",
            &*test.app_secret,
            "MerchantNotFound",
        ),
    ] {
        let wrong = client(&shop.sandbox, app_id, secret, 0);
        let error = wrong
            .create_order(order("order-1", "10"))
            .await
            .unwrap_err();
        assert!(shop.last_reason().contains(reason));
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Unverified, Outcome::Unknown)
        );
        assert_eq!((error.attempts(), error.code()), (1, None), "{error}");
        let error = wrong.assets(AssetsQuery::all()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Unverified, Outcome::NotApplied)
        );
        assert_eq!(
            (error.attempts(), error.next_step()),
            (2, NextStep::FixConfiguration)
        );
    }
    let refused = |record: &payments_sandbox::RequestRecord| record.verdict == Verdict::Refused;
    assert!(shop.sandbox.requests().iter().all(refused));
    assert_eq!(shop.order("order-1").await, None);
}

#[tokio::test]
async fn the_first_answer_corrects_a_wrong_clock() {
    for ahead_s in [-3_600_i64, 7_200] {
        let shop = Shop::open().await;
        let client = shop.another_client(ahead_s);
        // A write is not repeated: no code proves that only the timestamp was refused.
        let error = client
            .create_order(order("order-1", "10"))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Unverified, Outcome::Unknown)
        );
        assert_eq!((error.code(), error.attempts()), (Some("224066"), 1));
        assert!(shop.last_reason().contains("TimestampExpired"));
        assert_eq!(client.clock_skew_secs(), -ahead_s);
        let query = DepositQuery::one(reference("order-1"));
        assert!(client.deposits(query).await.unwrap().deposits.is_empty());
        client.create_order(order("order-1", "10")).await.unwrap();
    }
}

#[tokio::test]
async fn a_read_with_a_wrong_clock_is_repeated_once() {
    let shop = Shop::open().await;
    let client = shop.another_client(-600);
    client.assets(AssetsQuery::all()).await.unwrap();
    let verdicts: Vec<_> = shop
        .sandbox
        .requests()
        .iter()
        .map(|record| record.verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::Refused, Verdict::Accepted]);
    client.assets(AssetsQuery::all()).await.unwrap();
    assert_eq!(shop.sandbox.requests().len(), 3);
    // Up to two minutes are within the window.
    let close = shop.another_client(120);
    close.create_order(order("order-1", "10")).await.unwrap();
}

#[tokio::test]
async fn a_second_order_under_one_id_is_resolved_by_a_query() {
    let shop = Shop::open().await;
    shop.client
        .create_order(order("order-1", "10"))
        .await
        .unwrap();
    let again = order("order-1", "10");
    let query = again.query();
    proves_nothing(&shop.client.create_order(again).await.unwrap_err());
    assert!(shop.last_reason().contains("OrderDuplicate"));
    let found = shop.client.deposits(query).await.unwrap();
    assert_eq!(
        found.find(&reference("order-1")).unwrap().product_price,
        Some(amount("10"))
    );
    let checkout = CreateCheckout::new(reference("order-1"), amount("10"), "Teapot");
    proves_nothing(&shop.client.create_checkout(checkout).await.unwrap_err());
    assert_eq!(shop.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn refused_orders_have_an_unknown_outcome_and_are_not_found() {
    let shop = Shop::open().await;
    let priced = |id, price, token: &str| CreateOrder::new(reference(id), price, token);
    let dollars = || Price::usd(amount("10"));
    for (reason, order) in [
        (
            "TokenNotAvailable",
            priced("token", dollars(), "no-such-token"),
        ),
        (
            "TokenNotAvailable",
            priced("closed", dollars(), USDT_POLYGON),
        ),
        ("TokenNotAvailable", priced("leaving", dollars(), FTM)),
        (
            "ArgumentInvalid",
            priced("francs", Price::fiat(amount("10"), "CHF"), USDT),
        ),
        (
            "ArgumentInvalid",
            priced("satoshi", dollars(), SATS).valid_for(Duration::from_secs(7_201)),
        ),
    ] {
        let query = order.query();
        proves_nothing(&shop.client.create_order(order).await.unwrap_err());
        assert!(
            shop.last_reason().contains(reason),
            "{}",
            shop.last_reason()
        );
        assert!(
            shop.client
                .deposits(query)
                .await
                .unwrap()
                .deposits
                .is_empty()
        );
    }
    let satoshi = priced("short", dollars(), SATS).valid_for_satoshi(Duration::from_secs(7_200));
    shop.client.create_order(satoshi).await.unwrap();
    let euro = priced("euro", Price::fiat(amount("10"), "EUR"), USDT);
    let error = shop.client.amount_due(&euro).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unsupported);
}

#[tokio::test]
async fn codes_of_v2_prove_nothing_in_v1() {
    let shop = Shop::with(|builder| {
        builder
            .ccpayment_v2_codes(true)
            .ccpayment_balance("USDT", "1")
    })
    .await;
    shop.client
        .create_order(order("order-1", "10"))
        .await
        .unwrap();
    let twice = shop
        .client
        .create_order(order("order-1", "10"))
        .await
        .unwrap_err();
    let poor = shop
        .client
        .withdraw(payout("payout-1", "5"))
        .await
        .unwrap_err();
    let nowhere = Withdraw::new(reference("payout-2"), "no-such-token", "T1", amount("5"));
    let token = shop.client.withdraw(nowhere).await.unwrap_err();
    for (error, code) in [(twice, "11011"), (poor, "14000"), (token, "13000")] {
        assert_eq!(error.code(), Some(code), "{error}");
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Ambiguous, Outcome::Unknown)
        );
    }
}

/// A client with short timeouts, so that tests of failures are fast.
fn impatient(address: std::net::SocketAddr) -> Client {
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
    let config = Config::new(format!("http://{address}/"), "app", "secret").unwrap();
    Client::with_executor(&config, executor)
}

#[tokio::test]
async fn a_call_to_a_stopped_gateway_is_not_applied() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = impatient(address)
        .withdraw(payout("payout-1", "5"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Connect, Outcome::NotApplied),
        "{error}"
    );
    assert_eq!(
        (error.next_step(), error.attempts()),
        (NextStep::RetryLater, 3)
    );
}

#[tokio::test]
async fn a_withdrawal_without_an_answer_is_unknown() {
    // The system's queue accepts connections, and no one answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = impatient(listener.local_addr().unwrap());
    let error = client.withdraw(payout("payout-1", "5")).await.unwrap_err();
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
    let error = client.assets(AssetsQuery::all()).await.unwrap_err();
    assert_eq!(
        (error.outcome(), error.attempts()),
        (Outcome::NotApplied, 3)
    );
}

/// With the standard client's account, on the system clock.
#[tokio::test]
async fn prepare_and_parse_work_with_another_http_stack() {
    use payments_core::Clock as _;
    let sandbox = Sandbox::builder().start().await.unwrap();
    let test = &sandbox.credentials().ccpayment;
    let base_url = format!("{}/ccpayment/v1", sandbox.base_url());
    let config = Config::new(base_url, &*test.app_id, &*test.app_secret).unwrap();
    let client = Client::new(&config).unwrap();
    let order = order("order-1", "10");
    let clock = SystemClock::new();
    let request = client.prepare(&order, clock.now()).unwrap();
    let transport = ReqwestTransport::builder().build().unwrap();
    let answer = transport.send(request).await.unwrap();
    let created = client.parse(&order, &answer, clock.now()).unwrap();
    sandbox.pay(created.order_id.as_str(), None).await.unwrap();
    let found = client.deposits(order.query()).await.unwrap();
    assert_eq!(found.find(&reference("order-1")).unwrap().payments.len(), 1);
}

#[tokio::test]
async fn a_payout_whose_answer_is_lost_is_unknown_and_not_sent_again() {
    let shop = Shop::open().await;
    let gateway = Gateway::CCPAYMENT;
    for (number, (fault, is_made)) in [
        (Fault::after(gateway), true),
        (Fault::instead(gateway), false),
        (Fault::after(gateway).http_status(502), true),
        (Fault::instead(gateway).http_status(502), false),
        (Fault::after(gateway).code(11_000), true),
        (Fault::after(gateway).code(14_000).http_status(500), true),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("payout-{number}");
        shop.sandbox.fault(fault.call("withdraw")).unwrap();
        let error = shop.client.withdraw(payout(&id, "5")).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::Unknown, 1),
            "{id}: {error}"
        );
        assert_eq!(shop.payout(&id).await.is_some(), is_made, "{id}");
        assert_eq!(shop.sandbox.order(&id).is_some(), is_made, "{id}");
    }
    assert_eq!(shop.sandbox.waiting_faults(), 0);
}
