//! `getAppDepositRecord`: one deposit.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, ProviderRef, RawAnswer, Timestamp,
    debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::protocol::{Account, Call};
use crate::v2::record::{Key, Record};
use crate::v2::status::DepositStatus;
use crate::v2::wire::Time;

/// Asks for a deposit: `POST getAppDepositRecord`.
///
/// **Effect: read.** An unknown record is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 11003.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[must_use = "a query is made by `Client::deposit`"]
pub struct DepositQuery {
    key: Key,
}

impl DepositQuery {
    /// By the gateway's id, which webhooks contain.
    pub const fn new(record_id: ProviderRef) -> Self {
        Self {
            key: Key::Record(record_id),
        }
    }
}

impl Operation for DepositQuery {
    type Output = Deposit;
    const NAME: &'static str = "deposit";
    const EFFECT: Effect = Effect::Read;
}

impl Call for DepositQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getAppDepositRecord", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Deposit, Fault> {
        self.key.read(answer)
    }
}

/// A deposit: a payment of an order or an invoice, or to a permanent address of a customer or a user of the user wallet system.
///
/// Credit it once per [`record_id`](field@Self::record_id), if [`is_credit`](Self::is_credit).
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Deposit {
    /// The gateway's id.
    #[serde_as(as = "NonEmpty")]
    pub record_id: ProviderRef,
    /// The merchant's id of the user whose address it is; `None` for a payment of an order or an invoice.
    #[serde_as(as = "Optional")]
    pub reference_id: Option<String>,
    /// The user of the user wallet system whose address it is.
    #[serde_as(as = "Optional")]
    pub user_id: Option<String>,
    /// The merchant's id of the order or the invoice; `None` for a payment to a permanent address.
    #[serde_as(as = "Optional")]
    pub order_id: Option<String>,
    /// The coin.
    #[serde_as(as = "Scalar")]
    pub coin_id: u64,
    /// The symbol of the coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_symbol: Option<String>,
    /// The chain.
    #[serde_as(as = "NonEmpty")]
    pub chain: String,
    /// The token's contract; for a coin of the chain itself, the chain's name or number.
    #[serde_as(as = "Lenient")]
    pub contract: Option<String>,
    /// US dollars for one unit.
    #[serde(rename = "coinUSDPrice")]
    #[serde_as(as = "Lenient")]
    pub coin_usd_price: Option<Amount>,
    /// Where it came from. Missing on chains such as Bitcoin.
    #[serde_as(as = "Lenient")]
    pub from_address: Option<String>,
    /// Where it was paid to.
    #[serde_as(as = "Optional")]
    pub to_address: Option<String>,
    /// The memo or tag of the address.
    #[serde_as(as = "Optional")]
    pub to_memo: Option<String>,
    /// The amount, in units of the coin, including the fee.
    #[serde_as(as = "Scalar")]
    pub amount: Amount,
    /// What the provider keeps of it, in units of the coin (`assumed`).
    #[serde_as(as = "Lenient")]
    pub service_fee: Option<Amount>,
    /// The hash of the transaction.
    #[serde_as(as = "Lenient")]
    pub tx_id: Option<String>,
    /// The position in the transaction.
    #[serde_as(as = "Lenient")]
    pub tx_index: Option<u64>,
    /// The status.
    #[serde_as(as = "NonEmpty")]
    pub status: DepositStatus,
    /// When it arrived.
    #[serde_as(as = "Time")]
    pub arrived_at: Option<Timestamp>,
    /// Whether it is flagged as risky: then it is not credited to the merchant and has to be handled in the console.
    #[serde_as(as = "Optional")]
    pub is_flagged_as_risky: Option<bool>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Deposit);

debug_masked!(Deposit shows record_id, order_id, coin_id, coin_symbol, chain, contract, coin_usd_price, amount,
    service_fee, tx_id, tx_index, status, arrived_at, is_flagged_as_risky, raw;
    masks reference_id, user_id, from_address, to_address, to_memo);

impl Deposit {
    /// Whether it is confirmed and stated not to be flagged as risky. Nothing else is a credit.
    #[must_use]
    pub fn is_credit(&self) -> bool {
        self.status == DepositStatus::Success && self.is_flagged_as_risky == Some(false)
    }
}

impl Record for Deposit {
    fn coin_id(&self) -> Option<u64> {
        Some(self.coin_id)
    }

    fn chain(&self) -> Option<&str> {
        Some(&self.chain)
    }

    fn to_address(&self) -> Option<&str> {
        self.to_address.as_deref()
    }

    fn record_id(&self) -> Option<&ProviderRef> {
        Some(&self.record_id)
    }

    fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }
}
