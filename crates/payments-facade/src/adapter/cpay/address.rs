//! `getWalletAddress`.

use async_trait::async_trait;
use cpay_client::WalletAddressQuery;
use payments_core::{InvalidRequest, Operation};

use super::{Cpay, PROVIDER, names};
use crate::adapter::{read_error, refused};
use crate::address::{AddressRequest, Addresses, DepositAddress};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::network::is_same;

/// C-Pay returns all networks at once; other networks are filtered out here.
const OPTIONS: &[&str] = &["network"];

#[async_trait]
impl Addresses for Cpay {
    fn supported_options(&self) -> &[&'static str] {
        OPTIONS
    }

    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest> {
        request.options().check(OPTIONS)?;
        WalletAddressQuery::new(request.customer()).check()
    }

    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error> {
        let checked = request.options().check(OPTIONS);
        checked.map_err(|invalid| refused(PROVIDER, "addresses", invalid))?;
        let query = WalletAddressQuery::new(request.customer());
        let response = self.client.wallet_addresses(query).await;
        let response = response.map_err(read_error)?;
        let wanted = request.options().network.as_deref().map(names::common);
        let rows = response.addresses.iter().filter_map(|row| {
            let network = names::common(&row.network);
            let is_wanted = wanted.is_none_or(|wanted| is_same(wanted, network));
            is_wanted.then(|| DepositAddress {
                address: row.address.clone().into(),
                memo: None,
                network: network.to_owned(),
                symbol: Some(row.currency.clone()),
            })
        });
        Ok(Answer::new(rows.collect(), ProviderResponse::new(response)))
    }
}
