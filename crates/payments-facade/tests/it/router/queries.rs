//! A gateway whose query before the order fails.

use std::sync::Arc;

use payments_core::scripted::{FixedEntropy, ScriptedTransport, block_on};
use payments_core::{Executor, Kind, Outcome, Reach, TransportError};
use payments_facade::ccpayment::{Ccpayment, Config, DEFAULT_BASE_URL};
use payments_facade::router::{Router, Rule, Verdict};
use payments_facade::{Fee, Gateways};

use super::journal::MemoryJournal;
use super::support::{Three, rule};
use crate::layer::support::payout_order;

/// CCPayment queries its list of coins first.
fn ccpayment(transport: &ScriptedTransport, three: &Three) -> Ccpayment {
    let config = Config::new(DEFAULT_BASE_URL, "2023", "0123456789abcdef").unwrap();
    let executor = Executor::new(
        Arc::new(transport.clone()),
        Arc::new(three.clock.clone()),
        Arc::new(FixedEntropy::new(0)),
    );
    Ccpayment::new("main", &config, executor).unwrap()
}

#[test]
fn sends_an_order_to_the_next_gateway_if_a_query_before_it_fails() {
    type Spoil = fn(ScriptedTransport) -> ScriptedTransport;
    let cases: [(Spoil, Kind); 5] = [
        (|script| script.answer(502, "<html>"), Kind::Unavailable),
        (
            |script| script.fail(TransportError::timeout(Reach::MaybeSent)),
            Kind::Timeout,
        ),
        (
            |script| {
                let broken = std::io::ErrorKind::ConnectionReset;
                script.fail(TransportError::io(
                    Reach::MaybeSent,
                    std::io::Error::from(broken),
                ))
            },
            Kind::Network,
        ),
        (
            |script| script.answer(200, r#"{"code":10000,"msg":"success","data":{"list":[]}}"#),
            Kind::Unverified,
        ),
        // A code that no document explains proves nothing about a payout that was not sent.
        (
            |script| script.answer(200, r#"{"code":224066,"msg":"service error"}"#),
            Kind::Ambiguous,
        ),
    ];
    for (spoil, kind) in cases {
        // A query is sent three times at most.
        let transport = (0..3).fold(ScriptedTransport::new(), |script, _| spoil(script));
        let three = Three::new();
        let journal = Arc::new(MemoryJournal::default());
        let mut gateways = Gateways::new();
        gateways.add(ccpayment(&transport, &three)).unwrap();
        gateways.add(three.fakes[1].clone()).unwrap();
        let router = Router::new(gateways, Arc::new(three.clock.clone()), journal.clone())
            .then(Rule::new("ccpayment/main".parse().unwrap()))
            .unwrap()
            .then(rule("two"))
            .unwrap();

        let made = block_on(router.create_payout(&payout_order("p-1", "5", Fee::OnTop))).unwrap();
        assert_eq!(made.gateway.as_str(), "two/main", "{kind:?}");
        let Verdict::Failed(error) = &made.why().candidates()[0].verdict else {
            panic!("{}", made.why());
        };
        assert_eq!(
            (error.kind(), error.outcome(), error.ticket()),
            (kind, Outcome::NotApplied, None)
        );
        let asked = transport.requests();
        assert!(!asked.is_empty());
        assert!(asked.iter().all(|it| it.uri().path().ends_with("coin/all")));
        // The row of the first gateway was removed, otherwise the second could not have been recorded.
        let row = journal.row("p-1").unwrap();
        assert_eq!((row.ticket(), row.made), (made.ticket().clone(), true));
        assert!(router.unresolved().is_empty());

        let next = block_on(router.create_payout(&payout_order("p-2", "5", Fee::OnTop))).unwrap();
        assert_eq!(next.gateway.as_str(), "two/main");
        // Such a code does not show that the gateway has a problem with every order.
        let rests = (kind != Kind::Ambiguous).then_some("ccpayment/main");
        let in_cooldown = next.why().candidates().iter().find(|one| one.in_cooldown);
        assert_eq!(
            in_cooldown.map(|one| one.gateway.as_str()),
            rests,
            "{kind:?}"
        );
    }
}

#[test]
fn keeps_the_reference_open_if_a_query_before_the_order_fails() {
    for (status, body) in [
        (502, "<html>"),
        (200, r#"{"code":224066,"msg":"service error"}"#),
    ] {
        stays_open(status, body);
    }
}

/// The reference of a payout stays open if the list of coins is answered like this.
fn stays_open(status: u16, body: &'static str) {
    let transport = (0..3).fold(ScriptedTransport::new(), |script, _| {
        script.answer(status, body)
    });
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let mut gateways = Gateways::new();
    gateways.add(ccpayment(&transport, &three)).unwrap();
    let router = Router::new(gateways, Arc::new(three.clock.clone()), journal.clone())
        .then(Rule::new("ccpayment/main".parse().unwrap()))
        .unwrap();
    let error = block_on(router.create_payout(&payout_order("p-1", "5", Fee::OnTop))).unwrap_err();
    assert_eq!(
        (error.outcome(), error.ticket()),
        (Outcome::NotApplied, None)
    );
    assert!(journal.row("p-1").is_none());
}
