use crate::decide::{History, decide};
use crate::error::Cause;
use crate::judge::open_answer;
use crate::{
    Clock, Effect, Entropy, Error, Operation, Outcome, Policy, Protocol, RawAnswer, Reach,
    Timestamp, Transport, TransportError,
};
use bytes::Bytes;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use crate::trace::CallTrace;

/// Runs operations: writes, sends and reads them, and repeats what is safe to repeat.
///
/// | what happened | [`Read`](Effect::Read) | [`Keyed`](Effect::Keyed) | [`Unkeyed`](Effect::Unkeyed) |
/// |---|---|---|---|
/// | refused on our side | NotApplied | NotApplied | NotApplied |
/// | not one byte of the request left | repeat | repeat | repeat |
/// | maybe sent, then a timeout, a reset, half an answer, a 5xx or an HTML page | repeat | repeat with the same reference | Unknown |
/// | an answer documented as "not executed" | repeat | repeat | repeat |
/// | an answer that cannot be read, is too large, or has a wrong signature | repeat once | Unknown | Unknown |
/// | refused for certain by the provider's code table | NotApplied | NotApplied | NotApplied |
/// | a code whose effect no document proves | NotApplied | Unknown | Unknown |
/// | "reference exists", nothing of ours arrived before | NotApplied | NotApplied | NotApplied |
/// | "reference exists", an own earlier attempt may have arrived | NotApplied | Unknown | Unknown |
/// | success, but amount, asset or reference differ | NotApplied | Applied | Applied |
///
/// Rows about an answer apply under HTTP status 200. What another status changes is a table of
/// [`open_answer`](crate::open_answer).
///
/// Repeats end when the [`Policy`]'s attempts or deadline are used up. The error then has the *worst [`Outcome`](crate::Outcome) of all
/// attempts*. If the first attempt of a write timed out, the outcome is `Unknown` even if the second found no connection or was refused:
/// a refusal concerns the second attempt only. A success is a success, however many attempts it took.
///
/// Cloning is cheap and shares the transport.
#[derive(Clone, Debug)]
pub struct Executor {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    policy: Policy,
}

impl Executor {
    /// An executor with the standard [`Policy`].
    pub fn new(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            transport,
            clock,
            entropy,
            policy: Policy::new(),
        }
    }

    /// Sets the limits of every call.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Wraps the transport, for example to decrypt answers or to count or delay requests. Clock, entropy and limits
    /// stay.
    #[must_use]
    pub fn map_transport(
        mut self,
        wrap: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    ) -> Self {
        self.transport = wrap(self.transport);
        self
    }

    /// The limits of every call.
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// The injected wall clock's time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs one operation to its end.
    ///
    /// **Dropping the future leaves the outcome [`Unknown`](crate::Outcome::Unknown)**, as a timeout does: the request
    /// may be on its way. Do not wrap the call in a shorter timeout; set the deadline of the [`Policy`], after which an
    /// [`Error`] states what is known.
    ///
    /// # Errors
    /// An [`Error`] with the worst [`Outcome`](crate::Outcome) over all attempts; see the table
    /// above.
    pub async fn execute<P, O>(&self, protocol: &P, op: &O) -> Result<O::Output, Error>
    where
        P: Protocol<O> + ?Sized,
        O: Operation,
    {
        let mut call = Call::new(self, protocol.provider(), O::NAME, O::EFFECT);
        let result = self.run(&mut call, protocol, op).await;
        let now = || self.clock.monotonic();
        call.trace.end(result.as_ref().err(), now);
        result
    }

    async fn run<P, O>(&self, call: &mut Call<'_>, protocol: &P, op: &O) -> Result<O::Output, Error>
    where
        P: Protocol<O> + ?Sized,
        O: Operation,
    {
        if let Err(invalid) = op.check() {
            return Err(call.end(Cause::Invalid(invalid)));
        }
        loop {
            let request = match protocol.seal(op, call.now()) {
                Ok(request) => request,
                Err(invalid) => return Err(call.end(Cause::Invalid(invalid))),
            };
            let failed = match call.send(request).await {
                Ok(answer) => match open_answer(protocol, op, &answer, call.now()) {
                    Ok(output) => return Ok(output),
                    Err(fault) => call.answered(&answer, fault),
                },
                Err(error) => Cause::Transport(error),
            };
            if !call.may_repeat(&failed).await {
                return Err(call.end(failed));
            }
        }
    }
}

