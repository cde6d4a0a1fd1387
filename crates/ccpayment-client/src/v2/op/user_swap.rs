//! `userSwap`: exchanges one of a user's coins for another one.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, SensitiveString,
    Timestamp, check,
};
use serde::Serialize;

use super::estimate::{check_coins, check_extra_fee_rate};
use super::get_swap_record::SwapRecord;
use super::get_user_swap_record::UserSwapQuery;
use super::swap::Swapped;
use crate::v2::confirm::Confirm;
use crate::v2::protocol::{Account, Call};
use crate::v2::{limits, user};

/// An exchange of coins of a user of the user wallet system: `POST userSwap`. **It is carried out at once, and nothing takes it
/// back.** It has no webhook.
///
/// **Effect: unkeyed**, as [`Swap`](crate::v2::Swap).
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a swap is made by `Client::user_swap`"]
pub struct UserSwap {
    order_id: MerchantRef,
    user_id: SensitiveString,
    coin_id_in: u64,
    amount_in: Amount,
    coin_id_out: u64,
    extra_fee_rate: Option<Amount>,
    amount_out_minimum: Amount,
}

impl UserSwap {
    /// A swap of `amount_in` units of one coin of `user_id` into another one; the rest is as in
    /// [`Swap::new`](crate::v2::Swap::new).
    pub fn new(
        order_id: MerchantRef,
        user_id: impl Into<String>,
        coin_id_in: u64,
        amount_in: Amount,
        coin_id_out: u64,
        amount_out_minimum: Amount,
    ) -> Self {
        Self {
            order_id,
            user_id: SensitiveString::from(user_id),
            coin_id_in,
            amount_in: amount_in.without_zeros_beyond(0),
            coin_id_out,
            extra_fee_rate: None,
            amount_out_minimum: amount_out_minimum.without_zeros_beyond(0),
        }
    }

    /// The merchant's part of what the user receives, in addition to the provider's fee: 0.01 is 1 %. Less than 1 (`assumed`).
    pub fn extra_fee_rate(mut self, rate: Amount) -> Self {
        self.extra_fee_rate = Some(rate.without_zeros_beyond(0));
        self
    }

    /// The query for this swap.
    pub fn query(&self) -> UserSwapQuery {
        UserSwapQuery::by_order(self.order_id.clone())
    }
}

impl Operation for UserSwap {
    type Output = Swapped;
    const NAME: &'static str = "user_swap";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
            user::check("user_id", &self.user_id),
            check_coins(self.coin_id_in, self.coin_id_out),
            check::positive("amount_in", self.amount_in),
            check_extra_fee_rate(self.extra_fee_rate),
            check::positive("amount_out_minimum", self.amount_out_minimum),
        ])
    }
}

impl Call for UserSwap {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("userSwap", self, now)
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

impl Confirm for UserSwap {
    type Query = UserSwapQuery;

    fn query(&self) -> UserSwapQuery {
        Self::query(self)
    }

    fn compare(&self, found: &SwapRecord) -> Result<(), Fault> {
        user::expect_same("userId", &self.user_id, found.user_id.as_deref())?;
        let taken = (self.coin_id_out, self.amount_out_minimum);
        found.expect_swap((self.coin_id_in, self.amount_in), taken)
    }
}
