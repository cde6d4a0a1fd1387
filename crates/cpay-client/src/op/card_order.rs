//! `createOrderByCreditCard`: a customer pays by card on a page of the gateway or of its bank.

use std::net::IpAddr;

use bytes::Bytes;
use payments_core::SensitiveString;
use payments_core::Timestamp;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer, check,
    debug_masked, wire,
};
use serde::Deserialize;

use super::{Urls, setters};
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};
use crate::{OrderStatus, Purchase, rules};

/// A new pay-in order by card: `POST /openapi/v1/createOrderByCreditCard`.
///
/// **Effect: unkeyed.** No document says what a second order with the same reference does, so once a byte of
/// it may have left it is not sent again: an [`Outcome::Unknown`](payments_core::Outcome) is resolved by
/// [`order_detail`](crate::Client::order_detail) with the same reference.
///
/// ```
/// use cpay_client::{CreateCardOrder, Product, Purchase};
/// use payments_core::MerchantRef;
///
/// let product = Product::new("macBook", "1234.00".parse()?, 1, "USD");
/// let order = CreateCardOrder::new(
///     MerchantRef::new("order-1001")?, // stored before the call
///     "customer-7",
///     Purchase::new("1234.00".parse()?, "USD", vec![product]),
///     "PT",
///     "ana@cliente.example",
///     "2001:db8::7".parse()?,
/// )
/// .success_url("https://shop.example/thanks");
/// # let _ = order;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an order is made by `Client::create_card_order`"]
pub struct CreateCardOrder {
    merchant_trade_no: MerchantRef,
    user_id: String,
    purchase: Purchase,
    country: SensitiveString,
    email: SensitiveString,
    ip: SensitiveString,
    create_time: Option<Timestamp>,
    urls: Urls,
    language: String,
    ext_info: SensitiveString,
}

impl CreateCardOrder {
    /// An order of `purchase`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this order, unique, up to 64 characters. Keep it before the
    ///   call: after a failure it is the way to ask what happened.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `purchase`: in `USD`, `EUR` or `BRL` (specification: "currently only"), with up to 8 decimals (the
    ///   provider's later document; the specification is silent here).
    /// - `country`: the customer's, ISO 3166-1 alpha-2, in capitals.
    /// - `email`: the customer's.
    /// - `ip`: the customer's, IPv4 or IPv6.
    pub fn new(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        purchase: Purchase,
        country: impl Into<String>,
        email: impl Into<String>,
        ip: IpAddr,
    ) -> Self {
        Self {
            merchant_trade_no,
            user_id: user_id.into(),
            purchase,
            country: SensitiveString::from(country),
            email: SensitiveString::from(email),
            ip: SensitiveString::from(ip.to_string()),
            create_time: None,
            urls: Urls::default(),
            language: String::new(),
            ext_info: SensitiveString::default(),
        }
    }

    /// The language of the page: `en-US` or `ru-RU` by the specification, passed on as it is, up to 16 characters.
    /// Without it the browser's counts. Sent as `lanuage`, which is how the gateway spells it.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = language.into();
        self
    }
}

setters!(CreateCardOrder {
    /// Where the webhook of this order goes, up to 256 characters. Without it the gateway uses the URL set for the
    /// account. Sent as `callBackURL`.
    callback_url;

    /// Where the customer is sent after paying, up to 256 characters. Arriving there proves no payment.
    success_url;

    /// Where the customer is sent after failing to pay, up to 256 characters.
    fail_url;

    /// `extInfo`, JSON text of the merchant's, up to 256 characters. Not in the specification's table of this call;
    /// the official PHP client sends it.
    ///
    /// A piece such as `&name=` is refused: the gateway's webhook of this order brings it back, and there it could pass
    /// for the border of another field. A plain `&` is fine.
    ext_info;

    /// When the merchant made the order; sent in milliseconds. Default: the clock at the time of sending.
    create_time;
});

