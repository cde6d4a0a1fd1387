//! `createInvoiceUrl`: a page where the customer chooses the coin and pays.

use bytes::Bytes;
use http::Request;
use payments_core::wire::NonEmpty;
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer,
    SensitiveString, Timestamp, check, debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize, Serializer};

use super::get_invoice_order_info::{Invoice, InvoiceQuery};
use crate::v2::confirm::Confirm;
use crate::v2::price::Price;
use crate::v2::protocol::{Account, Call};
use crate::v2::{expiry, limits};

/// A new invoice, paid on the gateway's page: `POST createInvoiceUrl`.
///
/// **Effect: unkeyed**, as [`CreateOrder`](crate::v2::CreateOrder). The page's URL is in the answer to
/// [`query`](Self::query), too.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an invoice is created by `Client::create_invoice`"]
pub struct CreateInvoice {
    order_id: MerchantRef,
    price: Price,
    expires_at: Timestamp,
    product: SensitiveString,
    return_url: SensitiveString,
    close_url: SensitiveString,
    notify_url: SensitiveString,
    buyer_email: SensitiveString,
}

impl CreateInvoice {
    /// An invoice of `price`, paid in any coin that the merchant has enabled.
    ///
    /// - `order_id`: the merchant's unique id, of 3 to 64 characters. Store it before the call.
    /// - `expires_at`: until when it can be paid. It is always sent.
    pub fn new(order_id: MerchantRef, price: Price, expires_at: Timestamp) -> Self {
        Self {
            order_id,
            price,
            expires_at,
            product: SensitiveString::default(),
            return_url: SensitiveString::default(),
            close_url: SensitiveString::default(),
            notify_url: SensitiveString::default(),
            buyer_email: SensitiveString::default(),
        }
    }

    /// The product's name, shown on the page, up to 120 characters.
    pub fn product(mut self, product: impl Into<String>) -> Self {
        self.product = SensitiveString::from(product);
        self
    }

    /// Where the page leads after a payment, up to 150 characters. An older document requires it.
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.return_url = SensitiveString::from(url);
        self
    }

    /// Where the page leads when it is closed, up to 150 characters.
    pub fn close_url(mut self, url: impl Into<String>) -> Self {
        self.close_url = SensitiveString::from(url);
        self
    }

    /// Where the webhooks of this invoice are sent, up to 150 characters. Default: the account's URL.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }

    /// The buyer's e-mail address, up to 120 characters.
    pub fn buyer_email(mut self, email: impl Into<String>) -> Self {
        self.buyer_email = SensitiveString::from(email);
        self
    }

    /// The query for this invoice.
    pub fn query(&self) -> InvoiceQuery {
        InvoiceQuery::new(self.order_id.clone())
    }
}

impl Operation for CreateInvoice {
    type Output = CreatedInvoice;
    const NAME: &'static str = "create_invoice";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
            self.price.check(),
            check::optional_text("product", &self.product, limits::PRODUCT),
            check::optional_url("return_url", &self.return_url, limits::URL),
            check::optional_url("close_url", &self.close_url, limits::URL),
            check::optional_url("notify_url", &self.notify_url, limits::URL),
            check::optional_text("buyer_email", &self.buyer_email, limits::EMAIL),
        ])
    }
}

/// The price becomes two fields.
impl Serialize for CreateInvoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireInvoice {
            order_id: &self.order_id,
            price: self.price.amount(),
            price_fiat_id: self.price.fiat_id(),
            price_coin_id: self.price.coin_id(),
            expired_at: self.expires_at.as_secs(),
            product: &self.product,
            return_url: &self.return_url,
            close_url: &self.close_url,
            notify_url: &self.notify_url,
            buyer_email: &self.buyer_email,
        }
        .serialize(serializer)
    }
}

#[serde_with::skip_serializing_none]
#[serde_with::apply(&str => #[serde(skip_serializing_if = "str::is_empty")])]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireInvoice<'a> {
    order_id: &'a MerchantRef,
    price: Amount,
    price_fiat_id: Option<u64>,
    price_coin_id: Option<u64>,
    expired_at: u64,
    product: &'a str,
    return_url: &'a str,
    close_url: &'a str,
    notify_url: &'a str,
    buyer_email: &'a str,
}

impl Call for CreateInvoice {
    fn check_at(&self, now: Timestamp) -> Result<(), InvalidRequest> {
        expiry::check(self.expires_at, None, now)
    }

    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("createInvoiceUrl", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<CreatedInvoice, Fault> {
        let created: CreatedInvoice = answer.data()?;
        Ok(answer.keep(created))
    }
}

impl Confirm for CreateInvoice {
    type Query = InvoiceQuery;

    fn query(&self) -> InvoiceQuery {
        Self::query(self)
    }

    fn compare(&self, found: &Invoice) -> Result<(), Fault> {
        if found.price != self.price.amount() {
            return Err(Fault::mismatch("price"));
        }
        for (field, asked, found) in [
            ("priceFiatId", self.price.fiat_id(), found.price_fiat_id),
            ("priceCoinId", self.price.coin_id(), found.price_coin_id),
        ] {
            if found.is_some() && found != asked {
                return Err(Fault::mismatch(field));
            }
        }
        Ok(())
    }
}

/// The answer to `createInvoiceUrl`.
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedInvoice {
    /// The page to pay on.
    #[serde_as(as = "NonEmpty")]
    pub invoice_url: String,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CreatedInvoice);

debug_masked!(CreatedInvoice shows raw; hides invoice_url);
