//! The callback to an order's `notifyPage`.

use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;

use super::{ChainupOpay, reading};
use crate::answer::ProviderResponse;
use crate::gateway::GatewayId;
use crate::webhook::{Diagnosis, Event, Received, WebhookError, Webhooks};

/// It takes the time of a private-key operation, or two while previous keys are accepted. All messages that are not authentic must be
/// refused alike, because anyone can send messages to the URL, and they are decrypted before they are verified.
impl Webhooks for ChainupOpay {
    fn receive(
        &self,
        _headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        self.webhooks.receive(now, |webhooks| {
            let event = webhooks.receive(body).map_err(refusal)?;
            let event = event.map(|event| read(&self.id, event, body));
            Ok(Received::verified(event, webhooks.ack()))
        })
    }

    fn diagnose(&self, headers: &HeaderMap, body: &Bytes, now: Timestamp) -> Option<Diagnosis> {
        let error = self.receive(headers, body, now).err()?;
        let by = |webhooks: &chainup_opay_client::Webhooks| webhooks.diagnose(body);
        error
            .diagnosis()
            .or_else(|| self.webhooks.diagnose(now, by))
    }

    fn nack(&self) -> http::Response<Bytes> {
        chainup_opay_client::nack()
    }
}

fn refusal(error: chainup_opay_client::WebhookError) -> WebhookError {
    match error {
        chainup_opay_client::WebhookError::Unreadable { field } => {
            WebhookError::Unreadable { field }
        }
        _ => WebhookError::Refused,
    }
}

fn read(gateway: &GatewayId, event: chainup_opay_client::Event, raw: &Bytes) -> Event {
    let observation = reading::event(&event);
    let effect = reading::effect(gateway, &event.order_num, &event.status);
    Event::new(
        gateway.clone(),
        observation,
        effect,
        ProviderResponse::new(event),
        raw.clone(),
    )
}
