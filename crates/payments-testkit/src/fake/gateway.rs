//! The gateway: its state, and how it sends a request.

use std::fmt;
use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use payments_core::{Effect, Error as CoreError, Fault, InvalidRequest, Timestamp};
use payments_facade::address::Addresses;
use payments_facade::answer::ProviderResponse;
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
use payments_facade::{Answer, Error, Gateway, GatewayId, adapter};
use payments_signing::cpay::Key;

use super::fault::FakeFault;
use super::features::{FakeGroup, Features};
use super::message::FakeWebhook;
use super::order::FakeOrder;
use super::request::FakeRequest;
use super::state::State;

/// A payment gateway in memory, for an application's own tests.
///
/// - It is deterministic: ids count up, the clock moves only by [`advance`](Self::advance), and nothing is random.
/// - It is strict: groups, kinds and options can be switched off, and a call that needs one of them is refused before a
///   request is recorded.
/// - [`script`](Self::script) sets the results of the next calls, for example a lost answer, a refusal or a ban code.
/// - The test acts for the customer and the provider with [`pay`](Self::pay), [`underpay`](Self::underpay),
///   [`expire`](Self::expire), [`complete`](Self::complete) and [`reject`](Self::reject). Each returns the signed webhook
///   that a provider would send. [`webhooks`](Gateway::webhooks) verifies these webhooks and refuses all others.
/// - Balances are exact: incoming money minus outgoing money is the sum of what is available and what is held.
///
/// Clones share one state: give one to the application and keep the other.
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
/// // The next order is created, but the answer is lost.
/// fake.script(Call::CreateCheckout, FakeFault::Lost { applied: true });
/// let checkout = fake.checkout().ok_or("switched off")?;
/// let order = CheckoutOrder::hosted(MerchantRef::new("order-1001")?, Money::of("10.50", "USDT")?);
/// let error = block_on(checkout.create(&order)).unwrap_err();
/// assert_eq!(error.outcome(), Outcome::Unknown);
///
/// // The application resolves the ticket and finds the order.
/// let ticket = error.ticket().ok_or("no ticket")?;
/// let found = block_on(ticket.resolve(&gateways, fake.now()))?;
/// assert!(matches!(found, Resolution::Found(_)));
///
/// // The customer pays too little, and a webhook reports it.
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
    /// The provider's name in errors.
    provider: &'static str,
    features: Features,
    signing_key: Key,
    accepted_keys: Rotation<Key>,
    state: Mutex<State>,
}

impl FakeGateway {
    pub(super) fn from_parts(
        id: GatewayId,
        provider: &'static str,
        features: Features,
        signing_key: Key,
        accepted_keys: Rotation<Key>,
        state: State,
    ) -> Self {
        Self(Arc::new(Inner {
            id,
            provider,
            features,
            signing_key,
            accepted_keys,
            state: Mutex::new(state),
        }))
    }

    /// Sets the result of the next call of this name. Several faults for one name are used in order; after the last one, calls
    /// succeed.
    pub fn script(&self, call: Call, fault: FakeFault) {
        let mut state = self.state();
        state.faults.entry(call).or_default().push_back(fault);
    }

    /// Every request that was sent, in order, including those that were lost on the way. Calls that were refused before any
    /// I/O or that found no connection are not included.
    #[must_use]
    pub fn requests(&self) -> Vec<FakeRequest> {
        self.state().requests.clone()
    }

    /// The number of requests that were sent for this call.
    #[must_use]
    pub fn sent(&self, call: Call) -> usize {
        let state = self.state();
        let requests = state.requests.iter();
        requests.filter(|request| request.call() == call).count()
    }

    /// The gateway's time: 2023-11-14 22:13:20 UTC plus what [`advance`](Self::advance) added, or the time of the
    /// [clock](crate::FakeBuilder::clock) that was set.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.features().clock {
            Some(clock) => clock.now(),
            None => self.state().now,
        }
    }

    /// Moves the time forward. Has no effect if a [clock](crate::FakeBuilder::clock) was set.
    pub fn advance(&self, time: Duration) {
        let mut state = self.state();
        state.now = state.now.checked_add(time).unwrap_or(state.now);
    }

    pub(super) fn features(&self) -> &Features {
        &self.0.features
    }

    pub(super) fn accepted_keys(&self) -> &Rotation<Key> {
        &self.0.accepted_keys
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A test that panicked while it held the lock has failed already.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn offers(&self, group: FakeGroup) -> bool {
        self.features().groups.contains(&group)
    }

    /// Converts an invalid request to an error of this call, without I/O.
    pub(super) fn refuse(&self, call: Call) -> impl FnOnce(InvalidRequest) -> Error {
        let provider = self.0.provider;
        move |invalid| adapter::refused(provider, call.as_str(), invalid)
    }

    /// Signs and records the webhook that reports the order's current state.
    pub(super) fn notify(&self, state: &mut State, order: &FakeOrder) -> FakeWebhook {
        let webhook = FakeWebhook::signed(&self.0.id, &self.0.signing_key, order);
        state.webhooks.push(webhook.clone());
        webhook
    }

    /// Sends one request: records it, applies the next scripted fault, and executes it unless the fault prevents that.
    pub(super) async fn send<T>(
        &self,
        request: FakeRequest,
        execute: impl FnOnce(&mut State) -> Result<T, Fault>,
    ) -> Result<T, CoreError> {
        let call = request.call();
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
                    let refused =
                        |fault| CoreError::from_fault(provider, name, effect, fault, None);
                    Some(execute(&mut state).map_err(refused))
                }
                Some(fault) => {
                    if fault.applies() {
                        // The fault replaces the result.
                        let _ = execute(&mut state);
                    }
                    fault.error(provider, name, effect).map(Err)
                }
            }
        };
        yield_once().await;
        match answer {
            Some(answer) => answer,
            None => pending().await,
        }
    }
}

/// Returns `Pending` once, so that callers meet a suspension point as they do over a network.
async fn yield_once() {
    let mut has_yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// An answer without a typed provider response.
pub(super) fn plain<T>(value: T) -> Answer<T> {
    Answer::new(value, ProviderResponse::new(()))
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
        &self.features().facts
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
