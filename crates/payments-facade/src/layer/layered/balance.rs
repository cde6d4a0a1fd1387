//! [`Balances`](crate::balance::Balances) of a layered gateway.

use async_trait::async_trait;

use super::{Layer, Layered, called};
use crate::answer::Answer;
use crate::balance::{Balance, Balances};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::layer::call::Call;

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Balances for Layered<G, L> {
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        let call = Call::Balances;
        let inner = called(self.inner.balances(), "balances", call)?;
        self.layer.around(call, || inner.list()).await
    }
}
