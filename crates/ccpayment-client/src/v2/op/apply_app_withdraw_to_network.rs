//! `applyAppWithdrawToNetwork`: pays out to an address on a chain.

use bytes::Bytes;
use http::Request;
use payments_core::wire::NonEmpty;
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::get_app_withdraw_record::{WithdrawalQuery, WithdrawalRecord};
use crate::v2::confirm::Confirm;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// A withdrawal to an address: `POST applyAppWithdrawToNetwork`. **It pays out, and nothing takes it back.**
///
/// **Effect: unkeyed.** Code 11011 refuses an `orderId` that exists, but no document states that this is checked before the
/// withdrawal is made. So a withdrawal is never resent once a byte of it may have left: resolve an
/// [`Outcome::Unknown`](payments_core::Outcome) with [`Client::confirm`](crate::v2::Client::confirm), and never by a withdrawal
/// under a new id.
///
/// The answer is not signed, so a refusal rests on TLS alone. It also speaks of this call only: a withdrawal that an earlier
/// call with the same id made does not keep the gateway from refusing this one for another reason, such as the balance.
/// Confirm a refused withdrawal, too, before you pay the same thing in another way.
///
/// ```
/// use ccpayment_client::v2::Withdraw;
/// use payments_core::MerchantRef;
///
/// let withdrawal = Withdraw::new(
///     MerchantRef::new("withdrawal-1001")?, // stored before the call
///     1280,
///     "POLYGON",
///     "0x00000000000000000000000000000000000000a1",
///     "4".parse()?,
/// )
/// .merchant_pays_fee(true);
/// # let _ = withdrawal;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a withdrawal is made by `Client::withdraw`"]
pub struct Withdraw {
    order_id: MerchantRef,
    coin_id: u64,
    chain: String,
    address: SensitiveString,
    #[serde(skip_serializing_if = "str::is_empty")]
    memo: SensitiveString,
    amount: Amount,
    #[serde(rename = "merchantPayNetworkFee")]
    merchant_pays_fee: bool,
    #[serde(rename = "networkFeeInquiryID")]
    fee_inquiry_id: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    notify_url: SensitiveString,
}

impl Withdraw {
    /// A withdrawal of `amount`.
    ///
    /// - `order_id`: the merchant's unique id, of 3 to 64 characters. Store it before the call.
    /// - `coin_id`, `chain`: from [`Client::coins`](crate::v2::Client::coins), which also has the limits of the amount.
    /// - `address`: an address on that chain. Not checked here: see
    ///   [`Client::check_address`](crate::v2::Client::check_address).
    /// - `amount`: in units of the coin, more than zero, sent without trailing zeros.
    pub fn new(
        order_id: MerchantRef,
        coin_id: u64,
        chain: impl Into<String>,
        address: impl Into<String>,
        amount: Amount,
    ) -> Self {
        Self {
            order_id,
            coin_id,
            chain: chain.into(),
            address: SensitiveString::from(address),
            memo: SensitiveString::default(),
            amount: amount.without_zeros_beyond(0),
            merchant_pays_fee: false,
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

    /// Who pays the network fee: the merchant, beside the amount, or the receiver, out of the amount (the default).
    pub const fn merchant_pays_fee(mut self, merchant_pays_fee: bool) -> Self {
        self.merchant_pays_fee = merchant_pays_fee;
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
    pub fn query(&self) -> WithdrawalQuery {
        WithdrawalQuery::by_order(self.order_id.clone())
    }
}

impl Operation for Withdraw {
    type Output = Withdrawal;
    const NAME: &'static str = "withdraw";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
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

impl Call for Withdraw {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("applyAppWithdrawToNetwork", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<Withdrawal, Fault> {
        let accepted: Withdrawal = answer.data()?;
        Ok(answer.keep(accepted))
    }
}

impl Confirm for Withdraw {
    type Query = WithdrawalQuery;

    fn query(&self) -> WithdrawalQuery {
        Self::query(self)
    }

    fn compare(&self, found: &WithdrawalRecord) -> Result<(), Fault> {
        found.expect_to_network(self.coin_id, self.amount)?;
        found.expect_destination(&self.chain, &self.address, &self.memo)
    }
}

/// The answer to all withdrawals: the withdrawal was accepted, which does not mean that it was paid out. For that see
/// [`Client::withdrawal`](crate::v2::Client::withdrawal); a withdrawal to an address also has webhooks.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Withdrawal {
    /// The gateway's id. A success without it proves nothing, and is an error.
    #[serde_as(as = "NonEmpty")]
    pub record_id: ProviderRef,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Withdrawal);
