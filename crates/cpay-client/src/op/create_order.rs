//! `createOrder`: a customer pays a crypto amount on the gateway's cashier page.

use bytes::Bytes;
use payments_core::wire::{Lenient, Millis, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, debug_masked, keeps_raw,
};
use serde::Deserialize;

use crate::protocol::{Account, Call};
use crate::rules::{self, Names};
use crate::status::OrderStatus;

/// A new pay-in order: `POST /openapi/v1/createOrder`.
///
/// **Effect: unkeyed.** No document states what a second order with the same reference does, so it is never sent again
/// once a byte of it may have left. After [`Outcome::Unknown`](payments_core::Outcome), query
/// [`order_detail`](crate::Client::order_detail) with the same reference.
///
/// ```
/// use cpay_client::CreateOrder;
/// use payments_core::{Amount, MerchantRef};
///
/// let order = CreateOrder::new(
///     MerchantRef::new("order-1001")?, // stored before the call
///     "customer-7",
///     "66.12345678".parse::<Amount>()?,
///     "USDT",
/// )
/// .callback_url("https://shop.example/webhooks/cpay")
/// .success_url("https://shop.example/thanks");
/// # let _ = order;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an order is made by `Client::create_order`"]
pub struct CreateOrder {
    merchant_trade_no: MerchantRef,
    user_id: String,
    amount: Amount,
    crypto_currency: String,
    create_time: Option<Timestamp>,
    callback_url: String,
    success_url: String,
    fail_url: String,
    ext_info: SensitiveString,
    names: Names,
}

impl CreateOrder {
    /// An order of `amount` in `crypto_currency`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this order, unique, up to 64 characters. Store it before the
    ///   call: after a failure you query the order by it.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `amount`: in units of the coin (`"3"` with `"USDT"` is three USDT), more than zero, up to 8 decimals
    ///   (8 decimals: the provider's later documents; the specification is silent here).
    /// - `crypto_currency`: `USDT`, `ETH`, `BTC` or `BNB`, in capitals; see [`allow_unlisted`](Self::allow_unlisted).
    pub fn new(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        amount: Amount,
        crypto_currency: impl Into<String>,
    ) -> Self {
        Self {
            merchant_trade_no,
            user_id: user_id.into(),
            amount: amount.without_zeros_beyond(8),
            crypto_currency: crypto_currency.into(),
            create_time: None,
            callback_url: String::new(),
            success_url: String::new(),
            fail_url: String::new(),
            ext_info: SensitiveString::default(),
            names: Names::Listed,
        }
    }

    /// Sends a coin that C-Pay's documents do not list, as it is. Default: such a name is refused before anything is sent,
    /// because it is more often a typing error, and the gateway's answer to one proves nothing.
    pub fn allow_unlisted(mut self) -> Self {
        self.names = Names::Any;
        self
    }

    /// Where the webhook of this order goes, up to 256 characters. Default: the URL that is set for the account. Sent
    /// as `callBackURL`: the specification's table spells it `callbackURL`, its example and every official client
    /// `callBackURL`.
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = url.into();
        self
    }

    /// Where the cashier page sends the customer after paying, up to 256 characters. A visit to this page does not
    /// prove a payment.
    pub fn success_url(mut self, url: impl Into<String>) -> Self {
        self.success_url = url.into();
        self
    }

    /// Where the cashier page sends the customer after failing to pay, up to 256 characters.
    pub fn fail_url(mut self, url: impl Into<String>) -> Self {
        self.fail_url = url.into();
        self
    }

    /// `extInfo`: JSON text that the gateway returns with the order, up to 256 characters. Not in the specification's
    /// table of this call; the official PHP client sends it.
    ///
    /// A part of the form `&name=` is refused: the gateway repeats this text in the webhook of the order, where it
    /// could pass for another field. A plain `&` is accepted.
    pub fn ext_info(mut self, json: impl Into<String>) -> Self {
        self.ext_info = SensitiveString::from(json);
        self
    }

    /// When the merchant created the order; sent in milliseconds. Default: the time of sending.
    pub fn create_time(mut self, time: Timestamp) -> Self {
        self.create_time = Some(time);
        self
    }
}

