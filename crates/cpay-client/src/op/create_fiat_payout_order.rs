//! `createFiatPayoutOrder`: a payout to a customer's bank account by Pix.

use bytes::Bytes;
use payments_core::wire::{Lenient, Millis, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, debug_masked, keeps_raw,
};
use serde::Deserialize;

use crate::pix::PixKey;
use crate::protocol::{Account, Call};
use crate::rules;
use crate::status::OrderStatus;

/// What the specification demands of a payout by Pix. Alpha-3 in this call, alpha-2 in all others.
const CHANNEL: &str = "1";
const CURRENCY: &str = "BRL";
const COUNTRY: &str = "BRA";

/// The decimals of a real.
const CENTAVOS: u8 = 2;

/// A payout in Brazilian reais by Pix: `POST /openapi/v1/createFiatPayoutOrder`.
///
/// **Effect: unkeyed.** No document states what a second payout with the same reference does, so it is never sent again
/// once a byte of it may have left. After [`Outcome::Unknown`](payments_core::Outcome), query
/// [`order_detail`](crate::Client::order_detail) with the same reference. Do not retry with a new reference before that
/// is resolved: the money may be on its way.
///
/// The specification's request URL contains its path prefix twice, its example once; it is sent once.
///
/// The account is masked in the gateway's message: see [`Error::message`](payments_core::Error::message).
///
/// Pix is `payoutChannel` 1. The specification lists no fields for channel 2, "bank card": use
/// [`call_raw`](crate::Client::call_raw) with the fields that C-Pay gives you. `accountCode` is a row of its table
/// without type or meaning, absent from its example, and is not sent.
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
    callback_url: String,
    success_url: String,
    fail_url: String,
    remark: SensitiveString,
    ext_info: SensitiveString,
}

impl FiatPayout {
    /// A payout of `amount` reais to the account behind `key`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this payout, unique, up to 64 characters. Store it before the
    ///   call: after a failure you query the order by it.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `amount`: what the customer *receives*, in reais; the fee is added to it, unlike in `withdraw`. More than zero
    ///   and up to 12 characters with the point (specification). A real has 100 centavos, so a third decimal other than
    ///   zero is refused: that the gateway would cut it off is `assumed`, no document describes it.
    pub fn pix(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        amount: Amount,
        key: PixKey,
    ) -> Self {
        Self {
            merchant_trade_no,
            user_id: user_id.into(),
            amount: amount.without_zeros_beyond(CENTAVOS),
            key,
            create_time: None,
            callback_url: String::new(),
            success_url: String::new(),
            fail_url: String::new(),
            remark: SensitiveString::default(),
            ext_info: SensitiveString::default(),
        }
    }

    /// A note that the gateway returns with the payout, up to 256 characters. A part of the form `&name=` is refused:
    /// in the gateway's webhook it could pass for another field. A plain `&` is accepted.
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = SensitiveString::from(remark);
        self
    }

    /// Where the webhook of this payout goes, up to 256 characters. Default: the URL that is set for the account. Sent
    /// as `callBackURL`.
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = url.into();
        self
    }

    /// Where the customer is sent after success, up to 256 characters. A visit to this page does not prove a payment.
    pub fn success_url(mut self, url: impl Into<String>) -> Self {
        self.success_url = url.into();
        self
    }

    /// Where the customer is sent after failure, up to 256 characters.
    pub fn fail_url(mut self, url: impl Into<String>) -> Self {
        self.fail_url = url.into();
        self
    }

    /// `extInfo`: JSON text of up to 256 characters, by the specification the place for fields of future payout
    /// methods.
    ///
    /// A part of the form `&name=` is refused: the gateway repeats this text in the webhook of the payout, where it
    /// could pass for another field. A plain `&` is accepted.
    pub fn ext_info(mut self, json: impl Into<String>) -> Self {
        self.ext_info = SensitiveString::from(json);
        self
    }

    /// When the merchant created the payout; sent in milliseconds. Default: the time of sending.
    pub fn create_time(mut self, time: Timestamp) -> Self {
        self.create_time = Some(time);
        self
    }
}

