//! `createOrder`: a customer pays a crypto amount on the gateway's cashier page.

use bytes::Bytes;
use payments_core::SensitiveString;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, check, debug_masked, wire,
};
use serde::Deserialize;

use super::{Urls, setters};
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};
use crate::{OrderStatus, rules};

/// A new pay-in order: `POST /openapi/v1/createOrder`.
///
/// **Effect: unkeyed.** No document says what a second order with the same reference does, so once a
/// byte of it may have left it is not sent again: an [`Outcome::Unknown`](payments_core::Outcome) is
/// resolved by [`order_detail`](crate::Client::order_detail) with the same reference.
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
    urls: Urls,
    ext_info: SensitiveString,
}

impl CreateOrder {
    /// An order of `amount` in `crypto_currency`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this order, unique, up to 64 characters. Keep it
    ///   before the call: after a failure it is the way to ask what happened.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `amount`: in units of the coin (`"3"` with `"USDT"` is three USDT), more than zero, up to 8 decimals
    ///   (8 decimals: the provider's later documents; the specification is silent here).
    /// - `crypto_currency`: `USDT`, `ETH`, `BTC` or `BNB` by the specification; passed on as it is, up to 16
    ///   characters.
    pub fn new(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        amount: Amount,
        crypto_currency: impl Into<String>,
    ) -> Self {
        Self {
            merchant_trade_no,
            user_id: user_id.into(),
            amount,
            crypto_currency: crypto_currency.into(),
            create_time: None,
            urls: Urls::default(),
            ext_info: SensitiveString::default(),
        }
    }
}

setters!(CreateOrder {
    /// Where the webhook of this order goes, up to 256 characters. Without it the gateway uses the URL
    /// set for the account. Sent as `callBackURL`: the specification's table spells it `callbackURL`, its
    /// example and every official client `callBackURL`.
    callback_url;

    /// Where the cashier page sends the customer after paying, up to 256 characters. Arriving there proves
    /// no payment.
    success_url;

    /// Where the cashier page sends the customer after failing to pay, up to 256 characters.
    fail_url;

    /// `extInfo`, JSON text of the merchant's that comes back with the order, up to 256 characters. Not in the
    /// specification's table of this call; the official PHP client sends it.
    ///
    /// A piece such as `&name=` is refused: the gateway's webhook of this order brings it back, and there it could pass
    /// for the border of another field. A plain `&` is fine.
    ext_info;

    /// When the merchant made the order; sent in milliseconds. Default: the clock at the time of sending.
    create_time;
});

impl Operation for CreateOrder {
    type Output = CreatedOrder;
    const NAME: &'static str = "create_order";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::separable("merchant_trade_no", self.merchant_trade_no.as_str(), 64)?;
        check::separable("user_id", &self.user_id, 64)?;
        check::positive("amount", self.amount)?;
        check::decimals("amount", self.amount, 8)?;
        check::text("crypto_currency", &self.crypto_currency, 16)?;
        self.urls.check()?;
        rules::optional_whole("ext_info", &self.ext_info, 256)
    }
}

impl Wired for CreateOrder {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.post(
            "createOrder",
            &[
                ("amount", &self.amount.to_text()),
                ("callBackURL", &self.urls.callback),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("cryptoCurrency", &self.crypto_currency),
                ("extInfo", &self.ext_info),
                ("failURL", &self.urls.fail),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("successURL", &self.urls.success),
                ("userId", &self.user_id),
            ],
        )
    }

    fn read(&self, answer: Answer<'_>) -> Result<CreatedOrder, Fault> {
        let order: CreatedOrder = answer.data()?;
        let trade_no = self.merchant_trade_no.as_str();
        answer.expect(
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

/// What `createOrder` answers.
///
/// The specification's table gives most of these fields no type and its example leaves six of them out, so every
/// one but the order id may be absent.
/// A field the gateway sends empty is absent as well, and one that tells nothing the order depends on and cannot be
/// read.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedOrder {
    /// The gateway's id of the order: 19 to 21 digits in the examples, to be kept as text.
    #[serde(deserialize_with = "wire::provider_ref")]
    pub order_id: ProviderRef,
    /// The page where the customer pays.
    #[serde(
        rename = "cashierURL",
        default,
        deserialize_with = "crate::informative::text"
    )]
    pub cashier_url: Option<String>,
    /// The merchant's reference, as sent.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub merchant_trade_no: Option<String>,
    /// The merchant this order belongs to. Text here, a number in order details.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub merchant_id: Option<String>,
    /// The customer in the merchant's system.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub merchant_user_id: Option<String>,
    /// The coin of the amounts.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub crypto_currency: Option<String>,
    /// What the customer is to pay.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub order_amount: Option<Amount>,
    /// What the merchant is to receive.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub received_amount: Option<Amount>,
    /// `pledgeAmount`; no document says what it is.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub pledge_amount: Option<Amount>,
    /// What the gateway charges.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub fee: Option<Amount>,
    /// The state of the order.
    #[serde(default, deserialize_with = "crate::status::optional")]
    pub status: Option<OrderStatus>,
    /// The network in the short form of orders: `TRON`.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub network: Option<String>,
    /// When the order was made.
    #[serde(default, deserialize_with = "crate::informative::millis")]
    pub create_time: Option<Timestamp>,
    /// A note of the gateway.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub remark: Option<String>,
    /// `extInfo`, JSON text.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub ext_info: Option<String>,
    /// `returnURL`; deprecated by the provider's later document.
    #[serde(
        rename = "returnURL",
        default,
        deserialize_with = "crate::informative::text"
    )]
    pub return_url: Option<String>,
    /// The success page, as sent.
    #[serde(
        rename = "successURL",
        default,
        deserialize_with = "crate::informative::text"
    )]
    pub success_url: Option<String>,
    /// The failure page, as sent.
    #[serde(
        rename = "failURL",
        default,
        deserialize_with = "crate::informative::text"
    )]
    pub fail_url: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CreatedOrder);

debug_masked!(CreatedOrder shows order_id, merchant_trade_no, merchant_id, merchant_user_id, crypto_currency, order_amount,
    received_amount, pledge_amount, fee, status, network, create_time, return_url, success_url, fail_url;
    masks cashier_url, remark, ext_info; ends raw);
