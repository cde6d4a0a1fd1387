//! The callback to an order's `notifyPage`.

use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;

use super::{ChainupOpay, reading};
use crate::{Event, GatewayId, ProviderResponse, Received, WebhookError, Webhooks};

/// It takes the time of a private-key operation, and of two while previous keys are taken. Whatever is refused is refused
/// alike; keep it so, for the URL is open to everybody, and what is sent there has to be decrypted first.
impl Webhooks for ChainupOpay {
    fn receive(
        &self,
        _headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        self.webhooks.receive(now, |webhooks| {
            let event = webhooks.receive(body).map_err(|_| WebhookError::Refused)?;
            let event = event.map(|event| read(&self.id, event, body));
            Ok(Received::verified(event, webhooks.ack()))
        })
    }

    fn nack(&self) -> http::Response<Bytes> {
        chainup_opay_client::nack()
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
