//! A row of `bill/info`, of a deposit or of a withdrawal.

use payments_core::wire::{Json, Lenient, List, NonEmpty, Optional, Seconds};
use payments_core::{Amount, Fault, ProviderRef, Timestamp};
use serde::Deserialize;

use super::trade::{RefundItem, Trade};

#[serde_with::apply(Vec => #[serde(default)] #[serde_as(as = "List")])]
#[serde_with::serde_as]
#[derive(Deserialize)]
pub(super) struct WireRow<'a> {
    #[serde(borrow)]
    order_detail: Json<'a>,
    pub(super) trade_list: Vec<Trade>,
    pub(super) refund_list: Vec<RefundItem>,
}

impl WireRow<'_> {
    pub(super) fn detail(&self) -> Result<WireDetail, Fault> {
        Ok(self.order_detail.read_object()?)
    }
}

/// `order_detail`. The statuses of the two kinds differ, so they are kept as text.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Deserialize)]
pub(super) struct WireDetail {
    #[serde_as(as = "NonEmpty")]
    pub(super) merchant_order_id: String,
    #[serde_as(as = "NonEmpty")]
    pub(super) status: String,
    #[serde_as(as = "Optional")]
    pub(super) order_id: Option<ProviderRef>,
    #[serde_as(as = "Optional")]
    pub(super) product_price: Option<Amount>,
    #[serde_as(as = "Optional")]
    pub(super) denominated_currency: Option<String>,
    #[serde_as(as = "Lenient")]
    pub(super) product_name: Option<String>,
    #[serde_as(as = "Optional")]
    pub(super) crypto: Option<String>,
    #[serde_as(as = "Lenient")]
    pub(super) chain: Option<String>,
    #[serde_as(as = "Lenient")]
    pub(super) contract: Option<String>,
    #[serde_as(as = "Optional")]
    pub(super) order_amount: Option<Amount>,
    /// The name in the page's table; the examples have `token_rate`.
    #[serde_as(as = "Lenient")]
    rate: Option<Amount>,
    #[serde_as(as = "Lenient")]
    token_rate: Option<Amount>,
    #[serde_as(as = "Lenient<Seconds>")]
    pub(super) created: Option<Timestamp>,
}

impl WireDetail {
    /// Only the price distinguishes the two kinds: a withdrawal has none. That a price of zero means no price, whatever
    /// currency is beside it, is `assumed`: servers in Go write unset fields this way, and no order can be created at zero.
    pub(super) fn is_priced(&self) -> bool {
        match self.product_price {
            Some(price) => !price.is_zero(),
            None => self.denominated_currency.is_some(),
        }
    }

    pub(super) fn token_rate(&self) -> Option<Amount> {
        self.token_rate.or(self.rate)
    }
}
