//! A sandbox as the suite's other end. What differs between providers is in [`Party`].

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderName;
use payments_core::Date;
use payments_core::scripted::FixedEntropy;
use payments_core::{Amount, Clock as _, Executor, MerchantRef, Policy, Timestamp};
use payments_facade::Gateway;
use payments_facade::address::AddressRequest;
use payments_facade::rate::{RatePurpose, RateRequest};
use payments_sandbox::{DeliveryState, Sandbox, SandboxBuilder};
use payments_testkit::conformance::{Act, Delivery, Env, Op, Order, Probe, Strike};

use super::clock::SimClock;
use super::faulty::{Fault, FaultyTransport};
use super::receiver::Receiver;

/// One provider: everything about it that the trials and the simulation must know. Adding a provider is adding one of these.
#[async_trait]
pub(crate) trait Party: Send + Sync + Sized + 'static {
    const NAME: &'static str;

    /// The reply that its webhooks want.
    fn ack() -> http::Response<Bytes>;

    /// Settings of its sandbox: where webhooks go, balances.
    fn settings(builder: SandboxBuilder, hook: &str) -> SandboxBuilder;

    /// The gateway at this sandbox, over this executor.
    fn gateway(sandbox: &Sandbox, executor: Executor) -> Arc<dyn Gateway>;

    /// See [`Env::order`]; `hook`: where webhooks go, for providers that are told with every order.
    fn order(op: Op, reference: MerchantRef, hook: &str) -> Option<Order>;

    /// See [`Env::with_option`].
    fn with_option(order: Order, option: &str) -> Option<Probe> {
        payments_testkit::conformance::with_option(order, option)
    }

    /// The headers that prove a webhook.
    const PROOF: &'static [&'static str] = &[];

    /// See [`Env::foreign`].
    fn foreign(sandbox: &Sandbox) -> Delivery;

    /// Lets the provider tell of something nobody made. `false`: it has no such thing.
    async fn strange(sandbox: &Sandbox) -> bool {
        let _ = sandbox;
        false
    }

    fn addresses_of(customer: u32) -> Option<AddressRequest> {
        let _ = customer;
        None
    }

    fn rate(purpose: RatePurpose) -> Option<RateRequest> {
        let _ = purpose;
        None
    }

    async fn statement_day(world: &World<Self>) -> Option<Date> {
        let _ = world;
        None
    }

    /// What else must happen before an order can be paid.
    async fn before_paying(sandbox: &Sandbox, reference: &str) {
        let _ = (sandbox, reference);
    }

    // For the simulation of faults.

    /// The provider's name of the call that makes this, as the sandbox records it.
    fn call(op: Op) -> &'static str;

    /// Whether a webhook tells of its end.
    fn tells(op: Op) -> bool {
        op != Op::Exchange
    }

    /// Whether a webhook tells of an order that nobody paid.
    const TELLS_OF_EXPIRY: bool = true;

    /// Changes a signed answer, where answers are signed.
    const SPOIL: Option<fn(&mut http::Response<Bytes>, u64)> = None;
}

/// One request that reached the provider.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) operation: Option<&'static str>,
    pub(crate) text: String,
}

/// A provider in a sandbox, a gateway to it over a breakable wire, and one clock for both.
pub(crate) struct World<P> {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: SimClock,
    pub(crate) wire: Arc<FaultyTransport>,
    pub(crate) receiver: Receiver,
    pub(crate) gateway: Arc<dyn Gateway>,
    log: Arc<Mutex<Vec<Arrived>>>,
    references: AtomicU64,
    party: std::marker::PhantomData<P>,
}

impl<P: Party> World<P> {
    pub(crate) async fn start() -> Self {
        let clock = SimClock::new();
        let receiver = Receiver::start(P::ack()).await;
        let log: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let sink = Arc::clone(&log);
        let builder = Sandbox::builder()
            .clock(clock.of_sandbox())
            .seed(7)
            .observe(move |record| {
                let arrived = Arrived {
                    operation: record.operation,
                    text: record.canonical.clone().unwrap_or_default(),
                };
                sink.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(arrived);
            });
        let sandbox = P::settings(builder, receiver.url()).start().await.unwrap();
        let wire = Arc::new(FaultyTransport::new(clock.clone()));
        let executor = Executor::new(
            Arc::clone(&wire) as _,
            Arc::new(clock.clone()),
            Arc::new(FixedEntropy::new(0)),
        )
        .with_policy(Policy::new().with_backoff(Duration::ZERO, Duration::ZERO));
        let gateway = P::gateway(&sandbox, executor);
        Self {
            sandbox,
            clock,
            wire,
            receiver,
            gateway,
            log,
            references: AtomicU64::new(0),
            party: std::marker::PhantomData,
        }
    }

    /// Forgets everything but the time and the balances' beginning.
    pub(crate) fn reset(&self) {
        self.sandbox.reset();
        self.receiver.forget();
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The requests that reached the provider and name this reference.
    pub(crate) fn arrived(&self, reference: &MerchantRef) -> Vec<Arrived> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let named = log
            .iter()
            .filter(|one| one.text.contains(reference.as_str()));
        named.cloned().collect()
    }

    /// An amount next to what the order asks for.
    fn beside(&self, reference: &str, more: bool) -> Option<String> {
        let asked: Amount = self.sandbox.order(reference)?.amount.parse().ok()?;
        let step: Amount = "0.5".parse().ok()?;
        let amount = if more {
            asked.checked_add(step)
        } else {
            asked.checked_sub(step)
        };
        amount.map(|amount| amount.to_string())
    }

