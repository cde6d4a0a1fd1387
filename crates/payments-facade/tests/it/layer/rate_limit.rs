//! `RateLimited`: keeps to the rate, stops at a ban code, and every call ends.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport, block_on};
use payments_core::{
    Effect, Executor, Fault, InvalidRequest, Kind, NextStep, Operation, Outcome, Protocol,
    Timestamp,
};
use payments_facade::facts::{Fact, Facts, RateLimit, Strategy};
use payments_facade::layer::{Call, Layer, Layered, RateLimited, RateLimiter};
use payments_facade::statement::Rows;
use payments_facade::{Capabilities, Error, Gateway, Received, WebhookError};
use payments_testkit::{FakeFault, FakeGateway, FakeGroup};

use super::support::{make, money};

const FACTS: Facts = Facts::new(
    Fact::documented(Strategy::Query, "a test"),
    Fact::documented(Duration::from_secs(60), "a test"),
    Fact::documented(true, "a test"),
)
.with_rate_limit(Fact::documented(
    RateLimit {
        requests: 2,
        per: Duration::from_secs(1),
    },
    "a test",
))
.with_ban_codes(&[Fact::documented("10099", "a test")]);

fn fake() -> FakeGateway {
    FakeGateway::builder("fake", "main")
        .balance(&money("1000", "USDT"))
        .rate("USDT", "BTC", "50000".parse().unwrap())
        .facts(FACTS)
        .build()
        .unwrap()
}

fn limited(fake: &FakeGateway, clock: &ManualClock, max_wait: u64) -> RateLimited<FakeGateway> {
    let limit = RateLimiter::documented(fake.facts(), Arc::new(clock.clone()));
    let limit = limit.with_max_wait(Duration::from_millis(max_wait));
    RateLimited::new(fake.clone(), limit)
}

#[test]
fn calls_wait_for_their_turn() {
    let (fake, clock) = (fake(), ManualClock::new());
    let limited = limited(&fake, &clock, 5_000);
    for _ in 0..5 {
        block_on(make(&limited, Call::Balances, "r")).unwrap();
    }
    // Two at once, then two per second.
    let second = Duration::from_secs(1);
    assert_eq!(clock.sleeps(), [second, second]);
    assert_eq!(fake.sent(Call::Balances), 5);
    assert_eq!(
        limited.limiter().wait(),
        Some(Duration::ZERO),
        "one of the two tokens is left"
    );
}

#[test]
fn refuses_a_call_that_would_wait_too_long_before_anything_is_sent() {
    let (fake, clock) = (fake(), ManualClock::new());
    let limited = limited(&fake, &clock, 900);
    for (number, call) in Call::ALL.iter().copied().enumerate() {
        clock.advance(Duration::from_secs(2));
        block_on(make(&limited, Call::Balances, "r")).unwrap();
        block_on(make(&limited, Call::Balances, "r")).unwrap();
        let before = fake.requests().len();
        let error = block_on(make(&limited, call, &format!("r-{number}"))).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Busy, Outcome::NotApplied),
            "{call}"
        );
        assert_eq!(
            (error.attempts(), error.field()),
            (0, Some("rate")),
            "{call}"
        );
        assert_eq!(error.next_step(), NextStep::RetryLater, "{call}");
        assert!(error.ticket().is_none());
        assert_eq!(fake.requests().len(), before, "{call}");
    }
    assert_eq!(clock.sleeps(), []);
    let error = block_on(make(&limited, Call::CreatePayout, "r")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "rate limit create_payout: rate of fake/main is used up for 1.0 s, longer than a call waits; \
         it did not take effect; try again later with the same reference"
    );
}

#[test]
fn a_ban_code_stops_all_calls_until_resume() {
    for call in Call::ALL.iter().copied() {
        let (fake, clock) = (fake(), ManualClock::new());
        let limited = limited(&fake, &clock, 5_000);
        // Another code does not stop calls.
        fake.script(call, FakeFault::Code("10001"));
        block_on(make(&limited, call, "r-0")).unwrap_err();
        assert_eq!(limited.limiter().suspension(), None);

        fake.script(call, FakeFault::Code("10099"));
        let error = block_on(make(&limited, call, "r-1")).unwrap_err();
        assert_eq!(error.code(), Some("10099"), "the call keeps its own error");
        let suspension = limited.limiter().suspension().unwrap();
        assert_eq!(
            (suspension.code, suspension.gateway.as_str()),
            ("10099", "fake/main")
        );

        let before = fake.requests().len();
        for other in Call::ALL.iter().copied() {
            let error = block_on(make(&limited, other, "r-2")).unwrap_err();
            assert_eq!(
                (error.kind(), error.field()),
                (Kind::Configuration, Some("suspension"))
            );
            assert_eq!(
                (error.outcome(), error.attempts()),
                (Outcome::NotApplied, 0)
            );
            assert!(error.to_string().contains("code 10099"), "{error}");
        }
        assert_eq!(fake.requests().len(), before);
        // Webhooks are still received.
        let webhook = fake.deposit(&money("1", "USDT")).unwrap();
        let received = limited
            .webhooks()
            .receive(&webhook.headers, &webhook.body, fake.now());
        assert!(received.is_ok());

        limited.limiter().resume();
        block_on(make(&limited, Call::Balances, "r")).unwrap();
    }
}

