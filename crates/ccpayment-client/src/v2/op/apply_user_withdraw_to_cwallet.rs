//! `applyUserWithdrawToCwallet`: pays out a user's coins to a Cwallet user.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, SensitiveString,
    Timestamp, check,
};
use serde::Serialize;

use super::apply_app_withdraw_to_network::Withdrawal;
use super::get_app_withdraw_record::WithdrawalRecord;
use super::get_user_withdraw_record::UserWithdrawalQuery;
use crate::v2::confirm::Confirm;
use crate::v2::protocol::{Account, Call};
use crate::v2::{limits, user};

/// A withdrawal of a user of the user wallet system to a Cwallet user: `POST applyUserWithdrawToCwallet`. **It pays out, and
/// nothing takes it back.** It has no webhook.
///
/// **Effect: unkeyed**, as [`Withdraw`](crate::v2::Withdraw).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a withdrawal is made by `Client::user_withdraw_to_cwallet`"]
pub struct UserWithdrawToCwallet {
    order_id: MerchantRef,
    user_id: SensitiveString,
    coin_id: u64,
    cwallet_user: SensitiveString,
    amount: Amount,
}

impl UserWithdrawToCwallet {
    /// A withdrawal of `amount` from the balance of `user_id`; the rest is as in
    /// [`WithdrawToCwallet::new`](crate::v2::WithdrawToCwallet::new).
    pub fn new(
        order_id: MerchantRef,
        user_id: impl Into<String>,
        coin_id: u64,
        cwallet_user: impl Into<String>,
        amount: Amount,
    ) -> Self {
        Self {
            order_id,
            user_id: SensitiveString::from(user_id),
            coin_id,
            cwallet_user: SensitiveString::from(cwallet_user),
            amount: amount.without_zeros_beyond(0),
        }
    }

    /// The query for this withdrawal.
    pub fn query(&self) -> UserWithdrawalQuery {
        UserWithdrawalQuery::by_order(self.order_id.clone())
    }
}

impl Operation for UserWithdrawToCwallet {
    type Output = Withdrawal;
    const NAME: &'static str = "user_withdraw_to_cwallet";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
            user::check("user_id", &self.user_id),
            limits::id("coin_id", self.coin_id),
            check::text("cwallet_user", &self.cwallet_user, limits::ADDRESS),
            check::positive("amount", self.amount),
        ])
    }
}

impl Call for UserWithdrawToCwallet {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("applyUserWithdrawToCwallet", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<Withdrawal, Fault> {
        let accepted: Withdrawal = answer.data()?;
        Ok(answer.keep(accepted))
    }
}

impl Confirm for UserWithdrawToCwallet {
    type Query = UserWithdrawalQuery;

    fn query(&self) -> UserWithdrawalQuery {
        Self::query(self)
    }

    fn compare(&self, found: &WithdrawalRecord) -> Result<(), Fault> {
        user::expect_same("userId", &self.user_id, found.user_id.as_deref())?;
        found.expect_to_cwallet(self.coin_id, self.amount)
    }
}
