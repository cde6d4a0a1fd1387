//! `POST createOrderByCreditCard` (specification, chapter 14): a card payment on the gateway's page.

use serde::{Deserialize, Serialize};

use super::answer::{self, Refusal};
use super::new_order::{self, Common};
use super::verify::Verified;
use super::{Outcome, link, shapes, status};
use crate::app::App;
use crate::store::OrderKind;

const MOST_PRODUCTS: usize = 1_000;

/// The fields of the specification's example, in its order and with its types.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    /// A number here, a text in `createOrder`.
    merchant_id: u64,
    merchant_trade_no: &'a str,
    order_id: &'a str,
    order_status: &'a str,
    order_currency: &'a str,
    order_amount: &'a str,
    received_amount: &'a str,
    pledge_amount: &'a str,
    fee: &'a str,
    #[serde(rename = "cashierURL")]
    cashier_url: &'a str,
    #[serde(rename = "successURL")]
    success_url: &'a str,
    #[serde(rename = "failURL")]
    fail_url: &'a str,
    sign: &'a str,
}

pub(super) fn run(app: &App, params: &Verified) -> Outcome {
    let common = Common::read(params)?;
    let currency = params.one_of("currency", &["USD", "EUR", "BRL"])?;
    let amount = params.amount("amount")?;
    products(params)?;
    params.shaped("country", 2, shapes::alpha2, "is no ISO alpha-2 code")?;
    params.shaped("email", 256, shapes::email, "is no e-mail address")?;
    params.shaped("ip", 64, shapes::ip, "is no IP address")?;
    // Sic. Without it the language of the browser counts; the sandbox's pages have one.
    params.one_of_or("lanuage", &["en-US", "ru-RU"], "en-US")?;
    let ext_info = params.free("extInfo")?;

    let mut tables = app.store.lock();
    let mut order = new_order::from_params(app, &tables, OrderKind::CardPage, &common)?;
    currency.clone_into(&mut order.currency);
    amount.text().clone_into(&mut order.amount);
    ext_info.clone_into(&mut order.ext_info);
    order.cashier_url = link::url(app, link::CARD, &order.order_id)?;
    let mut created = Created {
        merchant_id: app.cpay.merchant_number(),
        merchant_trade_no: &order.merchant_ref,
        order_id: &order.order_id,
        order_status: status::code(order.status),
        order_currency: &order.currency,
        order_amount: &order.amount,
        received_amount: "0.00",
        pledge_amount: "",
        fee: "0.00",
        cashier_url: &order.cashier_url,
        success_url: &order.success_url,
        fail_url: &order.fail_url,
        sign: "",
    };
    let sign = app
        .cpay
        .key
        .sign(covered(&app.cpay.merchant_id, &created))
        .map_err(|error| Refusal::new("system error", error.to_string()))?;
    created.sign = sign.as_str();
    let done = answer::data(&created)?;
    tables.orders.add(order)?;
    Ok(done)
}

/// What the answer's `sign` covers is not documented: every other field of it, by the general rule (assumed).
fn covered<'a>(merchant_id: &'a str, created: &Created<'a>) -> [(&'static str, &'a str); 12] {
    [
        ("merchantId", merchant_id),
        ("merchantTradeNo", created.merchant_trade_no),
        ("orderId", created.order_id),
        ("orderStatus", created.order_status),
        ("orderCurrency", created.order_currency),
        ("orderAmount", created.order_amount),
        ("receivedAmount", created.received_amount),
        ("pledgeAmount", created.pledge_amount),
        ("fee", created.fee),
        ("cashierURL", created.cashier_url),
        ("successURL", created.success_url),
        ("failURL", created.fail_url),
    ]
}

/// An item of the order. The sheet's are all texts; an official plugin sends `num` as a number.
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

/// Checks `products`: a JSON array of at least one item. The limit of sixteen characters cannot be meant: the sheet's
/// own examples are longer.
pub(super) fn products(params: &Verified) -> Result<(), Refusal> {
    let text = params
        .get("products")
        .ok_or_else(|| Refusal::field("products", "is missing or empty"))?;
    let items: Vec<Product> = serde_json::from_str(text).map_err(|error| {
        let problem = format!("is not a JSON array of name, price, num, currency: {error}");
        Refusal::field("products", problem)
    })?;
    let whole = |item: &Product| {
        let number = match &item.num {
            Number::Text(text) => !text.is_empty(),
            Number::Number(number) => *number > 0,
        };
        number
            && ![&item.name, &item.price, &item.currency]
                .iter()
                .any(|text| text.is_empty())
    };
    if items.is_empty() || items.len() > MOST_PRODUCTS || !items.iter().all(whole) {
        return Err(Refusal::field(
            "products",
            "has no items, too many, or one with an empty value",
        ));
    }
    Ok(())
}
