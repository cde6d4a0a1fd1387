//! `concise/url/get`: an order that the customer pays on the gateway's page.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use payments_core::wire::NonEmpty;
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer,
    SensitiveString, Timestamp, check, debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::bill_info::DepositQuery;
use crate::v1::limits::{self, ValidFor};
use crate::v1::protocol::{Account, Call};

/// A new order with a page to pay on: `POST concise/url/get`, "Hosted Checkout Page Integration".
///
/// The customer chooses the coin on the page. The price is in US dollars.
///
/// **Effect: unkeyed**, for the same reason as [`CreateOrder`](crate::v1::CreateOrder): resolve an unknown outcome by
/// [`query`](Self::query).
///
/// # If the answer is lost
/// [`query`](Self::query) shows whether the order exists, but not its `payment_url`: neither `bill/info` nor another call
/// returns it. No customer has seen the page, so no one can pay this order, and it is safe to create another one **under a
/// new id** (`assumed`: each order has a separate page). Keep the old id to recognise its webhooks. Do not retry with the
/// old id: the effect of a second order under one id is not documented.
///
/// ```
/// use ccpayment_client::v1::CreateCheckout;
/// use payments_core::MerchantRef;
///
/// let checkout = CreateCheckout::new(MerchantRef::new("order-1001")?, "25.50".parse()?, "One teapot")
///     .return_url("https://shop.example/thanks");
/// # let _ = checkout;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use = "an order is created by `Client::create_checkout`"]
pub struct CreateCheckout {
    product_price: Amount,
    merchant_order_id: MerchantRef,
    product_name: String,
    #[serde(
        rename = "order_valid_period",
        skip_serializing_if = "ValidFor::is_unset"
    )]
    valid_for: ValidFor,
    #[serde(skip_serializing_if = "str::is_empty")]
    return_url: SensitiveString,
    #[serde(skip_serializing_if = "str::is_empty")]
    notify_url: SensitiveString,
    #[serde(skip_serializing_if = "str::is_empty")]
    custom_value: SensitiveString,
}

impl CreateCheckout {
    /// An order priced in US dollars.
    ///
    /// - `merchant_order_id`: as in [`CreateOrder::new`](crate::v1::CreateOrder::new).
    /// - `product_price`: in US dollars, more than zero, up to two decimals.
    /// - `product_name`: shown on the page, up to 512 characters (`assumed`).
    pub fn new(
        merchant_order_id: MerchantRef,
        product_price: Amount,
        product_name: impl Into<String>,
    ) -> Self {
        Self {
            product_price: product_price.without_zeros_beyond(2),
            merchant_order_id,
            product_name: product_name.into(),
            valid_for: ValidFor::Unset,
            return_url: SensitiveString::default(),
            notify_url: SensitiveString::default(),
            custom_value: SensitiveString::default(),
        }
    }

    /// How long the order can be paid: in seconds, up to 10 days. Default: the gateway's 24 hours.
    pub const fn valid_for(mut self, length: Duration) -> Self {
        self.valid_for = ValidFor::Any(length);
        self
    }

    /// Where the page sends the customer afterwards, up to 2,048 characters (`assumed`). A visit to it proves no payment.
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.return_url = SensitiveString::from(url);
        self
    }

    /// Where the webhooks of this order are sent, up to 2,048 characters (`assumed`). Default: the account's URL.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }

    /// The merchant's text, returned in webhooks, up to 512 characters (`assumed`).
    pub fn custom_value(mut self, text: impl Into<String>) -> Self {
        self.custom_value = SensitiveString::from(text);
        self
    }

    /// The query for this order, for an unknown outcome. It does not return the page.
    pub fn query(&self) -> DepositQuery {
        DepositQuery::one(self.merchant_order_id.clone())
    }
}

impl Operation for CreateCheckout {
    type Output = Checkout;
    const NAME: &'static str = "create_checkout";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::positive("product_price", self.product_price),
            check::decimals("product_price", self.product_price, 2),
            check::text("product_name", &self.product_name, limits::NOTE),
            self.valid_for.check(),
            check::optional_url("return_url", &self.return_url, limits::URL),
            check::optional_url("notify_url", &self.notify_url, limits::URL),
            check::optional_text("custom_value", &self.custom_value, limits::NOTE),
        ])
    }
}

impl Call for CreateCheckout {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("concise/url/get", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Checkout, Fault> {
        let checkout = answer.data()?;
        Ok(answer.keep(checkout))
    }
}

/// The answer to `concise/url/get`.
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Checkout {
    /// The page where the customer pays. The answer does not contain the gateway's id of the order: webhooks and
    /// [`Client::deposits`](crate::v1::Client::deposits) use the merchant's.
    #[serde_as(as = "NonEmpty")]
    pub payment_url: String,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Checkout);

debug_masked!(Checkout shows raw; hides payment_url);
