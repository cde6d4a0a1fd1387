//! A gateway that asks something before it sends the order, and gets no answer.

use std::sync::Arc;

use payments_core::scripted::{FixedEntropy, ScriptedTransport, block_on};
use payments_core::{Executor, Kind, Outcome, Reach, TransportError};
use payments_facade::ccpayment::{Ccpayment, Config, DEFAULT_BASE_URL};
use payments_facade::router::{Router, Rule, Verdict};
use payments_facade::{Fee, Gateways};

use super::table::Table;
use super::wrapped::payout_order;
use super::{Three, rule};

/// CCPayment asks for its list of coins first.
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
fn an_order_that_was_never_sent_goes_to_the_next_gateway() {
    type Spoil = fn(ScriptedTransport) -> ScriptedTransport;
    let cases: [(Spoil, Kind); 4] = [
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
    ];
    for (spoil, kind) in cases {
        // A question is asked three times at most.
        let transport = (0..3).fold(ScriptedTransport::new(), |script, _| spoil(script));
        let three = Three::new();
        let table = Arc::new(Table::default());
        let mut gateways = Gateways::new();
        gateways.add(ccpayment(&transport, &three)).unwrap();
        gateways.add(three.fakes[1].clone()).unwrap();
        let router = Router::new(gateways, Arc::new(three.clock.clone()), table.clone())
            .then(Rule::new("ccpayment/main".parse().unwrap()))
            .unwrap()
            .then(rule("two"))
            .unwrap();

        let made = block_on(router.create_payout(&payout_order("p-1", "5", Fee::OnTop))).unwrap();
        assert_eq!(made.gateway.as_str(), "two/main", "{kind:?}");
        let Verdict::Failed(error) = &made.why().considered()[0].verdict else {
            panic!("{}", made.why());
        };
        assert_eq!(
            (error.kind(), error.outcome(), error.ticket()),
            (kind, Outcome::NotApplied, None)
        );
        let asked = transport.requests();
        assert!(!asked.is_empty());
        assert!(asked.iter().all(|it| it.uri().path().ends_with("coin/all")));
        // The first gateway's row has gone, or the second one's could not have been written.
        let row = table.row("p-1").unwrap();
        assert_eq!((row.ticket(), row.made), (made.ticket().clone(), true));
        assert!(router.unresolved().is_empty());

        let next = block_on(router.create_payout(&payout_order("p-2", "5", Fee::OnTop))).unwrap();
        assert_eq!(next.gateway.as_str(), "two/main");
        let resting = next.why().considered().iter().find(|one| one.is_resting);
        assert_eq!(resting.unwrap().gateway.as_str(), "ccpayment/main");
    }
}

#[test]
fn without_another_gateway_the_reference_stays_open() {
    let transport = (0..3).fold(ScriptedTransport::new(), |script, _| {
        script.answer(502, "<html>")
    });
    let three = Three::new();
    let table = Arc::new(Table::default());
    let mut gateways = Gateways::new();
    gateways.add(ccpayment(&transport, &three)).unwrap();
    let router = Router::new(gateways, Arc::new(three.clock.clone()), table.clone())
        .then(Rule::new("ccpayment/main".parse().unwrap()))
        .unwrap();
    let error = block_on(router.create_payout(&payout_order("p-1", "5", Fee::OnTop))).unwrap_err();
    assert_eq!(
        (error.outcome(), error.ticket()),
        (Outcome::NotApplied, None)
    );
    assert!(table.row("p-1").is_none());
}
