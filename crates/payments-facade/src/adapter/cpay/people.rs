//! `getWalletAddress` and `submitKYC`.

use async_trait::async_trait;
use cpay_client::{FullName, IdDocument, Person, SubmitKyc, WalletAddressQuery};
use payments_core::{InvalidRequest, Operation};

use super::card::contact;
use super::{Cpay, PROVIDER, names};
use crate::options::{Carrier, required, survey};
use crate::{
    AddressOptions, AddressRequest, Addresses, Answer, DepositAddress, Error, Gender, Kyc,
    KycPerson, KycReceipt, OptionNames, ProviderResponse,
};

struct Options<'a> {
    /// C-Pay gives all networks at once: the others are left out here.
    network: Option<&'a String>,
}

fn options<'a>(options: &mut Carrier<'a, AddressOptions>) -> Options<'a> {
    Options {
        network: options.network(),
    }
}

#[async_trait]
impl Addresses for Cpay {
    fn offers(&self) -> OptionNames {
        survey(|carrier| {
            options(carrier);
        })
    }

    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest> {
        request.carry(options)?;
        WalletAddressQuery::new(request.customer()).check()
    }

    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error> {
        let options = request
            .carry(options)
            .map_err(|invalid| Error::local(PROVIDER, "addresses", invalid))?;
        let query = WalletAddressQuery::new(request.customer());
        let told = self.client.wallet_addresses(query).await;
        let told = told.map_err(Error::of_read)?;
        let wanted = options.network.map(|network| names::common(network));
        let rows = told.addresses.iter().filter_map(|row| {
            let network = names::common(&row.network);
            let is_wanted = wanted.is_none_or(|wanted| crate::network::is_same(wanted, network));
            is_wanted.then(|| DepositAddress {
                address: row.address.clone().into(),
                memo: None,
                network: network.to_owned(),
                symbol: Some(row.currency.clone()),
            })
        });
        Ok(Answer::new(rows.collect(), ProviderResponse::new(told)))
    }
}

fn plan(people: &[KycPerson]) -> Result<SubmitKyc, InvalidRequest> {
    let people: Result<Vec<Person>, InvalidRequest> = people.iter().map(person).collect();
    Ok(SubmitKyc::new(people?))
}

fn person(person: &KycPerson) -> Result<Person, InvalidRequest> {
    let name = FullName::new(person.name.first.expose(), person.name.last.expose());
    let name = match &person.name.middle {
        Some(middle) => name.middle(middle.expose()),
        None => name,
    };
    let gender = match required("gender", person.gender)? {
        Gender::Male => cpay_client::Gender::Male,
        Gender::Female => cpay_client::Gender::Female,
    };
    let document = IdDocument::new(
        person.document.number.expose(),
        person.document.valid_from,
        person.document.valid_until,
    );
    let cards = person.document.card_urls.iter();
    let document = cards.fold(document, |document, url| document.id_card_url(url.expose()));
    let others = person.document.document_urls.iter();
    let document = others.fold(document, |document, url| {
        document.document_url(url.expose())
    });
    Ok(Person::new(
        person.customer.as_str(),
        name,
        person.birthday,
        gender,
        person.country.as_str(),
        contact(&person.contact),
        document,
    ))
}

#[async_trait]
impl Kyc for Cpay {
    fn most(&self) -> usize {
        SubmitKyc::MAX_PEOPLE
    }

    fn check(&self, people: &[KycPerson]) -> Result<(), InvalidRequest> {
        plan(people)?.check()
    }

    async fn submit(&self, people: &[KycPerson]) -> Result<Answer<KycReceipt>, Error> {
        let request =
            plan(people).map_err(|invalid| Error::local(PROVIDER, "submit_kyc", invalid))?;
        let told = self.client.submit_kyc(request).await;
        let told = told.map_err(Error::of_read)?;
        let receipt = KycReceipt {
            submitted: told.submitted,
            accepted: told.accepted,
        };
        Ok(Answer::new(receipt, ProviderResponse::new(told)))
    }
}
