//! A webhook, and how an application receives it.

use std::collections::BTreeSet;
use std::error::Error;

use bytes::Bytes;
use http::HeaderMap;
use http::header::HeaderName;
use payments_core::Timestamp;
use payments_facade::webhook::EffectKey;
use payments_facade::{Answer, Gateway, Payment, WebhookError};

/// A webhook as the provider sent it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The headers that authenticate it, if any: signature, timestamp, account. A webhook without one of them, or with a changed
    /// one, must be refused.
    pub proof: Vec<HeaderName>,
}

/// A webhook that was accepted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Accepted {
    /// What the webhook reports or, if it is a hint, what its query found. `None` if it was about nothing, or nothing was found.
    pub payment: Option<Payment>,
    /// The effect key of the event or, if it is a hint, every key of what its query found.
    pub effect_keys: BTreeSet<EffectKey>,
    /// The reply after the payment was committed.
    pub reply: http::Response<Bytes>,
}

impl Delivery {
    /// A webhook that is authenticated by its body only.
    #[must_use]
    pub const fn new(headers: HeaderMap, body: Bytes) -> Self {
        Self {
            headers,
            body,
            proof: Vec::new(),
        }
    }

    /// Receives the webhook as an application does: an event states the payment, and a
    /// [signed hint](payments_facade::webhook::Hint::is_signed) is followed by a query of it.
    ///
    /// # Errors
    /// The gateway's [`WebhookError`], or the error of the query.
    pub async fn receive(
        &self,
        gateway: &dyn Gateway,
        now: Timestamp,
    ) -> Result<Accepted, Box<dyn Error + Send + Sync>> {
        let webhooks = gateway.webhooks();
        match webhooks.receive(&self.headers, &self.body, now) {
            Ok(received) => {
                let reply = received.ack();
                let event = received.into_event();
                return Ok(Accepted {
                    effect_keys: BTreeSet::from([event.effect_key().clone()]),
                    payment: Some(event.into_payment()),
                    reply,
                });
            }
            Err(WebhookError::OnlyHint) => {}
            Err(error) => return Err(error.into()),
        }
        let hint = webhooks.hint(&self.headers, &self.body)?;
        if !hint.is_signed() {
            return Err(WebhookError::OnlyHint.into());
        }
        let queried = hint.query(gateway).await?;
        let reply = queried.reply();
        let payment = queried.into_payment().map(Answer::into_inner);
        let observations = payment.iter().flat_map(Payment::observations);
        let keys = observations.filter_map(|one| one.effect_key().cloned());
        Ok(Accepted {
            effect_keys: keys.collect(),
            payment,
            reply,
        })
    }
}
