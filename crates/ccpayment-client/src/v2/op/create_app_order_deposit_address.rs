//! `createAppOrderDepositAddress`: an order that the customer pays on the merchant's own page.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer,
    SensitiveString, Timestamp, check, debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize, Serializer};

use super::get_app_order_info::{Order, OrderQuery};
use crate::v2::confirm::Confirm;
use crate::v2::price::Price;
use crate::v2::protocol::{Account, Call};
use crate::v2::{expiry, limits};

/// A new order with an address to pay to: `POST createAppOrderDepositAddress`.
///
/// **Effect: unkeyed.** Code 11011 refuses an `orderId` that exists, but no document states that this is checked before
/// anything is done. So an order is never resent once a byte of it may have left: resolve an
/// [`Outcome::Unknown`](payments_core::Outcome) with [`Client::confirm`](crate::v2::Client::confirm) or [`query`](Self::query),
/// which return the address and the amount again.
///
/// ```
/// use ccpayment_client::v2::{CreateOrder, Price};
/// use payments_core::{MerchantRef, Timestamp};
///
/// let now = Timestamp::from_secs(1_800_000_000); // from the clock
/// let order = CreateOrder::new(
///     MerchantRef::new("order-1001")?, // stored before the call
///     1280, // USDT, from `Client::coins`
///     "POLYGON",
///     Price::usd("25.50".parse()?),
///     Timestamp::from_secs(now.as_secs() + 3_600),
/// )
/// .notify_url("https://shop.example/webhooks/ccpayment");
/// # let _ = order;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an order is created by `Client::create_order`"]
pub struct CreateOrder {
    order_id: MerchantRef,
    coin_id: u64,
    chain: String,
    price: Price,
    expires_at: Timestamp,
    with_checkout_url: bool,
    buyer_email: SensitiveString,
    product: SensitiveString,
    return_url: SensitiveString,
    close_url: SensitiveString,
    notify_url: SensitiveString,
}

impl CreateOrder {
    /// An order of `price`, paid in a coin on a chain.
    ///
    /// - `order_id`: the merchant's unique id, of 3 to 64 characters. Store it before the call. Use ids that are unique among
    ///   orders, invoices, withdrawals and swaps: the scope of the gateway's check is not documented.
    /// - `coin_id`, `chain`: from [`Client::coins`](crate::v2::Client::coins).
    /// - `price`: in a fiat currency, or in the coin itself.
    /// - `expires_at`: until when the rate is fixed; at most 10 days ahead. It is always sent, because two tables of the
    ///   provider name two defaults. The address receives for 7 days longer; such payments are credited at the rate of their
    ///   arrival.
    pub fn new(
        order_id: MerchantRef,
        coin_id: u64,
        chain: impl Into<String>,
        price: Price,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            order_id,
            coin_id,
            chain: chain.into(),
            price,
            expires_at,
            with_checkout_url: false,
            buyer_email: SensitiveString::default(),
            product: SensitiveString::default(),
            return_url: SensitiveString::default(),
            close_url: SensitiveString::default(),
            notify_url: SensitiveString::default(),
        }
    }

    /// Asks for the URL of a page to pay on, too.
    pub const fn with_checkout_url(mut self) -> Self {
        self.with_checkout_url = true;
        self
    }

    /// The buyer's e-mail address, up to 120 characters (`assumed` from invoices).
    pub fn buyer_email(mut self, email: impl Into<String>) -> Self {
        self.buyer_email = SensitiveString::from(email);
        self
    }

    /// The product's name, shown on the page, up to 120 characters.
    pub fn product(mut self, product: impl Into<String>) -> Self {
        self.product = SensitiveString::from(product);
        self
    }

    /// Where the page leads after a payment, up to 150 characters.
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.return_url = SensitiveString::from(url);
        self
    }

    /// Where the page leads when it is closed, up to 150 characters.
    pub fn close_url(mut self, url: impl Into<String>) -> Self {
        self.close_url = SensitiveString::from(url);
        self
    }

    /// Where the webhooks of this order are sent, up to 150 characters. Default: the account's URL. The provider's page does
    /// not list it; its field tables and its SDKs do.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }

    /// The query for this order.
    pub fn query(&self) -> OrderQuery {
        OrderQuery::new(self.order_id.clone())
    }
}

