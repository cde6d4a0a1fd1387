//! The router: which gateway, why, and never two payouts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "router/limits.rs"]
mod limits;
#[path = "router/looks.rs"]
mod looks;
#[cfg(all(feature = "ccpayment", feature = "reqwest"))]
#[path = "router/questions.rs"]
mod questions;
#[path = "router/references.rs"]
mod references;
#[path = "router/seeds.rs"]
mod seeds;
#[path = "router/table.rs"]
mod table;
mod wrapped;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport, block_on};
use payments_core::{
    Clock, Effect, Executor, Fault, InvalidRequest, Kind, Operation, Outcome, Protocol, Reach,
    Refusal, Timestamp, TransportError,
};
use payments_facade::checkout::CheckoutKind;
use payments_facade::facts::{Fact, Facts, RateLimit, Strategy};
use payments_facade::layer::{Call, Layer, Limit, Limited, Wrapped};
use payments_facade::payout::PayeeKind;
use payments_facade::router::{RouteStop, Router, Rule, SkipReason, Verdict};
use payments_facade::statement::Rows;
use payments_facade::{
    CheckoutOrder, Error, Fee, Gateway, GatewayId, Gateways, Money, Received, Resolution, Ticket,
    WebhookError, network,
};
use payments_testkit::{FakeFault, FakeGateway, FakeGroup};
use table::Table;
use wrapped::{checkout_order, money, payout_order, reference};

const NAMES: [&str; 3] = ["one", "two", "three"];

const QUIET: Duration = Duration::from_secs(60);

/// "Not found" is a proof after this time.
const fn facts(quiet: Duration) -> Facts {
    Facts::new(
        Fact::documented(Strategy::Query, "this test"),
        Fact::documented(quiet, "this test"),
        Fact::documented(true, "this test"),
    )
}

struct Three {
    fakes: Vec<FakeGateway>,
    gateways: Gateways,
    clock: ManualClock,
}

impl Three {
    fn new() -> Self {
        Self::with_quiet_period(QUIET)
    }

    fn with_quiet_period(quiet: Duration) -> Self {
        let clock = ManualClock::new();
        let mut gateways = Gateways::new();
        let fakes: Vec<_> = NAMES
            .iter()
            .map(|name| {
                let fake = FakeGateway::builder(name, "main")
                    .balance(&money("100000", "USDT"))
                    .clock(Arc::new(clock.clone()))
                    .facts(facts(quiet))
                    .build()
                    .unwrap();
                gateways.add(fake.clone()).unwrap();
                fake
            })
            .collect();
        Self {
            fakes,
            gateways,
            clock,
        }
    }

    fn router(&self) -> Router {
        let clock = Arc::new(self.clock.clone());
        in_order(Router::in_memory_only(self.gateways.clone(), clock))
    }

