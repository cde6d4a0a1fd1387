//! An event as JSON, for the program that books it.

use payments_core::BoxError;
use payments_store::StoredEvent;
use serde::Serialize;

use crate::payment_view::PaymentView;

#[derive(Serialize)]
struct Body<'a> {
    effect_key: &'a str,
    gateway: &'a str,
    received_at_ms: u64,
    attempt: u64,
    /// The payment with everything that was received of it.
    payment: PaymentView,
    /// What this event alone reports.
    event: PaymentView,
}

pub(super) fn event_json(event: &StoredEvent) -> Result<Vec<u8>, BoxError> {
    Ok(serde_json::to_vec(&Body {
        effect_key: event.effect_key().as_str(),
        gateway: event.gateway().as_str(),
        received_at_ms: event.received_at().as_millis(),
        attempt: event.attempt(),
        payment: PaymentView::from(event.after()),
        event: PaymentView::from(event.event()),
    })?)
}
