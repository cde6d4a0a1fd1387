//! `estimate`: what a swap would yield.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, check,
    keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::wire::Padded;

/// Asks what a swap would yield: `POST estimate`. It moves and reserves nothing.
///
/// **Effect: read.**
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::estimate_swap`"]
pub struct EstimateSwap {
    coin_id_in: u64,
    amount_in: Amount,
    coin_id_out: u64,
    extra_fee_rate: Option<Amount>,
}

impl EstimateSwap {
    /// A swap of `amount_in` units of one coin into another one.
    pub fn new(coin_id_in: u64, amount_in: Amount, coin_id_out: u64) -> Self {
        Self {
            coin_id_in,
            amount_in: amount_in.without_zeros_beyond(0),
            coin_id_out,
            extra_fee_rate: None,
        }
    }

    /// The estimate of a user's swap with this further fee: see [`UserSwap`](crate::v2::UserSwap).
    pub fn extra_fee_rate(mut self, rate: Amount) -> Self {
        self.extra_fee_rate = Some(rate.without_zeros_beyond(0));
        self
    }
}

impl Operation for EstimateSwap {
    type Output = SwapEstimate;
    const NAME: &'static str = "estimate_swap";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check_coins(self.coin_id_in, self.coin_id_out),
            check::positive("amount_in", self.amount_in),
            check_extra_fee_rate(self.extra_fee_rate),
        ])
    }
}

/// A part of the result, less than the result itself (`assumed`). A rate in per cent is refused by that.
pub(super) fn check_extra_fee_rate(rate: Option<Amount>) -> Result<(), InvalidRequest> {
    let Some(rate) = rate else { return Ok(()) };
    check::positive("extra_fee_rate", rate)?;
    let is_part = Amount::from_parts(1, 0).is_ok_and(|one| rate < one);
    if !is_part {
        return Err(InvalidRequest::request("extra_fee_rate", "is 1 or more")
            .allowed("less than 1: 0.01 is 1 %"));
    }
    Ok(())
}

/// Two different coins.
pub(super) fn check_coins(coin_id_in: u64, coin_id_out: u64) -> Result<(), InvalidRequest> {
    InvalidRequest::all([
        limits::id("coin_id_in", coin_id_in),
        limits::id("coin_id_out", coin_id_out),
        match coin_id_in == coin_id_out {
            true => Err(InvalidRequest::request("coin_id_out", "equals coin_id_in")),
            false => Ok(()),
        },
    ])
}

impl Call for EstimateSwap {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("estimate", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<SwapEstimate, Fault> {
        let estimate: SwapEstimate = answer.data()?;
        answer.expect("coinIdIn", &self.coin_id_in, Some(&estimate.coin_id_in))?;
        answer.expect("coinIdOut", &self.coin_id_out, Some(&estimate.coin_id_out))?;
        answer.expect("amountIn", &self.amount_in, Some(&estimate.amount_in))?;
        Ok(answer.keep(estimate))
    }
}

/// The answer to `estimate`.
#[serde_with::apply(Option<Amount> => #[serde(default)] #[serde_as(as = "Lenient<Padded>")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SwapEstimate {
    /// The coin that is given.
    #[serde_as(as = "Scalar")]
    pub coin_id_in: u64,
    /// The coin that is received.
    #[serde_as(as = "Scalar")]
    pub coin_id_out: u64,
    /// What is given.
    #[serde_as(as = "Padded")]
    pub amount_in: Amount,
    /// What it is worth, in units of the coin that is received, before the fee.
    #[serde_as(as = "Padded")]
    pub amount_out: Amount,
    /// What is received: `amount_out` less the fee.
    #[serde_as(as = "Padded")]
    pub net_amount_out: Amount,
    /// A rate whose direction the provider's text and its samples state differently: compute nothing from it.
    pub swap_rate: Option<Amount>,
    /// The fee's part of `amount_out`.
    pub fee_rate: Option<Amount>,
    /// The fee, in units of the coin that is received.
    pub fee: Option<Amount>,
    /// A further fee of users of the user wallet system.
    pub extra_fee: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(SwapEstimate);
