//! Receiving webhooks.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use payments_core::Timestamp;
use payments_facade::answer::ProviderResponse;
use payments_facade::payment::Source;
use payments_facade::webhook::{Cause, Diagnosis, Event, Webhooks};
use payments_facade::{Gateway, Received, WebhookError};

use super::gateway::FakeGateway;
use super::message;

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

    fn nack(&self) -> Response<Bytes> {
        reply(StatusCode::INTERNAL_SERVER_ERROR, "again")
    }
}

fn reply(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::from_static(text.as_bytes()));
    *reply.status_mut() = status;
    reply
}
