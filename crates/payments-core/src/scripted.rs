//! For tests: a scripted transport, the ways in which a connection breaks, a clock that never waits, and fixed entropy.

mod breaks;
mod foreign;
mod repeats;

pub use breaks::Break;
pub use foreign::{ForeignAnswer, check_other_statuses};
pub use repeats::{Repeats, json_texts};

use crate::{Clock, Entropy, Executor, Timestamp, Transport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

/// A transport that plays its steps in order, one per request, and records the requests.
///
/// Clones share the script and the record. A request beyond the end of the script is refused like by a local rule, and
/// is recorded too.
///
/// ```
/// use payments_core::scripted::{ScriptedTransport, block_on};
/// use payments_core::Transport;
///
/// let transport = ScriptedTransport::new().answer(200, "pong");
/// let request = http::Request::get("https://api.example/ping").body(bytes::Bytes::new())?;
///
/// let answer = block_on(transport.send(request)).unwrap();
/// assert_eq!(answer.body(), "pong");
/// assert_eq!(transport.requests()[0].uri().path(), "/ping");
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct ScriptedTransport(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    steps: VecDeque<Step>,
    requests: Vec<http::Request<Bytes>>,
}

type Respond =
    dyn FnOnce(&http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> + Send;

enum Step {
    Respond(Box<Respond>),
    Hang,
}

impl ScriptedTransport {
    /// An empty script: every request is refused.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next request is answered so. A status outside 100 to 999 becomes a 500.
    #[must_use]
    pub fn answer(self, status: u16, body: impl Into<Bytes>) -> Self {
        let mut answer = http::Response::new(body.into());
        *answer.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.respond(move |_| Ok(answer))
    }

    /// The next request fails so.
    #[must_use]
    pub fn fail(self, error: TransportError) -> Self {
        self.respond(move |_| Err(error))
    }

    /// The next request is never answered: only a deadline ends it.
    #[must_use]
    pub fn hang(self) -> Self {
        self.step(Step::Hang)
    }

    /// The next request is looked at before it is answered: the place to check what was sent, or
    /// to let a [`ManualClock`] advance meanwhile.
    #[must_use]
    pub fn respond(
        self,
        respond: impl FnOnce(&http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>
        + Send
        + 'static,
    ) -> Self {
        self.step(Step::Respond(Box::new(respond)))
    }

    fn step(self, step: Step) -> Self {
        locked(&self.0).steps.push_back(step);
        self
    }

    /// Every request so far, in order.
    pub fn requests(&self) -> Vec<http::Request<Bytes>> {
        locked(&self.0).requests.clone()
    }

    /// An executor over this script and clock that repeats without waiting. For other waits, make one with
    /// [`Executor::new`].
    pub fn executor(&self, clock: &ManualClock) -> Executor {
        Executor::new(
            Arc::new(self.clone()),
            Arc::new(clock.clone()),
            Arc::new(FixedEntropy::new(0)),
        )
    }

    /// How many steps of the script were not played.
    pub fn steps_left(&self) -> usize {
        locked(&self.0).steps.len()
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = locked(&self.0);
        f.debug_struct("ScriptedTransport")
            .field("requests", &script.requests.len())
            .field("steps_left", &script.steps.len())
            .finish()
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let step = {
            let mut script = locked(&self.0);
            script.requests.push(request.clone());
            script.steps.pop_front()
        };
        match step {
            Some(Step::Respond(respond)) => respond(&request),
            Some(Step::Hang) => pending().await,
            None => Err(TransportError::refused("the script has ended")),
        }
    }
}

/// A clock that moves only when it is set, or when a task sleeps on it: a sleep is over at once and takes the clock
/// forward by its length.
///
/// It is made for scripted transports. Over a real network the executor's deadline, which is a
/// sleep on this clock, would run out at the first wait for a byte.
///
/// Clones share the time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Hands>>);

#[derive(Debug)]
struct Hands {
    now: Timestamp,
    monotonic: Duration,
    sleeps: Vec<Duration>,
}

impl ManualClock {
    /// A clock set to 2023-11-14 22:13:20 UTC, 1,700,000,000 seconds after the epoch.
    pub fn new() -> Self {
        Self::at(Timestamp::from_secs(1_700_000_000))
    }

    /// A clock set to this time.
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Hands {
            now,
            monotonic: Duration::ZERO,
            sleeps: Vec::new(),
        })))
    }

    /// Moves both of its times forward.
    pub fn advance(&self, duration: Duration) {
        locked(&self.0).advance(duration);
    }

    /// Sets the wall clock alone, also back: the monotonic time stays.
    pub fn set(&self, now: Timestamp) {
        locked(&self.0).now = now;
    }

    /// The duration of every sleep that has ended, in order.
    pub fn sleeps(&self) -> Vec<Duration> {
        locked(&self.0).sleeps.clone()
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Hands {
    fn advance(&mut self, duration: Duration) {
        self.monotonic = self.monotonic.saturating_add(duration);
        self.now = self.now.checked_add(duration).unwrap_or(self.now);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        locked(&self.0).now
    }

    fn monotonic(&self) -> Duration {
        locked(&self.0).monotonic
    }

    async fn sleep(&self, duration: Duration) {
        let mut hands = locked(&self.0);
        hands.advance(duration);
        hands.sleeps.push(duration);
    }
}

/// Entropy that always gives the same value: 0 makes every wait nothing, `u64::MAX` makes it the
/// longest.
#[derive(Debug)]
pub struct FixedEntropy(u64);

impl FixedEntropy {
    /// Gives this value every time.
    pub const fn new(value: u64) -> Self {
        Self(value)
    }
}

impl Entropy for FixedEntropy {
    fn next_u64(&self) -> u64 {
        self.0
    }
}

/// Runs a future to its end on this thread, without a runtime.
pub fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// A test that panicked while it held the lock has failed already.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