/// Sleeps until the test advances the clock.
#[derive(Clone, Debug)]
struct WaitingClock(ManualClock);

#[async_trait::async_trait]
impl payments_core::Clock for WaitingClock {
    fn now(&self) -> payments_core::Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        let end = self.0.monotonic() + duration;
        std::future::poll_fn(|_| match self.0.monotonic() >= end {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }
}

#[test]
fn refuses_a_waiting_call_when_a_ban_code_arrives() {
    let (fake, clock) = (fake(), ManualClock::new());
    let limit = RateLimiter::documented(fake.facts(), Arc::new(WaitingClock(clock.clone())));
    let limited = RateLimited::new(fake.clone(), limit);
    let mut context = Context::from_waker(Waker::noop());
    block_on(make(&limited, Call::Balances, "r")).unwrap();
    fake.script(Call::FindPayout, FakeFault::Code("10099"));
    let mut banned = pin!(make(&limited, Call::FindPayout, "r"));
    assert!(banned.as_mut().poll(&mut context).is_pending());
    let mut waiting = pin!(make(&limited, Call::CreatePayout, "p-1"));
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    assert!(block_on(banned).is_err());
    clock.advance(Duration::from_secs(1));
    let Poll::Ready(Err(error)) = waiting.as_mut().poll(&mut context) else {
        panic!("it was let through");
    };
    assert_eq!(error.field(), Some("suspension"));
    assert_eq!(fake.sent(Call::CreatePayout), 0);
}

#[test]
fn every_call_ends_in_an_answer_or_a_refusal() {
    // Many concurrent calls, some dropped while they wait.
    let (fake, clock) = (fake(), ManualClock::new());
    let limit = RateLimiter::documented(fake.facts(), Arc::new(WaitingClock(clock.clone())));
    let limited = RateLimited::new(fake.clone(), limit.with_max_wait(Duration::from_secs(10)));
    let mut context = Context::from_waker(Waker::noop());
    let names: Vec<String> = (0..40).map(|number| format!("p-{number}")).collect();
    let mut calls: Vec<_> = names
        .iter()
        .map(|name| Some(Box::pin(make(&limited, Call::CreatePayout, name))))
        .collect();
    let (mut made, mut refused, mut dropped) = (0, 0, 0);
    for tick in 0..200_u32 {
        for (number, slot) in calls.iter_mut().enumerate() {
            let Some(call) = slot else { continue };
            match call.as_mut().poll(&mut context) {
                Poll::Ready(Ok(())) => {
                    made += 1;
                    *slot = None;
                }
                Poll::Ready(Err(error)) => {
                    assert_eq!((error.kind(), error.attempts()), (Kind::Busy, 0));
                    refused += 1;
                    *slot = None;
                }
                Poll::Pending if number % 7 == 3 && tick == 5 => {
                    assert!(fake.order(&names[number]).is_none());
                    dropped += 1;
                    *slot = None;
                }
                Poll::Pending => {}
            }
        }
        clock.advance(Duration::from_millis(100));
    }
    assert!(calls.iter().all(Option::is_none), "a call hangs");
    assert_eq!(made + refused + dropped, 40);
    assert_eq!(fake.sent(Call::CreatePayout), made);
    assert!(
        made > 15 && refused > 10 && dropped > 1,
        "{made} {refused} {dropped}"
    );
}

/// Fails every call with the error of three attempts.
#[derive(Debug)]
struct ThreeAttempts;

struct Ping;

impl Operation for Ping {
    type Output = ();
    const NAME: &'static str = "ping";
    const EFFECT: Effect = Effect::Read;
}

impl Protocol<Ping> for Ping {
    fn provider(&self) -> &'static str {
        "fake"
    }