impl Operation for CreateOrder {
    type Output = CreatedOrder;
    const NAME: &'static str = "create_order";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::no_ampersand("merchant_trade_no", self.merchant_trade_no.as_str(), 64),
            check::no_ampersand("user_id", &self.user_id, 64),
            check::positive("amount", self.amount),
            check::decimals("amount", self.amount, 8),
            self.names
                .check("crypto_currency", &self.crypto_currency, rules::ORDER_COINS),
            check::optional_url("callback_url", &self.callback_url, rules::URL),
            check::optional_url("success_url", &self.success_url, rules::URL),
            check::optional_url("fail_url", &self.fail_url, rules::URL),
            rules::optional_no_embedded_field("ext_info", self.ext_info.expose(), 256),
        ])
    }
}

impl Call for CreateOrder {
    fn encode(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.post(
            "createOrder",
            &mut [
                ("amount", &self.amount.to_text()),
                ("callBackURL", &self.callback_url),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("cryptoCurrency", &self.crypto_currency),
                ("extInfo", self.ext_info.expose()),
                ("failURL", &self.fail_url),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("successURL", &self.success_url),
                ("userId", &self.user_id),
            ],
        )
    }

    fn decode(&self, answer: Answer<'_>) -> Result<CreatedOrder, Fault> {
        let order: CreatedOrder = answer.data()?;
        let trade_no = self.merchant_trade_no.as_str();
        answer.expect_reference(
            "merchantTradeNo",
            trade_no,
            order.merchant_trade_no.as_deref(),
        )?;
        answer.expect("orderAmount", &self.amount, order.order_amount.as_ref())?;
        answer.expect_currency(
            "cryptoCurrency",
            &self.crypto_currency,
            order.crypto_currency.as_deref(),
        )?;
        Ok(answer.keep(order))
    }
}

/// The answer to `createOrder`.
///
/// The specification's table gives most of these fields no type and its example leaves six of them out, so every field
/// but the order id may be `None`. Empty fields are `None` too, and so are malformed fields that do not affect the
/// order.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedOrder {
    /// The gateway's id of the order: 19 to 21 digits in the examples, keep it as text.
    #[serde_as(as = "Scalar")]
    pub order_id: ProviderRef,
    /// The page where the customer pays.
    #[serde(rename = "cashierURL")]
    #[serde_as(as = "Lenient")]
    pub cashier_url: Option<String>,
    /// The merchant's reference, as sent.
    #[serde_as(as = "Optional")]
    pub merchant_trade_no: Option<String>,
    /// The merchant id. Text here, a number in order details.
    #[serde_as(as = "Lenient")]
    pub merchant_id: Option<String>,
    /// The customer in the merchant's system.
    #[serde_as(as = "Lenient")]
    pub merchant_user_id: Option<String>,
    /// The coin of the amounts.
    #[serde_as(as = "Optional")]
    pub crypto_currency: Option<String>,
    /// The amount the customer has to pay.
    #[serde_as(as = "Optional")]
    pub order_amount: Option<Amount>,
    /// The amount the merchant will receive.
    #[serde_as(as = "Lenient")]
    pub received_amount: Option<Amount>,
    /// `pledgeAmount`; no document explains it.
    #[serde_as(as = "Lenient")]
    pub pledge_amount: Option<Amount>,
    /// The fee of the gateway.
    #[serde_as(as = "Lenient")]
    pub fee: Option<Amount>,
    /// The state of the order.
    #[serde_as(as = "Optional")]
    pub status: Option<OrderStatus>,
    /// The network in the short form of orders: `TRON`.
    #[serde_as(as = "Lenient")]
    pub network: Option<String>,
    /// When the order was created.
    #[serde_as(as = "Lenient<Millis>")]
    pub create_time: Option<Timestamp>,
    /// A note of the gateway.
    #[serde_as(as = "Lenient")]
    pub remark: Option<String>,
    /// `extInfo`: JSON text.
    #[serde_as(as = "Lenient")]
    pub ext_info: Option<String>,
    /// `returnURL`; deprecated by the provider's later document.
    #[serde(rename = "returnURL")]
    #[serde_as(as = "Lenient")]
    pub return_url: Option<String>,
    /// The success page, as sent.
    #[serde(rename = "successURL")]
    #[serde_as(as = "Lenient")]
    pub success_url: Option<String>,
    /// The failure page, as sent.
    #[serde(rename = "failURL")]
    #[serde_as(as = "Lenient")]
    pub fail_url: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CreatedOrder);

debug_masked!(CreatedOrder shows order_id, merchant_trade_no, merchant_id, merchant_user_id, crypto_currency, order_amount,
    received_amount, pledge_amount, fee, status, network, create_time, return_url, success_url, fail_url;
    masks cashier_url, remark, ext_info; ends raw);
