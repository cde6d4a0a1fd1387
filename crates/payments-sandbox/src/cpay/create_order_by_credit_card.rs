//! `POST createOrderByCreditCard` (specification, chapter 14): a card payment on the gateway's page.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::new_order::Common;
use super::order::{Kind, Status};
use super::state::Cpay;
use super::verify::Verified;
use super::{link, products, shapes};

/// The customer whose orders are closed at once, as in the specification's example, whose success has `orderStatus` 15.
const CLOSED_AT_BIRTH: &str = "closed@cpay.test";

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

pub(super) fn run(cpay: &Cpay, params: &Verified) -> Outcome {
    let common = Common::read(cpay, params, &["callBackURL"])?;
    let currency = params.one_of("currency", &["USD", "EUR", "BRL"])?;
    let amount = params.amount("amount")?;
    products::check(params)?;
    params.shaped("country", 2, shapes::alpha2, "is no ISO alpha-2 code")?;
    let email = params.shaped("email", 256, shapes::email, "is no e-mail address")?;
    params.shaped("ip", 64, shapes::ip, "is no IP address")?;
    // Sic. Without it, C-Pay uses the browser's language; the sandbox's pages have only one.
    params.one_of_or("lanuage", &["en-US", "ru-RU"], "en-US")?;
    let ext_info = params.free("extInfo")?;

    let mut state = cpay.state();
    let mut order = common.order(cpay, &state, Kind::CardPage, currency, amount)?;
    ext_info.clone_into(&mut order.ext_info);
    if email == CLOSED_AT_BIRTH {
        order.status = Status::Closed;
        order.settled_ms = Some(order.created_ms);
    }
    order.page_url = link::url(cpay, link::CARD, &order.order_id)?;
    let mut created = Created {
        merchant_id: cpay.account.merchant_number(),
        merchant_trade_no: &order.merchant_ref,
        order_id: &order.order_id,
        order_status: order.status.code(),
        order_currency: currency,
        order_amount: order.amount.text(),
        received_amount: "0.00",
        pledge_amount: "",
        fee: "0.00",
        cashier_url: &order.page_url,
        success_url: &order.success_url,
        fail_url: &order.fail_url,
        sign: "",
    };
    let sign = cpay
        .account
        .key
        .sign(signed_fields(&cpay.account.merchant_id, &created))
        .map_err(|error| Refusal::new("system error", error.to_string()))?;
    created.sign = sign.as_str();
    let done = common.noted(answer::data(&created)?);
    cpay.announce(&order);
    state.orders.add(order, cpay.context.next_order())?;
    Ok(done)
}

/// The fields that the answer's `sign` covers: all others, by the general rule (assumed: not documented).
fn signed_fields<'a>(merchant_id: &'a str, created: &Created<'a>) -> [(&'static str, &'a str); 12] {
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
