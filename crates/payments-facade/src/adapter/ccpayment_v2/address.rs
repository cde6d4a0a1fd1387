//! `getOrCreateAppDepositAddress`.

use async_trait::async_trait;
use ccpayment_client::v2::AssignAddress;
use payments_core::InvalidRequest;

use super::{CcpaymentV2, NAME, check_request};
use crate::adapter::ccpayment_shared::names;
use crate::adapter::{read_error, refused, required, with};
use crate::address::{AddressRequest, Addresses, DepositAddress};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;

const OPTIONS: &[&str] = &["network", "notify_url"];

/// The request, and its network.
fn plan(request: &AddressRequest) -> Result<(AssignAddress, &str), InvalidRequest> {
    let options = request.options();
    InvalidRequest::all([options.check(OPTIONS), options.require(&["network"])])?;
    let network = required("network", &options.network)?;
    let query = AssignAddress::new(request.customer(), names::chain(network));
    let query = with!(query, notify_url: options.notify_url);
    check_request("customer", request.customer(), &query)?;
    Ok((query, names::common(network)))
}

#[async_trait]
impl Addresses for CcpaymentV2 {
    fn supported_options(&self) -> &[&'static str] {
        OPTIONS
    }

    fn check(&self, request: &AddressRequest) -> Result<(), InvalidRequest> {
        plan(request).map(drop)
    }

    /// One row: the address accepts every coin of its network that is enabled for the account. The same customer and network get
    /// the same address.
    async fn get(&self, request: &AddressRequest) -> Result<Answer<Vec<DepositAddress>>, Error> {
        let (query, network) =
            plan(request).map_err(|invalid| refused(NAME, "addresses", invalid))?;
        let response = self.client.deposit_address(query).await;
        let response = response.map_err(read_error)?;
        let row = DepositAddress {
            address: response.address.clone().into(),
            memo: response.memo.clone().map(Into::into),
            network: network.to_owned(),
            symbol: None,
        };
        Ok(Answer::new(vec![row], ProviderResponse::new(response)))
    }
}