/// A running call. It does not depend on the operation's type, so it is compiled once.
struct Call<'a> {
    executor: &'a Executor,
    provider: &'static str,
    operation: &'static str,
    effect: Effect,
    /// The deadline, on the monotonic clock.
    deadline: Duration,
    attempts: u32,
    /// When the latest attempt was sent, on the monotonic clock.
    sent: Duration,
    history: History,
    raw: Option<RawAnswer>,
    trace: CallTrace,
}

impl<'a> Call<'a> {
    fn new(
        executor: &'a Executor,
        provider: &'static str,
        operation: &'static str,
        effect: Effect,
    ) -> Self {
        let started = executor.clock.monotonic();
        Self {
            executor,
            provider,
            operation,
            effect,
            deadline: started.saturating_add(executor.policy.deadline()),
            attempts: 0,
            sent: started,
            history: History::EMPTY,
            raw: None,
            trace: CallTrace::new(provider, operation, effect, started),
        }
    }

    fn now(&self) -> Timestamp {
        self.executor.clock.now()
    }

    fn remaining(&self) -> Duration {
        self.deadline
            .saturating_sub(self.executor.clock.monotonic())
    }

    /// One attempt, cancelled at the deadline. The request is passed on before the future starts, so the future holds no
    /// copy of it.
    fn send(
        &mut self,
        mut request: http::Request<Bytes>,
    ) -> impl Future<Output = Result<http::Response<Bytes>, TransportError>> {
        // The transport chooses the connection by it.
        request.extensions_mut().insert(self.effect);
        self.attempts += 1;
        self.trace.begin(self.attempts);
        self.sent = self.executor.clock.monotonic();
        let remaining = self.deadline.saturating_sub(self.sent);
        let transport = &self.executor.transport;
        let mut sending = transport.send(request);
        let ends_in_time = transport
            .time_limit()
            .is_some_and(|limit| limit < remaining);
        let mut expiry = (!ends_in_time).then(|| self.executor.clock.sleep(remaining));
        poll_fn(move |cx| {
            let result = match self.trace.inside(|| sending.as_mut().poll(cx)) {
                // Polled first: an answer that is there at the deadline is accepted.
                Poll::Ready(result) => result,
                Poll::Pending => {
                    let Some(expiry) = &mut expiry else {
                        return Poll::Pending;
                    };
                    ready!(expiry.as_mut().poll(cx));
                    Err(out_of_time(self.executor.policy))
                }
            };
            self.trace
                .attempted(result.as_ref().map(http::Response::status));
            Poll::Ready(result)
        })
    }

    fn answered(&mut self, answer: &http::Response<Bytes>, fault: crate::Fault) -> Cause {
        self.raw = Some(RawAnswer::from(answer));
        Cause::Fault(fault)
    }

    /// Waits until the next attempt is due. Returns whether there is one.
    async fn may_repeat(&mut self, failed: &Cause) -> bool {
        let decision = decide(self.effect, self.history, failed.event());
        let policy = self.executor.policy;
        if !decision.repeat || self.attempts >= policy.max_attempts() {
            return false;
        }
        let backoff = policy.backoff(self.attempts, self.executor.entropy.next_u64());
        let wait = failed
            .retry_after()
            .map_or(backoff, |asked| asked.max(backoff));
        // An attempt that the deadline cancels has an unknown outcome. So a write that certainly had no effect yet is
        // only repeated if there is as much time as the last attempt took.
        let certain = self.effect != Effect::Read && decision.outcome == Outcome::NotApplied;
        let needed = if certain {
            self.executor.clock.monotonic().saturating_sub(self.sent)
        } else {
            Duration::ZERO
        };
        if wait.saturating_add(needed) >= self.remaining() {
            return false;
        }
        self.executor.clock.sleep(wait).await;
        if self.remaining().is_zero() {
            return false;
        }
        self.history = decision.history;
        if let Cause::Transport(error) = failed {
            self.raw = error.partial().cloned().or(self.raw.take());
        }
        true
    }

    fn end(&mut self, failed: Cause) -> Error {
        let outcome = decide(self.effect, self.history, failed.event()).outcome;
        let raw = self.raw.take();
        Error::new(
            self.provider,
            self.operation,
            Some(self.effect),
            outcome,
            self.attempts,
            failed,
            raw,
        )
    }
}

fn out_of_time(policy: Policy) -> TransportError {
    let reason = format!(
        "the deadline of {:?} for the call passed",
        policy.deadline()
    );
    TransportError::timeout(Reach::MaybeSent).with_reason(reason)
}
