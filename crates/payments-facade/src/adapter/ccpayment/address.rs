//! `payment/address/get`.

use async_trait::async_trait;
use ccpayment_client::v1::AssignAddress;
use payments_core::{InvalidRequest, Operation};

use super::{Ccpayment, PROVIDER, names};
use crate::options::{Carrier, required, survey};
use crate::{
    AddressOptions, AddressRequest, Addresses, Answer, DepositAddress, Error, OptionNames,
    ProviderResponse,
};

struct Options<'a> {
    network: Option<&'a String>,
    notify_url: Option<&'a String>,
}

fn options<'a>(options: &mut Carrier<'a, AddressOptions>) -> Options<'a> {
    Options {
        network: options.network(),
        notify_url: options.notify_url(),
    }
}

/// The question, and the network it is about.
fn plan(request: &AddressRequest) -> Result<(AssignAddress, &str), InvalidRequest> {
    let options = request.carry(options)?;
    let network = required("network", options.network)?;
    let query = AssignAddress::new(request.customer(), names::chain(network));
    let query = match options.notify_url {
        Some(url) => query.notify_url(url),
        None => query,
    };
    query.check()?;
    Ok((query, names::common(network)))
}

#[async_trait]
impl Addresses for Ccpayment {
    fn offers(&self) -> OptionNames {
        survey(|carrier| {
            options(carrier);
        })
    }

    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest> {
        plan(request).map(drop)
    }

    /// One row: the address takes every coin of its network that the account has switched on.
    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error> {
        let (query, network) =
            plan(request).map_err(|invalid| Error::local(PROVIDER, "addresses", invalid))?;
        let told = self.client.deposit_address(query).await;
        let told = told.map_err(Error::of_read)?;
        let row = DepositAddress {
            address: told.address.clone().into(),
            memo: told.memo.clone().map(Into::into),
            network: network.to_owned(),
            symbol: None,
        };
        Ok(Answer::new(vec![row], ProviderResponse::new(told)))
    }
}
