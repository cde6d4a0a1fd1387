//! `bill/create`: an order that the customer pays on the merchant's own page.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty, Optional, Scalar, Seconds};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize, Serializer};

use super::bill_info::DepositQuery;
use crate::v1::limits::{self, ValidFor};
use crate::v1::price::Price;
use crate::v1::protocol::{Account, Call};

/// A new order with an address to pay to: `POST bill/create`, "Native Checkout Integration".
///
/// **Effect: unkeyed.** The documents require a unique `merchant_order_id`. They do not state what a second order under the
/// same id does, and the code of its refusal is not published. So an order is never resent once a byte of it may have left:
/// resolve an [`Outcome::Unknown`](payments_core::Outcome) by [`query`](Self::query).
///
/// # If the answer is lost
/// [`query`](Self::query) shows whether the order exists, but not its address: neither `bill/info` nor another call
/// returns it. No customer has seen the address, so no one can pay this order, and it is safe to create another one **under
/// a new id** (`assumed`: each order has a separate address or memo). Keep the old id to recognise its webhooks. Do not
/// retry with the old id: the effect of a second order under one id is not documented.
///
/// ```
/// use std::time::Duration;
/// use ccpayment_client::v1::{CreateOrder, Price};
/// use payments_core::MerchantRef;
///
/// let order = CreateOrder::new(
///     MerchantRef::new("order-1001")?, // stored before the call
///     Price::usd("25.50".parse()?),
///     "0912e09a-d8e2-41d7-a0bc-a25530892988", // USDT on TRC20, from `Client::coins`
/// )
/// .valid_for(Duration::from_secs(30 * 60))
/// .notify_url("https://shop.example/webhooks/ccpayment");
/// # let _ = order;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an order is created by `Client::create_order`"]
pub struct CreateOrder {
    merchant_order_id: MerchantRef,
    price: Price,
    token_id: String,
    valid_for: ValidFor,
    custom_value: SensitiveString,
    notify_url: SensitiveString,
    remark: SensitiveString,
}

impl CreateOrder {
    /// An order of `price`, paid in the token.
    ///
    /// - `merchant_order_id`: the merchant's unique id of this order. Store it before the call: after a failure it is the way
    ///   to query the order. Up to 64 characters (`assumed` from v2, which requires at least 3).
    /// - `price`: more than zero; up to two decimals of a currency.
    /// - `token_id`: coin and network in one, from [`Client::coins`](crate::v1::Client::coins).
    pub fn new(merchant_order_id: MerchantRef, price: Price, token_id: impl Into<String>) -> Self {
        Self {
            merchant_order_id,
            price,
            token_id: token_id.into(),
            valid_for: ValidFor::Unset,
            custom_value: SensitiveString::default(),
            notify_url: SensitiveString::default(),
            remark: SensitiveString::default(),
        }
    }

    /// How long the order can be paid: in seconds, up to 10 days. Default: the gateway's 24 hours. Wait some time longer
    /// before giving the order up: a transfer may be on its way.
    pub const fn valid_for(mut self, length: Duration) -> Self {
        self.valid_for = ValidFor::Any(length);
        self
    }

    /// As [`valid_for`](Self::valid_for) for the token Satoshi, whose maximum is 2 hours. The client does not know which
    /// token id is Satoshi's.
    pub const fn valid_for_satoshi(mut self, length: Duration) -> Self {
        self.valid_for = ValidFor::Satoshi(length);
        self
    }

    /// The merchant's text, returned in webhooks, up to 512 characters (`assumed`).
    pub fn custom_value(mut self, text: impl Into<String>) -> Self {
        self.custom_value = SensitiveString::from(text);
        self
    }

    /// Where the webhooks of this order are sent, up to 2,048 characters (`assumed`). Default: the account's URL.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }

    /// A note, up to 512 characters (`assumed`).
    pub fn remark(mut self, text: impl Into<String>) -> Self {
        self.remark = SensitiveString::from(text);
        self
    }

