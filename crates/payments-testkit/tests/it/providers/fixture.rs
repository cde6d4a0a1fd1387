//! A provider in a sandbox, and a gateway to it. [`Provider`] has what differs between providers.

use std::marker::PhantomData;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderName;
use payments_core::scripted::FixedEntropy;
use payments_core::{Date, Executor, MerchantRef, Policy, Timestamp};
use payments_facade::Gateway;
use payments_facade::address::AddressRequest;
use payments_facade::rate::{RatePurpose, RateRequest};
use payments_sandbox::{Sandbox, SandboxBuilder};
use payments_testkit::conformance::{Delivery, Op, Order, Probe, with_option};

use super::clock::SimClock;
use super::faulty_transport::FaultyTransport;
use super::receiver::Receiver;

/// What the tests must know about one provider. A new provider needs one implementation.
#[async_trait]
pub(crate) trait Provider: Send + Sync + Sized + 'static {
    const NAME: &'static str;

    /// Its name in the sandbox.
    const GATEWAY: payments_sandbox::Gateway;

    /// The headers that authenticate a webhook.
    const PROOF: &'static [&'static str] = &[];

    /// Whether a webhook reports that an order expired unpaid.
    const REPORTS_EXPIRY: bool = true;

    /// The calls that a gateway may make before the one that creates an order. The faults of an order do not meet them.
    const PREPARATIONS: &'static [&'static str] = &[];

    /// How long after its end an unpaid order is reported as expired.
    const EXPIRY_SHOWS_AFTER: Duration = Duration::ZERO;

    /// Whether answers are signed.
    const SIGNS_ANSWERS: bool = false;

    /// Whether the signature of an answer covers a timestamp.
    const STAMPS_ANSWERS: bool = false;

    /// The acknowledgement of a webhook.
    fn ack() -> http::Response<Bytes>;

    /// The code of a success.
    const SUCCESS: &'static str;

    /// Every code that a document lists, and one that none lists.
    fn codes() -> Vec<&'static str>;

    /// An answer with this code and without data, as the provider's application writes it.
    fn refusal(sandbox: &Sandbox, code: &str) -> http::Response<Bytes>;

    /// Whether the code table, under HTTP status 200, takes this code for a proof that the call had no effect. `call` is the
    /// operation in the typed client's errors.
    fn refuses(code: &str, call: &str) -> bool;

    /// Whether a code that [refuses](Self::refuses) says that an earlier call may have made an order under the reference.
    fn may_exist(_code: &str) -> bool {
        false
    }

    /// Configures the sandbox, for example the URL for webhooks.
    fn configure(builder: SandboxBuilder, webhook_url: &str) -> SandboxBuilder;

    /// A gateway to this sandbox, for the account with this name.
    fn gateway(sandbox: &Sandbox, account: &str, executor: Executor) -> Arc<dyn Gateway>;

    /// The same, with settings that need the most [preparations](Self::PREPARATIONS).
    fn preparing_gateway(sandbox: &Sandbox, account: &str, executor: Executor) -> Arc<dyn Gateway> {
        Self::gateway(sandbox, account, executor)
    }

    /// See `Env::order`. `webhook_url` is for providers that need it in every order.
    fn order(op: Op, reference: MerchantRef, webhook_url: &str) -> Option<Order>;

    /// See `Env::with_option`. `now` is the time of the order.
    fn with_option(order: Order, option: &str, _now: Timestamp) -> Option<Probe> {
        with_option(order, option)
    }

    /// What the payer does before an order can be paid.
    async fn prepare_payment(_sandbox: &Sandbox, _reference: &str) {}

    /// The payer pays, and the provider flags the payment. Returns false if the provider does not flag payments.
    async fn pay_risky(_sandbox: &Sandbox, _reference: &str) -> bool {
        false
    }

    /// See `Env::foreign`.
    fn foreign(sandbox: &Sandbox) -> Delivery;

    /// Makes the provider send a webhook for a payment that the gateway did not create. Returns false if it has none.
    async fn pay_unknown_order(_sandbox: &Sandbox, _gateway: &dyn Gateway) -> bool {
        false
    }

    /// See `Env::addresses_of`.
    fn addresses_of(_customer: u32) -> Option<AddressRequest> {
        None
    }

    /// See `Env::rate`.
    fn rate(_purpose: RatePurpose) -> Option<RateRequest> {
        None
    }

    /// The day whose statement contains this moment.
    fn statement_day(_now: Timestamp) -> Option<Date> {
        None
    }

    /// The operation, by the name in the sandbox's records, that creates an order.
    fn operation(op: Op) -> &'static str;

    /// The operation by which the gateway queries an order after the call that created it. `None` if it makes no such query.
    fn query(_op: Op) -> Option<&'static str> {
        None
    }

    /// Whether the provider's records state what the payee of a payout got.
    fn states_arrival(_op: Op) -> bool {
        true
    }

    /// Whether a webhook reports the end of such an order.
    fn sends_webhook(op: Op) -> bool {
        op != Op::Exchange
    }
}

