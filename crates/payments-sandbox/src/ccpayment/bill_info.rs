//! `bill/info`: where orders stand, by the merchant's numbers.

use serde::Serialize;
use serde_json::Value;

use super::answer::{self, Outcome, Refusal};
use super::book::{Book, Transfer};
use super::checkout::{Checkout, State};
use super::verify::Verified;
use crate::app::App;
use crate::store::{Gateway, Order, OrderStatus, Orders};

pub(super) const FIELDS: &[&str] = &["merchant_order_ids"];

const MOST: usize = 100;

/// The fields of the pages' samples, in their order. Those a kind of order does not have are left out.
#[derive(Serialize)]
struct Row<'a> {
    order_detail: Detail<'a>,
    trade_list: Vec<Trade<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_list: Option<Vec<Refund<'a>>>,
}

#[derive(Serialize)]
struct Detail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_price: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    denominated_currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_name: Option<&'a str>,
    merchant_order_id: &'a str,
    chain: &'a str,
    contract: &'a str,
    crypto: &'a str,
    order_amount: String,
    status: &'a str,
    token_rate: String,
    created: u64,
}

#[derive(Serialize)]
struct Trade<'a> {
    amount: String,
    chain: &'a str,
    contract: &'a str,
    crypto: &'a str,
    service_fee: String,
    network_fee: String,
    txid: &'a str,
    pay_time: u64,
    token_rate: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_coin_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_fee_crypto: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_fee_value: Option<&'a str>,
    status: &'a str,
}

#[derive(Serialize)]
struct Refund<'a> {
    refund_amount: String,
    network_fee: String,
    actual_received_amount: String,
    chain: &'a str,
    contract: &'a str,
    crypto: &'a str,
    txid: &'a str,
    address: &'a str,
    pay_time: u64,
    status: &'a str,
}

pub(super) fn run(app: &App, fields: &Verified) -> Outcome {
    let ids = ids(fields)?;
    let now_ms = app.clock.now_ms();
    let labels = app.ccpayment.settings.label_statuses;
    let tables = app.store.lock();
    let (book, orders) = (&tables.ccpayment, &tables.orders);
    let mut rows = Vec::new();
    let (mut payments, mut withdrawals) = (0_usize, 0_usize);
    for id in ids {
        // A number nobody used is left out (assumed).
        let Some(order) = orders.by_merchant_ref(Gateway::Ccpayment, id) else {
            continue;
        };
        if let Some(checkout) = book.checkouts.get(&order.order_id) {
            payments += 1;
            rows.push(of_checkout(book, orders, order, checkout, now_ms, labels));
        } else if let Some(transfer) = book.transfers.get(&order.order_id) {
            withdrawals += 1;
            rows.push(of_withdrawal(order, transfer));
        }
    }
    if payments > 0 && withdrawals > 0 {
        return Err(Refusal::field(
            "merchant_order_ids",
            "mixes deposits and withdrawals, which the page forbids",
        ));
    }
    answer::data(&rows)
}

/// Up to a hundred texts; one that stands twice is answered once (assumed).
fn ids(fields: &Verified) -> Result<Vec<&str>, Refusal> {
    let refuse = |problem: &str| Err(Refusal::field("merchant_order_ids", problem));
    let list = match fields.value("merchant_order_ids") {
        Some(Value::Array(list)) => list,
        None | Some(Value::Null) => return refuse("is missing"),
        Some(_) => return refuse("is not an array of texts"),
    };
    if list.is_empty() || list.len() > MOST {
        return refuse("has no number in it, or more than 100");
    }
    let mut ids = Vec::with_capacity(list.len());
    for value in list {
        match value {
            Value::String(id) if ids.contains(&id.as_str()) => {}
            Value::String(id) => ids.push(id.as_str()),
            _ => return refuse("is not an array of texts"),
        }
    }
    Ok(ids)
}

/// The only word a document shows is `Successful`; `Pending`, `Processing` and `Expired` are assumed. `Successful` is
/// said of every order that was paid anything, whatever the amount: compare the amounts. On demand the words are those
/// of the table of states.
fn status(order: &Order, checkout: &Checkout, state: State, labels: bool) -> &'static str {
    match state {
        _ if labels => state.label(),
        State::Awaiting if order.status == OrderStatus::Processing && checkout.seen.is_some() => {
            "Processing"
        }
        State::Awaiting => "Pending",
        State::Expired => "Expired",
        _ => SUCCESSFUL,
    }
}

