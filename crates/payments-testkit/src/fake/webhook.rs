//! Receiving webhooks.

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use payments_core::Timestamp;
use payments_facade::answer::ProviderResponse;
use payments_facade::payment::Source;
use payments_facade::webhook::{Cause, Diagnosis, Event, Resend, Resent, Webhooks};
use payments_facade::{Answer, Error, Gateway, Lookup, Received, WebhookError, adapter};

use super::gateway::FakeGateway;
use super::message;
use super::request::FakeRequest;

impl Webhooks for FakeGateway {
    fn receive(
        &self,
        _headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        self.accepted_keys().receive(now, |key| {
            let fields = key
                .verify_webhook(body)
                .map_err(|_| WebhookError::Refused)?;
            if fields.get("gateway") != Some(self.id().as_str()) {
                return Err(WebhookError::Refused);
            }
            let event = fields.try_map(|fields| {
                let order = message::read(&fields)?;
                Ok(Event::new(
                    self.id().clone(),
                    order.observation(self.id(), Source::Event),
                    order.effect_key(self.id()),
                    ProviderResponse::new(order),
                    body.clone(),
                ))
            })?;
            Ok(Received::verified(event, reply(StatusCode::OK, "received")))
        })
    }

    fn diagnose(&self, headers: &HeaderMap, body: &Bytes, now: Timestamp) -> Option<Diagnosis> {
        let error = self.receive(headers, body, now).err()?;
        let signed = self
            .accepted_keys()
            .diagnose(now, |key| key.diagnose_webhook(body));
        // Signed correctly, so it is for another gateway, or unreadable.
        signed.or_else(|| {
            let cause = match error {
                WebhookError::Unreadable { .. } => Cause::UnreadableField,
                _ => Cause::OtherAccount,
            };
            Some(Diagnosis::new(cause, error.to_string()))
        })
    }

    fn resending(&self) -> Option<&dyn Resend> {
        Some(self)
    }

    fn nack(&self) -> Response<Bytes> {
        reply(StatusCode::INTERNAL_SERVER_ERROR, "again")
    }
}

/// The webhook of the order's current state. None is sent if there is no such order.
#[async_trait]
impl Resend for FakeGateway {
    async fn resend(&self, by: &Lookup) -> Result<Answer<Resent>, Error> {
        let resent = self.send(FakeRequest::ResendWebhooks(by.clone()), |state| {
            let found = state.orders.iter().find(|order| order.matches(by)).cloned();
            if let Some(order) = &found {
                self.notify(state, order);
            }
            let from = found.as_ref().map_or(state.now, |order| order.made_at);
            let resent = Resent::new(from, state.now, Some(u64::from(found.is_some())));
            Ok(Answer::new(resent, ProviderResponse::new(found)))
        });
        resent.await.map_err(adapter::read_error)
    }
}

fn reply(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::from_static(text.as_bytes()));
    *reply.status_mut() = status;
    reply
}
