//! Deposit addresses.

use async_trait::async_trait;
use payments_core::{InvalidRequest, check};
use payments_facade::address::{AddressRequest, Addresses, DepositAddress};
use payments_facade::layer::Call;
use payments_facade::{Answer, Error, adapter, network};

use super::features::FakeGroup;
use super::gateway::{FakeGateway, plain};
use super::request::FakeRequest;

/// The networks on which every customer has an address.
const NETWORKS: [&str; 2] = [network::TRON, network::ETHEREUM];

/// The same customer and network always have the same address.
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
        &self.features().options.address
    }

    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest> {
        if !self.offers(FakeGroup::Addresses) {
            return Err(InvalidRequest::unsupported("addresses"));
        }
        check::text("customer", request.customer(), 64)?;
        request.options().check(&self.features().options.address)
    }

    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error> {
        Addresses::check(self, request).map_err(self.refuse(Call::Addresses))?;
        let wanted = request.options().network.as_deref();
        let answer = self.send(FakeRequest::Addresses(request.clone()), |_| {
            let networks = NETWORKS.iter().copied();
            let networks = networks.filter(|on| wanted.is_none_or(|wanted| wanted == *on));
            let rows = networks.map(|on| address(request.customer(), on));
            Ok(plain(rows.collect()))
        });
        answer.await.map_err(adapter::read_error)
    }
}
