//! Webhooks, statements and recovery, passed on.

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;

use super::{Call, Layer, Wrapped, called};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::recovery::{LookupResult, Recovery};
use crate::statement::{Rows, StatementQuery, Statements, pages};
use crate::ticket::Ticket;
use crate::webhook::{Received, WebhookError, Webhooks};

#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Webhooks for Wrapped<G, L> {
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

    fn nack(&self) -> http::Response<Bytes> {
        self.inner.webhooks().nack()
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Recovery for Wrapped<G, L> {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let inner = self.inner.recovery();
        self.write(Call::Resolve, || inner.lookup(ticket), |_| None)
            .await
    }
}

#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Statements for Wrapped<G, L> {
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a> {
        let query = *query;
        match called(self.inner.statements(), "statements", Call::Statement) {
            Ok(inner) => self.layer.rows(move || inner.rows(&query)),
            Err(error) => {
                let mut error = Some(error);
                pages(move |_| std::future::ready(error.take().map_or(Ok(NO_PAGE), Err)))
            }
        }
    }
}

/// After the refusal.
const NO_PAGE: crate::statement::Page = crate::statement::Page {
    rows: Vec::new(),
    more: false,
};
