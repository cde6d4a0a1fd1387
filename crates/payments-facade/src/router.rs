//! Which of several gateways makes an order.

mod failover;
mod intents;
mod job;
mod journal;
mod resolve;
mod route;
mod route_error;
mod rule;
mod run;

pub use intents::Release;
pub use journal::{Journal, JournalError};
pub use route::{Candidate, Route, Routed, Verdict};
pub use route_error::{RouteError, RouteStop};
pub use rule::{Rule, SkipReason};

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments_core::{Clock, Timestamp};

use self::intents::Intents;
use crate::gateway::{GatewayId, Gateways};

/// Picks the gateway that makes an order: the first, in the order of its [rules](Self::then), that takes its asset, network,
/// amount and kind and passes its own check.
///
/// # When another gateway is asked
/// Another gateway is asked only if the call certainly had no effect: the order was not sent, or the gateway refused it. After a declined
/// order, [its rule](Rule::passes_on_declined) must allow it. No other gateway is asked after an unknown outcome, after an order that was
/// made differently than requested, or after "this reference exists already" or "not possible in this state": that gateway then has an
/// order, perhaps of an earlier process. The merchant's reference is the same at every gateway;
/// [`Route::may_know_reference`] lists those that may have received it.
///
/// # What is guaranteed
/// Within one process, for all clones of a router, of all calls under one reference:
/// - One is running at a time, and after one that made its order no other is made: [`RouteStop::AlreadyMade`].
/// - If a call's outcome is unknown (including a dropped future), further calls with that reference return
///   [`RouteStop::Unresolved`] until [`resolve`](Self::resolve) finds the order or an operator [releases](Self::release) the
///   reference.
///
/// With a [`Journal`] the same applies across processes, whether they run one after another or at the same time. The journal decides: if
/// another process or an operator has ended an unknown call there, its reference is open again here. A ticket that the router
/// [remembers](Self::remember) keeps its reference closed until [`release`](Self::release), whatever the journal says.
///
/// # What is not
/// - [In memory only](Self::in_memory_only), the orders of an earlier or another process are not known. The gateway that made
///   one refuses its reference, *but another gateway does not.*
/// - A call that bypasses the router is not known, unless the router [remembers](Self::remember) its ticket.
/// - A journal's row does not show whether another process is making its call right now. Let one process resolve the rows of
///   another only after that has ended, or after the longest time a call can take.
/// - A process may end, or a future be dropped, between the row and the request. The row is resolved like any other, although
///   nothing was sent.
///
/// Calls that made their order stay in memory, some hundred bytes each, until they are [forgotten](Self::forget).
///
/// ```
/// use std::sync::Arc;
///
/// use payments_core::MerchantRef;
/// use payments_core::scripted::{ManualClock, block_on};
/// use payments_facade::layer::Call;
/// use payments_facade::router::{RouteStop, Router, Rule};
/// use payments_facade::{CheckoutOrder, Gateways, Money};
/// use payments_testkit::{FakeFault, FakeGateway};
///
/// let (first, second) = (FakeGateway::new("one", "main")?, FakeGateway::new("two", "main")?);
/// let mut gateways = Gateways::new();
/// gateways.add(first.clone())?;
/// gateways.add(second)?;
/// let router = Router::in_memory_only(gateways, Arc::new(ManualClock::new()))
///     .then(Rule::new("one/main".parse()?).at_most(Money::of("1000", "USDT")?))?
///     .then(Rule::new("two/main".parse()?))?;
///
/// // The first gateway cannot be reached.
/// first.script(Call::CreateCheckout, FakeFault::NoConnection);
/// let order = CheckoutOrder::hosted(MerchantRef::new("order-1001")?, Money::of("10", "USDT")?);
/// let made = block_on(router.create_checkout(&order))?;
/// assert_eq!(made.gateway.as_str(), "two/main");
/// assert_eq!(made.why().may_know_reference().count(), 1);
///
/// // The same order again.
/// let again = block_on(router.create_checkout(&order)).unwrap_err();
/// assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)));
/// println!("{}", made.why());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Router {
    gateways: Gateways,
    rules: Vec<Rule>,
    clock: Arc<dyn Clock>,
    cooldown: Duration,
    journal: Option<Arc<dyn Journal>>,
    /// No call of an earlier process was running after this.
    started_at: Timestamp,
    intents: Arc<Intents>,
    health: Arc<Mutex<Health>>,
}

