//! [`Webhooks`](crate::webhook::Webhooks) of a layered gateway.

use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;

use super::{Layer, Layered};
use crate::gateway::Gateway;
use crate::webhook::{Diagnosis, Hint, Received, WebhookError, Webhooks};

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

    fn nack(&self) -> http::Response<Bytes> {
        self.inner.webhooks().nack()
    }
}
