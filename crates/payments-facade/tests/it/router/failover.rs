//! When another gateway is asked, and when it is not.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport, block_on};
use payments_core::{
    Effect, Executor, Fault, InvalidRequest, Kind, Operation, Outcome, Protocol, Reach, Refusal,
    SensitiveString, Timestamp, TransportError,
};
use payments_facade::layer::{Call, Layer, Layered};
use payments_facade::payout::PixKey;
use payments_facade::router::{Release, RouteStop, Router, Verdict};
use payments_facade::statement::Rows;
use payments_facade::ticket::Difference;
use payments_facade::{
    Error, Fee, Gateway, Gateways, Payee, PayoutOrder, Received, Resolution, Ticket, WebhookError,
};
use payments_testkit::FakeFault;

use super::journal::MemoryJournal;
use super::support::{Three, id, poll, rule};
use crate::layer::support::{money, payout_order, reference};

#[test]
fn fails_over_if_nothing_was_sent_or_the_refusal_is_certain() {
    for (fault, seen) in [
        (FakeFault::NoConnection, false),
        (FakeFault::Busy, true),
        (FakeFault::Refused(Refusal::Funds), true),
        (FakeFault::Refused(Refusal::Limit), true),
        (FakeFault::Refused(Refusal::Temporary), true),
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
            made.why().candidates()[2].verdict,
            Verdict::NotTried
        ));
    }
}

#[test]
fn does_not_fail_over_if_an_order_may_exist() {
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
        // A repeated call is refused even if the first gateway is disabled.
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
fn does_not_fail_over_from_a_gateway_that_knows_the_reference() {
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
        "the order exists"
    );
    assert_eq!(three.made("p-1"), 1);
}

#[test]
fn keeps_the_reference_closed_if_it_is_of_another_order() {
    let three = Three::new();
    // An earlier process paid five under this reference.
    let earlier = payout_order("p-1", "5", Fee::OnTop);
    block_on(three.fakes[0].payouts().unwrap().create(&earlier)).unwrap();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    let payout = payout_order("p-1", "7", Fee::OnTop);
    let error = block_on(router.create_payout(&payout)).unwrap_err();
    let ticket = error.ticket().unwrap();
    let refused = error.cause().unwrap().ticket().unwrap();
    assert!(refused.was_refused() && ticket.was_refused());
    let resolution = block_on(router.resolve(ticket)).unwrap();
    let Resolution::Conflict { differences, .. } = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!(differences, [Difference::Amount]);
    let error = block_on(router.create_payout(&payout)).unwrap_err();
    assert!(matches!(error.stop(), RouteStop::Unresolved(_)));
    assert_eq!(router.unresolved(), std::slice::from_ref(ticket));
    assert_eq!(three.made("p-1"), 1);
    // The ticket of the error is that of the call in the journal, and marked.
    assert!(journal.row("p-1").is_some());
    assert_eq!(block_on(router.release(refused)), Release::Released);
    assert!(journal.row("p-1").is_none());
}

/// No query states the payee of such a payout.
fn by_pix(email: &str) -> PayoutOrder {
    let key = PixKey::Email(SensitiveString::from(email.to_owned()));
    let payee = Payee::Pix(key);
    PayoutOrder::new(reference("p-1"), payee, money("5", "USDT"), Fee::OnTop)
}

/// A journal need not note that a call was refused: the ticket that the application stores is marked.
#[test]
fn marks_the_ticket_of_a_refused_call_for_the_next_process() {
    let three = Three::new();
    let (ana, bob) = (by_pix("ana@example.com"), by_pix("bob@example.com"));
    block_on(three.fakes[0].payouts().unwrap().create(&ana)).unwrap();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    let failed = block_on(router.create_payout(&bob)).unwrap_err();
    // The journal refuses this one.
    let again = block_on(router.create_payout(&bob)).unwrap_err();
    // And no gateway this one.
    for name in ["one", "two", "three"] {
        router.disable(&id(name));
    }
    let unasked = block_on(router.create_payout(&bob)).unwrap_err();
    let unresolved = router.unresolved();
    let tickets = [
        failed.ticket(),
        again.ticket(),
        unasked.ticket(),
        unresolved.first(),
    ];
    for ticket in tickets.map(|ticket| ticket.unwrap()) {
        assert!(ticket.was_refused(), "{ticket}");
        let next = three.journaled(&journal);
        let resolution = block_on(next.resolve(ticket)).unwrap();
        assert!(
            matches!(resolution, Resolution::Conflict { .. }),
            "{resolution:?}"
        );
        assert!(!journal.row("p-1").unwrap().made);
    }
    // The journal gets the ticket from before the call.
    let next = three.journaled(&journal);
    next.remember(&unresolved[0]);
    assert_eq!(block_on(next.release(&unresolved[0])), Release::Released);
    assert!(journal.row("p-1").is_none());
}

