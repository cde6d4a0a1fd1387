//! Money that leaves without a call of the merchant's.

use payments_core::wire::{Json, Lenient, List, NonEmpty, Optional, Scalar};
use payments_core::{Amount, ProviderRef, Timestamp, debug_masked};
use serde::{Deserialize, Deserializer};
use serde_with::Same;

use super::fee::Fee;
use super::record::Record;
use super::status::WithdrawalStatus;
use super::wire::Time;

/// A withdrawal that the console made: an automatic one, which sweeps balances to an address, or a refund of deposits that were
/// flagged as risky. Only the lists of these two show this money leave.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsoleWithdrawal {
    /// The gateway's id.
    #[serde_as(as = "NonEmpty")]
    pub record_id: ProviderRef,
    /// The coin.
    #[serde_as(as = "Scalar")]
    pub coin_id: u64,
    /// The symbol of the coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_symbol: Option<String>,
    /// The chain.
    #[serde_as(as = "Optional")]
    pub chain: Option<String>,
    /// The id of the order.
    #[serde_as(as = "Optional")]
    pub order_id: Option<String>,
    /// Where it went.
    #[serde_as(as = "Optional")]
    pub to_address: Option<String>,
    /// The memo or tag of the address.
    #[serde_as(as = "Optional")]
    pub to_memo: Option<String>,
    /// The amount, in units of the coin.
    #[serde_as(as = "Optional")]
    pub amount: Option<Amount>,
    /// The hash of the transaction.
    #[serde_as(as = "Lenient")]
    pub tx_id: Option<String>,
    /// The status.
    #[serde_as(as = "Optional")]
    pub status: Option<WithdrawalStatus>,
    /// The network fee, in its own coin.
    #[serde_as(as = "Lenient<Same>")]
    pub fee: Option<Fee>,
    /// When it was made.
    #[serde_as(as = "Time")]
    pub created_at: Option<Timestamp>,
    /// What the provider charges beside the network fee. Only of automatic withdrawals.
    #[serde_as(as = "Lenient")]
    pub service_fee: Option<Amount>,
    /// The deposits that are refunded. Only of refunds.
    #[serde(rename = "fromDeposit", default)]
    #[serde_as(as = "List")]
    pub deposits: Vec<RefundedDeposit>,
}

debug_masked!(ConsoleWithdrawal shows record_id, coin_id, coin_symbol, chain, order_id, amount, tx_id, status, fee,
    created_at, service_fee, deposits; masks to_address, to_memo);

impl Record for ConsoleWithdrawal {
    fn coin_id(&self) -> Option<u64> {
        Some(self.coin_id)
    }

    fn chain(&self) -> Option<&str> {
        self.chain.as_deref()
    }

    fn to_address(&self) -> Option<&str> {
        self.to_address.as_deref()
    }

    fn record_id(&self) -> Option<&ProviderRef> {
        Some(&self.record_id)
    }
}

/// The gateway's id of a deposit that is refunded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefundedDeposit {
    /// As in [`Deposit::record_id`](field@crate::v2::Deposit::record_id).
    pub record_id: ProviderRef,
}

/// The field tables describe objects, two official SDKs texts: both are read.
impl<'de> Deserialize<'de> for RefundedDeposit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[serde_with::serde_as]
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire {
            #[serde_as(as = "NonEmpty")]
            record_id: ProviderRef,
        }

        let json = Json::deserialize(deserializer)?;
        let record_id = if json.as_str().starts_with('{') {
            json.read_object::<Wire>().map(|wire| wire.record_id)
        } else {
            json.read_as::<NonEmpty, ProviderRef>()
        };
        record_id
            .map(|record_id| Self { record_id })
            .map_err(serde::de::Error::custom)
    }
}
