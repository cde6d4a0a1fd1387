//! `concise/url/get`: a customer pays on the gateway's page.

use std::time::Duration;

use payments_core::SensitiveString;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer, check, debug_masked,
};
use serde::{Deserialize, Serialize};

use super::{DepositQuery, unset, without_all};
use crate::v1::checkout_time::ValidFor;
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};
use crate::v1::rules;

/// A new order with a page to pay on: `POST concise/url/get`, "Hosted Checkout Page Integration".
///
/// The customer chooses the coin there, so there is none to choose here, and the price is in US dollars.
///
/// **Effect: unkeyed**, for the same reason as [`CreateOrder`](super::CreateOrder): an unknown outcome is resolved by
/// [`query`](Self::query).
///
/// # When its answer is lost
/// [`query`](Self::query) tells whether the order stands, and it tells no `payment_url`: `bill/info` has none, and no
/// other call gives it. But nobody has seen it then, so nobody can pay this order: it is safe to make another one
/// **under a new id**, whatever became of this one (`assumed`: an order's page is its own). Keep the old
/// id to recognise a webhook of it, and do not try again under it: what a second order under one id does is not
/// documented.
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
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an order is made by `Client::create_checkout`"]
pub struct CreateCheckout {
    merchant_order_id: MerchantRef,
    product_price: Amount,
    product_name: String,
    valid_for: ValidFor,
    return_url: SensitiveString,
    notify_url: SensitiveString,
    custom_value: SensitiveString,
}

impl CreateCheckout {
    /// An order of so many US dollars.
    ///
    /// - `merchant_order_id`: as in [`CreateOrder::new`](super::CreateOrder::new).
    /// - `product_price`: in US dollars, more than zero, up to two decimals.
    /// - `product_name`: what the page shows, up to 512 characters (`assumed`).
    pub fn new(
        merchant_order_id: MerchantRef,
        product_price: Amount,
        product_name: impl Into<String>,
    ) -> Self {
        Self {
            merchant_order_id,
            product_price,
            product_name: product_name.into(),
            valid_for: ValidFor::Unset,
            return_url: SensitiveString::default(),
            notify_url: SensitiveString::default(),
            custom_value: SensitiveString::default(),
        }
    }

    /// How long the order can be paid: whole seconds, up to 10 days. Default: the gateway's 24 hours.
    pub const fn valid_for(mut self, length: Duration) -> Self {
        self.valid_for = ValidFor::Any(length);
        self
    }

    /// Where the page sends the customer afterwards, up to 2,048 characters (`assumed`). Arriving there proves no
    /// payment.
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.return_url = SensitiveString::from(url);
        self
    }

    /// Where the webhooks of this order go, up to 2,048 characters (`assumed`). Without it the gateway uses the URL set
    /// for the account.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }

    /// A text of the merchant's that comes back in webhooks, up to 512 characters (`assumed`).
    pub fn custom_value(mut self, text: impl Into<String>) -> Self {
        self.custom_value = SensitiveString::from(text);
        self
    }

    /// The question what became of this order, for when the call itself cannot tell. It does not bring back the page.
    pub fn query(&self) -> DepositQuery {
        DepositQuery::one(self.merchant_order_id.clone())
    }
}

impl Operation for CreateCheckout {
    type Output = Checkout;
    const NAME: &'static str = "create_checkout";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::positive("product_price", self.product_price)?;
        check::decimals("product_price", self.product_price, 2)?;
        check::text("product_name", &self.product_name, rules::NOTE)?;
        self.valid_for.check()?;
        check::optional_url("return_url", &self.return_url, rules::URL)?;
        check::optional_url("notify_url", &self.notify_url, rules::URL)?;
        check::optional_text("custom_value", &self.custom_value, rules::NOTE)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    product_price: Amount,
    merchant_order_id: &'a MerchantRef,
    product_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_valid_period: Option<u64>,
    #[serde(skip_serializing_if = "unset")]
    return_url: &'a str,
    #[serde(skip_serializing_if = "unset")]
    notify_url: &'a str,
    #[serde(skip_serializing_if = "unset")]
    custom_value: &'a str,
}

impl Wired for CreateCheckout {
    const PATH: &'static str = "concise/url/get";

    fn body(&self) -> impl Serialize {
        Body {
            product_price: self.product_price,
            merchant_order_id: &self.merchant_order_id,
            product_name: &self.product_name,
            order_valid_period: self.valid_for.seconds(),
            return_url: &self.return_url,
            notify_url: &self.notify_url,
            custom_value: &self.custom_value,
        }
    }

    fn read(&self, answer: Answer<'_>) -> Result<Checkout, Fault> {
        let Told { payment_url } = answer.data()?;
        Ok(answer.keep(Checkout {
            payment_url,
            raw: None,
        }))
    }

    fn redact(&self, said: String) -> String {
        without_all(
            said,
            [&self.custom_value, &self.return_url, &self.notify_url],
        )
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(deserialize_with = "super::present_text")]
    payment_url: String,
}

/// What `concise/url/get` answers.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Checkout {
    /// The page where the customer pays. The gateway's id of the order is not told: webhooks and
    /// [`Client::deposits`](crate::v1::Client::deposits) name the merchant's.
    pub payment_url: String,
    raw: Option<RawAnswer>,
}

keeps_raw!(Checkout);

debug_masked!(Checkout shows raw; hides payment_url);
