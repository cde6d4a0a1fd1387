//! Swaps.

use payments_core::Error;
#[cfg(doc)]
use payments_core::Outcome;

use super::Client;
use crate::v2::list::Page;
use crate::v2::op::{
    EstimateSwap, Swap, SwapCoins, SwapCoinsQuery, SwapEstimate, SwapQuery, SwapRecord, Swapped,
    SwapsQuery,
};

/// Swaps.
impl Client {
    /// Returns the coins that can be swapped. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getSwapCoinList")]
    pub async fn swap_coins(&self) -> Result<SwapCoins, Error> {
        self.call(&SwapCoinsQuery::new()).await
    }

    /// Returns what a swap would yield. Nothing is moved or reserved. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "estimate")]
    pub async fn estimate_swap(&self, request: EstimateSwap) -> Result<SwapEstimate, Error> {
        self.call(&request).await
    }

    /// Exchanges coins, at once. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), and never swap under a new id
    /// before it is resolved.
    pub async fn swap(&self, request: Swap) -> Result<Swapped, Error> {
        self.call(&request).await
    }

    /// Returns a swap. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getSwapRecord")]
    pub async fn swap_record(&self, request: SwapQuery) -> Result<SwapRecord, Error> {
        self.call(&request).await
    }

    /// Returns a page of swaps; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getSwapRecordList")]
    pub async fn swap_records(&self, request: SwapsQuery) -> Result<Page<SwapRecord>, Error> {
        self.call(&request).await
    }
}
