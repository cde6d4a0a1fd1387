//! A withdrawal in the answer of `bill/info`.

use payments_core::{Amount, Fault, ProviderRef, Timestamp};

use super::trade::Trade;
use super::wire::WireRow;
use crate::v1::status::WithdrawalStatus;

/// A withdrawal and its transfer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WithdrawalOrder {
    /// The merchant's id, as requested.
    pub merchant_order_id: String,
    /// The status. Only [`WithdrawalStatus::Successful`] means that it was paid out.
    pub status: WithdrawalStatus,
    /// The gateway's id.
    pub order_id: Option<ProviderRef>,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The chain.
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// The requested amount, in units of `crypto`.
    pub order_amount: Option<Amount>,
    /// US dollars for one unit (`assumed`).
    pub token_rate: Option<Amount>,
    /// When the withdrawal was requested.
    pub created: Option<Timestamp>,
    /// Its transfer, if there is one. An answer with more than one is refused.
    pub transfers: Vec<Trade>,
}

impl WithdrawalOrder {
    pub(super) fn read(row: WireRow<'_>) -> Result<Self, Fault> {
        let detail = row.detail()?;
        if detail.is_priced() {
            return Err(Fault::mismatch("order with a price: a deposit"));
        }
        if row.trade_list.len() > 1 {
            return Err(Fault::mismatch(
                "trade_list: two transfers of one withdrawal",
            ));
        }
        Ok(Self {
            status: WithdrawalStatus::from(detail.status.as_str()),
            token_rate: detail.token_rate(),
            merchant_order_id: detail.merchant_order_id,
            order_id: detail.order_id,
            crypto: detail.crypto,
            chain: detail.chain,
            contract: detail.contract,
            order_amount: detail.order_amount,
            created: detail.created,
            transfers: row.trade_list,
        })
    }
}
