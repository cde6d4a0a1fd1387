//! `swap`: exchanges one of the merchant's coins for another one.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{NonEmpty, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::estimate::check_coins;
use super::get_swap_record::{SwapQuery, SwapRecord};
use crate::v2::confirm::Confirm;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::wire::Padded;

/// An exchange of coins: `POST swap`. **It is carried out at once, and nothing takes it back.** It has no webhook.
///
/// **Effect: unkeyed.** Code 11011 refuses an `orderId` that exists, but no document states that this is checked before the
/// swap is made. So a swap is never resent once a byte of it may have left: resolve an
/// [`Outcome::Unknown`](payments_core::Outcome) with [`Client::confirm`](crate::v2::Client::confirm).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a swap is made by `Client::swap`"]
pub struct Swap {
    order_id: MerchantRef,
    coin_id_in: u64,
    amount_in: Amount,
    coin_id_out: u64,
    amount_out_minimum: Amount,
}

impl Swap {
    /// A swap of `amount_in` units of one coin into another one.
    ///
    /// - `order_id`: the merchant's unique id, of 3 to 64 characters. Store it before the call. One document does not require it;
    ///   it is the only protection against a second swap.
    /// - `amount_out_minimum`: the least that has to be received; code 16003 refuses a swap below it. It is required here, because
    ///   without it any rate is accepted. Whether it is compared before or after the fee is not documented: see
    ///   [`Client::estimate_swap`](crate::v2::Client::estimate_swap). A swap that was made for less even before the fee is an
    ///   error with the outcome *applied*.
    pub fn new(
        order_id: MerchantRef,
        coin_id_in: u64,
        amount_in: Amount,
        coin_id_out: u64,
        amount_out_minimum: Amount,
    ) -> Self {
        Self {
            order_id,
            coin_id_in,
            amount_in: amount_in.without_zeros_beyond(0),
            coin_id_out,
            amount_out_minimum: amount_out_minimum.without_zeros_beyond(0),
        }
    }

    /// The query for this swap.
    pub fn query(&self) -> SwapQuery {
        SwapQuery::by_order(self.order_id.clone())
    }
}

impl Operation for Swap {
    type Output = Swapped;
    const NAME: &'static str = "swap";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
            check_coins(self.coin_id_in, self.coin_id_out),
            check::positive("amount_in", self.amount_in),
            check::positive("amount_out_minimum", self.amount_out_minimum),
        ])
    }
}

impl Call for Swap {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("swap", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Swapped, Fault> {
        Swapped::read(
            answer,
            &self.order_id,
            (self.coin_id_in, self.amount_in),
            (self.coin_id_out, self.amount_out_minimum),
        )
    }
}

impl Confirm for Swap {
    type Query = SwapQuery;

    fn query(&self) -> SwapQuery {
        Self::query(self)
    }

    fn compare(&self, found: &SwapRecord) -> Result<(), Fault> {
        let taken = (self.coin_id_out, self.amount_out_minimum);
        found.expect_swap((self.coin_id_in, self.amount_in), taken)
    }
}

/// The answer to `swap` and `userSwap`.
#[serde_with::apply(Option<Amount> => #[serde(default)] #[serde_as(as = "Optional<Padded>")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Swapped {
    /// The gateway's id. A success without it proves nothing, and is an error.
    #[serde_as(as = "NonEmpty")]
    pub record_id: ProviderRef,
    /// The merchant's id, as requested.
    #[serde(default)]
    #[serde_as(as = "Optional")]
    pub order_id: Option<String>,
    /// The coin that was given.
    #[serde(default)]
    #[serde_as(as = "Optional<Scalar>")]
    pub coin_id_in: Option<u64>,
    /// The coin that was received.
    #[serde(default)]
    #[serde_as(as = "Optional<Scalar>")]
    pub coin_id_out: Option<u64>,
    /// What was given.
    pub amount_in: Option<Amount>,
    /// What it was worth, in units of the coin that was received, before the fee.
    pub amount_out: Option<Amount>,
    /// What was received: `amount_out` less the fee.
    pub net_amount_out: Option<Amount>,
    /// A rate whose direction the provider's text and its samples state differently: compute nothing from it.
    pub swap_rate: Option<Amount>,
    /// The fee's part of `amount_out`.
    pub fee_rate: Option<Amount>,
    /// The fee, in units of the coin that was received.
    pub fee: Option<Amount>,
    /// The merchant's further fee of a user's swap.
    pub extra_fee: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Swapped);

impl Swapped {
    /// Reads the answer to a swap of `given` into `taken`: a coin and its amount, which for `taken` is the least.
    pub(super) fn read(
        answer: Answer<'_>,
        order_id: &MerchantRef,
        given: (u64, Amount),
        taken: (u64, Amount),
    ) -> Result<Self, Fault> {
        let swapped: Self = answer.data()?;
        answer.expect_reference("orderId", order_id.as_str(), swapped.order_id.as_deref())?;
        answer.expect("coinIdIn", &given.0, swapped.coin_id_in.as_ref())?;
        answer.expect("coinIdOut", &taken.0, swapped.coin_id_out.as_ref())?;
        answer.expect("amountIn", &given.1, swapped.amount_in.as_ref())?;
        // Before the fee if that is stated: whether the fee counts is not documented.
        let worth = swapped.amount_out.or(swapped.net_amount_out);
        if worth.is_some_and(|worth| worth < taken.1) {
            return Err(Fault::mismatch("amountOutMinimum"));
        }
        Ok(answer.keep(swapped))
    }
}