impl Operation for FiatPayout {
    type Output = CreatedFiatPayout;
    const NAME: &'static str = "create_fiat_payout";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::no_ampersand("merchant_trade_no", self.merchant_trade_no.as_str(), 64),
            check::no_ampersand("user_id", &self.user_id, 64),
            check::positive("amount", self.amount),
            rules::not_truncated("amount", self.amount, CENTAVOS),
            check::text("amount", &self.amount.to_text(), 12),
            check::optional_url("callback_url", &self.callback_url, rules::URL),
            check::optional_url("success_url", &self.success_url, rules::URL),
            check::optional_url("fail_url", &self.fail_url, rules::URL),
            rules::optional_no_embedded_field("remark", self.remark.expose(), 256),
            rules::optional_no_embedded_field("ext_info", self.ext_info.expose(), 256),
        ])
    }
}

impl Call for FiatPayout {
    fn encode(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.post(
            "createFiatPayoutOrder",
            &mut [
                ("accountType", self.key.kind().as_str()),
                ("amount", &self.amount.to_text()),
                ("callBackURL", &self.callback_url),
                ("country", COUNTRY),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("currency", CURRENCY),
                ("extInfo", self.ext_info.expose()),
                ("failURL", &self.fail_url),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("payoutChannel", CHANNEL),
                ("remark", self.remark.expose()),
                ("successURL", &self.success_url),
                ("toAccount", self.key.account()),
                ("userId", &self.user_id),
            ],
        )
    }

    fn decode(&self, answer: Answer<'_>) -> Result<CreatedFiatPayout, Fault> {
        let payout: CreatedFiatPayout = answer.data()?;
        let trade_no = self.merchant_trade_no.as_str();
        answer.expect_reference(
            "merchantTradeNo",
            trade_no,
            payout.merchant_trade_no.as_deref(),
        )?;
        answer.expect(
            "receivedAmount",
            &self.amount,
            payout.received_amount.as_ref(),
        )?;
        answer.expect_currency("currency", CURRENCY, payout.currency.as_deref())?;
        Ok(answer.keep(payout))
    }
}

/// The answer to `createFiatPayoutOrder`. Missing and empty fields are `None`. So are malformed fields that do not
/// affect the payout.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedFiatPayout {
    /// The gateway's id of the payout.
    #[serde_as(as = "Scalar")]
    pub order_id: ProviderRef,
    /// The state of the payout.
    #[serde_as(as = "Optional")]
    pub status: Option<OrderStatus>,
    /// The merchant's reference, as sent.
    #[serde_as(as = "Optional")]
    pub merchant_trade_no: Option<String>,
    /// The merchant id.
    #[serde_as(as = "Lenient")]
    pub merchant_id: Option<String>,
    /// The customer in the merchant's system.
    #[serde_as(as = "Lenient")]
    pub merchant_user_id: Option<String>,
    /// The currency of the amounts.
    #[serde_as(as = "Optional")]
    pub currency: Option<String>,
    /// The amount debited from the merchant: the received amount and the fee.
    #[serde_as(as = "Lenient")]
    pub order_amount: Option<Amount>,
    /// The amount the customer receives: the amount of the request.
    #[serde_as(as = "Optional")]
    pub received_amount: Option<Amount>,
    /// The fee of the gateway.
    #[serde_as(as = "Lenient")]
    pub fee: Option<Amount>,
    /// When the payout was created.
    #[serde_as(as = "Lenient<Millis>")]
    pub create_time: Option<Timestamp>,
    /// The note, as sent.
    #[serde_as(as = "Lenient")]
    pub remark: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CreatedFiatPayout);

debug_masked!(CreatedFiatPayout shows order_id, status, merchant_trade_no, merchant_id, merchant_user_id, currency,
    order_amount, received_amount, fee, create_time; masks remark; ends raw);
