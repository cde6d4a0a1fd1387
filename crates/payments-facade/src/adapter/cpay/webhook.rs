//! C-Pay's webhook, the same for orders of all kinds.

use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;

use super::{Cpay, reading};
use crate::answer::ProviderResponse;
use crate::gateway::GatewayId;
use crate::payment::{Observation, PaymentKind, Source};
use crate::webhook::{Event, Received, WebhookError, Webhooks};

impl Webhooks for Cpay {
    fn receive(
        &self,
        _headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        self.webhooks.receive(now, |webhooks| {
            let event = webhooks.receive(body).map_err(refusal)?;
            let event = event.try_map(|event| read(&self.id, event, body))?;
            Ok(Received::verified(event, cpay_client::ack()))
        })
    }

    fn nack(&self) -> http::Response<Bytes> {
        cpay_client::nack()
    }
}

fn refusal(error: cpay_client::WebhookError) -> WebhookError {
    match error {
        cpay_client::WebhookError::Unreadable { field } => WebhookError::Unreadable { field },
        _ => WebhookError::Refused,
    }
}

/// The webhook does not state the kind of the order. Without a reference it is a deposit.
fn read(
    gateway: &GatewayId,
    event: cpay_client::Event,
    raw: &Bytes,
) -> Result<Event, WebhookError> {
    let money = |amount| {
        reading::money(
            reading::amount_once_final(amount, &event.status),
            event.crypto_currency.as_deref(),
            event.network.as_deref(),
        )
    };
    let trade_no = event.merchant_trade_no.as_deref();
    let kind = match trade_no {
        Some(_) => PaymentKind::Unstated,
        None => PaymentKind::Deposit,
    };
    // A query's key contains the order's id. With another id here, the same event would be booked twice.
    let id = event.order_id.as_ref();
    let id = id.ok_or(WebhookError::Unreadable { field: "orderId" })?;
    let effect = reading::effect(gateway, id.as_str(), &event.status);
    let observation = Observation::new(Source::Event, kind)
        .reference(reading::reference(trade_no))
        .provider_ref(event.order_id.clone())
        .phase(reading::phase(&event.status), event.status.as_str())
        .paid(money(event.actual_amount))
        .credited(money(event.received_amount))
        .fee(money(event.fee))
        .transaction(event.hash.clone())
        .made_at(event.create_time);
    Ok(Event::new(
        gateway.clone(),
        observation,
        effect,
        ProviderResponse::new(event),
        raw.clone(),
    ))
}
