//! Gateways that break one promise each, around one that keeps them: a suite that passes them proves nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::{Effect, Fault, InvalidRequest, MerchantRef, Outcome, Timestamp};
use payments_facade::adapter;
use payments_facade::address::Addresses;
use payments_facade::answer::ProviderResponse;
use payments_facade::balance::Balances;
use payments_facade::checkout::{Cancellation, Checkout, CheckoutKind, CreatedCheckout};
use payments_facade::exchange::Exchange;
use payments_facade::facts::Facts;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::payout::{PayeeKind, Payouts};
use payments_facade::rate::Rates;
use payments_facade::recovery::Recovery;
use payments_facade::statement::Statements;
use payments_facade::webhook::{EffectKey, Event, Webhooks};
use payments_facade::{
    Answer, CheckoutOrder, Error, Fee, Gateway, GatewayId, Lookup, Payment, PayoutOrder, Phase,
    Received, Ticket, WebhookError,
};

/// The promise that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// None: the wrapper itself is no lie.
    Honest,
    /// A kind of order is claimed, and refused when it is made.
    ClaimsAKind,
    /// What is not supported is asked about at the provider before it is refused.
    SendsTheUnsupported,
    /// An option is taken and dropped without a word.
    DropsAnOption,
    /// What was not found is found.
    FindsEverything,
    /// An unknown outcome is told as "it did not take effect".
    DeniesTheUnknown,
    /// A success is told as a refusal.
    DeniesSuccess,
    /// An unknown outcome has no ticket.
    LosesTheTicket,
    /// After an unknown outcome a payout is sent again under another reference.
    SendsAgain,
    /// After an unknown outcome a payout is sent again under the same reference.
    SendsTheSameAgain,
    /// Every delivery of a webhook has another effect key.
    ChangesTheKey,
    /// All webhooks have one effect key.
    SharesTheKey,
    /// A webhook that was refused is taken all the same.
    TrustsTheUnverified,
    /// A webhook is acknowledged with a refusal.
    NeverAcknowledges,
    /// Every sum that came is told as the sum that was asked for.
    HidesUnderpayment,
    /// Whatever was asked about after an unknown outcome is said not to be there.
    ForgetsWhatIsThere,
}

impl Lie {
    /// Those that the conformance suite must find, and a trial that must fail for each.
    pub(crate) const ALL: &'static [(Self, &'static str)] = &[
        (Self::ClaimsAKind, "is made once, and says so"),
        (Self::SendsTheUnsupported, "the kind is refused"),
        (Self::DropsAnOption, "the option arrives"),
        (Self::FindsEverything, "what is not there is not found"),
        (Self::DeniesTheUnknown, "survives a lost answer"),
        (Self::DeniesSuccess, "is made once, and says so"),
        (Self::LosesTheTicket, "survives a lost answer"),
        (Self::SendsTheSameAgain, "survives a lost answer"),
        (Self::ChangesTheKey, "keeps effect keys"),
        (Self::SharesTheKey, "keeps effect keys"),
        (Self::TrustsTheUnverified, "refuses every change"),
        (
            Self::NeverAcknowledges,
            "takes what is genuine, and the replies count",
        ),
        (Self::HidesUnderpayment, "is paid too little"),
        (
            Self::ForgetsWhatIsThere,
            "a ticket from before the call finds it",
        ),
    ];

    /// Those that the simulation of faults must find.
    pub(crate) const IN_FAULTS: &'static [Self] = &[
        Self::DeniesTheUnknown,
        Self::DeniesSuccess,
        Self::LosesTheTicket,
        Self::SendsAgain,
        Self::SendsTheSameAgain,
        Self::ChangesTheKey,
        Self::ForgetsWhatIsThere,
    ];

    pub(crate) fn is_of_payouts(self) -> bool {
        matches!(self, Self::SendsAgain | Self::SendsTheSameAgain)
    }
}

#[derive(Debug)]
pub(crate) struct Liar {
    inner: Arc<dyn Gateway>,
    lie: Lie,
    told: AtomicU64,
}

impl Liar {
    pub(crate) fn new(inner: Arc<dyn Gateway>, lie: Lie) -> Self {
        let told = AtomicU64::new(0);
        Self { inner, lie, told }
    }

    fn inner_checkout(&self) -> &dyn Checkout {
        self.inner.checkout().unwrap()
    }

    fn inner_payouts(&self) -> &dyn Payouts {
        self.inner.payouts().unwrap()
    }

