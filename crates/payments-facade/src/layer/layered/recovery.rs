//! [`Recovery`](crate::recovery::Recovery) of a layered gateway.

use async_trait::async_trait;

use super::{Layer, Layered};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::layer::call::Call;
use crate::recovery::{LookupResult, Recovery};
use crate::ticket::Ticket;

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Recovery for Layered<G, L> {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let inner = self.inner.recovery();
        self.write(Call::Resolve, || inner.lookup(ticket), |_| None)
            .await
    }
}