/// A request that reached the provider.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) operation: Option<&'static str>,
    pub(crate) text: String,
}

/// A sandbox, a gateway to it over a faulty transport, the merchant's webhook endpoint, and one clock for all.
pub(crate) struct ProviderFixture<P> {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: SimClock,
    pub(crate) transport: Arc<FaultyTransport>,
    pub(crate) receiver: Receiver,
    pub(crate) gateway: Arc<dyn Gateway>,
    executor: Executor,
    pub(super) references: AtomicU64,
    /// The call of the latest order of the conformance suite.
    latest_op: Mutex<Option<Op>>,
    log: Arc<Mutex<Vec<Arrived>>>,
    provider: PhantomData<P>,
}

impl<P: Provider> ProviderFixture<P> {
    pub(crate) async fn start() -> Self {
        Self::start_as("main").await
    }

    /// With another name of the account, for several fixtures behind one router.
    pub(crate) async fn start_as(account: &str) -> Self {
        let clock = SimClock::new();
        let receiver = Receiver::start(P::ack()).await;
        let log: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let sink = Arc::clone(&log);
        // The clock may stand still, and a card is paid without the customer's KYC.
        let builder = Sandbox::builder()
            .ccpayment_requests_per_second(u32::MAX)
            .cpay_kyc_required(false)
            .clock(clock.of_sandbox())
            .seed(7)
            .observe(move |record| {
                let arrived = Arrived {
                    operation: record.operation,
                    text: record.canonical.clone().unwrap_or_default(),
                };
                let mut log = sink.lock().unwrap_or_else(PoisonError::into_inner);
                log.push(arrived);
            });
        let builder = P::configure(builder, receiver.url());
        let sandbox = builder.start().await.unwrap();
        let transport = Arc::new(FaultyTransport::new(clock.clone(), P::PREPARATIONS));
        let executor = Executor::new(
            Arc::clone(&transport) as _,
            Arc::new(clock.clone()),
            Arc::new(FixedEntropy::new(0)),
        )
        .with_policy(Policy::new().with_backoff(Duration::ZERO, Duration::ZERO));
        let gateway = P::gateway(&sandbox, account, executor.clone());
        Self {
            sandbox,
            clock,
            transport,
            receiver,
            gateway,
            executor,
            references: AtomicU64::new(0),
            latest_op: Mutex::default(),
            log,
            provider: PhantomData,
        }
    }

    /// Another gateway for the same account, which has not made its preparations yet.
    pub(crate) fn preparing_gateway(&self) -> Arc<dyn Gateway> {
        let account = self.gateway.id().account();
        P::preparing_gateway(&self.sandbox, account, self.executor.clone())
    }

    /// Removes all orders, webhooks and records. The time stays.
    pub(crate) fn reset(&self) {
        self.sandbox.reset();
        self.receiver.clear();
        self.log().clear();
    }

    pub(super) fn latest_op(&self) -> MutexGuard<'_, Option<Op>> {
        let latest = self.latest_op.lock();
        latest.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn log(&self) -> MutexGuard<'_, Vec<Arrived>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The requests at the provider that contain this reference.
    pub(crate) fn arrived(&self, reference: &MerchantRef) -> Vec<Arrived> {
        let log = self.log();
        let matching = log
            .iter()
            .filter(|one| one.text.contains(reference.as_str()));
        matching.cloned().collect()
    }

    /// The webhooks that the receiver captured under this label.
    pub(super) fn captured(&self, about: &str) -> Vec<Delivery> {
        let proof = P::PROOF.iter().copied().map(HeaderName::from_static);
        let proof: Vec<_> = proof.collect();
        let captured = self.receiver.about(about).into_iter();
        captured
            .map(|one| Delivery {
                headers: one.headers,
                body: one.body,
                proof: proof.clone(),
            })
            .collect()
    }
}