    /// What is told of a call that moved money.
    fn told<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        let invalid = || InvalidRequest::request("amount", "is too much");
        let refused = || adapter::refused("liar", "create", invalid());
        match (self.lie, result) {
            (Lie::DeniesSuccess, Ok(_)) => Err(refused()),
            (Lie::DeniesTheUnknown, Err(error)) if error.outcome() == Outcome::Unknown => {
                Err(refused())
            }
            (Lie::LosesTheTicket, Err(error)) if error.outcome() == Outcome::Unknown => {
                let fault = Fault::unavailable();
                let cause = payments_core::Error::from_fault(
                    "liar",
                    "create",
                    Effect::Unkeyed,
                    fault,
                    None,
                );
                Err(adapter::read_error(cause))
            }
            (_, result) => result,
        }
    }

    fn invented(&self, reference: &MerchantRef) -> Answer<Payment> {
        let observation = Observation::new(Source::Queried, PaymentKind::Checkout)
            .reference(Some(reference.clone()))
            .phase(Phase::Open, "");
        let payment = Payment::new(self.id().clone(), observation);
        Answer::new(payment, ProviderResponse::new(()))
    }

    /// The same event under another key.
    fn retold(&self, event: &Event) -> Event {
        let number = match self.lie {
            Lie::ChangesTheKey => self.told.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
        let key = match self.lie {
            Lie::ChangesTheKey | Lie::SharesTheKey => {
                EffectKey::new(self.id(), "event", &number.to_string())
            }
            _ => event.effect_key().clone(),
        };
        let observation = Observation::new(Source::Event, event.kind())
            .reference(event.reference().cloned())
            .provider_ref(event.provider_ref().cloned())
            .phase(event.status().phase, "")
            .paid(event.money())
            .transaction(event.payment().transactions().next().map(str::to_owned));
        let gateway = self.id().clone();
        Event::new(
            gateway,
            observation,
            key,
            ProviderResponse::new(()),
            event.raw().clone(),
        )
    }
}

impl Gateway for Liar {
    fn id(&self) -> &GatewayId {
        self.inner.id()
    }
    fn facts(&self) -> &Facts {
        self.inner.facts()
    }
    fn webhooks(&self) -> &dyn Webhooks {
        self
    }
    fn recovery(&self) -> &dyn Recovery {
        self
    }
    fn checkout(&self) -> Option<&dyn Checkout> {
        self.inner.checkout().map(|_| self as _)
    }
    fn payouts(&self) -> Option<&dyn Payouts> {
        self.inner.payouts().map(|_| self as _)
    }
    fn addresses(&self) -> Option<&dyn Addresses> {
        self.inner.addresses()
    }
    fn rates(&self) -> Option<&dyn Rates> {
        self.inner.rates()
    }
    fn exchange(&self) -> Option<&dyn Exchange> {
        self.inner.exchange()
    }
    fn balances(&self) -> Option<&dyn Balances> {
        self.inner.balances()
    }
    fn statements(&self) -> Option<&dyn Statements> {
        self.inner.statements()
    }
}

#[async_trait]
impl Recovery for Liar {
    async fn lookup(
        &self,
        ticket: &Ticket,
    ) -> Result<payments_facade::recovery::LookupResult, Error> {
        match self.lie {
            Lie::ForgetsWhatIsThere => Ok(payments_facade::recovery::LookupResult::NotFound),
            _ => self.inner.recovery().lookup(ticket).await,
        }
    }
}

#[async_trait]
impl Checkout for Liar {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        let offered = self.inner_checkout().supported_options(kind);
        match self.lie {
            Lie::ClaimsAKind => offered.or(self
                .inner_checkout()
                .supported_options(CheckoutKind::Hosted)),
            _ => offered,
        }
    }
    fn finds_by(&self, kind: LookupKind) -> bool {
        self.inner_checkout().finds_by(kind)
    }
    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        self.inner_checkout().check(order)
    }
    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        self.inner_checkout().ticket(order, now)
    }
    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let checkout = self.inner_checkout();
        if self.lie == Lie::SendsTheUnsupported
            && checkout.supported_options(order.kind()).is_none()
        {
            let nobody = payments_core::ProviderRef::new("7000000000000000001").unwrap();
            let _ = checkout.find(&nobody.into()).await;
            let _ = checkout.find(&order.reference().clone().into()).await;
        }
        if self.lie == Lie::DropsAnOption && order.kind() == CheckoutKind::Hosted {
            let plain = without_success_url(order);
            return checkout.create(&plain).await;
        }
        self.told(checkout.create(order).await)
    }
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        match (self.lie, by, self.inner_checkout().find(by).await) {
            (Lie::FindsEverything, Lookup::Reference(reference), Ok(None) | Err(_)) => {
                Ok(Some(self.invented(reference)))
            }
            (Lie::HidesUnderpayment, Lookup::Reference(reference), Ok(Some(_))) => {
                Ok(Some(self.invented(reference)))
            }
            (Lie::HidesUnderpayment, _, _) => Ok(None),
            (_, _, found) => found,
        }
    }
    fn cancellation(&self) -> Option<&dyn Cancellation> {
        self.inner_checkout().cancellation()
    }
}

