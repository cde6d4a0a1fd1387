//! [`Addresses`](crate::address::Addresses) of a layered gateway.

use async_trait::async_trait;
use payments_core::InvalidRequest;

use super::{Layer, Layered, called, there};
use crate::address::{AddressRequest, Addresses, DepositAddress};
use crate::answer::Answer;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::layer::call::Call;

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Addresses for Layered<G, L> {
    fn supported_options(&self) -> &[&'static str] {
        let inner = self.inner.addresses();
        inner.map_or(&[], Addresses::supported_options)
    }

    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest> {
        there(self.inner.addresses(), "addresses")?.check(request)
    }

    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error> {
        let call = Call::Addresses;
        let inner = called(self.inner.addresses(), "addresses", call)?;
        self.write(call, || inner.get(request), |_| None).await
    }
}
