//! Hints: webhooks that prove nothing, so that the provider is queried.

use bytes::Bytes;
use http::Response;
use payments_facade::Gateway;
use payments_facade::webhook::{Hint, Queried};

use super::{WebhookResult, row};
use crate::store::Store;

impl Store {
    /// Queries what a hint names, commits every event that the answer states, and returns the reply. An error if the provider has
    /// to send the webhook again.
    pub(super) async fn follow(
        &self,
        gateway: &dyn Gateway,
        hint: Hint,
        body: &Bytes,
    ) -> Result<(Response<Bytes>, WebhookResult), WebhookResult> {
        let (is_signed, names_payment) = (hint.is_signed(), hint.lookup().is_some());
        let queried = tokio::select! {
            queried = self.query_hint(gateway, hint) => queried,
            () = self.clock.sleep(self.settings.query_time) => None,
        };
        let queried = queried.ok_or(WebhookResult::NotAnswered)?;
        let Some(payment) = queried.payment() else {
            // Of a payment that was not queried nothing is stored, so nothing is acknowledged either.
            return match names_payment {
                true => Err(WebhookResult::NotAnswered),
                false => Ok((queried.reply(), WebhookResult::Empty)),
            };
        };
        // What a stranger may have written must not reach a handler.
        let body = if is_signed {
            body.clone()
        } else {
            Bytes::new()
        };
        let keys = payment.observations().iter();
        let keys = keys.filter_map(|one| one.effect_key());
        let rows = keys.map(|key| row(key, "query", &body, payment, self.now()));
        let rows = rows.collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(|_| WebhookResult::NotStored)?;
        let result = self.write_rows(rows).await;
        let result = result.map_err(|_| WebhookResult::NotStored)?;
        Ok((queried.reply(), result))
    }

    async fn query_hint(&self, gateway: &dyn Gateway, hint: Hint) -> Option<Queried> {
        let _permit = match hint.is_signed() {
            true => self.signed_queries.acquire().await.ok()?,
            false => self.unsigned_queries.try_acquire().ok()?,
        };
        hint.query(gateway).await.ok()
    }
}
