//! An account behind a router.

use std::sync::Arc;

use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use payments_core::{Kind, Timestamp};
use payments_facade::router::{Router, Rule, Verdict};
use payments_facade::{Destination, Fee, Gateways, Payee, PayoutOrder, network};
use payments_testkit::FakeGateway;

use super::support::*;

/// The list has USDT on TRON in maintenance.
fn to_tron(text: &str) -> PayoutOrder {
    let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON).unwrap();
    let payee = Payee::Chain(to);
    PayoutOrder::new(reference(text), payee, money("4", "USDT"), Fee::OnTop)
}

#[test]
fn a_coin_in_maintenance_is_no_problem_of_the_account() {
    let transport = ScriptedTransport::new().says(COINS);
    let other = FakeGateway::builder("fake", "main")
        .balance(&money("100", "USDT"))
        .build()
        .unwrap();
    let mut gateways = Gateways::new();
    gateways.add(scripted(&transport)).unwrap();
    gateways.add(other).unwrap();
    let clock = ManualClock::at(Timestamp::from_secs(START));
    let router = Router::in_memory_only(gateways, Arc::new(clock))
        .then(Rule::new("ccpayment/main".parse().unwrap()))
        .unwrap()
        .then(Rule::new("fake/main".parse().unwrap()))
        .unwrap();

    let made = block_on(router.create_payout(&to_tron("payout-1"))).unwrap();
    assert_eq!(made.gateway.as_str(), "fake/main");
    let Verdict::Failed(error) = &made.why().candidates()[0].verdict else {
        panic!("{}", made.why());
    };
    assert_eq!((error.kind(), error.attempts()), (Kind::Busy, 0));

    let next = router.why_payout(&to_chain("payout-2", Fee::OnTop));
    let first = &next.candidates()[0];
    assert!(
        !first.in_cooldown && matches!(first.verdict, Verdict::Chosen),
        "{next}"
    );
}
