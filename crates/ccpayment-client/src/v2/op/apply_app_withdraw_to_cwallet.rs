//! `applyAppWithdrawToCwallet`: pays out to a Cwallet user.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, SensitiveString,
    Timestamp, check,
};
use serde::Serialize;

use super::apply_app_withdraw_to_network::Withdrawal;
use super::get_app_withdraw_record::{WithdrawalQuery, WithdrawalRecord};
use crate::v2::confirm::Confirm;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// A withdrawal to a Cwallet user: `POST applyAppWithdrawToCwallet`. **It pays out, and nothing takes it back.** It has no fee
/// and **no webhook**: query it until its status is final.
///
/// **Effect: unkeyed**, as [`Withdraw`](crate::v2::Withdraw).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a withdrawal is made by `Client::withdraw_to_cwallet`"]
pub struct WithdrawToCwallet {
    order_id: MerchantRef,
    coin_id: u64,
    cwallet_user: SensitiveString,
    amount: Amount,
}

impl WithdrawToCwallet {
    /// A withdrawal of `amount`.
    ///
    /// - `order_id`: the merchant's unique id, of 3 to 64 characters. Store it before the call.
    /// - `cwallet_user`: a Cwallet id, or the e-mail address of a Cwallet account.
    /// - `amount`: in units of the coin, worth at least 0.001 US dollars, sent without trailing zeros.
    pub fn new(
        order_id: MerchantRef,
        coin_id: u64,
        cwallet_user: impl Into<String>,
        amount: Amount,
    ) -> Self {
        Self {
            order_id,
            coin_id,
            cwallet_user: SensitiveString::from(cwallet_user),
            amount: amount.without_zeros_beyond(0),
        }
    }

    /// The query for this withdrawal.
    pub fn query(&self) -> WithdrawalQuery {
        WithdrawalQuery::by_order(self.order_id.clone())
    }
}

impl Operation for WithdrawToCwallet {
    type Output = Withdrawal;
    const NAME: &'static str = "withdraw_to_cwallet";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
            limits::id("coin_id", self.coin_id),
            check::text("cwallet_user", &self.cwallet_user, limits::ADDRESS),
            check::positive("amount", self.amount),
        ])
    }
}

impl Call for WithdrawToCwallet {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("applyAppWithdrawToCwallet", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<Withdrawal, Fault> {
        let accepted: Withdrawal = answer.data()?;
        Ok(answer.keep(accepted))
    }
}

impl Confirm for WithdrawToCwallet {
    type Query = WithdrawalQuery;

    fn query(&self) -> WithdrawalQuery {
        Self::query(self)
    }

    fn compare(&self, found: &WithdrawalRecord) -> Result<(), Fault> {
        found.expect_to_cwallet(self.coin_id, self.amount)
    }
}
