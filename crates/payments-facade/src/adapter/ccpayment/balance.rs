//! `assets`.

use async_trait::async_trait;
use ccpayment_client::v1::AssetsQuery;
use payments_core::Asset;

use super::Ccpayment;
use crate::adapter::read_error;
use crate::answer::{Answer, ProviderResponse};
use crate::balance::{Balance, Balances};
use crate::error::Error;

#[async_trait]
impl Balances for Ccpayment {
    /// One row for each coin on all networks. A row whose coin is not a valid symbol is left out. The typed response contains it.
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        let response = self.client.assets(AssetsQuery::all()).await;
        let response = response.map_err(read_error)?;
        let rows = response.assets.iter().filter_map(|row| {
            Some(Balance {
                asset: Asset::new(row.crypto.as_str()).ok()?,
                available: row.value,
                held: None,
            })
        });
        Ok(Answer::new(rows.collect(), ProviderResponse::new(response)))
    }
}
