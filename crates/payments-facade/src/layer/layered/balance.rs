//! [`Balances`](crate::Balances) of a layered gateway.

use async_trait::async_trait;

use super::{Layer, Layered, called};
use crate::layer::call::Call;
use crate::{Answer, Balance, Balances, Error, Gateway};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Balances for Layered<G, L> {
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        let call = Call::Balances;
        let inner = called(self.inner.balances(), "balances", call)?;
        self.layer.around(call, || inner.list()).await
    }
}
