//! `applyUserWithdrawToNetwork`: pays out a user's coins to an address on a chain.

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

/// A withdrawal of a user of the user wallet system to an address: `POST applyUserWithdrawToNetwork`. **It pays out, and
/// nothing takes it back.** Neither the page nor the field tables let the merchant pay its network fee.
///
/// **Effect: unkeyed**, as [`Withdraw`](crate::v2::Withdraw).
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a withdrawal is made by `Client::user_withdraw`"]
pub struct UserWithdraw {
    order_id: MerchantRef,
    user_id: SensitiveString,
    coin_id: u64,
    chain: String,
    address: SensitiveString,
    #[serde(skip_serializing_if = "str::is_empty")]
    memo: SensitiveString,
    amount: Amount,
    #[serde(rename = "networkFeeInquiryID")]
    fee_inquiry_id: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    notify_url: SensitiveString,
}

impl UserWithdraw {
    /// A withdrawal of `amount` from the balance of `user_id`; the rest is as in [`Withdraw::new`](crate::v2::Withdraw::new).
    pub fn new(
        order_id: MerchantRef,
        user_id: impl Into<String>,
        coin_id: u64,
        chain: impl Into<String>,
        address: impl Into<String>,
        amount: Amount,
    ) -> Self {
        Self {
            order_id,
            user_id: SensitiveString::from(user_id),
            coin_id,
            chain: chain.into(),
            address: SensitiveString::from(address),
            memo: SensitiveString::default(),
            amount: amount.without_zeros_beyond(0),
            fee_inquiry_id: None,
            notify_url: SensitiveString::default(),
        }
    }

    /// The memo or tag of the address, up to 256 characters (`assumed`). Without the one that an address needs, the money is
    /// lost.
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = SensitiveString::from(memo);
        self
    }

    /// The inquiry of [`Client::withdraw_fee`](crate::v2::Client::withdraw_fee). How long its fee holds is not documented.
    pub fn fee_inquiry(mut self, inquiry_id: impl Into<String>) -> Self {
        self.fee_inquiry_id = Some(inquiry_id.into());
        self
    }

    /// Where the webhooks of this withdrawal are sent, up to 150 characters. Default: the account's URL.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }

    /// The query for this withdrawal.
    pub fn query(&self) -> UserWithdrawalQuery {
        UserWithdrawalQuery::by_order(self.order_id.clone())
    }
}

impl Operation for UserWithdraw {
    type Output = Withdrawal;
    const NAME: &'static str = "user_withdraw";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
            user::check("user_id", &self.user_id),
            limits::id("coin_id", self.coin_id),
            check::text("chain", &self.chain, limits::CHAIN),
            check::text("address", &self.address, limits::ADDRESS),
            check::optional_text("memo", &self.memo, limits::MEMO),
            check::positive("amount", self.amount),
            self.fee_inquiry_id.as_ref().map_or(Ok(()), |inquiry| {
                check::text("fee_inquiry", inquiry, limits::ID)
            }),
            check::optional_url("notify_url", &self.notify_url, limits::URL),
        ])
    }
}

impl Call for UserWithdraw {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("applyUserWithdrawToNetwork", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<Withdrawal, Fault> {
        let accepted: Withdrawal = answer.data()?;
        Ok(answer.keep(accepted))
    }
}

impl Confirm for UserWithdraw {
    type Query = UserWithdrawalQuery;

    fn query(&self) -> UserWithdrawalQuery {
        Self::query(self)
    }

    fn compare(&self, found: &WithdrawalRecord) -> Result<(), Fault> {
        user::expect_same("userId", &self.user_id, found.user_id.as_deref())?;
        found.expect_to_network(self.coin_id, self.amount)?;
        found.expect_destination(&self.chain, &self.address, &self.memo)
    }
}
