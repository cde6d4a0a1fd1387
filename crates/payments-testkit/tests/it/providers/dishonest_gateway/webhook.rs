//! Webhooks with defects.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;
use payments_facade::answer::ProviderResponse;
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::webhook::{EffectKey, Event, Hint, Resend, Webhooks};
use payments_facade::{Answer, Gateway as _, Payment, Phase, Received, WebhookError};

use super::{Defect, DishonestGateway};

impl DishonestGateway {
    fn event(&self, observation: Observation, key: EffectKey, body: &Bytes) -> Event {
        let response = ProviderResponse::new(());
        Event::new(self.id().clone(), observation, key, response, body.clone())
    }

    /// An effect key that says nothing of the event.
    fn wrong_key(&self) -> EffectKey {
        let number = match self.defect {
            Defect::ChangesEffectKey => self.keys.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
        EffectKey::new(self.id(), "event", &number.to_string())
    }

    /// What the query of a hint finds, under another effect key.
    pub(super) fn with_wrong_key(&self, found: Answer<Payment>) -> Answer<Payment> {
        found.map(|payment| {
            let observation = Observation::new(Source::Queried, payment.kind())
                .reference(payment.reference().cloned())
                .provider_ref(payment.provider_ref().cloned())
                .phase(payment.phase(), "")
                .effect(Some(self.wrong_key()));
            Payment::new(self.id().clone(), observation)
        })
    }
}

/// The event's identity and phase, without amounts.
fn without_amounts(event: &Event) -> Observation {
    Observation::new(Source::Event, event.kind())
        .reference(event.reference().cloned())
        .provider_ref(event.provider_ref().cloned())
        .phase(event.status().phase, "")
}

impl Webhooks for DishonestGateway {
    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        let received = match self.inner.webhooks().receive(headers, body, now) {
            Ok(received) => received,
            Err(error)
                if self.defect == Defect::AcceptsUnverified && error != WebhookError::OnlyHint =>
            {
                let observation = Observation::new(Source::Event, PaymentKind::Unstated)
                    .phase(Phase::Completed, "14");
                let key = EffectKey::new(self.id(), "event", "14");
                let ack = http::Response::new(Bytes::from_static(b"OK"));
                return Ok(Received::attested(self.event(observation, key, body), ack));
            }
            Err(error) => return Err(error),
        };
        let event = received.event();
        let event = match self.defect {
            Defect::NeverAcknowledges => {
                return Ok(Received::attested(event.clone(), self.nack()));
            }
            Defect::ChangesEffectKey | Defect::SharesEffectKey => {
                let transaction = event.payment().transactions().next().map(str::to_owned);
                let observation = without_amounts(event)
                    .paid(event.money())
                    .transaction(transaction);
                self.event(observation, self.wrong_key(), body)
            }
            Defect::HidesUnderpayment => {
                self.event(without_amounts(event), event.effect_key().clone(), body)
            }
            _ => return Ok(received),
        };
        Ok(Received::attested(event, received.ack()))
    }
    fn hint(&self, headers: &HeaderMap, body: &Bytes) -> Result<Hint, WebhookError> {
        let hint = self.inner.webhooks().hint(headers, body)?;
        if self.defect == Defect::NeverAcknowledges && hint.is_signed() {
            let kind = hint.kind();
            return Ok(Hint::signed(hint.lookup().cloned(), self.nack(), self.nack()).about(kind));
        }
        Ok(hint)
    }

    fn resending(&self) -> Option<&dyn Resend> {
        self.inner.webhooks().resending()
    }

    fn nack(&self) -> http::Response<Bytes> {
        self.inner.webhooks().nack()
    }
}