    fn seal(&self, _: &Ping, _: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest> {
        Ok(http::Request::new(Bytes::new()))
    }

    fn open(&self, _: &Ping, _: &http::Response<Bytes>, _: Timestamp) -> Result<(), Fault> {
        Err(Fault::busy())
    }
}

impl Layer for ThreeAttempts {
    async fn around<T, F>(&self, _: Call, _: impl FnOnce() -> F + Send) -> Result<T, Error>
    where
        T: Send,
        F: Future<Output = Result<T, Error>> + Send,
    {
        let transport = ScriptedTransport::new()
            .answer(200, "")
            .answer(200, "")
            .answer(200, "");
        let clock = Arc::new(ManualClock::new());
        let executor = Executor::new(Arc::new(transport), clock, Arc::new(FixedEntropy::new(0)));
        let error = executor.execute(&Ping, &Ping).await.unwrap_err();
        assert_eq!(error.attempts(), 3);
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
fn counts_the_further_attempts_of_a_failed_call() {
    let clock = ManualClock::new();
    let rate = RateLimit {
        requests: 4,
        per: Duration::from_secs(1),
    };
    let limit = RateLimiter::new(Arc::new(clock.clone())).with_rate(rate);
    let limited = RateLimited::new(
        Layered::around(fake(), ThreeAttempts),
        limit.with_max_wait(Duration::ZERO),
    );
    let call = || block_on(make(&limited, Call::Balances, "r")).unwrap_err();
    assert_eq!(
        (call().kind(), call().attempts()),
        (Kind::Busy, 3),
        "three requests and one more"
    );
    assert_eq!(call().field(), Some("rate"));
    clock.advance(Duration::from_secs(1));
    assert_eq!(call().attempts(), 3);
}

#[test]
fn a_statement_waits_before_every_page() {
    let (fake, clock) = (fake(), ManualClock::new());
    for _ in 0..9 {
        fake.deposit(&money("1", "USDT")).unwrap();
    }
    let limited = limited(&fake, &clock, 5_000);
    block_on(make(&limited, Call::Statement, "r")).unwrap();
    assert_eq!(fake.sent(Call::Statement), 5);
    assert!(clock.sleeps().len() >= 2, "{:?}", clock.sleeps());
}

#[test]
fn accounts_that_share_a_limiter_share_its_rate_and_suspension() {
    let clock = ManualClock::new();
    let (one, two) = (
        fake(),
        FakeGateway::builder("fake", "two")
            .facts(FACTS)
            .build()
            .unwrap(),
    );
    let limit =
        RateLimiter::documented(one.facts(), Arc::new(clock.clone())).with_max_wait(Duration::ZERO);
    let first = RateLimited::new(one.clone(), limit.clone());
    let second = RateLimited::new(two.clone(), limit.clone());
    block_on(make(&first, Call::Balances, "r")).unwrap();
    block_on(make(&second, Call::Balances, "r")).unwrap();
    assert_eq!(
        block_on(make(&first, Call::Balances, "r"))
            .unwrap_err()
            .field(),
        Some("rate")
    );
    clock.advance(Duration::from_secs(1));
    one.script(Call::Balances, FakeFault::Code("10099"));
    block_on(make(&first, Call::Balances, "r")).unwrap_err();
    let error = block_on(make(&second, Call::Balances, "r")).unwrap_err();
    assert_eq!(error.field(), Some("suspension"));
    assert!(
        error
            .to_string()
            .contains("suspension of fake/two: fake/main answered"),
        "{error}"
    );
}

#[test]
fn a_rate_of_zero_refuses_every_call() {
    let clock = ManualClock::new();
    let fake = fake();
    let rate = RateLimit {
        requests: 0,
        per: Duration::from_secs(1),
    };
    let limited = RateLimited::new(
        fake.clone(),
        RateLimiter::new(Arc::new(clock)).with_rate(rate),
    );
    assert_eq!(
        block_on(make(&limited, Call::Balances, "r"))
            .unwrap_err()
            .kind(),
        Kind::Busy
    );
    assert_eq!(fake.requests(), []);
}

#[test]
fn has_the_groups_of_the_inner_gateway() {
    let clock: Arc<ManualClock> = Arc::default();
    for group in FakeGroup::ALL.iter().copied() {
        let fake = FakeGateway::builder("fake", "main")
            .without(group)
            .build()
            .unwrap();
        let limited = RateLimited::new(fake.clone(), RateLimiter::new(clock.clone()));
        assert_eq!(
            Capabilities::of(&limited),
            Capabilities::of(&fake),
            "{group:?}"
        );
    }
}
