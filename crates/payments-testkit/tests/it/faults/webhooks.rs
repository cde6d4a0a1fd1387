//! The end of an order, with webhooks that are repeated, reordered or late.

use std::collections::BTreeSet;
use std::time::Duration;

use payments_facade::payment::PaymentKind;
use payments_facade::{Lookup, Payment, Phase};
use payments_testkit::conformance::{Act, Env as _};

use super::run::Run;
use super::scenario::Scenario;
use crate::providers::fixture::Provider;

impl<P: Provider> Run<'_, P> {
    /// Ends the order, delivers its webhooks and merges all observations in random orders.
    pub(crate) async fn end(&mut self, created: Option<Payment>) {
        let act = self.random_act();
        let early = self.find(created.as_ref()).await;
        let is_done = self.fixture.act(self.order.reference(), act).await;
        self.expect(is_done, || format!("{act:?} failed"));
        let events = self.receive_deliveries().await;

        let mut parts = events;
        parts.extend(created);
        if !self.order.op().is_payout() {
            let kind = early.as_ref().map_or(PaymentKind::Checkout, Payment::kind);
            parts.push(Payment::asked_for(
                self.gateway.id().clone(),
                kind,
                self.order.reference().clone(),
                self.order.money().clone(),
            ));
        }
        parts.extend(early);
        let known = parts.first().cloned();
        parts.extend(self.find(known.as_ref()).await);
        let merged = self.merge(&parts);
        for _ in 0..8 {
            self.random.shuffle(&mut parts);
            let again = self.merge(&parts);
            self.expect(again == merged, || {
                format!("the payment depends on the order: {again:?}, {merged:?}")
            });
        }
        if let Some(payment) = merged {
            self.check_end(&payment, act);
        }
    }

    fn random_act(&mut self) -> Act {
        let is_payout = self.order.op().is_payout();
        let succeeds = self.random.u8(..4) > 0 || !(is_payout || P::REPORTS_EXPIRY);
        match (is_payout, succeeds) {
            (true, true) => Act::Complete,
            (true, false) => Act::Reject,
            (false, true) => Act::PayExactly,
            (false, false) => Act::Expire,
        }
    }

    /// Delivers the webhooks as the scenario requires, and returns the payments of their events.
    async fn receive_deliveries(&mut self) -> Vec<Payment> {
        let reference = self.order.reference().clone();
        let mut deliveries = self.fixture.deliveries(&reference).await;
        self.expect(!deliveries.is_empty(), || "no webhook was sent".to_owned());
        if self.scenario == Scenario::LateWebhooks {
            let minutes = self.random.u64(1..=60 * 72);
            let delay = Duration::from_secs(60 * minutes);
            self.fixture.advance(delay).await;
            if let Some(late) = self.fixture.redelivery(&reference).await {
                deliveries = vec![late];
            }
        }
        let times = match self.scenario {
            Scenario::DuplicateWebhooks => self.random.u8(2..6),
            _ => 1,
        };
        let mut payments = Vec::new();
        let mut keys = BTreeSet::new();
        for mut delivery in deliveries.iter().cloned() {
            for time in 0..times {
                // A provider repeats the same message or signs a new one.
                if time > 0 && self.random.bool() {
                    let resent = self.fixture.redelivery(&reference).await;
                    delivery = resent.unwrap_or(delivery);
                }
                let accepted = delivery.receive(self.gateway, self.fixture.now()).await;
                self.expect(accepted.is_ok(), || {
                    format!("a genuine webhook was refused: {accepted:?}")
                });
                if let Ok(accepted) = accepted {
                    keys.extend(accepted.effect_keys);
                    payments.extend(accepted.payment);
                }
            }
        }
        self.expect(keys.len() <= deliveries.len(), || {
            format!("one event has several effect keys: {keys:?}")
        });
        payments
    }

    fn check_end(&mut self, payment: &Payment, act: Act) {
        let phase = payment.phase();
        let succeeds = matches!(act, Act::PayExactly | Act::Complete);
        let is_right = if succeeds {
            phase == Phase::Completed
        } else {
            matches!(phase, Phase::Closed(_))
        };
        self.expect(is_right, || format!("after {act:?} the phase is {phase:?}"));
        self.expect(!payment.is_contested(), || {
            format!("the payment is contested: {payment:?}")
        });
        let is_paid = payment.status().is_paid_in_full();
        self.expect(!is_paid || succeeds, || {
            format!("after {act:?} the order is paid in full")
        });
        self.expect(is_paid || act != Act::PayExactly, || {
            format!("the order was paid: {:?}", payment.status())
        });
    }

    /// Finds the order by its reference, or by the provider's id in an observation.
    async fn find(&self, known: Option<&Payment>) -> Option<Payment> {
        let op = self.order.op();
        let by = Lookup::Reference(self.order.reference().clone());
        if let Ok(Some(found)) = op.find(self.gateway, &by).await {
            return Some(found);
        }
        let by = Lookup::Provider(known?.provider_ref()?.clone());
        op.find(self.gateway, &by).await.ok()?
    }

    fn merge(&mut self, parts: &[Payment]) -> Option<Payment> {
        let (first, others) = parts.split_first()?;
        let mut payment = first.clone();
        for part in others {
            let result = payment.merge(part.clone());
            self.expect(result.is_ok(), || {
                format!("an observation is of another payment: {part:?}")
            });
        }
        Some(payment)
    }
}
