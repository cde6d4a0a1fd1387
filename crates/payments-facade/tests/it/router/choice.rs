//! Which gateway is chosen, and why.

use std::sync::Arc;
use std::time::Duration;

use payments_core::Outcome;
use payments_core::scripted::{ManualClock, block_on};
use payments_facade::checkout::CheckoutKind;
use payments_facade::facts::RateLimit;
use payments_facade::layer::{Call, RateLimited, RateLimiter};
use payments_facade::payout::PayeeKind;
use payments_facade::router::{RouteStop, Router, SkipReason};
use payments_facade::{CheckoutOrder, Fee, Gateways, Money, network};
use payments_testkit::{FakeFault, FakeGateway, FakeGroup};

use super::support::{Three, rule, skipped};
use crate::layer::support::{checkout_order, money, payout_order, reference};

#[test]
fn picks_by_asset_amount_network_and_capability() {
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
    // A limit in one asset does not apply to another.
    assert_eq!(
        chosen(CheckoutKind::Native, "1", "EUR").as_deref(),
        Some("large")
    );

    let reasons = skipped(&why(CheckoutKind::Native, "1000", "USDT"));
    assert_eq!(reasons[0].1, Some(SkipReason::Kind("native")));
    assert!(matches!(reasons[1].1, Some(SkipReason::Refused(_))));
    assert_eq!(
        reasons[2].1,
        Some(SkipReason::TooMuch(money("100", "USDT")))
    );
    assert_eq!(reasons[3].1, None);

    let payout = payout_order("p-1", "20", Fee::OnTop);
    let reasons = skipped(&router.why_payout(&payout));
    assert_eq!(reasons[0].1, Some(SkipReason::Group("payouts")));
    assert_eq!(reasons[1].1, Some(SkipReason::Kind("chain")));
    assert_eq!(
        reasons[3].1,
        Some(SkipReason::TooLittle(money("50", "USDT")))
    );

    let on_ethereum = money("60", "USDT").on_network(network::ETHEREUM).unwrap();
    let order = CheckoutOrder::native(reference("o-2"), on_ethereum.clone());
    let reasons = skipped(&router.why_checkout(&order));
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
        "checkout o-2\n  pages/main: disabled by the application\n  coins/main: its own check refused it: asset is not accepted \
         (allowed: BTC)\n  small/main: its rule allows at most 100 USDT\n  large/main: its rule does not name the \
         network"
    );
}

#[test]
fn asks_a_gateway_in_cooldown_last() {
    let three = Three::new();
    let router = three.router().with_cooldown(Duration::from_secs(10));
    three.fakes[0].script(Call::CreateCheckout, FakeFault::NoConnection);
    block_on(router.create_checkout(&checkout_order("o-1"))).unwrap();
    let second = block_on(router.create_checkout(&checkout_order("o-2"))).unwrap();
    assert_eq!(second.gateway.as_str(), "two/main");
    assert!(second.why().candidates()[0].in_cooldown);
    // It is still asked after the others.
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
fn skips_a_gateway_at_its_rate_limit() {
    let three = Three::new();
    let mut gateways = Gateways::new();
    let rate = RateLimit {
        requests: 1,
        per: Duration::from_secs(60),
    };
    let limit = RateLimiter::new(Arc::new(three.clock.clone()))
        .with_rate(rate)
        .with_max_wait(Duration::ZERO);
    gateways
        .add(RateLimited::new(three.fakes[0].clone(), limit))
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
    let next = router.why_checkout(&checkout_order("o-3"));
    assert!(
        next.candidates()[0].in_cooldown,
        "the limit is that of every order"
    );
}
