//! The reconciler against the sandbox over HTTP, with webhooks that reach the store, and one clock for all.

#[allow(dead_code)]
#[path = "../../../../payments-testkit/tests/it/providers/clock.rs"]
mod clock;
mod payouts;

use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use payments_core::Executor;
use payments_core::scripted::FixedEntropy;
use payments_facade::ccpayment::Ccpayment;
use payments_facade::chainup_opay::ChainupOpay;
use payments_facade::cpay::Cpay;
use payments_facade::{
    CheckoutOrder, Destination, Fee, Gateway, Gateways, Money, Payee, PayoutOrder, ccpayment,
    chainup_opay, cpay, network,
};
use payments_reqwest::ReqwestTransport;
use payments_sandbox::{Delivery, DeliveryState, Fault, FaultKind, Gateway as Provider, Sandbox};
use payments_server::{Limits, Received};
use payments_store::{Finding, FindingKind, ReconcileReport, ReconcileSettings, Settings, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::clock::SimClock;
use super::BOOKED;
use super::support::{HOUR, MINUTE};
use crate::leaks::check_lists;
use crate::support::{
    Book, TestEngine, engines, local_engines, number, open, reference, until_idle,
};

/// A merchant with an account at each provider of the sandbox.
struct Merchant {
    clock: SimClock,
    sandbox: Sandbox,
    store: Store,
    gateways: Gateways,
    url: String,
    engine: TestEngine,
    _stop: watch::Sender<bool>,
}

/// Receives webhooks at `/provider/account` for the store.
async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

impl Merchant {
    async fn open() -> Self {
        Self::over(local_engines().await.swap_remove(0)).await
    }

    async fn over(engine: TestEngine) -> Self {
        let clock = SimClock::new();
        let (listener, url) = listen().await;
        let sandbox = Sandbox::builder()
            .clock(clock.of_sandbox())
            .cpay_callback_url(format!("{url}/cpay/main"))
            .cpay_kyc_required(false)
            .ccpayment_webhook_url(format!("{url}/ccpayment/main"))
            .start()
            .await
            .unwrap();
        let gateways = Self::gateways(&sandbox, &clock);
        let store = open(&engine.engine, Arc::new(clock.clone()), Settings::default()).await;
        let (_stop, stopped) = watch::channel(false);
        let inbox = (store.clone(), gateways.clone());
        let handler = move |received: Received| {
            let (store, gateways) = inbox.clone();
            async move {
                let id = received.parts.uri.path().trim_start_matches('/');
                let gateway = gateways.get(&id.parse().unwrap()).unwrap();
                let body = received.body.unwrap();
                let reply = store.receive(gateway, &received.parts.headers, &body).await;
                reply.map(Full::new)
            }
        };
        tokio::spawn(payments_server::serve(
            listener,
            Limits::webhooks(),
            stopped,
            handler,
        ));
        Self {
            clock,
            sandbox,
            store,
            gateways,
            url,
            engine,
            _stop,
        }
    }

    fn gateways(sandbox: &Sandbox, clock: &SimClock) -> Gateways {
        let executor = || {
            Executor::new(
                Arc::new(ReqwestTransport::builder().build().unwrap()),
                Arc::new(clock.clone()),
                Arc::new(FixedEntropy::new(0)),
            )
        };
        let (mut gateways, keys) = (Gateways::new(), sandbox.credentials());
        let own = &keys.cpay;
        let config = cpay::Config::new(sandbox.base_url(), &own.merchant_id, &own.secret);
        let gateway = Cpay::new("main", &config.unwrap(), executor());
        gateways.add(gateway.unwrap()).unwrap();
        let own = &keys.ccpayment;
        let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
        let config = ccpayment::Config::new(base_url, &own.app_id, &own.app_secret);
        let gateway = Ccpayment::new("main", &config.unwrap(), executor());
        gateways.add(gateway.unwrap()).unwrap();
        let own = &keys.chainup_opay;
        let (private, public) = (&own.merchant_private_key, &own.platform_public_key);
        let config = chainup_opay::Config::new(sandbox.base_url(), &own.app_id, private, public);
        let gateway = ChainupOpay::new("main", &config.unwrap(), executor());
        gateways.add(gateway.unwrap()).unwrap();
        gateways
    }

    fn at(&self, provider: &str) -> &dyn Gateway {
        let gateway = self.gateways.of_provider(provider).next();
        gateway.unwrap()
    }

    async fn reconcile_after(&self, time: Duration) -> ReconcileReport {
        self.clock.advance(time);
        let settings = ReconcileSettings::default();
        let report = self.store.reconcile(&self.gateways, &settings).await;
        let report = report.unwrap();
        assert_eq!(report.problems, []);
        self.handle().await;
        report
    }

    /// Lets the sandbox send what is due, and handles everything that arrived.
    async fn handle(&self) {
        self.sandbox.webhooks_quiet().await;
        self.store
            .run(Book::default(), until_idle(&self.store))
            .await;
        check_lists(&self.store).await;
    }

    /// Makes an order at the account of this provider.
    async fn order(&self, provider: &str, order: &CheckoutOrder) {
        let made = self.store.checkout(self.at(provider), order);
        made.await.unwrap();
    }

    /// Pays an order, and handles what that causes.
    async fn pay(&self, name: &str, amount: Option<&str>) {
        self.sandbox.pay(name, amount).await.unwrap();
        self.handle().await;
    }

    async fn booked(&self) -> i64 {
        number(&*self.engine.engine, BOOKED).await
    }

    async fn found(&self) -> Vec<Finding> {
        self.store.findings(100).await.unwrap()
    }

    async fn drop_webhook(&self, provider: Provider) {
        let fault = Fault::webhook(provider, FaultKind::WebhookDrop);
        self.sandbox.fault(fault).unwrap();
    }
}

fn usdt(amount: &str) -> Money {
    Money::of(amount, "USDT").unwrap()
}

fn at_cpay(name: &str) -> CheckoutOrder {
    CheckoutOrder::hosted(reference(name), usdt("10.50")).customer("customer-7")
}

fn at_chainup_opay(merchant: &Merchant, name: &str) -> CheckoutOrder {
    let notify_url = format!("{}/chainup-opay/main", merchant.url);
    CheckoutOrder::hosted(reference(name), usdt("10.50"))
        .customer("22033390")
        .success_url("https://shop.example/return")
        .notify_url(notify_url)
}

fn native(name: &str) -> CheckoutOrder {
    let coin = usdt("0").asset.on_network(network::TRON).unwrap();
    CheckoutOrder::native(reference(name), Money::of("25.50", "USD").unwrap()).pay_with(coin)
}

/// The kinds and subjects, in the order of the alphabet.
fn ids(found: &[Finding]) -> Vec<String> {
    let mut ids: Vec<String> = found.iter().map(|it| it.id().to_string()).collect();
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_the_gateway_never_sends_is_made_up_for() {
    let merchant = Merchant::open().await;
    merchant.order("cpay", &at_cpay("order-1")).await;
    merchant.drop_webhook(Provider::CPAY).await;
    merchant.pay("order-1", None).await;
    assert_eq!(merchant.booked().await, 0);
    assert_eq!(merchant.reconcile_after(6 * MINUTE).await.events, 1);
    assert_eq!(merchant.booked().await, 1);
    merchant.reconcile_after(16 * MINUTE).await;
    let found = merchant.found().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].kind, FindingKind::MissedWebhook);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_completed_with_too_little_is_found() {
    let merchant = Merchant::open().await;
    merchant.order("cpay", &at_cpay("order-1")).await;
    merchant.pay("order-1", Some("10.499999")).await;
    merchant.reconcile_after(MINUTE).await;
    let found = merchant.found().await;
    assert_eq!(ids(&found), ["underpaid:cpay/main:order-1"]);
    assert_eq!(found[0].money, Some(usdt("0.000001")));
    assert_eq!(merchant.booked().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_70_hours_late_whose_webhook_is_lost_is_found_and_booked() {
    let merchant = Merchant::open().await;
    merchant.order("ccpayment", &native("order-1")).await;
    merchant.reconcile_after(HOUR).await;
    merchant.sandbox.expire("order-1").await.unwrap();
    merchant.handle().await;
    merchant.reconcile_after(HOUR).await;
    let booked = merchant.booked().await;
    for hour in 1..=80 {
        if hour == 70 {
            merchant.drop_webhook(Provider::CCPAYMENT).await;
            merchant.sandbox.pay("order-1", None).await.unwrap();
        }
        merchant.reconcile_after(HOUR).await;
    }
    let found = merchant.found().await;
    // Without the labels of the console, the query does not state that it is late.
    let expected = [
        "contested:ccpayment/main:order-1",
        "late_payment:ccpayment/main:order-1",
        "missed_webhook:ccpayment/main:order-1",
    ];
    assert_eq!(ids(&found), expected, "{found:?}");
    // The query has no effect key, so the webhook was requested again.
    assert_eq!(merchant.booked().await, booked + 1);
}

/// The answers to queries of CCPayment v1 have no effect key.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_only_the_statement_knows_is_found_with_the_difference_of_the_sums() {
    let merchant = Merchant::open().await;
    let gateway = merchant.at("chainup-opay");
    let order = |name| at_chainup_opay(&merchant, name);
    merchant.order("chainup-opay", &order("inside")).await;
    gateway
        .checkout()
        .unwrap()
        .create(&order("outside"))
        .await
        .unwrap();
    merchant.pay("inside", None).await;
    merchant.drop_webhook(Provider::CHAINUP_OPAY).await;
    merchant.sandbox.pay("outside", None).await.unwrap();
    // The callback has no money, the query has.
    merchant.reconcile_after(6 * MINUTE).await;
    assert_eq!(merchant.found().await, []);

    // The zone of the days is assumed, so a day counts as over when it is over everywhere.
    let mut rows = 0;
    for _ in 0..10 {
        rows += merchant.reconcile_after(6 * HOUR).await.statement_rows;
    }
    assert!(rows >= 2, "{rows} rows");
    let found = merchant.found().await;
    let expected = [
        "missed_webhook:chainup-opay/main:outside",
        "statement_without_payment:chainup-opay/main:outside",
        "sum_difference:chainup-opay/main:2023-11-15 USDT",
    ];
    assert_eq!(ids(&found), expected, "{found:?}");
    let difference = found
        .iter()
        .find(|it| it.kind == FindingKind::SumDifference);
    assert_eq!(difference.unwrap().money, Some(usdt("10.50")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_whose_webhook_states_no_money_is_no_difference_before_its_query() {
    let merchant = Merchant::open().await;
    let order = at_chainup_opay(&merchant, "order-1");
    merchant.order("chainup-opay", &order).await;
    merchant.pay("order-1", None).await;
    let mut rows = 0;
    for _ in 0..3 {
        // The statement is read before the payment is queried in the same run.
        rows += merchant.reconcile_after(48 * HOUR).await.statement_rows;
    }
    assert!(rows >= 1, "{rows} rows");
    assert_eq!(merchant.found().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_that_moved_without_a_payment_is_found_and_known_payments_make_no_difference() {
    let merchant = Merchant::open().await;
    merchant.reconcile_after(MINUTE).await;
    merchant.order("cpay", &at_cpay("order-1")).await;
    merchant.pay("order-1", None).await;
    for _ in 0..4 {
        merchant.reconcile_after(2 * HOUR).await;
    }
    assert_eq!(merchant.found().await, []);
    let balances = merchant.sandbox.balances_at(Provider::CPAY);
    let now = balances.iter().find(|it| it.currency == "USDT").unwrap();
    let more: payments_core::Amount = now.available.parse().unwrap();
    let more = more
        .checked_add("0.5".parse().unwrap())
        .unwrap()
        .to_string();
    merchant
        .sandbox
        .set_balance(Provider::CPAY, "USDT", &more)
        .unwrap();
    for _ in 0..2 {
        merchant.reconcile_after(2 * HOUR).await;
    }
    let found = merchant.found().await;
    assert_eq!(ids(&found), ["sum_difference:cpay/main:balance USDT"]);
    assert_eq!(found[0].money, Some(usdt("0.5")));
}
