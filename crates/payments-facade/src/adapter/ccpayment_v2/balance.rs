//! `getAppCoinAssetList`.

use async_trait::async_trait;
use payments_core::Asset;

use super::CcpaymentV2;
use crate::adapter::read_error;
use crate::answer::{Answer, ProviderResponse};
use crate::balance::{Balance, Balances};
use crate::error::Error;

#[async_trait]
impl Balances for CcpaymentV2 {
    /// One row for each coin on all networks. A row whose coin has no valid symbol is left out: the typed response contains it.
    /// A balance that the provider leaves empty is not stated; it is not zero.
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        let response = self.client.assets().await.map_err(read_error)?;
        let rows = response.assets.iter().filter_map(|row| {
            Some(Balance {
                asset: Asset::new(row.coin_symbol.as_deref()?).ok()?,
                available: row.available,
                held: None,
            })
        });
        Ok(Answer::new(rows.collect(), ProviderResponse::new(response)))
    }
}
