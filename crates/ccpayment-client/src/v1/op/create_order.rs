//! `bill/create`: a customer pays on the merchant's own page.

use std::time::Duration;

use payments_core::SensitiveString;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer, check,
    debug_masked, wire,
};
use serde::{Deserialize, Serialize};

use super::{DepositQuery, unset, without_all};
use crate::v1::checkout_time::ValidFor;
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};
use crate::v1::{Price, rules};

/// A new order with an address to pay to: `POST bill/create`, "Native Checkout Integration".
///
/// **Effect: unkeyed.** The documents want `merchant_order_id` to be unique and do not say what a second order under
/// the same one does: that it is refused can be assumed, under which code it is, nobody has published. So once a byte
/// of it may have left it is not sent again: an [`Outcome::Unknown`](payments_core::Outcome) is resolved by
/// [`query`](Self::query).
///
/// # When its answer is lost
/// [`query`](Self::query) tells whether the order stands, and it tells no address: `bill/info` has none, and no
/// other call gives it. But nobody has seen it then, so nobody can pay this order: it is safe to make another one
/// **under a new id**, whatever became of this one (`assumed`: an order's address, or its memo, is its own). Keep the old
/// id to recognise a webhook of it, and do not try again under it: what a second order under one id does is not
/// documented.
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
#[must_use = "an order is made by `Client::create_order`"]
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
    /// An order of `price`, to be paid in the token.
    ///
    /// - `merchant_order_id`: the merchant's own id of this order, unique. Keep it before the call: after a failure it
    ///   is the way to ask what happened. Up to 64 characters (`assumed` from v2, which wants 3 at least).
    /// - `price`: more than zero; up to two decimals of a currency.
    /// - `token_id`: coin and network at once, from [`Client::coins`](crate::v1::Client::coins).
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

    /// How long the order can be paid: whole seconds, up to 10 days. Default: the gateway's 24 hours. Leave time of your
    /// own beyond it: a transfer may be on its way.
    pub const fn valid_for(mut self, length: Duration) -> Self {
        self.valid_for = ValidFor::Any(length);
        self
    }

    /// As [`valid_for`](Self::valid_for) for the token Satoshi, of which it is 2 hours at most. The client cannot tell
    /// by its id which token that is.
    pub const fn valid_for_satoshi(mut self, length: Duration) -> Self {
        self.valid_for = ValidFor::Satoshi(length);
        self
    }

    /// A text of the merchant's that comes back in webhooks, up to 512 characters (`assumed`).
    pub fn custom_value(mut self, text: impl Into<String>) -> Self {
        self.custom_value = SensitiveString::from(text);
        self
    }

    /// Where the webhooks of this order go, up to 2,048 characters (`assumed`). Without it the gateway uses the URL set
    /// for the account.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }

    /// A note, up to 512 characters (`assumed`).
    pub fn remark(mut self, text: impl Into<String>) -> Self {
        self.remark = SensitiveString::from(text);
        self
    }

    /// The question what became of this order, for when the call itself cannot tell. That an order nobody has paid is
    /// found is `assumed`. It does not bring back the address.
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
        self.price.check()?;
        check::text("token_id", &self.token_id, rules::ID)?;
        self.valid_for.check()?;
        check::optional_text("custom_value", &self.custom_value, rules::NOTE)?;
        check::optional_url("notify_url", &self.notify_url, rules::URL)?;
        check::optional_text("remark", &self.remark, rules::NOTE)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "unset")]
    remark: &'a str,
    token_id: &'a str,
    product_price: Amount,
    merchant_order_id: &'a MerchantRef,
    denominated_currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_valid_period: Option<u64>,
    #[serde(skip_serializing_if = "unset")]
    custom_value: &'a str,
    #[serde(skip_serializing_if = "unset")]
    notify_url: &'a str,
}

impl Wired for CreateOrder {
    const PATH: &'static str = "bill/create";

    fn body(&self) -> impl Serialize {
        Body {
            remark: &self.remark,
            token_id: &self.token_id,
            product_price: self.price.amount(),
            merchant_order_id: &self.merchant_order_id,
            denominated_currency: self.price.denominated_currency(),
            order_valid_period: self.valid_for.seconds(),
            custom_value: &self.custom_value,
            notify_url: &self.notify_url,
        }
    }

    fn read(&self, answer: Answer<'_>) -> Result<CreatedOrder, Fault> {
        let told: Told = answer.data()?;
        let price = self.price.amount();
        answer.expect("product_price", &price, told.product_price.as_ref())?;
        answer.expect("amount", &price, told.amount.as_ref())?;
        answer.expect("token_id", &*self.token_id, told.token_id.as_deref())?;
        Ok(answer.keep(CreatedOrder {
            order_id: told.order_id,
            pay_address: told.pay_address,
            memo: told.memo,
            product_price: told.product_price.or(told.amount),
            crypto: told.crypto,
            network: told.network,
            token_id: told.token_id,
            valid_for: told.order_valid_period,
            logo: told.logo,
            raw: None,
        }))
    }

    fn redact(&self, said: String) -> String {
        without_all(said, [&self.custom_value, &self.remark, &self.notify_url])
    }
}

/// On the wire. The price stands under either of two names, by one and the same page.
#[derive(Deserialize)]
struct Told {
    #[serde(deserialize_with = "wire::provider_ref")]
    order_id: ProviderRef,
    #[serde(deserialize_with = "super::present_text")]
    pay_address: String,
    #[serde(default, deserialize_with = "wire::optional_text")]
    memo: Option<String>,
    #[serde(default, deserialize_with = "wire::optional_amount")]
    amount: Option<Amount>,
    #[serde(default, deserialize_with = "wire::optional_amount")]
    product_price: Option<Amount>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    token_id: Option<String>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    crypto: Option<String>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    network: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::seconds")]
    order_valid_period: Option<Duration>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    logo: Option<String>,
}

/// What `bill/create` answers: where the customer pays. **Not how much**: the price comes back, the amount of the token
/// does not. Ask [`Client::amount_due`](crate::v1::Client::amount_due).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct CreatedOrder {
    /// The gateway's id of the order: 33 digits, with `CP` before them in some pages. To be kept as text.
    pub order_id: ProviderRef,
    /// The address to pay to, for this order and as long as it is valid.
    pub pay_address: String,
    /// The memo or tag. Where there is one, a payment without it is lost: show it.
    pub memo: Option<String>,
    /// The price, as sent. The wire calls it `amount` or `product_price`.
    pub product_price: Option<Amount>,
    /// The symbol of the token: `USDT`.
    pub crypto: Option<String>,
    /// The network to pay on: `TRC20`.
    pub network: Option<String>,
    /// The token, as sent.
    pub token_id: Option<String>,
    /// How long the order can be paid. It is not compared with what was asked for: what the gateway makes of a length
    /// beyond its limits, no document says.
    pub valid_for: Option<Duration>,
    /// The URL of the token's picture.
    pub logo: Option<String>,
    raw: Option<RawAnswer>,
}

keeps_raw!(CreatedOrder);

debug_masked!(CreatedOrder shows order_id, product_price, crypto, network, token_id, valid_for, logo, raw;
    masks memo; hides pay_address);