    fn captured(&self, about: &str) -> Vec<Delivery> {
        let proof: Vec<_> = P::PROOF
            .iter()
            .map(|name| HeaderName::from_static(name))
            .collect();
        let captured = self.receiver.about(about).into_iter();
        captured
            .map(|one| Delivery {
                headers: one.headers,
                body: one.body,
                proof: proof.clone(),
            })
            .collect()
    }

    /// The sandbox's number of its latest webhook about this reference, or of its latest one.
    fn latest(&self, reference: Option<&str>) -> Option<u64> {
        let order_id = reference
            .and_then(|text| self.sandbox.order(text))
            .map(|order| order.order_id);
        let deliveries = self.sandbox.deliveries();
        let about = |one: &&payments_sandbox::Delivery| {
            order_id.as_ref().is_none_or(|id| &one.order_id == id)
        };
        deliveries.iter().rev().find(about).map(|one| one.id)
    }
}

const STRANGER: &str = "what nobody made";

#[async_trait]
impl<P: Party> Env for World<P> {
    fn reference(&self) -> MerchantRef {
        let number = self.references.fetch_add(1, Ordering::Relaxed);
        MerchantRef::new(format!("c{number:06}")).unwrap()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn advance(&self, by: Duration) {
        self.receiver.expect("");
        self.clock.advance(by);
        self.sandbox.webhooks_quiet().await;
    }

    fn requests(&self) -> u64 {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len() as u64
    }

    async fn count(&self, reference: &MerchantRef) -> usize {
        let orders = self.sandbox.orders();
        orders
            .iter()
            .filter(|order| order.merchant_ref == reference.as_str())
            .count()
    }

    async fn told(&self, reference: &MerchantRef) -> String {
        let texts = self.arrived(reference).into_iter().map(|one| one.text);
        texts.collect::<Vec<_>>().join("\n")
    }

    fn order(&self, op: Op, reference: MerchantRef) -> Option<Order> {
        P::order(op, reference, self.receiver.url())
    }

    fn with_option(&self, order: Order, option: &str) -> Option<Probe> {
        P::with_option(order, option)
    }

    async fn act(&self, reference: &MerchantRef, act: Act) -> bool {
        let id = reference.as_str();
        self.receiver.expect(id);
        let sandbox = &self.sandbox;
        if !matches!(act, Act::Complete | Act::Reject | Act::Expire) {
            P::before_paying(sandbox, id).await;
        }
        let done = match act {
            Act::PayExactly | Act::PayLate => sandbox.pay(id, None).await.is_ok(),
            Act::PayLess | Act::PayMore => match self.beside(id, act == Act::PayMore) {
                Some(amount) => sandbox.pay(id, Some(&amount)).await.is_ok(),
                None => false,
            },
            Act::Expire => sandbox.expire(id).await.is_ok(),
            Act::Complete => sandbox.complete(id).await.is_ok(),
            Act::Reject => sandbox.reject(id).await.is_ok(),
            _ => false,
        };
        sandbox.webhooks_quiet().await;
        done
    }

    async fn deliveries(&self, reference: &MerchantRef) -> Vec<Delivery> {
        self.captured(reference.as_str())
    }

    async fn redelivery(&self, reference: &MerchantRef) -> Option<Delivery> {
        self.receiver.expect(reference.as_str());
        let before = self.captured(reference.as_str()).len();
        self.sandbox
            .resend(self.latest(Some(reference.as_str()))?)
            .await
            .ok()?;
        self.sandbox.webhooks_quiet().await;
        let mut captured = self.captured(reference.as_str());
        (captured.len() > before).then(|| captured.pop())?
    }

    async fn foreign(&self) -> Delivery {
        P::foreign(&self.sandbox)
    }

    async fn stranger(&self) -> Option<Delivery> {
        self.receiver.expect(STRANGER);
        let is_there = P::strange(&self.sandbox).await;
        self.sandbox.webhooks_quiet().await;
        is_there.then(|| self.captured(STRANGER).pop())?
    }

    async fn acknowledges(&self, reply: &http::Response<Bytes>) -> bool {
        self.receiver.expect("");
        let id = self.latest(None).unwrap();
        let good = self.receiver.reply(reply.clone());
        self.sandbox.resend(id).await.unwrap();
        self.sandbox.webhooks_quiet().await;
        let deliveries = self.sandbox.deliveries();
        let state = deliveries
            .iter()
            .find(|one| one.id == id)
            .map(|one| one.state);
        self.receiver.reply(good);
        // Not to be tried again whenever the clock moves.
        self.sandbox.resend(id).await.unwrap();
        self.sandbox.webhooks_quiet().await;
        state == Some(DeliveryState::Delivered)
    }

    fn strike(&self, fault: Strike) -> bool {
        self.wire.plan([match fault {
            Strike::AnswerLost => Fault::AnswerDropped,
            Strike::RequestLost => Fault::RequestDropped,
            _ => return false,
        }]);
        true
    }

    fn addresses_of(&self, customer: u32) -> Option<AddressRequest> {
        P::addresses_of(customer)
    }

    fn rate(&self, purpose: RatePurpose) -> Option<RateRequest> {
        P::rate(purpose)
    }

    async fn statement_day(&self) -> Option<Date> {
        P::statement_day(self).await
    }
}

/// The day so many days after 1970-01-01.
pub(crate) fn civil(days: u64) -> Date {
    let mut left = days;
    let mut year = 1970_u16;
    loop {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let length = if leap { 366 } else { 365 };
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    for month in 1..=12 {
        let days = (28..=31)
            .rev()
            .find(|day| Date::new(year, month, *day).is_ok())
            .unwrap();
        if left < u64::from(days) {
            return Date::new(year, month, u8::try_from(left + 1).unwrap()).unwrap();
        }
        left -= u64::from(days);
    }
    unreachable!("a year has twelve months")
}
