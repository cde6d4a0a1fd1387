//! A gateway in memory, for an application's own tests.

mod actions;
mod builder;
mod fault;
mod money_in;
mod money_out;
mod order;
mod people;
mod purse;
mod reading;
mod request;
mod state;
mod webhook;

pub use actions::FakeError;
pub use builder::{FakeBuilder, FakeGroup};
pub use fault::FakeFault;
pub use order::FakeOrder;
pub use request::FakeRequest;
pub use webhook::FakeWebhook;

use std::fmt;
use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use payments_core::{Effect, Error as CoreError, Fault, InvalidRequest, Timestamp};
use payments_signing::cpay::Key;

use self::builder::Plan;
use self::state::State;
use payments_facade::address::Addresses;
use payments_facade::balance::Balances;
use payments_facade::checkout::Checkout;
use payments_facade::exchange::Exchange;
use payments_facade::facts::Facts;
use payments_facade::layer::Call;
use payments_facade::payout::Payouts;
use payments_facade::rate::Rates;
use payments_facade::recovery::Recovery;
use payments_facade::statement::Statements;
use payments_facade::webhook::{Rotation, Webhooks};
use payments_facade::{Gateway, GatewayId};

/// A gateway that lives in memory: deterministic, strict, and bad on demand.
///
/// - Every group, kind and option can be switched off; what it does not offer it refuses before a request is counted.
/// - [`script`](Self::script) says what the next calls come to: no connection, an answer that got lost after the payout was
///   made, a refusal, a ban code.
/// - The test plays the payer and the provider: [`pay`](Self::pay), [`underpay`](Self::underpay), [`expire`](Self::expire),
///   [`complete`](Self::complete), [`reject`](Self::reject). Each gives the webhook that a provider would send, signed; the
///   gateway's own [`webhooks`](Gateway::webhooks) verify it and refuse any other.
/// - Balances add up: what came in, less what went out, is what is available and held.
///
/// Ids count up, time stands still until [`advance`](Self::advance), and nothing depends on chance. Clones are one and the
/// same gateway: give one to the application and keep the other.
///
/// ```
/// use payments_core::scripted::block_on;
/// use payments_core::{MerchantRef, Outcome};
/// use payments_facade::layer::Call;
/// use payments_facade::{CheckoutOrder, Gateway, Gateways, Money, Resolution, Settlement};
/// use payments_testkit::{FakeFault, FakeGateway};
///
/// let fake = FakeGateway::new("fake", "main")?;
/// let mut gateways = Gateways::new();
/// gateways.add(fake.clone())?;
///
/// // The answer to the next order gets lost, but the order is made.
/// fake.script(Call::CreateCheckout, FakeFault::Lost { applied: true });
/// let checkout = fake.checkout().ok_or("switched off")?;
/// let order = CheckoutOrder::hosted(MerchantRef::new("order-1001")?, Money::of("10.50", "USDT")?);
/// let error = block_on(checkout.create(&order)).unwrap_err();
/// assert_eq!(error.outcome(), Outcome::Unknown);
///
/// // What the application must do then.
/// let ticket = error.ticket().ok_or("no ticket")?;
/// let found = block_on(ticket.resolve(&gateways, fake.now()))?;
/// assert!(matches!(found, Resolution::Found(_)));
///
/// // The customer pays too little, and the provider says so.
/// let webhook = fake.underpay("order-1001", "0.5")?;
/// let received = fake.webhooks().receive(&webhook.headers, &webhook.body, fake.now())?;
/// let missing = Settlement::Missing(Money::of("0.5", "USDT")?);
/// assert_eq!(received.event().status().funds.settlement(), missing);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FakeGateway(Arc<Inner>);

struct Inner {
    id: GatewayId,
    /// The name in errors.
    provider: &'static str,
    plan: Plan,
    signs: Key,
    verifies: Rotation<Key>,
    state: Mutex<State>,
}

impl FakeGateway {
    /// A gateway with all groups, everything in them, and no money.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the name is none of a gateway.
    pub fn new(provider: &'static str, account: &str) -> Result<Self, InvalidRequest> {
        Self::builder(provider, account).build()
    }

