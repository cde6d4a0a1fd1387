//! `getMerchantBalance`.

use async_trait::async_trait;
use payments_core::Asset;

use super::Cpay;
use crate::adapter::read_error;
use crate::answer::{Answer, ProviderResponse};
use crate::balance::{Balance, Balances};
use crate::error::Error;

#[async_trait]
impl Balances for Cpay {
    /// A row whose currency is not a valid symbol is left out. The typed response contains it.
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        let response = self.client.balances().await.map_err(read_error)?;
        let rows = response.balances.iter().filter_map(|row| {
            Some(Balance {
                asset: Asset::new(row.currency.as_str()).ok()?,
                available: row.available,
                held: row.frozen,
            })
        });
        Ok(Answer::new(rows.collect(), ProviderResponse::new(response)))
    }
}
