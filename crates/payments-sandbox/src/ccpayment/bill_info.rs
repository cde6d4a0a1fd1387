//! `bill/info`: the states of orders, by the merchant's references.

use serde::Serialize;
use serde_json::Value;

use super::answer::{self, Outcome, Refusal};
use super::checkout::{self, Checkout, Payment};
use super::order::{Details, Order, Transfer};
use super::state::{Ccpayment, State};
use super::verify::Verified;
use crate::shared::order::OrderStatus;

pub(super) const FIELDS: &[&str] = &["merchant_order_ids"];

const MOST: usize = 100;

/// The fields of the pages' samples, in their order. Fields that a kind of order does not have are left out.
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

pub(super) fn run(ccpayment: &Ccpayment, fields: &Verified) -> Outcome {
    let ids = ids(fields)?;
    let now_ms = ccpayment.context.clock.now_ms();
    let labels = ccpayment.account.settings.get().label_statuses;
    let state = ccpayment.state();
    let mut rows = Vec::new();
    let (mut payments, mut withdrawals) = (0_usize, 0_usize);
    for id in ids {
        // An unknown number is left out (assumed).
        let Some(order) = state.orders.by_merchant_ref(id) else {
            continue;
        };
        match &order.details {
            Details::Checkout(checkout) => {
                payments += 1;
                rows.push(of_checkout(&state, order, checkout, now_ms, labels));
            }
            Details::Transfer(transfer) => {
                withdrawals += 1;
                rows.push(of_withdrawal(order, transfer));
            }
            Details::Deposit(_) => {}
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

/// Up to a hundred texts. A text that occurs twice is answered once (assumed).
fn ids(fields: &Verified) -> Result<Vec<&str>, Refusal> {
    let refuse = |problem: &str| Err(Refusal::field("merchant_order_ids", problem));
    let list = match fields.value("merchant_order_ids") {
        Some(Value::Array(list)) => list,
        None | Some(Value::Null) => return refuse("is missing"),
        Some(_) => return refuse("is not an array of texts"),
    };
    if list.is_empty() || list.len() > MOST {
        return refuse("is empty or has more than 100 texts");
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

/// Only `Successful` is documented; `Pending`, `Processing` and `Expired` are assumed. Every order with any payment is
/// `Successful`, whatever the amount. If the builder asks for it, the words are those of the table of states.
fn status(
    order: &Order,
    checkout: &Checkout,
    state: checkout::State,
    labels: bool,
) -> &'static str {
    match state {
        _ if labels => state.label(),
        checkout::State::Awaiting
            if order.status == OrderStatus::Processing && checkout.seen.is_some() =>
        {
            "Processing"
        }
        checkout::State::Awaiting => "Pending",
        checkout::State::Expired => "Expired",
        _ => SUCCESSFUL,
    }
}

const SUCCESSFUL: &str = "Successful";

fn of_checkout<'a>(
    state: &'a State,
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
    let trade = |payment: &'a Payment| Trade {
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
        let row = state.orders.by_id(id)?;
        let transfer = row.transfer()?;
        let received = match row.status {
            OrderStatus::Completed => transfer.net.to_string(),
            _ => "0".to_owned(),
        };
        Some(Refund {
            refund_amount: transfer.value.to_string(),
            network_fee: transfer.fee.amount.to_string(),
            actual_received_amount: received,
            chain,
            contract,
            crypto,
            txid: &transfer.txid,
            address: &transfer.to,
            pay_time: row.settled_ms.unwrap_or(row.created_ms) / 1_000,
            status: &row.label,
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
        // Empty for a transfer inside CCPayment; webhooks have words instead.
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
            status: &order.label,
            token_rate: rate,
            created: order.created_ms / 1_000,
        },
        trade_list: trade.into_iter().collect(),
        refund_list: None,
    }
}
