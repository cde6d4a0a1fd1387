//! A withdrawal, as it is told about afterwards.

use payments_core::{Amount, Fault, ProviderRef, Timestamp};

use super::super::Trade;
use super::{Detail, Row};
use crate::v1::WithdrawalStatus;

/// A withdrawal and its transfer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WithdrawalOrder {
    /// The merchant's id, as asked.
    pub merchant_order_id: String,
    /// The state. Only [`WithdrawalStatus::Successful`] says that it was made.
    pub status: WithdrawalStatus,
    /// The gateway's id.
    pub order_id: Option<ProviderRef>,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The chain.
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// What was to be paid out, in units of `crypto`.
    pub order_amount: Option<Amount>,
    /// US dollars for one unit (`assumed`).
    pub token_rate: Option<Amount>,
    /// When the withdrawal was asked for.
    pub created: Option<Timestamp>,
    /// The transfer: none or one. An answer that tells more under one id is refused.
    pub transfers: Vec<Trade>,
}

impl WithdrawalOrder {
    pub(super) fn read(row: Row<'_>) -> Result<Self, Fault> {
        let detail: Detail = row.order_detail.read_object()?;
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
            merchant_order_id: detail.merchant_order_id,
            order_id: detail.order_id,
            crypto: detail.crypto,
            chain: detail.chain,
            contract: detail.contract,
            order_amount: detail.order_amount,
            token_rate: detail.token_rate.or(detail.rate),
            created: detail.created,
            transfers: row.trade_list,
        })
    }
}
