//! `getSwapRecord`: one swap.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::protocol::{Account, Call};
use crate::v2::record::{Key, Record};
use crate::v2::status::SwapStatus;
use crate::v2::wire::{Padded, Time};

/// Asks for a swap: `POST getSwapRecord`.
///
/// **Effect: read.** An unknown swap is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 11003. Right after a swap
/// was sent, that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[must_use = "a query is made by `Client::swap_record`"]
pub struct SwapQuery {
    key: Key,
}

impl SwapQuery {
    /// By the merchant's id.
    pub const fn by_order(order_id: MerchantRef) -> Self {
        Self {
            key: Key::Order(order_id),
        }
    }

    /// By the gateway's id.
    pub const fn by_record(record_id: ProviderRef) -> Self {
        Self {
            key: Key::Record(record_id),
        }
    }
}

impl Operation for SwapQuery {
    type Output = SwapRecord;
    const NAME: &'static str = "swap_record";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.key.check()
    }
}

impl Call for SwapQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getSwapRecord", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<SwapRecord, Fault> {
        self.key.read(answer)
    }
}

/// A swap. Compare its amounts as numbers: they are padded with zeros on the wire.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SwapRecord {
    /// The gateway's id.
    #[serde_as(as = "NonEmpty")]
    pub record_id: ProviderRef,
    /// The merchant's id.
    #[serde_as(as = "NonEmpty")]
    pub order_id: String,
    /// The coin that was given.
    #[serde_as(as = "Scalar")]
    pub coin_id_in: u64,
    /// The symbol of that coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_in_symbol: Option<String>,
    /// The coin that was received.
    #[serde_as(as = "Scalar")]
    pub coin_id_out: u64,
    /// The symbol of that coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_out_symbol: Option<String>,
    /// What was given.
    #[serde_as(as = "Padded")]
    pub amount_in: Amount,
    /// What it was worth, in units of the coin that was received, before the fee.
    #[serde_as(as = "Padded")]
    pub amount_out: Amount,
    /// What was received: `amount_out` less the fee.
    #[serde_as(as = "Padded")]
    pub net_amount_out: Amount,
    /// A rate whose direction the provider's text and its samples state differently: compute nothing from it.
    #[serde_as(as = "Lenient<Padded>")]
    pub swap_rate: Option<Amount>,
    /// The fee's part of `amount_out`.
    #[serde_as(as = "Lenient<Padded>")]
    pub fee_rate: Option<Amount>,
    /// The fee, in units of the coin that was received.
    #[serde_as(as = "Lenient<Padded>")]
    pub fee: Option<Amount>,
    /// The status. Only [`SwapStatus::Success`] means that it was carried out.
    #[serde_as(as = "NonEmpty")]
    pub status: SwapStatus,
    /// When it was requested.
    #[serde_as(as = "Time")]
    pub created_at: Option<Timestamp>,
    /// When it was carried out.
    #[serde_as(as = "Time")]
    pub arrived_at: Option<Timestamp>,
    /// The least that had to be received.
    #[serde_as(as = "Lenient<Padded>")]
    pub amount_out_minimum: Option<Amount>,
    /// The user of the user wallet system.
    #[serde_as(as = "Optional")]
    pub user_id: Option<String>,
    /// A further fee of that user.
    #[serde_as(as = "Lenient<Padded>")]
    pub extra_fee: Option<Amount>,
    /// The further fee's part of `amount_out`.
    #[serde_as(as = "Lenient<Padded>")]
    pub extra_fee_rate: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(SwapRecord);

debug_masked!(SwapRecord shows record_id, order_id, coin_id_in, coin_in_symbol, coin_id_out, coin_out_symbol, amount_in,
    amount_out, net_amount_out, swap_rate, fee_rate, fee, status, created_at, arrived_at, amount_out_minimum, extra_fee,
    extra_fee_rate, raw; masks user_id);

impl Record for SwapRecord {
    fn record_id(&self) -> Option<&ProviderRef> {
        Some(&self.record_id)
    }

    fn order_id(&self) -> Option<&str> {
        Some(&self.order_id)
    }
}

impl SwapRecord {
    /// Refuses a record of other coins than a list was asked for.
    pub(super) fn expect_coins(
        &self,
        coin_id_in: Option<u64>,
        coin_id_out: Option<u64>,
    ) -> Result<(), Fault> {
        if coin_id_in.is_some_and(|asked| asked != self.coin_id_in) {
            return Err(Fault::foreign("coinIdIn"));
        }
        if coin_id_out.is_some_and(|asked| asked != self.coin_id_out) {
            return Err(Fault::foreign("coinIdOut"));
        }
        Ok(())
    }

    /// Refuses a record of another swap than the one that was asked for, of `given` into `taken`: a coin and its amount, which for
    /// `taken` is the least.
    pub(super) fn expect_swap(
        &self,
        given: (u64, Amount),
        taken: (u64, Amount),
    ) -> Result<(), Fault> {
        if self.coin_id_in != given.0 {
            return Err(Fault::mismatch("coinIdIn"));
        }
        if self.coin_id_out != taken.0 {
            return Err(Fault::mismatch("coinIdOut"));
        }
        if self.amount_in != given.1 {
            return Err(Fault::mismatch("amountIn"));
        }
        // Before the fee: whether the fee counts is not documented.
        if self.status == SwapStatus::Success && self.amount_out < taken.1 {
            return Err(Fault::mismatch("amountOutMinimum"));
        }
        Ok(())
    }
}
