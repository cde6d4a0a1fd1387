//! Coins, currencies, chains, balances, and requests to look again.

use payments_core::Error;
#[cfg(doc)]
use payments_core::Outcome;

use super::Client;
use crate::v2::op::{
    AssetQuery, Assets, AssetsQuery, Chains, ChainsQuery, CoinQuery, Coins, CoinsQuery, Fiats,
    FiatsQuery, OneAsset, OneCoin, Prices, PricesQuery, RescanTransaction, Rescanned,
    ResendWebhooks, Resent,
};

/// Coins, currencies, chains, balances, and requests to look again.
impl Client {
    /// Returns the coins that the merchant has enabled, with their chains. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getCoinList")]
    pub async fn coins(&self) -> Result<Coins, Error> {
        self.call(&CoinsQuery::new()).await
    }

    /// Returns one coin. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getCoin")]
    pub async fn coin(&self, request: CoinQuery) -> Result<OneCoin, Error> {
        self.call(&request).await
    }

    /// Returns prices of coins in USDT. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getCoinUSDTPrice")]
    pub async fn prices(&self, request: PricesQuery) -> Result<Prices, Error> {
        self.call(&request).await
    }

    /// Returns the fiat currencies of prices. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getFiatList")]
    pub async fn fiats(&self) -> Result<Fiats, Error> {
        self.call(&FiatsQuery::new()).await
    }

    /// Returns chains. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getChainList")]
    pub async fn chains(&self, request: ChainsQuery) -> Result<Chains, Error> {
        self.call(&request).await
    }

    /// Returns the merchant's balances. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppCoinAssetList")]
    pub async fn assets(&self) -> Result<Assets, Error> {
        self.call(&AssetsQuery::new()).await
    }

    /// Returns the balance of one coin. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppCoinAsset")]
    pub async fn asset(&self, request: AssetQuery) -> Result<OneAsset, Error> {
        self.call(&request).await
    }

    /// Asks the gateway to look for a payment on the chain again. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. It moves no money: after [`Outcome::Unknown`] call it again.
    #[doc(alias = "rescanLostTransaction")]
    pub async fn rescan(&self, request: RescanTransaction) -> Result<Rescanned, Error> {
        self.call(&request).await
    }

    /// Asks for past webhooks again. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. It moves no money: after [`Outcome::Unknown`] wait for webhooks, or call it again.
    #[doc(alias = "webhook/resend")]
    pub async fn resend_webhooks(&self, request: ResendWebhooks) -> Result<Resent, Error> {
        self.call(&request).await
    }
}
