//! A gateway with one defect around an honest one. A suite that does not detect the defect proves nothing.

mod checkout;
mod defect;
mod payout;
mod webhook;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use async_trait::async_trait;
use payments_core::{Effect, Fault, InvalidRequest, MerchantRef, Outcome};
use payments_facade::adapter;
use payments_facade::address::Addresses;
use payments_facade::answer::ProviderResponse;
use payments_facade::balance::Balances;
use payments_facade::checkout::Checkout;
use payments_facade::exchange::Exchange;
use payments_facade::facts::Facts;
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::payout::Payouts;
use payments_facade::rate::Rates;
use payments_facade::recovery::{LookupResult, Recovery};
use payments_facade::statement::Statements;
use payments_facade::webhook::Webhooks;
use payments_facade::{Answer, Error, Gateway, GatewayId, Payment, Phase, Ticket};

pub(crate) use defect::Defect;

#[derive(Debug)]
pub(crate) struct DishonestGateway {
    inner: Arc<dyn Gateway>,
    defect: Defect,
    /// The number of effect keys that were invented.
    keys: AtomicU64,
}

impl DishonestGateway {
    pub(crate) fn new(inner: Arc<dyn Gateway>, defect: Defect) -> Self {
        let keys = AtomicU64::new(0);
        Self {
            inner,
            defect,
            keys,
        }
    }

    fn inner_checkout(&self) -> &dyn Checkout {
        self.inner.checkout().unwrap()
    }

    fn inner_payouts(&self) -> &dyn Payouts {
        self.inner.payouts().unwrap()
    }

    /// Falsifies the result of a call that moved money.
    fn falsify<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        let invalid = || InvalidRequest::request("amount", "is too high");
        let refused = || adapter::refused("dishonest", "create", invalid());
        let is_unknown = matches!(&result, Err(error) if error.outcome() == Outcome::Unknown);
        match (self.defect, result) {
            (Defect::ReportsSuccessAsRefusal, Ok(_)) => Err(refused()),
            (Defect::ReportsUnknownAsNotApplied, Err(_)) if is_unknown => Err(refused()),
            (Defect::OmitsTicket, Err(_)) if is_unknown => {
                let fault = Fault::unavailable();
                let effect = Effect::Unkeyed;
                let cause =
                    payments_core::Error::from_fault("dishonest", "create", effect, fault, None);
                Err(adapter::read_error(cause))
            }
            (_, result) => result,
        }
    }

    /// An order without payments.
    fn invented(&self, reference: &MerchantRef) -> Answer<Payment> {
        let observation = Observation::new(Source::Queried, PaymentKind::Checkout)
            .reference(Some(reference.clone()))
            .phase(Phase::Open, "");
        let payment = Payment::new(self.id().clone(), observation);
        Answer::new(payment, ProviderResponse::new(()))
    }
}

impl Gateway for DishonestGateway {
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
impl Recovery for DishonestGateway {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        match self.defect {
            Defect::DeniesExisting => Ok(LookupResult::NotFound),
            _ => self.inner.recovery().lookup(ticket).await,
        }
    }
}