/// As tickets from before the call and from its error are stored.
#[test]
fn keeps_the_mark_of_a_ticket_that_is_remembered_without_and_with_it() {
    let three = Three::new();
    let bob = by_pix("bob@example.com");
    let ticket = three.fakes[0].payouts().unwrap().ticket(&bob, three.now());
    let marked = ticket.clone().refused();
    let orders = [[&ticket, &marked], [&marked, &ticket]];
    for remembered in orders {
        let router = three.router();
        for ticket in remembered {
            router.remember(ticket);
        }
        assert_eq!(router.unresolved(), std::slice::from_ref(&marked));
    }
}

#[test]
fn keeps_the_reference_closed_after_a_proven_absence_until_it_is_released() {
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
    let error = block_on(router.create_payout(&payout)).unwrap_err();
    assert!(matches!(error.stop(), RouteStop::Unresolved(_)));
    assert_eq!(block_on(router.release(ticket)), Release::Released);
    assert!(router.unresolved().is_empty());
    assert!(block_on(router.create_payout(&payout)).is_ok());
    assert_eq!(three.made("p-1"), 1);
}

#[test]
fn closes_the_reference_of_a_dropped_call() {
    let three = Three::new();
    let router = three.router();
    three.fakes[0].script(Call::CreatePayout, FakeFault::Hangs { applied: true });
    let payout = payout_order("p-1", "5", Fee::OnTop);
    {
        let mut calling = pin!(router.create_payout(&payout));
        assert!(poll(calling.as_mut()).is_pending());
        // The reference is closed while the first call is running, too.
        let second = block_on(router.create_payout(&payout)).unwrap_err();
        assert!(matches!(second.stop(), RouteStop::Unresolved(_)));
    }
    router.disable(&"one/main".parse().unwrap());
    let error = block_on(router.create_payout(&payout)).unwrap_err();
    assert_eq!(error.ticket().unwrap().gateway().as_str(), "one/main");
    assert_eq!(three.made("p-1"), 1);

    // Another process remembers the stored ticket.
    let stored = serde_json::to_string(error.ticket().unwrap()).unwrap();
    let stored: Ticket = serde_json::from_str(&stored).unwrap();
    let later = three.router();
    later.remember(&stored);
    later.disable(&"one/main".parse().unwrap());
    assert!(block_on(later.create_payout(&payout)).is_err());
    assert_eq!(three.made("p-1"), 1);
}

/// Fails the first payout like an executor whose first request may have arrived before the second was refused.
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
    /// The adapter also omits the ticket.
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
fn does_not_fail_over_from_a_refusal_after_an_unknown_attempt() {
    let three = Three::new();
    let mut gateways = Gateways::new();
    gateways
        .add(Layered::around(three.fakes[0].clone(), WorstFirst))
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

#[test]
fn passes_a_declined_order_on_only_if_its_rule_allows_it() {
    for passes in [false, true] {
        let three = Three::new();
        let journal = Arc::new(MemoryJournal::default());
        let clock = Arc::new(three.clock.clone());
        let first = match passes {
            true => rule("one").passes_on_declined(),
            false => rule("one"),
        };
        let router = Router::new(three.gateways.clone(), clock, journal.clone())
            .then(first)
            .unwrap()
            .then(rule("two"))
            .unwrap();
        three.fakes[0].script(Call::CreatePayout, FakeFault::Refused(Refusal::Declined));
        match block_on(router.create_payout(&payout_order("p-1", "5", Fee::OnTop))) {
            Ok(made) => assert!(passes && made.gateway == id("two")),
            Err(error) => {
                assert!(!passes && matches!(error.stop(), RouteStop::Failed(None)));
                assert_eq!(
                    error.cause().unwrap().kind(),
                    Kind::Refused(Refusal::Declined)
                );
                assert_eq!(error.outcome(), Outcome::NotApplied);
                assert_eq!(three.fakes[1].requests().len(), 0);
                // Nothing came of it, for certain.
                assert!(journal.row("p-1").is_none() && router.unresolved().is_empty());
            }
        }
    }
}
