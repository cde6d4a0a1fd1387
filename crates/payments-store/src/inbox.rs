//! The inbox: webhooks are verified, stored, committed and only then acknowledged.

mod dead;
mod delivery;
pub(crate) mod hint;
mod list;
mod result;
pub(crate) mod writer;

pub use dead::DiscardError;
pub use delivery::{Delivery, DeliveryContent, DeliveryState, Discarded};
pub use result::WebhookResult;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response};
use payments_core::{MerchantRef, Timestamp};
use payments_facade::webhook::EffectKey;
use payments_facade::{Gateway, Payment, Received};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;

use self::writer::Intake;
use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Value, within};
use crate::error::StoreError;
use crate::store::Store;

/// How long a webhook waits to be written before it is refused.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl Store {
    /// Verifies a webhook, stores its event and returns the reply for the sender.
    ///
    /// It acknowledges only what is committed, and what was committed before. Everything else gets the reply that makes the
    /// provider send the webhook again: a webhook that cannot be verified, one that arrives while the queue is full, and one
    /// that the database does not take within 10 seconds.
    ///
    /// For a [`Hint`](payments_facade::webhook::Hint) it queries the provider, within [`query_time`](crate::Settings::query_time).
    /// Each event that the answer states is stored under its effect key, and acknowledged as
    /// [`Queried`](payments_facade::webhook::Queried) describes it. A check of the URL is acknowledged. A hint about a payment
    /// that was not found, or that the account is configured not to query, is not.
    ///
    /// If the future is dropped, the event may be stored nevertheless. The provider then sends it again, which is a repeat.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use payments_facade::Gateway;
    /// use payments_store::Store;
    ///
    /// // In any web framework, with the unchanged headers and body.
    /// async fn webhook(store: &Store, gateway: &dyn Gateway, headers: &http::HeaderMap, body: &Bytes) -> http::Response<Bytes> {
    ///     store.receive(gateway, headers, body).await
    /// }
    /// # let _ = webhook;
    /// ```
    pub async fn receive(
        &self,
        gateway: &dyn Gateway,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Response<Bytes> {
        self.receive_with_result(gateway, headers, body).await.0
    }

    /// As [`receive`](Self::receive), with what became of the webhook, for statistics.
    pub async fn receive_with_result(
        &self,
        gateway: &dyn Gateway,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> (Response<Bytes>, WebhookResult) {
        let webhooks = gateway.webhooks();
        let acknowledged = match webhooks.receive(headers, body, self.now()) {
            Ok(received) => match self.keep_event(&received).await {
                Ok(result) => Ok((received.ack(), result)),
                Err(_) => Err(WebhookResult::NotStored),
            },
            Err(_) => match webhooks.hint(headers, body) {
                Ok(hint) => self.follow(gateway, hint, body).await,
                Err(_) => Err(WebhookResult::NotGenuine),
            },
        };
        acknowledged.unwrap_or_else(|refused| (webhooks.nack(), refused))
    }

    /// Stores the event of a verified webhook; as [`receive`](Self::receive), with the reason if it could not be stored.
    ///
    /// # Errors
    /// [`StoreError`]: reply with [`nack`](payments_facade::webhook::Webhooks::nack).
    pub async fn keep(&self, received: &Received) -> Result<(), StoreError> {
        self.keep_event(received).await.map(|_| ())
    }

    async fn keep_event(&self, received: &Received) -> Result<WebhookResult, StoreError> {
        let event = received.event();
        let (key, payment) = (event.effect_key(), event.payment());
        let row = row(key, "webhook", event.raw(), payment, self.now())?;
        self.write_rows(vec![row]).await
    }

    /// Commits new deliveries, together with others that are waiting. Returns whether any of them was new.
    async fn write_rows(&self, rows: Vec<Vec<Value>>) -> Result<WebhookResult, StoreError> {
        let ended = || unavailable("the task that writes webhooks has ended");
        let mut results = Vec::with_capacity(rows.len());
        for row in rows {
            let (reply, result) = oneshot::channel();
            let sent = self.intake.try_send(Intake { row, reply });
            sent.map_err(|error| match error {
                TrySendError::Full(_) => unavailable("too many webhooks are waiting to be written"),
                TrySendError::Closed(_) => ended(),
            })?;
            results.push(result);
        }
        let is_any_new = within(LONGEST_WAIT, async {
            let mut is_any_new = false;
            for result in results {
                is_any_new |= result.await.map_err(|_| ended())??;
            }
            Ok::<_, StoreError>(is_any_new)
        });
        Ok(match is_any_new.await? {
            true => WebhookResult::Stored,
            false => WebhookResult::Repeated,
        })
    }
}

/// The values of a new delivery, as the writer's statement takes them.
///
/// - `source`: `webhook`, `query` for an answer to the query that a hint caused, or `reconciler`.
/// - `payment`: what was stated, of which the observation with this key is the event.
pub(crate) fn row(
    key: &EffectKey,
    source: &str,
    body: &Bytes,
    payment: &Payment,
    now: Timestamp,
) -> Result<Vec<Value>, StoreError> {
    Ok(vec![
        key.as_str().into(),
        payment.gateway().as_str().into(),
        source.into(),
        body.clone().into(),
        document::write("event", key.as_str(), payment)?.into(),
        now.into(),
        payment.reference().map_or("", MerchantRef::as_str).into(),
    ])
}

fn unavailable(text: &str) -> StoreError {
    StoreError::Engine(EngineError::new(EngineErrorKind::Unavailable, text))
}