impl Operation for CreateCardOrder {
    type Output = CardOrder;
    const NAME: &'static str = "create_card_order";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::separable("merchant_trade_no", self.merchant_trade_no.as_str(), 64)?;
        check::separable("user_id", &self.user_id, 64)?;
        self.purchase.check(&["USD", "EUR", "BRL"])?;
        check::decimals("amount", self.purchase.amount, 8)?;
        rules::country(&self.country)?;
        rules::email("email", &self.email)?;
        self.urls.check()?;
        check::optional_text("language", &self.language, 16)?;
        rules::optional_whole("ext_info", &self.ext_info, 256)
    }
}

impl Wired for CreateCardOrder {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.post(
            "createOrderByCreditCard",
            &[
                ("amount", &self.purchase.amount.to_text()),
                ("callBackURL", &self.urls.callback),
                ("country", &self.country),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("currency", &self.purchase.currency),
                ("email", &self.email),
                ("extInfo", &self.ext_info),
                ("failURL", &self.urls.fail),
                ("ip", &self.ip),
                ("lanuage", &self.language),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("products", &self.purchase.products_json()?),
                ("successURL", &self.urls.success),
                ("userId", &self.user_id),
            ],
        )
    }

    fn read(&self, answer: Answer<'_>) -> Result<CardOrder, Fault> {
        let order: CardOrder = answer.data()?;
        let trade_no = self.merchant_trade_no.as_str();
        answer.expect(
            "merchantTradeNo",
            trade_no,
            order.merchant_trade_no.as_deref(),
        )?;
        answer.expect(
            "orderAmount",
            &self.purchase.amount,
            order.order_amount.as_ref(),
        )?;
        let currency = order.order_currency.as_deref();
        answer.expect_currency("orderCurrency", &self.purchase.currency, currency)?;
        Ok(answer.keep(order))
    }
}

/// What `createOrderByCreditCard` answers. A field the gateway leaves out or sends empty is absent, and one that tells
/// nothing the order depends on and cannot be read.
///
/// The call's success says that the order was taken, not that it can be paid: the specification's own example
/// of a success is a closed order. Ask [`is_live`](Self::is_live) before sending the customer anywhere.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CardOrder {
    /// The gateway's id of the order.
    #[serde(deserialize_with = "wire::provider_ref")]
    pub order_id: ProviderRef,
    /// The state of the order, `orderStatus` on the wire.
    #[serde(
        rename = "orderStatus",
        default,
        deserialize_with = "crate::status::optional"
    )]
    pub status: Option<OrderStatus>,
    /// The page where the customer pays; it may be on a bank's own host.
    #[serde(
        rename = "cashierURL",
        default,
        deserialize_with = "crate::informative::text"
    )]
    pub cashier_url: Option<String>,
    /// The merchant's reference, as sent.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub merchant_trade_no: Option<String>,
    /// The merchant this order belongs to. A number on the wire here.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub merchant_id: Option<String>,
    /// The currency of the amounts.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub order_currency: Option<String>,
    /// What the customer is to pay.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub order_amount: Option<Amount>,
    /// What the merchant has received.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub received_amount: Option<Amount>,
    /// `pledgeAmount`; no document says what it is.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub pledge_amount: Option<Amount>,
    /// What the gateway charges.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub fee: Option<Amount>,
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
    /// `sign`, 64 hexadecimal digits. No document says what it covers, so it is not verified and proves nothing.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub sign: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

impl CardOrder {
    /// Whether the customer can pay: the order is pending or processing.
    ///
    /// False for one that is closed or completed, and for one whose state is missing or unknown: ask
    /// [`order_detail`](crate::Client::order_detail) then.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(
            self.status,
            Some(OrderStatus::Pending | OrderStatus::Processing)
        )
    }
}

keeps_raw!(CardOrder);

debug_masked!(CardOrder shows order_id, status, merchant_trade_no, merchant_id, order_currency, order_amount,
    received_amount, pledge_amount, fee, success_url, fail_url; masks cashier_url, sign; ends raw);