impl Operation for CreateOrder {
    type Output = CreatedOrder;
    const NAME: &'static str = "create_order";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        let other_coin = self.price.coin_id().filter(|coin| *coin != self.coin_id);
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
            limits::id("coin_id", self.coin_id),
            check::text("chain", &self.chain, limits::CHAIN),
            self.price.check(),
            match other_coin {
                Some(_) => Err(InvalidRequest::request(
                    "price",
                    "is in another coin than the order",
                )
                .allowed("the order's coin, or a fiat currency")),
                None => Ok(()),
            },
            check::optional_text("buyer_email", &self.buyer_email, limits::EMAIL),
            check::optional_text("product", &self.product, limits::PRODUCT),
            check::optional_url("return_url", &self.return_url, limits::URL),
            check::optional_url("close_url", &self.close_url, limits::URL),
            check::optional_url("notify_url", &self.notify_url, limits::URL),
        ])
    }
}

/// The price becomes two fields.
impl Serialize for CreateOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireOrder {
            order_id: &self.order_id,
            coin_id: self.coin_id,
            chain: &self.chain,
            price: self.price.amount(),
            fiat_id: self.price.fiat_id(),
            expired_at: self.expires_at.as_secs(),
            buyer_email: &self.buyer_email,
            generate_checkout_url: self.with_checkout_url,
            product: &self.product,
            return_url: &self.return_url,
            close_url: &self.close_url,
            notify_url: &self.notify_url,
        }
        .serialize(serializer)
    }
}

#[serde_with::skip_serializing_none]
#[serde_with::apply(&str => #[serde(skip_serializing_if = "str::is_empty")])]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireOrder<'a> {
    order_id: &'a MerchantRef,
    coin_id: u64,
    chain: &'a str,
    price: Amount,
    fiat_id: Option<u64>,
    expired_at: u64,
    buyer_email: &'a str,
    #[serde(rename = "generateCheckoutURL", skip_serializing_if = "is_false")]
    generate_checkout_url: bool,
    product: &'a str,
    return_url: &'a str,
    close_url: &'a str,
    notify_url: &'a str,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes a reference
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Call for CreateOrder {
    fn check_at(&self, now: Timestamp) -> Result<(), InvalidRequest> {
        expiry::check(self.expires_at, Some(expiry::ORDER), now)
    }

    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("createAppOrderDepositAddress", self, now)
    }

    /// The answer repeats nothing of the request but the amount of a price in the coin.
    fn decode(&self, answer: Answer<'_>) -> Result<CreatedOrder, Fault> {
        let created: CreatedOrder = answer.data()?;
        if self.price.coin_id().is_some() {
            answer.expect("amount", &self.price.amount(), Some(&created.amount))?;
        }
        Ok(answer.keep(created))
    }
}

impl Confirm for CreateOrder {
    type Query = OrderQuery;

    fn query(&self) -> OrderQuery {
        Self::query(self)
    }

    fn compare(&self, found: &Order) -> Result<(), Fault> {
        if found.coin_id != self.coin_id {
            return Err(Fault::mismatch("coinId"));
        }
        if !found.chain.eq_ignore_ascii_case(&self.chain) {
            return Err(Fault::mismatch("chain"));
        }
        let price = self.price.amount();
        let costs_the_same = match self.price.fiat_id() {
            Some(fiat) if found.fiat_id.is_some_and(|found| found != fiat) => {
                return Err(Fault::mismatch("fiatId"));
            }
            Some(_) => found.costs(price).ok_or_else(|| Fault::mismatch("rate"))?,
            None => found.amount_to_pay == price,
        };
        match costs_the_same {
            true => Ok(()),
            false => Err(Fault::mismatch("amountToPay")),
        }
    }
}

/// The answer to `createAppOrderDepositAddress`.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedOrder {
    /// The address to pay to.
    #[serde_as(as = "NonEmpty")]
    pub address: String,
    /// The amount to pay, in units of the order's coin. Unlike v1, the gateway computes it.
    #[serde_as(as = "Scalar")]
    pub amount: Amount,
    /// The memo or tag that the payment needs: without it, it is lost.
    #[serde_as(as = "Optional")]
    pub memo: Option<String>,
    /// The page to pay on, if it was asked for.
    #[serde_as(as = "Lenient")]
    pub checkout_url: Option<String>,
    /// How many confirmations a payment needs.
    #[serde_as(as = "Lenient")]
    pub confirms_needed: Option<u64>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CreatedOrder);

debug_masked!(CreatedOrder shows amount, confirms_needed, raw; masks memo, checkout_url; hides address);
