//! Addresses and identity checks of a fake gateway.

use async_trait::async_trait;
use payments_core::{InvalidRequest, check};

use super::money_in::{plain, take};
use super::{FakeGateway, FakeGroup, FakeRequest};
use crate::{
    AddressOptions, AddressRequest, Addresses, Answer, Call, Carrier, DepositAddress, Error, Kyc,
    KycPerson, KycReceipt, OptionNames, network, survey,
};

/// The most customers of one submission.
const MOST: usize = 20;

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

    fn check_people(&self, people: &[KycPerson]) -> Result<(), InvalidRequest> {
        if !self.offers(FakeGroup::Kyc) {
            return Err(InvalidRequest::unsupported("kyc"));
        }
        if (1..=MOST).contains(&people.len()) {
            Ok(())
        } else {
            Err(InvalidRequest::request("people", "are none or too many").allowed("1 to 20"))
        }
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

#[async_trait]
impl Kyc for FakeGateway {
    fn most(&self) -> usize {
        MOST
    }

    fn check(&self, people: &[KycPerson]) -> Result<(), InvalidRequest> {
        self.check_people(people)
    }

    async fn submit(&self, people: &[KycPerson]) -> Result<Answer<KycReceipt>, Error> {
        self.check_people(people)
            .map_err(self.local(Call::SubmitKyc))?;
        let submitted = u64::try_from(people.len()).unwrap_or(u64::MAX);
        let told = self.send(FakeRequest::SubmitKyc(people.len()), |_| {
            Ok(plain(KycReceipt {
                submitted,
                accepted: submitted,
            }))
        });
        told.await.map_err(Error::of_read)
    }
}
