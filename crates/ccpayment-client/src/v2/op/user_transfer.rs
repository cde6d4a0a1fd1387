//! `userTransfer`: moves coins between users, or from a user to the merchant.

use bytes::Bytes;
use http::Request;
use payments_core::wire::NonEmpty;
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::get_user_transfer_record::{UserTransferQuery, UserTransferRecord};
use crate::v2::confirm::Confirm;
use crate::v2::protocol::{Account, Call};
use crate::v2::{limits, user};

/// A transfer of coins between users of the user wallet system: `POST userTransfer`. **It is carried out at once, and nothing
/// takes it back.** It has no webhook.
///
/// **Effect: unkeyed**, as [`Withdraw`](crate::v2::Withdraw).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a transfer is made by `Client::user_transfer`"]
pub struct UserTransfer {
    order_id: MerchantRef,
    from_user_id: SensitiveString,
    to_user_id: SensitiveString,
    coin_id: u64,
    amount: Amount,
    #[serde(skip_serializing_if = "str::is_empty")]
    remark: SensitiveString,
}

impl UserTransfer {
    /// A transfer of `amount`.
    ///
    /// - `order_id`: the merchant's unique id, of 3 to 64 characters. Store it before the call.
    /// - `from_user_id`, `to_user_id`: two different users. The merchant is the user whose id is the app id: so a user's money
    ///   is collected.
    /// - `amount`: in units of the coin, worth at least 0.001 US dollars, sent without trailing zeros.
    pub fn new(
        order_id: MerchantRef,
        from_user_id: impl Into<String>,
        to_user_id: impl Into<String>,
        coin_id: u64,
        amount: Amount,
    ) -> Self {
        Self {
            order_id,
            from_user_id: SensitiveString::from(from_user_id),
            to_user_id: SensitiveString::from(to_user_id),
            coin_id,
            amount: amount.without_zeros_beyond(0),
            remark: SensitiveString::default(),
        }
    }

    /// A note, up to 255 characters.
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = SensitiveString::from(remark);
        self
    }

    /// The query for this transfer.
    pub fn query(&self) -> UserTransferQuery {
        UserTransferQuery::by_order(self.order_id.clone())
    }
}

impl Operation for UserTransfer {
    type Output = UserTransferred;
    const NAME: &'static str = "user_transfer";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
            user::check("from_user_id", &self.from_user_id),
            user::check("to_user_id", &self.to_user_id),
            match self.from_user_id == self.to_user_id {
                true => Err(InvalidRequest::request("to_user_id", "equals from_user_id")),
                false => Ok(()),
            },
            limits::id("coin_id", self.coin_id),
            check::positive("amount", self.amount),
            check::optional_text("remark", &self.remark, 255),
        ])
    }
}

impl Call for UserTransfer {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("userTransfer", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<UserTransferred, Fault> {
        let made: UserTransferred = answer.data()?;
        Ok(answer.keep(made))
    }
}

impl Confirm for UserTransfer {
    type Query = UserTransferQuery;

    fn query(&self) -> UserTransferQuery {
        Self::query(self)
    }

    fn compare(&self, found: &UserTransferRecord) -> Result<(), Fault> {
        if found.coin_id != self.coin_id {
            return Err(Fault::mismatch("coinId"));
        }
        if found.amount != self.amount {
            return Err(Fault::mismatch("amount"));
        }
        user::expect_same(
            "fromUserId",
            &self.from_user_id,
            found.from_user_id.as_deref(),
        )?;
        user::expect_same("toUserId", &self.to_user_id, found.to_user_id.as_deref())
    }
}

/// The answer to `userTransfer`: by the page, a success means that the transfer was made.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserTransferred {
    /// The gateway's id. A success without it proves nothing, and is an error.
    #[serde_as(as = "NonEmpty")]
    pub record_id: ProviderRef,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(UserTransferred);