    fn journaled(&self, table: &Arc<Table>) -> Router {
        let clock = Arc::new(self.clock.clone());
        in_order(Router::new(self.gateways.clone(), clock, table.clone()))
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How many payouts were sent, to whichever gateway.
    fn sent(&self) -> usize {
        let fakes = self.fakes.iter();
        fakes.map(|fake| fake.sent(Call::CreatePayout)).sum()
    }

    /// At how many gateways a payout or an order of this reference exists.
    fn made(&self, name: &str) -> usize {
        self.fakes
            .iter()
            .filter(|fake| fake.order(name).is_some())
            .count()
    }
}

fn in_order(router: Router) -> Router {
    let rules = NAMES.iter().map(|name| rule(name));
    rules.fold(router, |router, rule| router.then(rule).unwrap())
}

fn id(name: &str) -> GatewayId {
    GatewayId::new(name, "main").unwrap()
}

fn rule(name: &str) -> Rule {
    Rule::new(id(name))
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn unfits(route: &payments_facade::router::Route) -> Vec<(String, Option<SkipReason>)> {
    let all = route.considered().iter().map(|one| {
        let unfit = match &one.verdict {
            Verdict::SkipReason(unfit) => Some(unfit.clone()),
            _ => None,
        };
        (one.gateway.to_string(), unfit)
    });
    all.collect()
}

#[test]
fn it_picks_by_asset_amount_network_and_capability() {
    let clock = Arc::new(ManualClock::new());
    let mut gateways = Gateways::new();
    for builder in [
        FakeGateway::builder("pages", "main")
            .checkout_kinds(&[CheckoutKind::Hosted])
            .without(FakeGroup::Payouts),
        FakeGateway::builder("coins", "main")
            .assets(&["BTC"])
            .payee_kinds(&[PayeeKind::Pix]),
        FakeGateway::builder("small", "main"),
        FakeGateway::builder("large", "main").balance(&money("10000", "USDT")),
    ] {
        gateways.add(builder.build().unwrap()).unwrap();
    }
    let router = Router::in_memory_only(gateways, clock)
        .then(rule("pages"))
        .unwrap()
        .then(rule("coins"))
        .unwrap()
        .then(rule("small").assets(["USDT"]).at_most(money("100", "USDT")))
        .unwrap()
        .then(
            rule("large")
                .networks([network::TRON])
                .at_least(money("50", "USDT")),
        )
        .unwrap();
    let why = |kind, amount, symbol| {
        router.why_checkout(&CheckoutOrder::new(
            kind,
            reference("o-1"),
            money(amount, symbol),
        ))
    };
    let chosen = |kind, amount, symbol| {
        why(kind, amount, symbol)
            .chosen()
            .map(|id| id.provider().to_owned())
    };
    assert_eq!(
        chosen(CheckoutKind::Hosted, "1", "USDT").as_deref(),
        Some("pages")
    );
    assert_eq!(
        chosen(CheckoutKind::Native, "1", "BTC").as_deref(),
        Some("coins")
    );
    assert_eq!(
        chosen(CheckoutKind::Native, "100", "USDT").as_deref(),
        Some("small")
    );
    assert_eq!(
        chosen(CheckoutKind::Native, "100.01", "USDT").as_deref(),
        Some("large")
    );
    // A limit in one asset says nothing of another.
    assert_eq!(
        chosen(CheckoutKind::Native, "1", "EUR").as_deref(),
        Some("large")
    );

    let reasons = unfits(&why(CheckoutKind::Native, "1000", "USDT"));
    assert_eq!(reasons[0].1, Some(SkipReason::Kind("native")));
    assert!(matches!(reasons[1].1, Some(SkipReason::Refused(_))));
    assert_eq!(
        reasons[2].1,
        Some(SkipReason::TooMuch(money("100", "USDT")))
    );
    assert_eq!(reasons[3].1, None);

    let payout = payout_order("p-1", "20", Fee::OnTop);
    let reasons = unfits(&router.why_payout(&payout));
    assert_eq!(reasons[0].1, Some(SkipReason::Group("payouts")));
    assert_eq!(reasons[1].1, Some(SkipReason::Kind("chain")));
    assert_eq!(
        reasons[3].1,
        Some(SkipReason::TooLittle(money("50", "USDT")))
    );

    let on_ethereum = money("60", "USDT").on_network(network::ETHEREUM).unwrap();
    let order = CheckoutOrder::native(reference("o-2"), on_ethereum.clone());
    let reasons = unfits(&router.why_checkout(&order));
    assert_eq!(reasons[3].1, Some(SkipReason::Network));
    router.disable(&"pages/main".parse().unwrap());
    let order = CheckoutOrder::hosted(
        reference("o-2"),
        Money::new("1000".parse().unwrap(), on_ethereum.asset),
    );
    let error = block_on(router.create_checkout(&order)).unwrap_err();
    assert!(matches!(error.stop(), RouteStop::NoGateway));
    assert_eq!(
        (error.outcome(), error.ticket()),
        (Outcome::NotApplied, None)
    );
    assert_eq!(
        error.why().to_string(),
        "checkout o-2\n  pages/main: disabled by the application\n  coins/main: its own check says: asset is not taken \
         here (allowed: BTC)\n  small/main: its rule wants at most 100 USDT\n  large/main: its rule does not name the \
         network"
    );
}

#[test]
fn it_fails_over_where_nothing_was_sent_or_the_refusal_is_certain() {
    for (fault, seen) in [
        (FakeFault::NoConnection, false),
        (FakeFault::Busy, true),
        (FakeFault::Refused(Refusal::Funds), true),
        (FakeFault::Refused(Refusal::Limit), true),
        (FakeFault::Code("10001"), true),
    ] {
        let three = Three::new();
        let router = three.router();
        three.fakes[0].script(Call::CreatePayout, fault);
        let made = block_on(router.create_payout(&payout_order("p-1", "5", Fee::OnTop))).unwrap();
        assert_eq!(made.gateway.as_str(), "two/main");
        assert_eq!(made.why().reference(), &reference("p-1"));
        assert_eq!(
            made.answer.reference(),
            Some(&reference("p-1")),
            "the same reference"
        );
        let may_know: Vec<_> = made
            .why()
            .may_know_reference()
            .map(ToString::to_string)
            .collect();
        let expected: &[&str] = if seen {
            &["one/main", "two/main"]
        } else {
            &["two/main"]
        };
        assert_eq!(may_know, expected, "{fault:?}");
        assert_eq!(three.made("p-1"), 1);
        assert!(matches!(
            made.why().considered()[2].verdict,
            Verdict::NotTried
        ));
    }
}

#[test]
fn it_never_fails_over_where_an_order_may_exist() {
    for (fault, outcome) in [
        (FakeFault::Lost { applied: true }, Outcome::Unknown),
        (FakeFault::Lost { applied: false }, Outcome::Unknown),
        (FakeFault::Unavailable { applied: true }, Outcome::Unknown),
        (FakeFault::Ambiguous { applied: false }, Outcome::Unknown),
        (FakeFault::Unverified { applied: true }, Outcome::Unknown),
        (FakeFault::Mismatch, Outcome::Applied),
        // This call did nothing; what put the order into that state is not known.
        (FakeFault::Refused(Refusal::State), Outcome::Unknown),
    ] {
        let three = Three::new();
        let router = three.router();
        three.fakes[0].script(Call::CreatePayout, fault);
        let payout = payout_order("p-1", "5", Fee::OnTop);
        let error = block_on(router.create_payout(&payout)).unwrap_err();
        assert_eq!(error.outcome(), outcome, "{fault:?}");
        assert_eq!(
            error.ticket().unwrap().gateway().as_str(),
            "one/main",
            "{fault:?}"
        );
        // Nor when it is called again, whatever became of the first gateway meanwhile.
        router.disable(&"one/main".parse().unwrap());
        let again = block_on(router.create_payout(&payout)).unwrap_err();
        assert!(
            matches!(again.stop(), RouteStop::Unresolved(_)),
            "{fault:?}"
        );
        assert_eq!(again.outcome(), Outcome::Unknown);
        assert_eq!(
            three.fakes[1].requests().len() + three.fakes[2].requests().len(),
            0
        );
    }
}

#[test]
fn a_reference_that_a_gateway_knows_goes_to_no_other() {
    let three = Three::new();
    let payout = payout_order("p-1", "5", Fee::OnTop);
    // An earlier process made it, and crashed.
    block_on(three.fakes[0].payouts().unwrap().create(&payout)).unwrap();
    let router = three.router();
    let error = block_on(router.create_payout(&payout)).unwrap_err();
    assert_eq!(error.cause().unwrap().kind(), Kind::Duplicate);
    assert_eq!(error.outcome(), Outcome::Unknown);
    let found = block_on(router.resolve(error.ticket().unwrap())).unwrap();
    assert!(matches!(found, Resolution::Found(_)));
    assert!(
        block_on(router.create_payout(&payout)).is_err(),
        "found is not absent"
    );
    assert_eq!(three.made("p-1"), 1);
}

#[test]
fn proven_absence_opens_the_reference_again() {
    let three = Three::new();
    let router = three.router();
    three.fakes[0].script(Call::CreatePayout, FakeFault::Lost { applied: false });
    let payout = payout_order("p-1", "5", Fee::OnTop);
    let error = block_on(router.create_payout(&payout)).unwrap_err();
    let ticket = error.ticket().unwrap();
    assert!(matches!(
        block_on(router.resolve(ticket)).unwrap(),
        Resolution::Pending(_)
    ));
    assert!(block_on(router.create_payout(&payout)).is_err());
    three.clock.advance(Duration::from_secs(61));
    assert!(matches!(
        block_on(router.resolve(ticket)).unwrap(),
        Resolution::Absent
    ));
    assert!(router.unresolved().is_empty());
    assert!(block_on(router.create_payout(&payout)).is_ok());
    assert_eq!(three.made("p-1"), 1);
}

#[test]
fn a_dropped_call_closes_the_reference() {
    let three = Three::new();
    let router = three.router();
    three.fakes[0].script(Call::CreatePayout, FakeFault::Hangs { applied: true });
    let payout = payout_order("p-1", "5", Fee::OnTop);
    {
        let mut calling = pin!(router.create_payout(&payout));
        assert!(poll(calling.as_mut()).is_pending());
        // And so it is while the first call is under way.
        let second = block_on(router.create_payout(&payout)).unwrap_err();
        assert!(matches!(second.stop(), RouteStop::Unresolved(_)));
    }
    router.disable(&"one/main".parse().unwrap());
    let error = block_on(router.create_payout(&payout)).unwrap_err();
    assert_eq!(error.ticket().unwrap().gateway().as_str(), "one/main");
    assert_eq!(three.made("p-1"), 1);

    // Another process gets the ticket from where it was stored.
    let stored = serde_json::to_string(error.ticket().unwrap()).unwrap();
    let stored: Ticket = serde_json::from_str(&stored).unwrap();
    let later = three.router();
    later.remember(stored);
    later.disable(&"one/main".parse().unwrap());
    assert!(block_on(later.create_payout(&payout)).is_err());
    assert_eq!(three.made("p-1"), 1);
}

#[test]
fn a_gateway_in_trouble_rests() {
    let three = Three::new();
    let router = three.router().with_rest(Duration::from_secs(10));
    three.fakes[0].script(Call::CreateCheckout, FakeFault::NoConnection);
    block_on(router.create_checkout(&checkout_order("o-1"))).unwrap();
    let second = block_on(router.create_checkout(&checkout_order("o-2"))).unwrap();
    assert_eq!(second.gateway.as_str(), "two/main");
    assert!(second.why().considered()[0].is_resting);
    // It comes last, but it comes.
    router.disable(&"two/main".parse().unwrap());
    router.disable(&"three/main".parse().unwrap());
    let third = block_on(router.create_checkout(&checkout_order("o-3"))).unwrap();
    assert_eq!(third.gateway.as_str(), "one/main");
    for name in ["two/main", "three/main"] {
        router.enable(&name.parse().unwrap());
    }
    three.clock.advance(Duration::from_secs(10));
    let route = router.why_checkout(&checkout_order("o-4"));
    assert_eq!(route.chosen().unwrap().as_str(), "one/main");
}

#[test]
fn a_gateway_at_its_limit_is_passed_over() {
    let three = Three::new();
    let mut gateways = Gateways::new();
    let rate = RateLimit {
        requests: 1,
        per: Duration::from_secs(60),
    };
    let limit = Limit::new(Arc::new(three.clock.clone()))
        .with_rate(rate)
        .with_max_wait(Duration::ZERO);
    gateways
        .add(Limited::new(three.fakes[0].clone(), limit))
        .unwrap();
    gateways.add(three.fakes[1].clone()).unwrap();
    let router = Router::in_memory_only(gateways, Arc::new(three.clock.clone()))
        .then(rule("one"))
        .unwrap()
        .then(rule("two"))
        .unwrap();
    assert!(
        router.clone().then(rule("three")).is_err(),
        "not in the registry"
    );
    let made = |name| block_on(router.create_checkout(&checkout_order(name))).unwrap();
    assert_eq!(made("o-1").gateway.as_str(), "one/main");
    let second = made("o-2");
    assert_eq!(second.gateway.as_str(), "two/main");
    assert_eq!(
        second.why().may_know_reference().count(),
        1,
        "nothing was sent to the first"
    );
}

/// Fails the first payout like an executor whose first request may have arrived, and whose others did not.
#[derive(Debug)]
struct WorstFirst;

struct Pay;

impl Operation for Pay {
    type Output = ();
    const NAME: &'static str = "pay";
    const EFFECT: Effect = Effect::Keyed;
}

impl Protocol<Pay> for Pay {
    fn provider(&self) -> &'static str {
        "one"
    }

    fn seal(&self, _: &Pay, _: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest> {
        Ok(http::Request::new(Bytes::new()))
    }

    fn open(&self, _: &Pay, _: &http::Response<Bytes>, _: Timestamp) -> Result<(), Fault> {
        Err(Fault::refused(Refusal::Limit))
    }
}

impl Layer for WorstFirst {
    /// An adapter that forgets the ticket, on top of it.
    async fn around<T, F>(&self, _: Call, _: impl FnOnce() -> F + Send) -> Result<T, Error>
    where
        T: Send,
        F: Future<Output = Result<T, Error>> + Send,
    {
        let script = ScriptedTransport::new().fail(TransportError::timeout(Reach::MaybeSent));
        let executor = Executor::new(
            Arc::new(script.answer(200, "")),
            Arc::new(ManualClock::new()),
            Arc::new(FixedEntropy::new(0)),
        );
        let error = executor.execute(&Pay, &Pay).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Refused(Refusal::Limit));
        Err(payments_facade::adapter::read_error(error))
    }

    fn rows<'a>(&'a self, start: impl FnOnce() -> Rows<'a> + Send + 'a) -> Rows<'a> {
        start()
    }

    fn received(&self, _: Result<&Received, WebhookError>) {}

    fn now(&self) -> Timestamp {
        Timestamp::from_secs(0)
    }
}

#[test]
fn a_refusal_after_an_unknown_attempt_is_no_refusal() {
    let three = Three::new();
    let mut gateways = Gateways::new();
    gateways
        .add(Wrapped::around(three.fakes[0].clone(), WorstFirst))
        .unwrap();
    gateways.add(three.fakes[1].clone()).unwrap();
    let router = Router::in_memory_only(gateways, Arc::new(three.clock.clone()))
        .then(rule("one"))
        .unwrap()
        .then(rule("two"))
        .unwrap();
    let payout = payout_order("p-1", "5", Fee::OnTop);
    let error = block_on(router.create_payout(&payout)).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.ticket().unwrap().gateway().as_str(), "one/main");
    assert_eq!(three.fakes[1].requests(), []);
}