    /// As [`new`](Self::new), with something else than everything.
    pub fn builder(provider: &'static str, account: &str) -> FakeBuilder {
        FakeBuilder::new(provider, account)
    }

    /// What one of the next calls of this name comes to. Several wait in line; when the line is empty, calls succeed.
    pub fn script(&self, call: Call, fault: FakeFault) {
        let mut state = self.state();
        state.faults.entry(call).or_default().push_back(fault);
    }

    /// Every request that was sent, in order, also one that got lost on the way. What was refused before any I/O, or found
    /// no connection, was not sent.
    #[must_use]
    pub fn requests(&self) -> Vec<FakeRequest> {
        self.state().requests.clone()
    }

    /// How many requests of this name were sent.
    #[must_use]
    pub fn sent(&self, call: Call) -> usize {
        let state = self.state();
        let requests = state.requests.iter();
        requests.filter(|request| request.call() == call).count()
    }

    /// The time at this gateway.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0.plan.clock {
            Some(clock) => clock.now(),
            None => self.state().now,
        }
    }

    /// Lets time pass; without effect where the gateway was given a clock.
    pub fn advance(&self, time: Duration) {
        let mut state = self.state();
        state.now = state.now.checked_add(time).unwrap_or(state.now);
    }

    fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// A test that panicked while it held the lock has failed already.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn offers(&self, group: FakeGroup) -> bool {
        self.plan().groups.contains(&group)
    }

    /// One request: counted, met by the fault that is next in line, and carried out or not.
    async fn send<T>(
        &self,
        request: FakeRequest,
        carry_out: impl FnOnce(&mut State) -> Result<T, Fault>,
    ) -> Result<T, CoreError> {
        let call = request.call();
        // What became of a call is asked here, never tried.
        let effect = if call.is_read() || call == Call::Resolve {
            Effect::Read
        } else {
            Effect::Unkeyed
        };
        let (provider, name) = (self.0.provider, call.as_str());
        let now = self.now();
        let answer = {
            let mut state = self.state();
            state.now = now;
            let fault = state.next_fault(call);
            if !matches!(fault, Some(FakeFault::NoConnection)) {
                state.requests.push(request);
            }
            match fault {
                None => {
                    let made = carry_out(&mut state);
                    let refused =
                        |fault| CoreError::from_fault(provider, name, effect, fault, None);
                    Some(made.map_err(refused))
                }
                Some(fault) => {
                    if fault.applies() {
                        // What it comes to is what nobody learns.
                        let _ = carry_out(&mut state);
                    }
                    fault.error(provider, name, effect).map(Err)
                }
            }
        };
        on_the_way().await;
        match answer {
            Some(answer) => answer,
            None => pending().await,
        }
    }
}

/// An answer takes its time, as over a network: once, the caller has to wait.
async fn on_the_way() {
    let mut waited = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl fmt::Debug for FakeGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeGateway")
            .field("id", &self.0.id)
            .field("requests", &self.state().requests.len())
            .finish_non_exhaustive()
    }
}

impl Gateway for FakeGateway {
    fn id(&self) -> &GatewayId {
        &self.0.id
    }

    fn facts(&self) -> &Facts {
        &self.plan().facts
    }

    fn webhooks(&self) -> &dyn Webhooks {
        self
    }

    fn recovery(&self) -> &dyn Recovery {
        self
    }

    fn checkout(&self) -> Option<&dyn Checkout> {
        self.offers(FakeGroup::Checkout).then_some(self as _)
    }

    fn payouts(&self) -> Option<&dyn Payouts> {
        self.offers(FakeGroup::Payouts).then_some(self as _)
    }

    fn addresses(&self) -> Option<&dyn Addresses> {
        self.offers(FakeGroup::Addresses).then_some(self as _)
    }

    fn rates(&self) -> Option<&dyn Rates> {
        self.offers(FakeGroup::Rates).then_some(self as _)
    }

    fn exchange(&self) -> Option<&dyn Exchange> {
        self.offers(FakeGroup::Exchange).then_some(self as _)
    }

    fn balances(&self) -> Option<&dyn Balances> {
        self.offers(FakeGroup::Balances).then_some(self as _)
    }

    fn statements(&self) -> Option<&dyn Statements> {
        self.offers(FakeGroup::Statements).then_some(self as _)
    }
}
