//! What moved for an order: the rows of `trade_list` and `refund_list`.

use payments_core::{Amount, Timestamp, debug_masked, wire};
use serde::Deserialize;

use crate::v1::Fee;

/// One movement of coins for an order: one payment of a deposit, or the transfer of a withdrawal, which has one at most.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "TradeRow")]
#[non_exhaustive]
pub struct Trade {
    /// How much moved, in units of `crypto`.
    pub amount: Option<Amount>,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The chain: `TRX`.
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// What CCPayment charges, in units of `crypto` (`assumed`: 0.03 % of the amount in the samples).
    pub service_fee: Option<Fee>,
    /// What the network charges. Older answers do not tell in which coin.
    pub network_fee: Option<Fee>,
    /// The hash of the transaction; none for a transfer between Cwallet users, where the wire has an empty text.
    pub txid: Option<String>,
    /// When it was paid.
    pub pay_time: Option<Timestamp>,
    /// US dollars for one unit (`assumed`).
    pub token_rate: Option<Amount>,
    /// Its state. The page lists no values, so it is the text as it came.
    pub status: Option<String>,
}

#[derive(Deserialize)]
struct TradeRow {
    #[serde(default, deserialize_with = "wire::optional_amount")]
    amount: Option<Amount>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    crypto: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    chain: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    contract: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    service_fee: Option<Amount>,
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    network_fee: Option<Amount>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    network_fee_crypto: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    network_coin_id: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    network_fee_value: Option<Amount>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    txid: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::moment")]
    pay_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    token_rate: Option<Amount>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    status: Option<String>,
}

impl From<TradeRow> for Trade {
    fn from(row: TradeRow) -> Self {
        Self {
            service_fee: Fee::told(row.service_fee, row.crypto.clone(), None, None),
            network_fee: Fee::told(
                row.network_fee,
                row.network_fee_crypto,
                row.network_coin_id,
                row.network_fee_value,
            ),
            amount: row.amount,
            crypto: row.crypto,
            chain: row.chain,
            contract: row.contract,
            txid: row.txid,
            pay_time: row.pay_time,
            token_rate: row.token_rate,
            status: row.status,
        }
    }
}

/// Money of a deposit that went back.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(from = "RefundRow")]
#[non_exhaustive]
pub struct RefundItem {
    /// How much was sent back, in units of `crypto`, the fee in it (`assumed`).
    pub refund_amount: Option<Amount>,
    /// What arrived.
    pub actual_received_amount: Option<Amount>,
    /// What the network charges. The answer does not tell in which coin.
    pub network_fee: Option<Fee>,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The chain.
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// The hash of the transaction.
    pub txid: Option<String>,
    /// Where it was sent.
    pub address: Option<String>,
    /// When it was sent.
    pub pay_time: Option<Timestamp>,
    /// Its state, as it came: the page's example shows `Successful` and lists no others.
    pub status: Option<String>,
}

#[derive(Deserialize)]
struct RefundRow {
    #[serde(default, deserialize_with = "wire::optional_amount")]
    refund_amount: Option<Amount>,
    #[serde(default, deserialize_with = "wire::optional_amount")]
    actual_received_amount: Option<Amount>,
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    network_fee: Option<Amount>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    crypto: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    chain: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    contract: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    txid: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    address: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::moment")]
    pay_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    status: Option<String>,
}

impl From<RefundRow> for RefundItem {
    fn from(row: RefundRow) -> Self {
        Self {
            refund_amount: row.refund_amount,
            actual_received_amount: row.actual_received_amount,
            network_fee: row.network_fee.map(Fee::new),
            crypto: row.crypto,
            chain: row.chain,
            contract: row.contract,
            txid: row.txid,
            address: row.address,
            pay_time: row.pay_time,
            status: row.status,
        }
    }
}

debug_masked!(RefundItem shows refund_amount, actual_received_amount, network_fee, crypto, chain, contract, txid,
    pay_time, status; masks address);
