//! Which of several gateways makes an order.

mod book;
mod job;
mod journal;
mod resolve;
mod route;
mod rule;
mod run;

pub use journal::{Journal, JournalError};
pub use route::{Candidate, Route, RouteError, RouteStop, Routed, Verdict};
pub use rule::{Rule, SkipReason};

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments_core::{Clock, Timestamp};

use self::book::Book;
use crate::answer::Answer;
use crate::checkout::{CheckoutOrder, CreatedCheckout};
use crate::gateway::{GatewayId, Gateways};
use crate::payment::Payment;
use crate::payout::PayoutOrder;
use crate::ticket::Ticket;

/// Picks the gateway that makes an order: the first one, in the order of its [rules](Self::then), that fits by asset,
/// network, amount, kind and its own check.
///
/// # When another one is asked
/// Only after a failure that leaves no doubt: the order was not sent, or the gateway refused for certain; after a declined order
/// only where [its rule](Rule::passes_on_declined) says so. Never after an unknown outcome, never after one that took effect
/// in another way than asked, and never after "this reference exists already" or "not possible in this state": there is an
/// order at that gateway then, perhaps one of a process that has crashed since. The merchant's reference is the same at
/// every gateway, and [`Route::may_know_reference`] tells which ones may have heard it.
///
/// # What is certain
/// Within one process, for all clones of a router together, of all calls under one reference:
/// - One is under way at a time, and after one that made its order there is no other: [`RouteStop::AlreadyMade`], until
///   [`forget`](Self::forget).
/// - After one of which it is not known that nothing came of it there is no other: [`RouteStop::Unresolved`], until
///   [`resolve`](Self::resolve) proves it. A future that was dropped on its way is such a call.
/// - After that proof the same gateway alone gets the reference. Should the proof be wrong, it knows the reference.
///
/// With a [`Journal`] the same goes for processes one after the other, and for several at once, each of which is refused the
/// reference that another has used. What a journal does not carry over: to which gateway a reference was bound after a
/// proof.
///
/// # What is not
/// - [In memory only](Self::in_memory_only), an order of an earlier process, or of another one, is not known. The gateway
///   that made it refuses the reference, if it is asked; *another one does not.*
/// - A call that goes past the router is not known to it, unless its ticket is [given](Self::remember) to it.
/// - A journal row does not tell whether another process has its call in hand right now. Let one process resolve the rows of
///   another only after that has ended, or after the longest time a call can take.
/// - A proof is the provider's word: `Absent` is as good as [`Facts`](crate::facts::Facts) are.
/// - Between the row and the request a process may end, or a future be dropped. The row is resolved like any other, though
///   nothing was sent.
///
/// What was made stays in memory, some hundred bytes for each order, until it is forgotten.
///
/// ```
/// # #[cfg(feature = "fake")] {
/// use std::sync::Arc;
///
/// use payments_core::MerchantRef;
/// use payments_core::scripted::{ManualClock, block_on};
/// use payments_facade::layer::Call;
/// use payments_facade::router::{RouteStop, Router, Rule};
/// use payments_facade::{CheckoutOrder, FakeFault, FakeGateway, Gateways, Money};
///
/// let (first, second) = (FakeGateway::new("one", "main")?, FakeGateway::new("two", "main")?);
/// let mut gateways = Gateways::new();
/// gateways.add(first.clone())?;
/// gateways.add(second)?;
/// let router = Router::in_memory_only(gateways, Arc::new(ManualClock::new()))
///     .then(Rule::new("one/main".parse()?).at_most(Money::of("1000", "USDT")?))?
///     .then(Rule::new("two/main".parse()?))?;
///
/// // The first one cannot be reached.
/// first.script(Call::CreateCheckout, FakeFault::NoConnection);
/// let order = CheckoutOrder::hosted(MerchantRef::new("order-1001")?, Money::of("10", "USDT")?);
/// let made = block_on(router.create_checkout(&order))?;
/// assert_eq!(made.gateway.as_str(), "two/main");
/// assert_eq!(made.why().may_know_reference().count(), 1);
///
/// // The same job again.
/// let again = block_on(router.create_checkout(&order)).unwrap_err();
/// assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)));
/// println!("{}", made.why());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Router {
    gateways: Gateways,
    rules: Vec<Rule>,
    clock: Arc<dyn Clock>,
    rest: Duration,
    journal: Option<Arc<dyn Journal>>,
    /// No call of an earlier process was under way after this.
    born: Timestamp,
    book: Arc<Book>,
    health: Arc<Mutex<Health>>,
}

#[derive(Debug, Default)]
struct Health {
    disabled: HashSet<GatewayId>,
    /// Until when, on the monotonic clock.
    resting: HashMap<GatewayId, Duration>,
}

/// A rule names a gateway that the registry does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the router's rule names {0}, which is no gateway of the registry")]
pub struct UnknownGateway(pub GatewayId);

impl Router {
    /// How long a gateway rests where nothing else is said.
    pub const REST: Duration = Duration::from_secs(30);