const SUCCESSFUL: &str = "Successful";

fn of_checkout<'a>(
    book: &'a Book,
    orders: &'a Orders,
    order: &'a Order,
    checkout: &'a Checkout,
    now_ms: u64,
    labels: bool,
) -> Row<'a> {
    let quote = checkout.quote.as_ref();
    let token = quote.map(|quote| quote.token);
    let (chain, contract, crypto) = token.map_or(("", "", ""), |token| {
        (token.chain.name(), token.contract, token.coin.symbol)
    });
    let token_rate = quote.map_or_else(String::new, |quote| quote.token_rate.to_string());
    let trade = |payment: &'a super::checkout::Payment| Trade {
        amount: payment.amount.to_string(),
        chain,
        contract,
        crypto,
        service_fee: payment.service_fee.to_string(),
        network_fee: "0".to_owned(),
        txid: &payment.txid,
        pay_time: payment.at_ms / 1_000,
        token_rate: token_rate.clone(),
        network_coin_id: None,
        network_fee_crypto: None,
        network_fee_value: None,
        status: SUCCESSFUL,
    };
    let refund = |id: &'a String| {
        let (transfer, row) = (book.transfers.get(id)?, orders.of(Gateway::Ccpayment, id)?);
        Some(Refund {
            refund_amount: transfer.value.to_string(),
            network_fee: transfer.fee.amount.to_string(),
            actual_received_amount: row.received_amount.clone(),
            chain,
            contract,
            crypto,
            txid: &transfer.txid,
            address: &transfer.to,
            pay_time: row.settled_ms.unwrap_or(row.created_ms) / 1_000,
            status: &row.gateway_state,
        })
    };
    Row {
        order_detail: Detail {
            order_id: None,
            product_price: Some(&checkout.product_price),
            denominated_currency: Some(checkout.priced.as_str()),
            product_name: Some(&checkout.product_name),
            merchant_order_id: &order.merchant_ref,
            chain,
            contract,
            crypto,
            order_amount: quote.map_or_else(String::new, |quote| quote.order_amount.to_string()),
            status: status(order, checkout, checkout.state(now_ms), labels),
            token_rate: token_rate.clone(),
            created: order.created_ms / 1_000,
        },
        trade_list: checkout.payments.iter().map(trade).collect(),
        refund_list: Some(checkout.refunds.iter().filter_map(refund).collect()),
    }
}

fn of_withdrawal<'a>(order: &'a Order, transfer: &'a Transfer) -> Row<'a> {
    let token = transfer.token;
    let rate = transfer.token_rate.to_string();
    let done = order.status == OrderStatus::Completed;
    let trade = done.then(|| Trade {
        amount: transfer.value.to_string(),
        chain: token.chain.name(),
        contract: token.contract,
        crypto: token.coin.symbol,
        service_fee: "0".to_owned(),
        network_fee: transfer.fee.amount.to_string(),
        // Empty here for a transfer inside CCPayment; webhooks have words in its place.
        txid: &transfer.txid,
        pay_time: order.settled_ms.unwrap_or(order.created_ms) / 1_000,
        token_rate: rate.clone(),
        network_coin_id: Some(transfer.fee.coin.id),
        network_fee_crypto: Some(transfer.fee.coin.symbol),
        network_fee_value: Some(&transfer.fee.value),
        status: SUCCESSFUL,
    });
    Row {
        order_detail: Detail {
            order_id: Some(&order.order_id),
            product_price: None,
            denominated_currency: None,
            product_name: None,
            merchant_order_id: &order.merchant_ref,
            chain: token.chain.name(),
            contract: token.contract,
            crypto: token.coin.symbol,
            order_amount: transfer.value.to_string(),
            status: &order.gateway_state,
            token_rate: rate,
            created: order.created_ms / 1_000,
        },
        trade_list: trade.into_iter().collect(),
        refund_list: None,
    }
}
