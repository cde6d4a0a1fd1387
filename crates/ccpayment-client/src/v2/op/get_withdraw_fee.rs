//! `getWithdrawFee`: the network fee of a withdrawal.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Json, Optional};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::fee::Fee;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Asks for the network fee of a withdrawal: `POST getWithdrawFee`.
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::withdraw_fee`"]
pub struct WithdrawFeeQuery {
    coin_id: u64,
    chain: String,
}

impl WithdrawFeeQuery {
    /// Of a coin on a chain.
    pub fn new(coin_id: u64, chain: impl Into<String>) -> Self {
        Self {
            coin_id,
            chain: chain.into(),
        }
    }
}

impl Operation for WithdrawFeeQuery {
    type Output = WithdrawFee;
    const NAME: &'static str = "withdraw_fee";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::id("coin_id", self.coin_id),
            check::text("chain", &self.chain, limits::CHAIN),
        ])
    }
}

impl Call for WithdrawFeeQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getWithdrawFee", self, now)
    }

    /// Nothing is compared: the fee may be in another coin.
    fn decode(&self, answer: Answer<'_>) -> Result<WithdrawFee, Fault> {
        let wire: WireFee<'_> = answer.data()?;
        Ok(answer.keep(WithdrawFee {
            fee: wire.fee.read_object()?,
            inquiry_id: wire.inquiry_id,
            raw: None,
        }))
    }
}

#[serde_with::serde_as]
#[derive(Deserialize)]
struct WireFee<'a> {
    #[serde(borrow)]
    fee: Json<'a>,
    #[serde(rename = "networkFeeInquiryID", default)]
    #[serde_as(as = "Optional")]
    inquiry_id: Option<String>,
}

/// The answer to `getWithdrawFee`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WithdrawFee {
    /// The fee, which may be in another coin than the withdrawal.
    pub fee: Fee,
    /// For [`Withdraw::fee_inquiry`](crate::v2::Withdraw::fee_inquiry). Only the field tables list it.
    pub inquiry_id: Option<String>,
    raw: Option<RawAnswer>,
}

keeps_raw!(WithdrawFee);