    /// A router over these gateways that uses none of them yet. Every request is written down before it leaves.
    #[must_use]
    pub fn new(gateways: Gateways, clock: Arc<dyn Clock>, journal: Arc<dyn Journal>) -> Self {
        let router = Self::in_memory_only(gateways, clock);
        Self {
            journal: Some(journal),
            ..router
        }
    }

    /// As [`new`](Self::new), without a journal: what was sent is forgotten when the process ends. For tests, and for
    /// orders that may be made twice. Not for payouts, unless the application writes down every one before the call, gives
    /// the tickets of the open ones to [`remember`](Self::remember) when it starts, and itself refuses to make a payout
    /// again that it has seen made.
    #[must_use]
    pub fn in_memory_only(gateways: Gateways, clock: Arc<dyn Clock>) -> Self {
        Self {
            gateways,
            rules: Vec::new(),
            rest: Self::REST,
            journal: None,
            born: clock.now(),
            clock,
            book: Arc::default(),
            health: Arc::default(),
        }
    }

    /// The gateway that is considered next. A later rule of the same gateway is one more way to be chosen.
    ///
    /// # Errors
    /// [`UnknownGateway`].
    pub fn then(mut self, rule: Rule) -> Result<Self, UnknownGateway> {
        if self.gateways.get(&rule.gateway).is_none() {
            return Err(UnknownGateway(rule.gateway));
        }
        self.rules.push(rule);
        Ok(self)
    }

    /// How long a gateway rests that could not be reached, was busy or gave no usable answer: it is asked after all others until then.
    #[must_use]
    pub fn with_rest(mut self, rest: Duration) -> Self {
        self.rest = rest;
        self
    }

    /// Gives this gateway no orders until [`enable`](Self::enable).
    pub fn disable(&self, gateway: &GatewayId) {
        self.lock().disabled.insert(gateway.clone());
    }

    /// Gives this gateway orders again, and at once: it rests no more.
    pub fn enable(&self, gateway: &GatewayId) {
        let mut health = self.lock();
        health.disabled.remove(gateway);
        health.resting.remove(gateway);
    }

    /// Whether it is disabled, and whether it rests.
    fn health(&self, gateway: &GatewayId) -> (bool, bool) {
        let now = self.clock.monotonic();
        let health = self.lock();
        let until = health.resting.get(gateway);
        let is_resting = until.is_some_and(|until| now < *until);
        (health.disabled.contains(gateway), is_resting)
    }

    fn rest(&self, gateway: &GatewayId) {
        let until = self.clock.monotonic().saturating_add(self.rest);
        self.lock().resting.insert(gateway.clone(), until);
    }

    fn is_well(&self, gateway: &GatewayId) {
        self.lock().resting.remove(gateway);
    }

    /// Which gateway would be asked for this order, and why; none where its reference is closed. Nothing is sent, and the
    /// journal is not asked.
    #[must_use]
    pub fn why_checkout(&self, order: &CheckoutOrder) -> Route {
        self.choice(order)
    }

    /// As [`why_checkout`](Self::why_checkout), for a payout.
    #[must_use]
    pub fn why_payout(&self, payout: &PayoutOrder) -> Route {
        self.choice(payout)
    }

    /// Makes an order at the first gateway that fits and takes it.
    ///
    /// # Errors
    /// [`RouteError`].
    pub async fn create_checkout(
        &self,
        order: &CheckoutOrder,
    ) -> Result<Routed<Answer<CreatedCheckout>>, RouteError> {
        self.make(order).await
    }

    /// Makes a payout at the first gateway that fits and takes it; at no other after one of which it is not certain that
    /// nothing came of it.
    ///
    /// # Errors
    /// [`RouteError`].
    pub async fn create_payout(
        &self,
        payout: &PayoutOrder,
    ) -> Result<Routed<Answer<Payment>>, RouteError> {
        self.make(payout).await
    }

    /// The calls of which it is not known that nothing came of them, and which are not under way: all of them are to be
    /// [resolved](Self::resolve).
    #[must_use]
    pub fn unresolved(&self) -> Vec<Ticket> {
        self.book.unresolved()
    }

    /// Closes the reference of a ticket that was stored by an earlier process. There may be several for one reference, of
    /// different gateways: all must be resolved.
    pub fn remember(&self, ticket: Ticket) {
        self.book.remember(&ticket, self.since(&ticket));
    }

    /// Forgets this call, whatever became of it: the application's own books show the order as settled, and no job is left
    /// that could ask for it again. A call that is under way stays, and so does that of any other ticket. The journal's row
    /// is not touched.
    pub fn forget(&self, ticket: &Ticket) {
        self.book.forget(ticket);
    }

    /// Nothing in here panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("rules", &self.rules)
            .field("rest", &self.rest)
            .field("journal", &self.journal)
            .field("health", &self.lock())
            .field("unresolved", &self.unresolved())
            .finish_non_exhaustive()
    }
}
