//! `createOrderByCreditCard`: a customer pays by card on a page of the gateway or of its bank.

use std::net::IpAddr;

use bytes::Bytes;
use payments_core::wire::{Lenient, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, debug_masked, keeps_raw,
};
use serde::Deserialize;

use crate::protocol::{Account, Call};
use crate::purchase::Purchase;
use crate::rules::{self, Names};
use crate::status::OrderStatus;

/// A new pay-in order paid by card: `POST /openapi/v1/createOrderByCreditCard`.
///
/// **Effect: unkeyed.** No document states what a second order with the same reference does, so it is never sent again
/// once a byte of it may have left. After [`Outcome::Unknown`](payments_core::Outcome), query
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
    callback_url: String,
    success_url: String,
    fail_url: String,
    language: String,
    ext_info: SensitiveString,
    names: Names,
}

impl CreateCardOrder {
    /// An order of `purchase`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this order, unique, up to 64 characters. Store it before the
    ///   call: after a failure you query the order by it.
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
            callback_url: String::new(),
            success_url: String::new(),
            fail_url: String::new(),
            language: String::new(),
            ext_info: SensitiveString::default(),
            names: Names::Listed,
        }
    }

    /// Sends a currency or language that C-Pay's documents do not list, as it is. Default: such a name is refused before anything is sent,
    /// because it is more often a typing error, and the gateway's answer to one proves nothing.
    pub fn allow_unlisted(mut self) -> Self {
        self.names = Names::Any;
        self
    }

    /// The language of the page: `en-US` or `ru-RU` by the specification; see [`allow_unlisted`](Self::allow_unlisted).
    /// Default: the browser's language. Sent as `lanuage`, the spelling of the gateway.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = language.into();
        self
    }

    /// Where the webhook of this order goes, up to 256 characters. Default: the URL that is set for the account. Sent
    /// as `callBackURL`.
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = url.into();
        self
    }

    /// Where the customer is sent after paying, up to 256 characters. A visit to this page does not prove a payment.
    pub fn success_url(mut self, url: impl Into<String>) -> Self {
        self.success_url = url.into();
        self
    }

    /// Where the customer is sent after failing to pay, up to 256 characters.
    pub fn fail_url(mut self, url: impl Into<String>) -> Self {
        self.fail_url = url.into();
        self
    }

    /// `extInfo`: JSON text of the merchant, up to 256 characters. Not in the specification's table of this call; the
    /// official PHP client sends it.
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

impl Operation for CreateCardOrder {
    type Output = CardOrder;
    const NAME: &'static str = "create_card_order";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::no_ampersand("merchant_trade_no", self.merchant_trade_no.as_str(), 64),
            check::no_ampersand("user_id", &self.user_id, 64),
            self.purchase.check(self.names, &["USD", "EUR", "BRL"]),
            check::decimals("amount", self.purchase.amount, 8),
            rules::country(self.country.expose()),
            rules::email("email", self.email.expose()),
            check::optional_url("callback_url", &self.callback_url, rules::URL),
            check::optional_url("success_url", &self.success_url, rules::URL),
            check::optional_url("fail_url", &self.fail_url, rules::URL),
            match self.language.as_str() {
                "" => Ok(()),
                language => self.names.check("language", language, rules::LANGUAGES),
            },
            rules::optional_no_embedded_field("ext_info", self.ext_info.expose(), 256),
        ])
    }
}

impl Call for CreateCardOrder {
    fn encode(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.post(
            "createOrderByCreditCard",
            &mut [
                (
                    "amount",
                    &self.purchase.amount.without_zeros_beyond(8).to_text(),
                ),
                ("callBackURL", &self.callback_url),
                ("country", self.country.expose()),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("currency", &self.purchase.currency),
                ("email", self.email.expose()),
                ("extInfo", self.ext_info.expose()),
                ("failURL", &self.fail_url),
                ("ip", self.ip.expose()),
                ("lanuage", &self.language),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("products", &self.purchase.products_json()?),
                ("successURL", &self.success_url),
                ("userId", &self.user_id),
            ],
        )
    }

    fn decode(&self, answer: Answer<'_>) -> Result<CardOrder, Fault> {
        let order: CardOrder = answer.data()?;
        let trade_no = self.merchant_trade_no.as_str();
        answer.expect_reference(
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

/// The answer to `createOrderByCreditCard`. Missing and empty fields are `None`. So are malformed fields that do not
/// affect the order.
///
/// A success means that the order was accepted, not that it can be paid: the specification's own example of a success
/// is a closed order. Check [`is_live`](Self::is_live) before you redirect the customer.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CardOrder {
    /// The gateway's id of the order.
    #[serde_as(as = "Scalar")]
    pub order_id: ProviderRef,
    /// The state of the order, `orderStatus` on the wire.
    #[serde(rename = "orderStatus")]
    #[serde_as(as = "Optional")]
    pub status: Option<OrderStatus>,
    /// The page where the customer pays; it may be on the host of a bank.
    #[serde(rename = "cashierURL")]
    #[serde_as(as = "Lenient")]
    pub cashier_url: Option<String>,
    /// The merchant's reference, as sent.
    #[serde_as(as = "Optional")]
    pub merchant_trade_no: Option<String>,
    /// The merchant id. A number on the wire here.
    #[serde_as(as = "Lenient")]
    pub merchant_id: Option<String>,
    /// The currency of the amounts.
    #[serde_as(as = "Optional")]
    pub order_currency: Option<String>,
    /// The amount the customer has to pay.
    #[serde_as(as = "Optional")]
    pub order_amount: Option<Amount>,
    /// The amount the merchant has received.
    #[serde_as(as = "Lenient")]
    pub received_amount: Option<Amount>,
    /// `pledgeAmount`; no document explains it.
    #[serde_as(as = "Lenient")]
    pub pledge_amount: Option<Amount>,
    /// The fee of the gateway.
    #[serde_as(as = "Lenient")]
    pub fee: Option<Amount>,
    /// The success page, as sent.
    #[serde(rename = "successURL")]
    #[serde_as(as = "Lenient")]
    pub success_url: Option<String>,
    /// The failure page, as sent.
    #[serde(rename = "failURL")]
    #[serde_as(as = "Lenient")]
    pub fail_url: Option<String>,
    /// `sign`, 64 hexadecimal digits. No document describes what it covers, so it is not verified and proves nothing.
    #[serde_as(as = "Lenient")]
    pub sign: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

impl CardOrder {
    /// Whether the customer can pay: the order is pending or processing.
    ///
    /// `false` for a closed or completed order, and if the state is missing or unknown: query
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
