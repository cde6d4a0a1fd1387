//! `products` of the two card calls.

use serde::Deserialize;

use super::answer::Refusal;
use super::verify::Verified;

const MOST_PRODUCTS: usize = 1_000;

/// An item of the order. In the document all values are texts; an official plugin sends `num` as a number.
#[derive(Deserialize)]
struct Product {
    name: String,
    price: String,
    num: Number,
    currency: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Text(String),
    Number(u64),
}

/// Checks `products`: a JSON array of at least one item. The document's limit of sixteen characters is not applied: its own
/// examples are longer.
pub(super) fn check(params: &Verified) -> Result<(), Refusal> {
    let text = params
        .get("products")
        .ok_or_else(|| Refusal::field("products", "is missing or empty"))?;
    let items: Vec<Product> = serde_json::from_str(text).map_err(|error| {
        let problem = format!("is not a JSON array of name, price, num, currency: {error}");
        Refusal::field("products", problem)
    })?;
    let complete = |item: &Product| {
        let number = match &item.num {
            Number::Text(text) => !text.is_empty(),
            Number::Number(number) => *number > 0,
        };
        number
            && ![&item.name, &item.price, &item.currency]
                .iter()
                .any(|text| text.is_empty())
    };
    if items.is_empty() || items.len() > MOST_PRODUCTS || !items.iter().all(complete) {
        return Err(Refusal::field(
            "products",
            "has no items, too many, or one with an empty value",
        ));
    }
    Ok(())
}
