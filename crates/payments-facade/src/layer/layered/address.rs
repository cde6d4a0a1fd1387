//! [`Addresses`](crate::Addresses) of a layered gateway.

use async_trait::async_trait;
use payments_core::InvalidRequest;

use super::{Layer, Layered, called, there};
use crate::layer::call::Call;
use crate::{
    AddressOptions, AddressRequest, Addresses, Answer, DepositAddress, Error, Gateway, OptionNames,
    survey,
};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Addresses for Layered<G, L> {
    fn offers(&self) -> OptionNames {
        let inner = self.inner.addresses();
        inner.map_or_else(|| survey::<AddressOptions>(|_| ()), Addresses::offers)
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
