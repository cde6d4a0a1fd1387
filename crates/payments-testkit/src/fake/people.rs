//! Addresses of a fake gateway.

use async_trait::async_trait;
use payments_core::{InvalidRequest, check};

use super::money_in::plain;
use super::{FakeGateway, FakeGroup, FakeRequest};
use payments_facade::adapter;
use payments_facade::address::{AddressRequest, Addresses, DepositAddress};
use payments_facade::layer::Call;
use payments_facade::{Answer, Error, network};

impl FakeGateway {
    fn wanted<'a>(&self, request: &'a AddressRequest) -> Result<Option<&'a str>, InvalidRequest> {
        if !self.offers(FakeGroup::Addresses) {
            return Err(InvalidRequest::unsupported("addresses"));
        }
        check::text("customer", request.customer(), 64)?;
        request.options().check(&self.plan().options.address)?;
        Ok(request.options().network.as_deref())
    }
}

/// The same for the same customer, always.
fn address(customer: &str, on: &str) -> DepositAddress {
    DepositAddress {
        address: format!("address-of-{customer}-on-{on}").into(),
        memo: network::needs_memo(on).then(|| customer.into()),
        network: on.to_owned(),
        symbol: None,
    }
}

#[async_trait]
impl Addresses for FakeGateway {
    fn supported_options(&self) -> &[&'static str] {
        &self.plan().options.address
    }

    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest> {
        self.wanted(request).map(drop)
    }

    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error> {
        let wanted = self.wanted(request).map_err(self.local(Call::Addresses))?;
        let told = self.send(FakeRequest::Addresses(request.clone()), |_| {
            let networks = self.plan().networks.iter();
            let networks = networks.filter(|on| wanted.is_none_or(|wanted| wanted == on.as_str()));
            let rows = networks.map(|on| address(request.customer(), on));
            Ok(plain(rows.collect()))
        });
        told.await.map_err(adapter::read_error)
    }
}
