//! C-Pay's webhook, the same for orders of all kinds.

use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;

use super::{Cpay, UnsignedWebhooks, reading};
use crate::answer::ProviderResponse;
use crate::gateway::GatewayId;
use crate::lookup::Lookup;
use crate::payment::{Observation, PaymentKind, Source};
use crate::webhook::{Diagnosis, Event, Hint, Received, WebhookError, Webhooks};

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

    /// A webhook that is signed correctly but lacks the order's id is a hint without any setting: the query brings the id, and
    /// with it the effect key that every other report of the event has.
    fn hint(&self, _headers: &HeaderMap, body: &Bytes) -> Result<Hint, WebhookError> {
        let signed = self.webhooks.receive(self.executor.now(), |webhooks| {
            webhooks.receive(body).map_err(refusal)
        });
        let lookup = match signed {
            Ok(event) if event.order_id.is_none() => lookup_without_id(&event)?,
            Err(WebhookError::Refused)
                if self.unsigned_webhooks == UnsignedWebhooks::HintThenQuery =>
            {
                let hint = self.client.webhooks().hint(body).map_err(refusal)?;
                lookup(&hint).ok_or(WebhookError::Refused)?
            }
            Ok(_) => return Err(WebhookError::Refused),
            Err(error) => return Err(error),
        };
        Ok(Hint::new(lookup, cpay_client::ack(), cpay_client::nack()))
    }

    fn diagnose(&self, headers: &HeaderMap, body: &Bytes, now: Timestamp) -> Option<Diagnosis> {
        let error = self.receive(headers, body, now).err()?;
        let by = |webhooks: &cpay_client::Webhooks| webhooks.diagnose(body);
        error
            .diagnosis()
            .or_else(|| self.webhooks.diagnose(now, by))
    }

    fn nack(&self) -> http::Response<Bytes> {
        cpay_client::nack()
    }
}

/// By the best of the references, in the order of the client's own query.
fn lookup(hint: &cpay_client::Hint) -> Option<Lookup> {
    let by_id = hint.order_id().cloned().map(Lookup::Provider);
    let by_reference = || hint.merchant_trade_no().cloned().map(Lookup::Reference);
    let by_hash = || hint.hash().map(|hash| Lookup::Transaction(hash.to_owned()));
    by_id.or_else(by_reference).or_else(by_hash)
}

fn refusal(error: cpay_client::WebhookError) -> WebhookError {
    match error {
        cpay_client::WebhookError::Unreadable { field } => WebhookError::Unreadable { field },
        _ => WebhookError::Refused,
    }
}

/// How the order of a verified webhook without its id is looked up.
fn lookup_without_id(event: &cpay_client::Event) -> Result<Lookup, WebhookError> {
    let by_reference =
        reading::reference(event.merchant_trade_no.as_deref()).map(Lookup::Reference);
    let by_hash = || event.hash.clone().map(Lookup::Transaction);
    by_reference
        .or_else(by_hash)
        .ok_or(WebhookError::Unreadable { field: "orderId" })
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
        .made_at(event.create_time)
        .customer(event.merchant_user_id.clone())
        .metadata(event.ext_info.clone());
    Ok(Event::new(
        gateway.clone(),
        observation,
        effect,
        ProviderResponse::new(event),
        raw.clone(),
    ))
}
