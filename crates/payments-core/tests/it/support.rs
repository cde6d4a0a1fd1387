//! A gateway of the tests' own, with one operation of each effect, and scripts made of named steps.

use bytes::Bytes;
use http::StatusCode;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport, block_on};
use payments_core::{
    Effect, Error, Executor, Fault, InvalidRequest, MerchantRef, Operation, Policy, Protocol,
    RawAnswer, Reach, Refusal, Timestamp, TransportError, wire,
};
use std::sync::Arc;
use std::time::Duration;

/// Every request carries one, in its query: no error may ever show it.
pub const SECRET: &str = "s3cr3t-signature";

pub trait Referenced {
    fn reference(&self) -> &MerchantRef;
}

macro_rules! operation {
    ($name:ident, $wire:literal, $effect:ident) => {
        pub struct $name(pub MerchantRef);

        impl Operation for $name {
            type Output = String;
            const NAME: &'static str = $wire;
            const EFFECT: Effect = Effect::$effect;

            fn check(&self) -> Result<(), InvalidRequest> {
                match self.0.as_str() {
                    "forbidden" => Err(InvalidRequest::request("reference", "is forbidden")),
                    _ => Ok(()),
                }
            }
        }

        impl Referenced for $name {
            fn reference(&self) -> &MerchantRef {
                &self.0
            }
        }
    };
}

operation!(Look, "look", Read);
operation!(Order, "order", Keyed);
operation!(Payout, "payout", Unkeyed);

pub fn reference() -> MerchantRef {
    "order-1".parse().unwrap()
}

/// Seals what a real provider would (a signature in the query, the time in the body) and reads
/// `{"says": "…"}`.
pub struct Gateway;

#[derive(serde::Deserialize)]
struct Answer<'a> {
    says: &'a str,
}

impl<O: Operation<Output = String> + Referenced> Protocol<O> for Gateway {
    fn provider(&self) -> &'static str {
        "gateway"
    }

    fn seal(&self, op: &O, now: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest> {
        let body = format!("ref={}&time={}", op.reference(), now.as_millis());
        http::Request::post(format!("https://gateway.example/{}?sign={SECRET}", O::NAME))
            .body(Bytes::from(body))
            .map_err(|_| InvalidRequest::configuration("endpoint", "is not a URI"))
    }

    fn open(&self, _: &O, answer: &http::Response<Bytes>, _: Timestamp) -> Result<String, Fault> {
        let Answer { says } = wire::read_answer(answer)?;
        Err(match says {
            "done" => return Ok(says.to_owned()),
            "no" => Fault::refused(Refusal::Limit).code("7").message("too much"),
            "busy" => Fault::busy(),
            "exists" => Fault::duplicate(),
            "hm" => Fault::ambiguous().code("999"),
            "other amount" => Fault::mismatch("amount"),
            "forged" => Fault::unverified(),
            _ => Fault::undecodable("`says` is new"),
        })
    }
}

/// What happens to one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Done,
    Refused,
    Busy,
    Exists,
    Ambiguous,
    OtherAmount,
    Forged,
    Garbage,
    TooLarge,
    NoConnection,
    ConnectTimeout,
    Forbidden,
    Timeout,
    Reset,
    Half,
    CutJson,
    Html,
    BadGateway,
    Hang,
}

impl Step {
    pub const ALL: [Self; 19] = [
        Self::Done,
        Self::Refused,
        Self::Busy,
        Self::Exists,
        Self::Ambiguous,
        Self::OtherAmount,
        Self::Forged,
        Self::Garbage,
        Self::TooLarge,
        Self::NoConnection,
        Self::ConnectTimeout,
        Self::Forbidden,
        Self::Timeout,
        Self::Reset,
        Self::Half,
        Self::CutJson,
        Self::Html,
        Self::BadGateway,
        Self::Hang,
    ];

    /// Whether the provider may have executed this attempt, by the plain meaning of the step.
    pub fn leaves_a_doubt(self) -> bool {
        !matches!(
            self,
            Self::Done
                | Self::Refused
                | Self::Busy
                | Self::Exists
                | Self::NoConnection
                | Self::ConnectTimeout
                | Self::Forbidden
        )
    }

    pub fn add_to(self, script: ScriptedTransport) -> ScriptedTransport {
        let says = |words: &str| format!("{{\"says\": \"{words}\"}}");
        let half = || RawAnswer::partial(StatusCode::OK, Bytes::from_static(b"{\"sa"));
        match self {
            Self::Done => script.answer(200, says("done")),
            Self::Refused => script.answer(200, says("no")),
            Self::Busy => script.answer(200, says("busy")),
            Self::Exists => script.answer(200, says("exists")),
            Self::Ambiguous => script.answer(200, says("hm")),
            Self::OtherAmount => script.answer(200, says("other amount")),
            Self::Forged => script.answer(200, says("forged")),
            Self::Garbage => script.answer(200, "[]"),
            Self::TooLarge => script.fail(TransportError::too_large(half())),
            Self::NoConnection => script.fail(TransportError::connect("no route")),
            Self::ConnectTimeout => script.fail(TransportError::timeout(Reach::NotSent)),
            Self::Forbidden => script.fail(TransportError::refused("plain http")),
            Self::Timeout => script.fail(TransportError::timeout(Reach::MaybeSent)),
            Self::Reset => script.fail(TransportError::io(Reach::MaybeSent, "reset by peer")),
            Self::Half => {
                script.fail(TransportError::io(Reach::MaybeSent, "eof").with_partial(half()))
            }
            Self::CutJson => script.answer(200, "{\"says\": \"do"),
            Self::Html => script.answer(403, "\n<html>blocked</html>"),
            Self::BadGateway => script.answer(502, "bad gateway"),
            Self::Hang => script.hang(),
        }
    }
}

pub struct Run {
    pub result: Result<String, Error>,
    pub transport: ScriptedTransport,
    pub clock: ManualClock,
}

impl Run {
    pub fn sent(&self) -> usize {
        self.transport.requests().len()
    }

    pub fn elapsed(&self) -> Duration {
        payments_core::Clock::monotonic(&self.clock)
    }
}

pub fn executor(
    transport: &ScriptedTransport,
    clock: &ManualClock,
    entropy: u64,
    policy: Policy,
) -> Executor {
    Executor::new(
        Arc::new(transport.clone()),
        Arc::new(clock.clone()),
        Arc::new(FixedEntropy::new(entropy)),
    )
    .with_policy(policy)
}

/// Plays the script against the operation of this effect.
pub fn play(effect: Effect, steps: &[Step], entropy: u64, policy: Policy) -> Run {
    let transport = steps
        .iter()
        .fold(ScriptedTransport::new(), |script, step| step.add_to(script));
    let clock = ManualClock::new();
    let executor = executor(&transport, &clock, entropy, policy);
    let result = match effect {
        Effect::Read => block_on(executor.execute(&Gateway, &Look(reference()))),
        Effect::Keyed => block_on(executor.execute(&Gateway, &Order(reference()))),
        Effect::Unkeyed => block_on(executor.execute(&Gateway, &Payout(reference()))),
    };
    Run {
        result,
        transport,
        clock,
    }
}
