//! Addresses of a fake gateway.

use async_trait::async_trait;
use payments_core::{InvalidRequest, check};

use super::money_in::{plain, take};
use super::{FakeGateway, FakeGroup, FakeRequest};
use payments_facade::{
    AddressOptions, AddressRequest, Addresses, Answer, Call, Carrier, DepositAddress, Error,
    OptionNames, network, survey,
};

impl FakeGateway {
    fn take_addresses<'a>(&self, carrier: &mut Carrier<'a, AddressOptions>) -> Option<&'a String> {
        take!(self, carrier, notify_url);
        if self.plan().withheld.contains(&"network") {
            return None;
        }
        carrier.network()
    }

    fn wanted<'a>(
        &self,
        request: &'a AddressRequest,
    ) -> Result<Option<&'a String>, InvalidRequest> {
        if !self.offers(FakeGroup::Addresses) {
            return Err(InvalidRequest::unsupported("addresses"));
        }
        check::text("customer", request.customer(), 64)?;
        request.carry(|carrier| self.take_addresses(carrier))
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
    fn offers(&self) -> OptionNames {
        survey(|carrier| {
            self.take_addresses(carrier);
        })
    }

    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest> {
        self.wanted(request).map(drop)
    }

    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error> {
        let wanted = self.wanted(request).map_err(self.local(Call::Addresses))?;
        let told = self.send(FakeRequest::Addresses(request.clone()), |_| {
            let networks = self.plan().networks.iter();
            let networks = networks.filter(|on| wanted.is_none_or(|wanted| wanted == *on));
            let rows = networks.map(|on| address(request.customer(), on));
            Ok(plain(rows.collect()))
        });
        told.await.map_err(Error::of_read)
    }
}
