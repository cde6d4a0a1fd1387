//! The fixture as the environment of the conformance suite.

use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use payments_core::{Amount, Clock as _, Date, MerchantRef, Timestamp};
use payments_facade::address::AddressRequest;
use payments_facade::rate::{RatePurpose, RateRequest};
use payments_sandbox::{DeliveryState, Fault};
use payments_testkit::conformance::{Act, Delivery, Env, InjectedFault, Op, Order, Probe};

use super::fixture::{Provider, ProviderFixture};

/// The receiver's label for webhooks of payments that the gateway did not create.
const UNKNOWN_ORDER: &str = "unknown order";

impl<P: Provider> ProviderFixture<P> {
    /// The order's amount plus or minus 0.5.
    fn different_amount(&self, reference: &str, more: bool) -> Option<String> {
        let amount: Amount = self.sandbox.order(reference)?.amount.parse().ok()?;
        let step: Amount = "0.5".parse().ok()?;
        let amount = if more {
            amount.checked_add(step)
        } else {
            amount.checked_sub(step)
        };
        amount.map(|amount| amount.to_string())
    }

    /// The sandbox's id of its latest webhook, of this reference or of all.
    fn latest(&self, reference: Option<&str>) -> Option<u64> {
        let order = reference.and_then(|text| self.sandbox.order(text));
        let order_id = order.map(|order| order.order_id);
        let deliveries = self.sandbox.deliveries();
        // A webhook of a payment has the payment's id, and names the order in its body.
        let names = |body: &str| reference.is_some_and(|text| body.contains(text));
        let matches = |one: &&payments_sandbox::Delivery| {
            order_id.as_ref().is_none_or(|id| &one.order_id == id) || names(&one.body)
        };
        deliveries.iter().rev().find(matches).map(|one| one.id)
    }
}

#[async_trait]
impl<P: Provider> Env for ProviderFixture<P> {
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
        self.log().len() as u64
    }

    fn sent(&self, op: Op, reference: &MerchantRef) -> u64 {
        let operation = P::operation(op);
        let arrived = self.arrived(reference).into_iter();
        let sent = arrived.filter(|one| one.operation == Some(operation));
        sent.count() as u64
    }

    async fn count(&self, reference: &MerchantRef) -> usize {
        let orders = self.sandbox.orders();
        orders
            .iter()
            .filter(|order| order.merchant_ref == reference.as_str())
            .count()
    }

    async fn received(&self, reference: &MerchantRef) -> String {
        let recorded = self.arrived(reference).into_iter().map(|one| one.text);
        // The sandbox masks persons in its records, so what it has answered proves that an e-mail address arrived.
        let answered = self.transport.answered(reference.as_str());
        recorded.chain(answered).collect::<Vec<_>>().join("\n")
    }

    fn order(&self, op: Op, reference: MerchantRef) -> Option<Order> {
        *self.latest_op() = Some(op);
        P::order(op, reference, self.receiver.url())
    }

    fn with_option(&self, order: Order, option: &str) -> Option<Probe> {
        P::with_option(order, option, self.now())
    }

    fn states_arrival(&self, op: Op) -> bool {
        P::states_arrival(op)
    }

    async fn act(&self, reference: &MerchantRef, act: Act) -> bool {
        let id = reference.as_str();
        self.receiver.expect(id);
        let sandbox = &self.sandbox;
        P::prepare_payment(sandbox, id).await;
        let done = match act {
            Act::PayExactly | Act::PayLate => sandbox.pay(id, None).await.is_ok(),
            Act::PayLess | Act::PayMore => match self.different_amount(id, act == Act::PayMore) {
                Some(amount) => sandbox.pay(id, Some(&amount)).await.is_ok(),
                None => false,
            },
            Act::PayRisky => P::pay_risky(sandbox, id).await,
            Act::Expire => {
                let is_expired = sandbox.expire(id).await.is_ok();
                self.clock.advance(P::EXPIRY_SHOWS_AFTER);
                is_expired
            }
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
        let id = self.latest(Some(reference.as_str()))?;
        self.sandbox.resend(id).await.ok()?;
        self.sandbox.webhooks_quiet().await;
        let mut captured = self.captured(reference.as_str());
        (captured.len() > before).then(|| captured.pop())?
    }

    async fn foreign(&self) -> Delivery {
        P::foreign(&self.sandbox)
    }

    async fn unknown_order(&self) -> Option<Delivery> {
        self.receiver.expect(UNKNOWN_ORDER);
        let is_supported = P::pay_unknown_order(&self.sandbox, self.gateway.as_ref()).await;
        self.sandbox.webhooks_quiet().await;
        is_supported.then(|| self.captured(UNKNOWN_ORDER).pop())?
    }

    async fn acknowledges(&self, reply: &http::Response<Bytes>) -> bool {
        self.receiver.expect("");
        let id = self.latest(None).unwrap();
        let original = self.receiver.reply(reply.clone());
        self.sandbox.resend(id).await.unwrap();
        self.sandbox.webhooks_quiet().await;
        let deliveries = self.sandbox.deliveries();
        let delivery = deliveries.iter().find(|one| one.id == id);
        let state = delivery.map(|one| one.state);
        // Acknowledged at last, so that the sandbox does not retry it when the clock moves.
        self.receiver.reply(original);
        self.sandbox.resend(id).await.unwrap();
        self.sandbox.webhooks_quiet().await;
        state == Some(DeliveryState::Delivered)
    }

    fn inject(&self, fault: InjectedFault) -> bool {
        let fault = match fault {
            InjectedFault::AnswerLost => Fault::after(P::GATEWAY),
            InjectedFault::RequestLost => Fault::instead(P::GATEWAY),
            _ => return false,
        };
        let op = *self.latest_op();
        let fault = op.map(|op| fault.call(P::operation(op)));
        fault.is_some_and(|fault| self.sandbox.fault(fault).is_ok())
    }

    fn addresses_of(&self, customer: u32) -> Option<AddressRequest> {
        P::addresses_of(customer)
    }

    fn rate(&self, purpose: RatePurpose) -> Option<RateRequest> {
        P::rate(purpose)
    }

    async fn statement_day(&self) -> Option<Date> {
        P::statement_day(self.now())
    }
}