    /// The query for this order, for an unknown outcome. That it finds an unpaid order is `assumed`. It does not return the
    /// address.
    pub fn query(&self) -> DepositQuery {
        DepositQuery::one(self.merchant_order_id.clone())
    }

    pub(crate) const fn price(&self) -> &Price {
        &self.price
    }

    pub(crate) fn token_id(&self) -> &str {
        &self.token_id
    }
}

impl Operation for CreateOrder {
    type Output = CreatedOrder;
    const NAME: &'static str = "create_order";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            self.price.check(),
            check::text("token_id", &self.token_id, limits::ID),
            self.valid_for.check(),
            check::optional_text("custom_value", &self.custom_value, limits::NOTE),
            check::optional_url("notify_url", &self.notify_url, limits::URL),
            check::optional_text("remark", &self.remark, limits::NOTE),
        ])
    }
}

/// The price becomes two fields.
impl Serialize for CreateOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireOrder {
            remark: &self.remark,
            token_id: &self.token_id,
            product_price: self.price.amount(),
            merchant_order_id: &self.merchant_order_id,
            denominated_currency: self.price.denominated_currency(),
            order_valid_period: self.valid_for.seconds(),
            custom_value: &self.custom_value,
            notify_url: &self.notify_url,
        }
        .serialize(serializer)
    }
}

#[serde_with::skip_serializing_none]
#[derive(Serialize)]
struct WireOrder<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    remark: &'a str,
    token_id: &'a str,
    product_price: Amount,
    merchant_order_id: &'a MerchantRef,
    denominated_currency: &'a str,
    order_valid_period: Option<u64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    custom_value: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    notify_url: &'a str,
}

impl Call for CreateOrder {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("bill/create", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<CreatedOrder, Fault> {
        let mut order: CreatedOrder = answer.data()?;
        let OtherPriceName { amount } = answer.data()?;
        let price = self.price.amount();
        answer.expect("product_price", &price, order.product_price.as_ref())?;
        answer.expect("amount", &price, amount.as_ref())?;
        answer.expect("token_id", &*self.token_id, order.token_id.as_deref())?;
        order.product_price = order.product_price.or(amount);
        Ok(answer.keep(order))
    }
}

/// The answer to `bill/create`: where the customer pays, **but not how much**. It contains the price and not the amount of
/// the token: use [`Client::amount_due`](crate::v1::Client::amount_due).
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct CreatedOrder {
    /// The gateway's id of the order: 33 digits, in some pages after `CP`. Store it as text.
    #[serde_as(as = "Scalar")]
    pub order_id: ProviderRef,
    /// The address of this order, valid as long as the order.
    #[serde_as(as = "NonEmpty")]
    pub pay_address: String,
    /// The memo or tag. If it is set, show it: a payment without it is lost.
    #[serde_as(as = "Optional")]
    pub memo: Option<String>,
    /// The price, as requested. It is sent as `amount` or as `product_price`.
    #[serde_as(as = "Optional")]
    pub product_price: Option<Amount>,
    /// The symbol of the token: `USDT`.
    #[serde_as(as = "Optional")]
    pub crypto: Option<String>,
    /// The network to pay on: `TRC20`.
    #[serde_as(as = "Optional")]
    pub network: Option<String>,
    /// The token, as requested.
    #[serde_as(as = "Optional")]
    pub token_id: Option<String>,
    /// How long the order can be paid. It may differ from the request: no document states what the gateway does with a
    /// duration beyond its limits.
    #[serde(rename = "order_valid_period")]
    #[serde_as(as = "Lenient<Seconds>")]
    pub valid_for: Option<Duration>,
    /// The URL of the token's icon.
    #[serde_as(as = "Lenient")]
    pub logo: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

/// The price under the other of the page's two names. Not an alias, which would reject an answer that has both.
#[serde_with::serde_as]
#[derive(Deserialize)]
struct OtherPriceName {
    #[serde(default)]
    #[serde_as(as = "Optional")]
    amount: Option<Amount>,
}

keeps_raw!(CreatedOrder);

debug_masked!(CreatedOrder shows order_id, product_price, crypto, network, token_id, valid_for, logo, raw;
    masks memo; hides pay_address);