#[derive(Debug, Default)]
struct Health {
    disabled: HashSet<GatewayId>,
    /// The end of each cooldown, on the monotonic clock.
    cooldowns: HashMap<GatewayId, Duration>,
}

/// A rule names a gateway that the registry does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rule names {0}, which is not in the registry")]
pub struct UnknownGateway(pub GatewayId);

impl Router {
    /// The default cooldown.
    pub const COOLDOWN: Duration = Duration::from_secs(30);

    /// A router without rules, which uses none of the gateways yet. Every request is recorded in the journal before it
    /// leaves.
    #[must_use]
    pub fn new(gateways: Gateways, clock: Arc<dyn Clock>, journal: Arc<dyn Journal>) -> Self {
        let router = Self::in_memory_only(gateways, clock);
        Self {
            journal: Some(journal),
            ..router
        }
    }

    /// As [`new`](Self::new), without a journal: all intents are lost when the process ends. For tests, and for orders that
    /// may be made twice. For payouts only if the application stores every ticket before the call, passes the unresolved
    /// ones to [`remember`](Self::remember) when it starts, and refuses payouts that were made.
    #[must_use]
    pub fn in_memory_only(gateways: Gateways, clock: Arc<dyn Clock>) -> Self {
        Self {
            gateways,
            rules: Vec::new(),
            cooldown: Self::COOLDOWN,
            journal: None,
            started_at: clock.now(),
            clock,
            intents: Arc::default(),
            health: Arc::default(),
        }
    }

    /// Adds a rule, considered after the ones before. A gateway may have several rules and is asked once at most.
    ///
    /// # Errors
    /// [`UnknownGateway`], if the registry does not have the rule's gateway.
    pub fn then(mut self, rule: Rule) -> Result<Self, UnknownGateway> {
        if self.gateways.get(&rule.gateway).is_none() {
            return Err(UnknownGateway(rule.gateway));
        }
        self.rules.push(rule);
        Ok(self)
    }

    /// The time after a failure (unreachable, busy, no usable answer) during which a gateway is asked only after all others.
    #[must_use]
    pub fn with_cooldown(mut self, cooldown: Duration) -> Self {
        self.cooldown = cooldown;
        self
    }

    /// Sends this gateway no orders until [`enable`](Self::enable).
    pub fn disable(&self, gateway: &GatewayId) {
        self.lock().disabled.insert(gateway.clone());
    }

    /// Sends this gateway orders again, and ends its cooldown.
    pub fn enable(&self, gateway: &GatewayId) {
        let mut health = self.lock();
        health.disabled.remove(gateway);
        health.cooldowns.remove(gateway);
    }

    /// Whether it is disabled, and whether it is in cooldown.
    fn health(&self, gateway: &GatewayId) -> (bool, bool) {
        let now = self.clock.monotonic();
        let health = self.lock();
        let until = health.cooldowns.get(gateway);
        let in_cooldown = until.is_some_and(|until| now < *until);
        (health.disabled.contains(gateway), in_cooldown)
    }

    fn start_cooldown(&self, gateway: &GatewayId) {
        let until = self.clock.monotonic().saturating_add(self.cooldown);
        self.lock().cooldowns.insert(gateway.clone(), until);
    }

    fn end_cooldown(&self, gateway: &GatewayId) {
        self.lock().cooldowns.remove(gateway);
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("rules", &self.rules)
            .field("cooldown", &self.cooldown)
            .field("journal", &self.journal)
            .field("health", &self.lock())
            .field("unresolved", &self.unresolved())
            .finish_non_exhaustive()
    }
}
