//! `createFiatPayoutOrder`: money to a customer's account, by Pix.

use bytes::Bytes;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, check, debug_masked, wire,
};
use payments_core::{SensitiveString, redact};
use serde::Deserialize;

use super::{Urls, setters};
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};
use crate::{OrderStatus, PixKey, PixKeyKind, rules, words};

/// What the specification demands of a payout by Pix. Alpha-3 in this call, alpha-2 in all others.
const CHANNEL: &str = "1";
const CURRENCY: &str = "BRL";
const COUNTRY: &str = "BRA";

/// The decimals of a real.
const CENTAVOS: u8 = 2;

/// A payout in Brazilian reais by Pix: `POST /openapi/v1/createFiatPayoutOrder`.
///
/// **Effect: unkeyed.** No document says what a second payout with the same reference does, so once a byte of
/// it may have left it is not sent again: an [`Outcome::Unknown`](payments_core::Outcome) is resolved by
/// [`order_detail`](crate::Client::order_detail) with the same reference. Never try again with a new reference
/// before that is answered: the money may be on its way.
///
/// The specification's request URL has its path prefix twice, its own example once; it is sent once.
///
/// The gateway's own words of a refusal have the account masked: see [`Error::message`](payments_core::Error::message).
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
    remark: SensitiveString,
    ext_info: SensitiveString,
}

impl FiatPayout {
    /// A payout of `amount` reais to the account behind `key`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this payout, unique, up to 64 characters. Keep it before
    ///   the call: after a failure it is the way to ask what happened.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `amount`: what the customer *receives*, in reais; the fee comes on top of it, unlike in `withdraw`. More
    ///   than zero and up to 12 characters with the point (specification). A real has a hundred centavos, so digits
    ///   other than zero beyond the second decimal are refused: that the gateway would not pay them is `assumed`, no
    ///   document says what it does with them.
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
            remark: SensitiveString::default(),
            ext_info: SensitiveString::default(),
        }
    }

    /// A note that comes back with the payout, up to 256 characters. A piece such as `&name=` is refused: in the
    /// gateway's webhook it could pass for the border of another field. A plain `&` is fine.
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = SensitiveString::from(remark);
        self
    }
}

setters!(FiatPayout {
    /// Where the webhook of this payout goes, up to 256 characters. Without it the gateway uses the URL set for
    /// the account. Sent as `callBackURL`.
    callback_url;

    /// Where the customer is sent after success, up to 256 characters. Arriving there proves no payment.
    success_url;

    /// Where the customer is sent after failure, up to 256 characters.
    fail_url;

    /// `extInfo`, JSON text up to 256 characters: by the specification the place for fields of payout methods to
    /// come.
    ///
    /// A piece such as `&name=` is refused: the gateway's webhook of this payout brings it back, and there it could pass
    /// for the border of another field. A plain `&` is fine.
    ext_info;

    /// When the merchant made the payout; sent in milliseconds. Default: the clock at the time of sending.
    create_time;
});

impl Operation for FiatPayout {
    type Output = CreatedFiatPayout;
    const NAME: &'static str = "create_fiat_payout";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::separable("merchant_trade_no", self.merchant_trade_no.as_str(), 64)?;
        check::separable("user_id", &self.user_id, 64)?;
        check::positive("amount", self.amount)?;
        if rules::cut(self.amount, CENTAVOS).is_some() {
            return Err(
                InvalidRequest::request("amount", "has fractions of a centavo")
                    .allowed("up to 2 decimals"),
            );
        }
        check::text("amount", &self.amount.to_text(), 12)?;
        self.urls.check()?;
        rules::optional_whole("remark", &self.remark, 256)?;
        rules::optional_whole("ext_info", &self.ext_info, 256)
    }
}

impl Wired for FiatPayout {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
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
        answer.expect_currency("currency", CURRENCY, payout.currency.as_deref())?;
        Ok(answer.keep(payout))
    }

    /// A tax number may come back with points and a telephone number with spaces.
    fn redact(&self, said: String) -> String {
        let said = redact::without(&said, self.key.account());
        match self.key.kind() {
            PixKeyKind::TaxId | PixKeyKind::Mobile => words::without_numbers(&said),
            PixKeyKind::Email | PixKeyKind::Random => said,
        }
    }
}

/// What `createFiatPayoutOrder` answers. A field the gateway leaves out or sends empty is absent, and one that tells
/// nothing the payout depends on and cannot be read.
#[derive(Clone, PartialEq, Deserialize)]
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
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub merchant_id: Option<String>,
    /// The customer in the merchant's system.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub merchant_user_id: Option<String>,
    /// The currency of the amounts.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub currency: Option<String>,
    /// What is taken from the merchant: what is received, and the fee on top.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub order_amount: Option<Amount>,
    /// What the customer receives: the amount of the request.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub received_amount: Option<Amount>,
    /// What the gateway charges.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub fee: Option<Amount>,
    /// When the payout was made.
    #[serde(default, deserialize_with = "crate::informative::millis")]
    pub create_time: Option<Timestamp>,
    /// The note, as sent.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub remark: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CreatedFiatPayout);

debug_masked!(CreatedFiatPayout shows order_id, status, merchant_trade_no, merchant_id, merchant_user_id, currency,
    order_amount, received_amount, fee, create_time; masks remark; ends raw);
