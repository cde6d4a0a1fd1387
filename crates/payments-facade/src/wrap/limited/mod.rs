//! Keeping to a provider's rate, and stopping when it says stop.

mod bucket;
mod layer;

pub use layer::RateLimitLayer;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments_core::{Clock, Timestamp};

use self::bucket::Bucket;
use super::Wrapped;
use crate::facts::{Facts, RateLimit};
use crate::gateway::{Gateway, GatewayId};

/// A gateway that keeps to a rate of requests, and stops at once when the provider threatens with a ban.
///
/// - **Rate.** A call waits for its turn, but not longer than [`Limit::with_max_wait`]: then it is refused before anything
///   is sent, with [`Kind::Busy`](payments_core::Kind::Busy), no attempts and the outcome
///   [`NotApplied`](payments_core::Outcome::NotApplied). Its [`field`](crate::Error::field) is `rate`.
/// - **Ban.** After an answer with one of the provider's [ban codes](crate::facts::Facts::ban_codes) every further call is refused
///   before anything is sent, with [`Kind::Configuration`](payments_core::Kind::Configuration) and the field `hold`, until
///   somebody has found the cause and calls [`Limit::resume`]. Calls that wait for their turn are refused as well; the call
///   that got the code keeps its own error. Webhooks are received all the same.
///
/// What is counted is requests as far as they can be seen from here: one for each call, one for each further attempt that a
/// failed call tells of, one for each time a statement went to the network. Repeats inside a call that succeeded in the end
/// cannot be seen, nor can a call that is several requests: CCPayment's `create` of an order with an address is up to four.
/// Leave them room.
///
/// Dropping a future that waits for its turn gives the turn to nobody: what was promised to others stays as it is.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use payments_facade::facts::RateLimit;
/// use payments_facade::layer::{Limit, Limited};
/// use payments_facade::Gateway;
///
/// # fn wrap(gateway: impl Gateway, clock: Arc<dyn payments_core::Clock>) -> impl Gateway {
/// // What the provider documents, and where it documents nothing, a rate of our own.
/// let limit = match gateway.facts().rate_limit {
///     Some(_) => Limit::documented(gateway.facts(), clock),
///     None => Limit::new(clock).with_rate(RateLimit { requests: 10, per: Duration::from_secs(1) }),
/// };
/// // Keep a clone for `held` and `resume`; give others to further accounts that share the rate.
/// Limited::new(gateway, limit.clone().with_max_wait(Duration::from_secs(2)))
/// # }
/// ```
pub type Limited<G> = Wrapped<G, RateLimitLayer>;

/// A rate of requests and a hold. Clones are one and the same: give them to all accounts that the provider counts together.
#[derive(Clone)]
pub struct Limit {
    clock: Arc<dyn Clock>,
    max_wait: Duration,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    bucket: Option<Bucket>,
    held: Option<Held>,
}

/// Why nothing is sent any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The gateway that got the code.
    pub gateway: GatewayId,
    /// The code, as the provider spells it.
    pub code: &'static str,
    /// When.
    pub since: Timestamp,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} answered with code {}, after which it wants no more requests",
            self.gateway, self.code
        )
    }
}

impl Limit {
    /// How long a call waits for its turn where nothing else is said.
    pub const MAX_WAIT: Duration = Duration::from_secs(5);

    /// No rate yet: only ban codes stop anything.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            max_wait: Self::MAX_WAIT,
            shared: Arc::default(),
        }
    }

    /// The rate that the provider documents; where it documents none, as [`new`](Self::new). It is counted in calls, and one
    /// call may be several requests.
    #[must_use]
    pub fn documented(facts: &Facts, clock: Arc<dyn Clock>) -> Self {
        let limit = Self::new(clock);
        match facts.rate_limit {
            Some(rate) => limit.with_rate(rate.value),
            None => limit,
        }
    }

    /// Never more than so many requests in any span of that length, for this limit and all its clones. With a rate of no
    /// requests at all, every call is refused.
    #[must_use]
    pub fn with_rate(self, rate: RateLimit) -> Self {
        self.lock().bucket = Some(Bucket::new(rate));
        self
    }

    /// How long a call waits for its turn before it is refused; at clones that are made from this one, too.
    #[must_use]
    pub fn with_max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// How long a call would have to wait now; none where there is no rate that would ever let it through.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let now = self.clock.monotonic();
        let shared = self.lock();
        match &shared.bucket {
            Some(bucket) => bucket.wait(now),
            None => Some(Duration::ZERO),
        }
    }

    /// Why nothing is sent any more; none while calls go through.
    #[must_use]
    pub fn held(&self) -> Option<Held> {
        self.lock().held.clone()
    }

    /// Lets calls through again. Do it when the cause is gone: the provider bans for longer who comes too early.
    pub fn resume(&self) {
        self.lock().held = None;
    }

    /// Nothing in here panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.lock();
        f.debug_struct("Limit")
            .field("has_rate", &shared.bucket.is_some())
            .field("max_wait", &self.max_wait)
            .field("held", &shared.held)
            .finish_non_exhaustive()
    }
}

impl<G: Gateway> Limited<G> {
    /// Keeps to this limit; its ban codes are those of the gateway's facts.
    #[must_use]
    pub fn new(gateway: G, limit: Limit) -> Self {
        let limiting = RateLimitLayer {
            gateway: gateway.id().clone(),
            ban_codes: gateway.facts().ban_codes,
            limit,
        };
        Self::around(gateway, limiting)
    }

    /// The limit, for [`held`](Limit::held) and [`resume`](Limit::resume).
    #[must_use]
    pub fn limit(&self) -> &Limit {
        &self.layer().limit
    }
}
