//! `createFiatPayoutOrder`: money to a customer's account, by Pix.

use bytes::Bytes;
use payments_core::{
    Amount, Effect, Fault, Invalid, MerchantRef, Operation, ProviderRef, RawAnswer, Timestamp,
    check, wire,
};
use serde::Deserialize;

use super::Urls;
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};
use crate::{OrderStatus, PixKey};

/// What the specification demands of a payout by Pix. Alpha-3 in this call, alpha-2 in all others.
const CHANNEL: &str = "1";
const CURRENCY: &str = "BRL";
const COUNTRY: &str = "BRA";

/// A payout in Brazilian reais by Pix: `POST /openapi/v1/createFiatPayoutOrder`.
///
/// **Effect: unkeyed.** No document says what a second payout with the same reference does, so once a byte of
/// it may have left it is not sent again: an [`Outcome::Unknown`](payments_core::Outcome) is resolved by
/// [`order_detail`](crate::Client::order_detail) with the same reference. Never try again with a new reference
/// before that is answered: the money may be on its way.
///
/// The specification's request URL has its path prefix twice, its own example once; it is sent once.
///
/// Pix is `payoutChannel` 1. Of channel 2, "bank card", the specification gives no list of fields, so there is no
/// request to write for it; and `accountCode` is a row of its table without type or meaning, absent from its
/// example, and is not sent.
///
/// ```
/// use cpay_client::{FiatPayout, PixKey};
/// use payments_core::MerchantRef;
///
/// let key = PixKey::email("ana@cliente.example")?;
/// let payout = FiatPayout::pix(MerchantRef::new("payout-7")?, "customer-7", "5.00".parse()?, key)
///     .callback_url("https://shop.example/webhooks/cpay")
///     .remark("order 1001");
/// # let _ = payout;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a payout is made by `Client::create_fiat_payout`"]
pub struct FiatPayout {
    merchant_trade_no: MerchantRef,
    user_id: String,
    amount: Amount,
    key: PixKey,
    create_time: Option<Timestamp>,
    urls: Urls,
    remark: String,
    ext_info: String,
}

impl FiatPayout {
    /// A payout of `amount` reais to the account behind `key`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this payout, unique, up to 64 characters. Keep it before
    ///   the call: after a failure it is the way to ask what happened.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `amount`: what the customer *receives*, in reais; the fee comes on top of it, unlike in `withdraw`. More
    ///   than zero, up to 12 characters with the point, up to 8 decimals (the provider's later document; for a
    ///   currency of two decimals the gateway may refuse sooner).
    pub fn pix(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        amount: Amount,
        key: PixKey,
    ) -> Self {
        Self {
            merchant_trade_no,
            user_id: user_id.into(),
            amount,
            key,
            create_time: None,
            urls: Urls::default(),
            remark: String::new(),
            ext_info: String::new(),
        }
    }

    /// Where the webhook of this payout goes, up to 256 characters. Without it the gateway uses the URL set for
    /// the account. Sent as `callBackURL`.
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.urls.callback = url.into();
        self
    }

    /// Where the customer is sent after success, up to 256 characters. Arriving there proves no payment.
    pub fn success_url(mut self, url: impl Into<String>) -> Self {
        self.urls.success = url.into();
        self
    }

    /// Where the customer is sent after failure, up to 256 characters.
    pub fn fail_url(mut self, url: impl Into<String>) -> Self {
        self.urls.fail = url.into();
        self
    }

    /// A note that comes back with the payout, up to 256 characters.
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = remark.into();
        self
    }

    /// `extInfo`, JSON text up to 256 characters: by the specification the place for fields of payout methods to
    /// come.
    pub fn ext_info(mut self, json: impl Into<String>) -> Self {
        self.ext_info = json.into();
        self
    }

    /// When the merchant made the payout; sent in milliseconds. Default: the clock at the time of sending.
    pub fn create_time(mut self, time: Timestamp) -> Self {
        self.create_time = Some(time);
        self
    }
}

impl Operation for FiatPayout {
    type Output = CreatedFiatPayout;
    const NAME: &'static str = "create_fiat_payout";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), Invalid> {
        check::separable("merchant_trade_no", self.merchant_trade_no.as_str(), 64)?;
        check::separable("user_id", &self.user_id, 64)?;
        check::positive("amount", self.amount)?;
        check::decimals("amount", self.amount, 8)?;
        check::text("amount", &self.amount.to_text(), 12)?;
        self.urls.check()?;
        check::optional_text("remark", &self.remark, 256)?;
        check::optional_text("ext_info", &self.ext_info, 256)
    }
}

impl Wired for FiatPayout {
    fn write(&self, account: &Account, now: Timestamp) -> Result<http::Request<Bytes>, Invalid> {
        account.post(
            "createFiatPayoutOrder",
            &[
                ("accountType", self.key.kind().as_str()),
                ("amount", &self.amount.to_text()),
                ("callBackURL", &self.urls.callback),
                ("country", COUNTRY),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("currency", CURRENCY),
                ("extInfo", &self.ext_info),
                ("failURL", &self.urls.fail),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("payoutChannel", CHANNEL),
                ("remark", &self.remark),
                ("successURL", &self.urls.success),
                ("toAccount", self.key.account()),
                ("userId", &self.user_id),
            ],
        )
    }

    fn read(&self, answer: Answer<'_>) -> Result<CreatedFiatPayout, Fault> {
        let payout: CreatedFiatPayout = answer.data()?;
        let trade_no = self.merchant_trade_no.as_str();
        answer.expect(
            "merchantTradeNo",
            trade_no,
            payout.merchant_trade_no.as_deref(),
        )?;
        answer.expect(
            "receivedAmount",
            &self.amount,
            payout.received_amount.as_ref(),
        )?;
        answer.expect("currency", CURRENCY, payout.currency.as_deref())?;
        Ok(answer.keep(payout))
    }
}

/// What `createFiatPayoutOrder` answers. A field the gateway leaves out or sends empty is absent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedFiatPayout {
    /// The gateway's id of the payout.
    #[serde(deserialize_with = "wire::provider_ref")]
    pub order_id: ProviderRef,
    /// The state of the payout.
    #[serde(default, deserialize_with = "crate::status::optional")]
    pub status: Option<OrderStatus>,
    /// The merchant's reference, as sent.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub merchant_trade_no: Option<String>,
    /// The merchant this payout belongs to.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub merchant_id: Option<String>,
    /// The customer in the merchant's system.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub merchant_user_id: Option<String>,
    /// The currency of the amounts.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub currency: Option<String>,
    /// What is taken from the merchant: what is received, and the fee on top.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub order_amount: Option<Amount>,
    /// What the customer receives: the amount of the request.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub received_amount: Option<Amount>,
    /// What the gateway charges.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub fee: Option<Amount>,
    /// When the payout was made.
    #[serde(default, deserialize_with = "wire::optional_millis")]
    pub create_time: Option<Timestamp>,
    /// The note, as sent.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub remark: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CreatedFiatPayout);
