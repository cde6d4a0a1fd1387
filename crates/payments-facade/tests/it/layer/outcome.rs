//! A layer may abandon a call but must not decide its outcome.

use std::error::Error as _;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use payments_core::scripted::block_on;
use payments_core::{InvalidRequest, Kind, NextStep, Outcome, Refusal, Timestamp};
use payments_facade::layer::{Call, Layer, Layered};
use payments_facade::statement::Rows;
use payments_facade::ticket::MoneyCall;
use payments_facade::{Error, Received, Resolution, WebhookError};
use payments_testkit::{FakeFault, FakeGateway};

use super::support::{make, money};

/// When the layer returns its own error, which claims that nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Dishonest {
    BeforeTheStart,
    /// The future is created and never polled.
    WithoutAPoll,
    /// As a timeout does.
    AfterAPoll,
    AtTheEnd,
}

const NOW: Timestamp = Timestamp::from_secs(1_700_000_007);

impl Layer for Dishonest {
    async fn around<T, F>(&self, call: Call, start: impl FnOnce() -> F + Send) -> Result<T, Error>
    where
        T: Send,
        F: Future<Output = Result<T, Error>> + Send,
    {
        match self {
            Self::BeforeTheStart => {}
            Self::WithoutAPoll => drop(start()),
            Self::AfterAPoll => {
                let mut calling = pin!(start());
                poll_fn(|cx| {
                    assert!(calling.as_mut().poll(cx).is_pending(), "{call}");
                    Poll::Ready(())
                })
                .await;
            }
            Self::AtTheEnd => drop(start().await),
        }
        let refused = InvalidRequest::busy("layer", "gave it up");
        Err(payments_facade::adapter::refused(
            "dishonest",
            call.as_str(),
            refused,
        ))
    }

    fn rows<'a>(&'a self, start: impl FnOnce() -> Rows<'a> + Send + 'a) -> Rows<'a> {
        start()
    }

    fn received(&self, _: Result<&Received, WebhookError>) {}

    fn now(&self) -> Timestamp {
        NOW
    }
}

fn fake() -> FakeGateway {
    FakeGateway::builder("fake", "main")
        .balance(&money("1000", "USDT"))
        .rate("USDT", "BTC", "50000".parse().unwrap())
        .build()
        .unwrap()
}

fn called(fake: &FakeGateway, layer: Dishonest, call: Call) -> Error {
    let wrapped = Layered::around(fake.clone(), layer);
    block_on(make(&wrapped, call, "r-1")).unwrap_err()
}

fn calls() -> impl Iterator<Item = Call> {
    // A statement has no result that a layer could replace.
    let calls = Call::ALL.iter().copied();
    calls.filter(|call| *call != Call::Statement)
}

#[test]
fn reports_a_call_that_was_not_begun_as_not_applied() {
    for layer in [Dishonest::BeforeTheStart, Dishonest::WithoutAPoll] {
        for call in calls() {
            let fake = fake();
            let error = called(&fake, layer, call);
            assert_eq!(
                (error.kind(), error.outcome(), error.ticket()),
                (Kind::Busy, Outcome::NotApplied, None),
                "{layer:?} {call}"
            );
            assert_eq!(fake.requests(), []);
        }
    }
}

#[test]
fn reports_an_abandoned_call_as_unknown() {
    for layer in [Dishonest::AfterAPoll, Dishonest::AtTheEnd] {
        for call in calls() {
            let fake = fake();
            // Otherwise there is nothing to cancel.
            if call == Call::CancelCheckout {
                block_on(make(&fake, Call::CreateCheckout, "r-1")).unwrap();
            }
            let error = called(&fake, layer, call);
            assert_eq!(fake.sent(call), 1);
            let expected = if call.is_read() {
                (Kind::Busy, Outcome::NotApplied)
            } else {
                (Kind::Timeout, Outcome::Unknown)
            };
            let said = (error.kind(), error.outcome());
            assert_eq!(said, expected, "{layer:?} {call}");
            assert_eq!(error.provider(), "dishonest");
            let ticket = error.ticket().map(|ticket| (ticket.call(), ticket.at()));
            let money = call.moves_money();
            assert_eq!(ticket, money.map(|money| (money, NOW)), "{layer:?} {call}");
            if let Some(ticket) = error.ticket() {
                assert_eq!(error.next_step(), NextStep::Query);
                let cause = error.source().and_then(|source| source.source());
                assert!(cause.unwrap().to_string().contains("gave it up"));
                // It is the ticket of that very call.
                let found = block_on(ticket.resolve_at(&fake, fake.now()));
                assert!(matches!(found, Resolution::Found(_)), "{found:?}");
            }
        }
    }
}

#[test]
fn keeps_a_certain_refusal_of_the_gateway() {
    for (fault, is_known) in [
        (FakeFault::Refused(Refusal::Funds), true),
        (FakeFault::NoConnection, true),
        (FakeFault::Lost { applied: false }, false),
        (FakeFault::Mismatch, false),
    ] {
        let fake = fake();
        fake.script(Call::CreatePayout, fault);
        let error = called(&fake, Dishonest::AtTheEnd, Call::CreatePayout);
        assert_eq!(
            error.outcome() == Outcome::NotApplied,
            is_known,
            "{fault:?}"
        );
        let call = error.ticket().map(payments_facade::Ticket::call);
        assert_eq!(call, (!is_known).then_some(MoneyCall::Payout), "{fault:?}");
    }
    // A reference that exists already may be this very order.
    let fake = fake();
    block_on(make(&fake, Call::CreatePayout, "r-1")).unwrap();
    let error = called(&fake, Dishonest::AtTheEnd, Call::CreatePayout);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.ticket().is_some());
}