/// The same order, but for the page the customer is sent to.
fn without_success_url(order: &CheckoutOrder) -> CheckoutOrder {
    let options = order.options();
    let known = [
        "customer",
        "notify_url",
        "success_url",
        "failure_url",
        "title",
    ];
    if options.check(&known).is_err() {
        return order.clone();
    }
    let mut copy = CheckoutOrder::new(
        order.kind(),
        order.reference().clone(),
        order.money().clone(),
    );
    if let Some(customer) = &options.customer {
        copy = copy.customer(customer);
    }
    if let Some(url) = &options.notify_url {
        copy = copy.notify_url(url);
    }
    if let Some(url) = &options.failure_url {
        copy = copy.failure_url(url);
    }
    if let Some(title) = &options.title {
        copy = copy.title(title);
    }
    copy
}

#[async_trait]
impl Payouts for Liar {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        self.inner_payouts().supported_options(kind)
    }
    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        self.inner_payouts().takes_fee(kind, fee)
    }
    fn takes_memo(&self) -> bool {
        self.inner_payouts().takes_memo()
    }
    fn finds_by(&self, kind: LookupKind) -> bool {
        self.inner_payouts().finds_by(kind)
    }
    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        self.inner_payouts().check(payout)
    }
    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        self.inner_payouts().ticket(payout, now)
    }
    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let first = self.inner_payouts().create(payout).await;
        let is_unknown = first
            .as_ref()
            .is_err_and(|error| error.outcome() == Outcome::Unknown);
        match self.lie {
            Lie::SendsAgain if is_unknown => {
                let other = MerchantRef::new(format!("{}x2", payout.reference())).unwrap();
                let (payee, money) = (payout.payee().clone(), payout.money().clone());
                let other = PayoutOrder::new(other, payee, money, payout.fee());
                let other = match &payout.options().customer {
                    Some(customer) => other.customer(customer),
                    None => other,
                };
                let _ = self.inner_payouts().create(&other).await;
                first
            }
            Lie::SendsTheSameAgain if is_unknown => self.inner_payouts().create(payout).await,
            _ => self.told(first),
        }
    }
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.inner_payouts().find(by).await
    }
}

impl Webhooks for Liar {
    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        let received = self.inner.webhooks().receive(headers, body, now);
        match (self.lie, received) {
            (Lie::TrustsTheUnverified, Err(_)) => {
                let observation = Observation::new(Source::Event, PaymentKind::Unstated)
                    .phase(Phase::Completed, "14");
                let key = EffectKey::new(self.id(), "event", "14");
                let gateway = self.id().clone();
                let event = Event::new(
                    gateway,
                    observation,
                    key,
                    ProviderResponse::new(()),
                    body.clone(),
                );
                Ok(Received::attested(
                    event,
                    http::Response::new(Bytes::from_static(b"OK")),
                ))
            }
            (Lie::NeverAcknowledges, Ok(received)) => {
                Ok(Received::attested(received.event().clone(), self.nack()))
            }
            (Lie::ChangesTheKey | Lie::SharesTheKey, Ok(received)) => Ok(Received::attested(
                self.retold(received.event()),
                received.ack(),
            )),
            (Lie::HidesUnderpayment, Ok(received)) => {
                let event = received.event();
                let observation = Observation::new(Source::Event, event.kind())
                    .reference(event.reference().cloned())
                    .provider_ref(event.provider_ref().cloned())
                    .phase(event.status().phase, "");
                let key = event.effect_key().clone();
                let gateway = self.id().clone();
                let event = Event::new(
                    gateway,
                    observation,
                    key,
                    ProviderResponse::new(()),
                    body.clone(),
                );
                Ok(Received::attested(event, received.ack()))
            }
            (_, received) => received,
        }
    }
    fn nack(&self) -> http::Response<Bytes> {
        self.inner.webhooks().nack()
    }
}
