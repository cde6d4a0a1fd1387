//! The rows of `trade_list` and `refund_list`: the transfers of an order.

use payments_core::wire::{Lenient, Optional, Seconds};
use payments_core::{Amount, Timestamp, debug_masked};
use serde::Deserialize;

use crate::v1::fee::Fee;

/// One transfer of an order: one payment of a deposit, or the only transfer of a withdrawal.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "WireTrade")]
#[non_exhaustive]
pub struct Trade {
    /// The amount, in units of `crypto`.
    pub amount: Option<Amount>,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The chain: `TRX`.
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// CCPayment's fee, in units of `crypto` (`assumed`: 0.03 % of the amount in the samples).
    pub service_fee: Option<Fee>,
    /// The network fee. Older answers do not contain its coin.
    pub network_fee: Option<Fee>,
    /// The hash of the transaction. `None` for a transfer between Cwallet users, whose text is empty on the wire.
    pub txid: Option<String>,
    /// When it was paid.
    pub pay_time: Option<Timestamp>,
    /// US dollars for one unit (`assumed`).
    pub token_rate: Option<Amount>,
    /// Its status as received: the page lists no values.
    pub status: Option<String>,
}

/// The fee's coin is in other fields.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Deserialize)]
struct WireTrade {
    #[serde_as(as = "Optional")]
    amount: Option<Amount>,
    #[serde_as(as = "Optional")]
    crypto: Option<String>,
    #[serde_as(as = "Lenient")]
    chain: Option<String>,
    #[serde_as(as = "Lenient")]
    contract: Option<String>,
    #[serde_as(as = "Lenient")]
    service_fee: Option<Amount>,
    #[serde_as(as = "Lenient")]
    network_fee: Option<Amount>,
    #[serde_as(as = "Lenient")]
    network_fee_crypto: Option<String>,
    #[serde_as(as = "Lenient")]
    network_coin_id: Option<String>,
    #[serde_as(as = "Lenient")]
    network_fee_value: Option<Amount>,
    #[serde_as(as = "Lenient")]
    txid: Option<String>,
    #[serde_as(as = "Lenient<Seconds>")]
    pay_time: Option<Timestamp>,
    #[serde_as(as = "Lenient")]
    token_rate: Option<Amount>,
    #[serde_as(as = "Optional")]
    status: Option<String>,
}

impl From<WireTrade> for Trade {
    fn from(wire: WireTrade) -> Self {
        Self {
            service_fee: Fee::from_wire(wire.service_fee, wire.crypto.clone(), None, None),
            network_fee: Fee::from_wire(
                wire.network_fee,
                wire.network_fee_crypto,
                wire.network_coin_id,
                wire.network_fee_value,
            ),
            amount: wire.amount,
            crypto: wire.crypto,
            chain: wire.chain,
            contract: wire.contract,
            txid: wire.txid,
            pay_time: wire.pay_time,
            token_rate: wire.token_rate,
            status: wire.status,
        }
    }
}

/// A refund of a deposit.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct RefundItem {
    /// The refunded amount, in units of `crypto`, including the fee (`assumed`).
    #[serde_as(as = "Optional")]
    pub refund_amount: Option<Amount>,
    /// What arrived.
    #[serde_as(as = "Optional")]
    pub actual_received_amount: Option<Amount>,
    /// The network fee. The answer does not contain its coin.
    #[serde_as(as = "Lenient")]
    pub network_fee: Option<Fee>,
    /// The symbol of the coin.
    #[serde_as(as = "Optional")]
    pub crypto: Option<String>,
    /// The chain.
    #[serde_as(as = "Lenient")]
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    #[serde_as(as = "Lenient")]
    pub contract: Option<String>,
    /// The hash of the transaction.
    #[serde_as(as = "Lenient")]
    pub txid: Option<String>,
    /// Where it was sent.
    #[serde_as(as = "Lenient")]
    pub address: Option<String>,
    /// When it was sent.
    #[serde_as(as = "Lenient<Seconds>")]
    pub pay_time: Option<Timestamp>,
    /// Its status as received: the page's example shows `Successful` and lists no others.
    #[serde_as(as = "Optional")]
    pub status: Option<String>,
}

debug_masked!(RefundItem shows refund_amount, actual_received_amount, network_fee, crypto, chain, contract, txid,
    pay_time, status; masks address);
