//! What a card payment is for.

use payments_core::{Amount, InvalidRequest, check};
use serde::{Serialize, Serializer};

use crate::rules::{self, Names};

/// The most characters of the JSON text of all products, by the provider's later document. The specification's limit of
/// 16 is less than an empty product and is not enforced.
const PRODUCTS_CHARS: usize = 1_024;

/// An amount and the products it pays for. Both card calls take it.
///
/// ```
/// use cpay_client::{Product, Purchase};
///
/// let product = Product::new("macBook", "1234.00".parse()?, 1, "USD");
/// let purchase = Purchase::new("1234.00".parse()?, "USD", vec![product]);
/// # let _ = purchase;
/// # Ok::<(), payments_core::AmountError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    pub(crate) amount: Amount,
    pub(crate) currency: String,
    products: Vec<Product>,
}

impl Purchase {
    /// - `amount`: in units of the currency, more than zero; the decimals are limited by each call.
    /// - `currency`: ISO 4217; the accepted ones depend on the call.
    /// - `products`: at least one, up to 1,024 characters as JSON (the provider's later document). The sum of their
    ///   prices is not compared with the amount: no document requires it.
    #[must_use]
    pub fn new(amount: Amount, currency: impl Into<String>, products: Vec<Product>) -> Self {
        Self {
            amount,
            currency: currency.into(),
            products,
        }
    }

    pub(crate) fn check(&self, names: Names, currencies: &[&str]) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::positive("amount", self.amount),
            names.check("currency", &self.currency, currencies),
            self.check_products(),
        ])
    }

    fn check_products(&self) -> Result<(), InvalidRequest> {
        if self.products.is_empty() {
            return Err(InvalidRequest::request("products", "are empty").allowed("at least one"));
        }
        let length = match self.products_json()?.chars().count() > PRODUCTS_CHARS {
            true => Err(InvalidRequest::request("products", "are too long")
                .allowed("up to 1024 characters as JSON")),
            false => Ok(()),
        };
        let each = self.products.iter().map(Product::check);
        InvalidRequest::all(each.chain([length]))
    }

    pub(crate) fn products_json(&self) -> Result<String, InvalidRequest> {
        serde_json::to_string(&self.products)
            .map_err(|_| InvalidRequest::request("products", "cannot be written as JSON"))
    }
}

/// One line of a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Product {
    name: String,
    price: Amount,
    #[serde(rename = "num", serialize_with = "as_text")]
    quantity: u32,
    currency: String,
}

impl Product {
    /// - `name`: up to 256 characters (`assumed`: no limit is stated), without a part of the form `&name=`, which could
    ///   pass for another field. A plain `&` is accepted.
    /// - `price`: per piece, in units of `currency`, up to 8 decimals.
    /// - `quantity`: at least one; sent as `num`, as text.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        price: Amount,
        quantity: u32,
        currency: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            price: price.without_zeros_beyond(8),
            quantity,
            currency: currency.into(),
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            rules::no_embedded_field("product_name", &self.name, rules::UNSTATED),
            check::decimals("product_price", self.price, 8),
            match self.quantity {
                0 => {
                    Err(InvalidRequest::request("product_quantity", "is zero")
                        .allowed("at least 1"))
                }
                _ => Ok(()),
            },
            rules::no_embedded_field("product_currency", &self.currency, 16),
        ])
    }
}

fn as_text<S: Serializer>(number: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}
