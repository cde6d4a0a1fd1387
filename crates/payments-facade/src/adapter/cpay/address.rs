//! `getWalletAddress`.

use async_trait::async_trait;
use cpay_client::WalletAddressQuery;
use payments_core::{InvalidRequest, Operation};

use super::{Cpay, PROVIDER, names};
use crate::options::{Carrier, survey};
use crate::{
    AddressOptions, AddressRequest, Addresses, Answer, DepositAddress, Error, OptionNames,
    ProviderResponse,
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
