//! [`Webhooks`](crate::webhook::Webhooks) of a layered gateway.

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;

use super::{Layer, Layered, called};
use crate::answer::Answer;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::layer::call::Call;
use crate::lookup::Lookup;
use crate::webhook::{Diagnosis, Hint, Received, Resend, Resent, WebhookError, Webhooks};

#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Webhooks for Layered<G, L> {
    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        let result = self.inner.webhooks().receive(headers, body, now);
        self.layer.received(result.as_ref().map_err(|error| *error));
        result
    }

    fn hint(&self, headers: &HeaderMap, body: &Bytes) -> Result<Hint, WebhookError> {
        self.inner.webhooks().hint(headers, body)
    }

    fn diagnose(&self, headers: &HeaderMap, body: &Bytes, now: Timestamp) -> Option<Diagnosis> {
        self.inner.webhooks().diagnose(headers, body, now)
    }

    fn resending(&self) -> Option<&dyn Resend> {
        self.inner.webhooks().resending().map(|_| self as _)
    }

    fn nack(&self) -> http::Response<Bytes> {
        self.inner.webhooks().nack()
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Resend for Layered<G, L> {
    async fn resend(&self, by: &Lookup) -> Result<Answer<Resent>, Error> {
        let call = Call::ResendWebhooks;
        let inner = called(self.inner.webhooks().resending(), "resend", call)?;
        self.write(call, || inner.resend(by), |_| None).await
    }
}
