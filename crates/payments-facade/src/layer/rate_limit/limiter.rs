//! [`RateLimiter`]: the state that all gateways of one rate share.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments_core::{Clock, InvalidRequest, Timestamp};

use super::bucket::Bucket;
use crate::facts::{Facts, RateLimit};
use crate::gateway::GatewayId;

/// A rate of requests, and the suspension after a ban code. Clones share both: give them to all accounts that the provider
/// counts together.
#[derive(Clone)]
pub struct RateLimiter {
    clock: Arc<dyn Clock>,
    max_wait: Duration,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    bucket: Option<Bucket>,
    suspension: Option<Suspension>,
}

/// Why no more requests are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// The gateway that received the code.
    pub gateway: GatewayId,
    /// The provider's code.
    pub code: &'static str,
    /// When the answer with the code came.
    pub since: Timestamp,
}

impl fmt::Display for Suspension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} answered with code {}, after which the provider wants no more requests",
            self.gateway, self.code
        )
    }
}

impl RateLimiter {
    /// How long a call waits by default.
    pub const MAX_WAIT: Duration = Duration::from_secs(5);

    /// A limiter without a rate: only ban codes stop calls.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            max_wait: Self::MAX_WAIT,
            shared: Arc::default(),
        }
    }

    /// The rate that the provider documents. If it documents none, as [`new`](Self::new).
    #[must_use]
    pub fn documented(facts: &Facts, clock: Arc<dyn Clock>) -> Self {
        let limiter = Self::new(clock);
        match facts.rate_limit {
            Some(rate) => limiter.with_rate(rate.value),
            None => limiter,
        }
    }

    /// Admits at most `rate.requests` in any window of length `rate.per`, counted over this limiter and all its clones. A
    /// rate of zero requests refuses every call.
    #[must_use]
    pub fn with_rate(self, rate: RateLimit) -> Self {
        self.lock().bucket = Some(Bucket::new(rate));
        self
    }

    /// How long a call waits before it is refused. Applies to this limiter and the clones made from it.
    #[must_use]
    pub fn with_max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// How long a call would have to wait now. `None` at a rate of zero requests.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let now = self.clock.monotonic();
        match &self.lock().bucket {
            Some(bucket) => bucket.wait(now),
            None => Some(Duration::ZERO),
        }
    }

    /// Why no more requests are sent. `None` while calls are admitted.
    #[must_use]
    pub fn suspension(&self) -> Option<Suspension> {
        self.lock().suspension.clone()
    }

    /// Admits calls again. Call it when the cause is removed: a provider may extend the ban of a client that comes back too
    /// early.
    pub fn resume(&self) {
        self.lock().suspension = None;
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns when one request of this gateway may be sent, and counts it. [`RateLimited`](super::RateLimited) calls it for the
    /// calls of a gateway. For calls on a typed client, call it yourself before each.
    ///
    /// # Errors
    /// [`InvalidRequest`] of kind `Busy` if the wait is longer than [`with_max_wait`](Self::with_max_wait) allows, and of kind
    /// `Configuration` during a suspension. Send nothing then.
    pub async fn admit(&self, gateway: &GatewayId) -> Result<(), InvalidRequest> {
        let wait = self.reserve(gateway)?;
        if wait > Duration::ZERO {
            self.clock.sleep(wait).await;
            // Another call may have received a ban code meanwhile.
            self.lock().check(gateway)?;
        }
        Ok(())
    }

    /// Takes the next place in the window and returns how long to wait for it.
    fn reserve(&self, gateway: &GatewayId) -> Result<Duration, InvalidRequest> {
        let now = self.clock.monotonic();
        let mut shared = self.lock();
        shared.check(gateway)?;
        let Some(bucket) = &mut shared.bucket else {
            return Ok(Duration::ZERO);
        };
        let busy = |what| InvalidRequest::busy("rate", format!("of {gateway} {what}"));
        let wait = bucket.wait(now);
        let wait = wait.ok_or_else(|| busy("admits no requests".to_owned()))?;
        if wait > self.max_wait {
            let seconds = wait.as_secs_f64();
            return Err(busy(format!(
                "is used up for {seconds:.1} s, longer than a call waits"
            )));
        }
        bucket.take(now, wait);
        Ok(wait)
    }

    /// Counts requests that were sent without being admitted one by one.
    pub(super) fn count(&self, requests: u32) {
        let now = self.clock.monotonic();
        if let Some(bucket) = &mut self.lock().bucket {
            for _ in 0..requests {
                bucket.take(now, Duration::ZERO);
            }
        }
    }

    /// Stops all calls until [`resume`](Self::resume), unless they are stopped already. `code` is the ban code of `gateway`'s
    /// [facts](Facts::ban_codes) that a call on the typed client received.
    pub fn suspend(&self, gateway: &GatewayId, code: &'static str) {
        let since = self.now();
        let suspension = &mut self.lock().suspension;
        suspension.get_or_insert_with(|| Suspension {
            gateway: gateway.clone(),
            code,
            since,
        });
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn check(&self, gateway: &GatewayId) -> Result<(), InvalidRequest> {
        let Some(suspension) = &self.suspension else {
            return Ok(());
        };
        let problem = format!("of {gateway}: {suspension}; find the cause, then resume");
        Err(InvalidRequest::configuration("suspension", problem))
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.lock();
        f.debug_struct("RateLimiter")
            .field("has_rate", &shared.bucket.is_some())
            .field("max_wait", &self.max_wait)
            .field("suspension", &shared.suspension)
            .finish_non_exhaustive()
    }
}
