//! Addresses, passed on.

use async_trait::async_trait;
use payments_core::InvalidRequest;

use super::{Call, Layer, Wrapped, called, there};
use crate::address::{AddressRequest, Addresses, DepositAddress};
use crate::answer::Answer;
use crate::error::Error;
use crate::gateway::Gateway;

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Addresses for Wrapped<G, L> {
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
