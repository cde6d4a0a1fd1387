//! The bodies about outgoing money: API Withdrawal and Refund.

use serde::Serialize;

use super::super::order::{Order, OrderType, Transfer};
use super::super::state::{Ccpayment, State};
use super::{Head, PayStatus, queue};
use crate::shared::order::OrderStatus;

#[derive(Serialize)]
struct ApiWithdrawal<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    order_id: &'a str,
    merchant_order_id: &'a str,
    withdraw_amount: String,
    net_receivable: String,
    network_fee: String,
    network_fee_crypto: &'static str,
    network_coin_id: &'static str,
    network_fee_value: &'a str,
    #[serde(flatten)]
    place: Sent<'a>,
    merchant_pays_fee: bool,
}

#[derive(Serialize)]
struct RefundMade<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    merchant_order_id: String,
    amount: String,
    net_receivable: String,
    network_fee: String,
    network_crypto: &'static str,
    network_coin_id: &'static str,
    #[serde(flatten)]
    place: Sent<'a>,
}

#[derive(Serialize)]
struct Sent<'a> {
    chain: &'static str,
    contract: &'static str,
    crypto: &'static str,
    to_address: &'a str,
    memo: &'a str,
    txid: &'a str,
}

/// Queues the webhook about a withdrawal or a refund that has ended.
pub(in crate::ccpayment) fn queue_transfer(
    ccpayment: &Ccpayment,
    state: &mut State,
    order: &Order,
    transfer: &Transfer,
) {
    let done = order.status == OrderStatus::Completed;
    let pay_status = if done {
        PayStatus::Success
    } else {
        PayStatus::Failed
    };
    let place = Sent {
        chain: transfer.token.chain.name(),
        contract: transfer.token.contract,
        crypto: transfer.token.coin.symbol,
        to_address: &transfer.to,
        memo: &transfer.memo,
        txid: if done && transfer.internal {
            "internal transfer"
        } else {
            &transfer.txid
        },
    };
    let head = |order_type| Head {
        pay_status,
        order_type,
        record_id: &transfer.record_id,
    };
    let fee = &transfer.fee;
    let (order_type, body) = match &transfer.refund_of {
        None => {
            let order_type = OrderType::ApiWithdrawal;
            let body = serde_json::to_string(&ApiWithdrawal {
                head: head(order_type),
                order_id: &order.order_id,
                merchant_order_id: &order.merchant_ref,
                withdraw_amount: transfer.value.to_string(),
                net_receivable: transfer.net.to_string(),
                network_fee: fee.amount.to_string(),
                network_fee_crypto: fee.coin.symbol,
                network_coin_id: fee.coin.id,
                network_fee_value: &fee.value,
                place,
                merchant_pays_fee: transfer.merchant_pays_fee,
            });
            (order_type, body)
        }
        Some(of) => {
            let order_type = OrderType::Refund;
            let paid = state.orders.by_id(of);
            let body = serde_json::to_string(&RefundMade {
                head: head(order_type),
                merchant_order_id: paid.map_or_else(String::new, |paid| paid.merchant_ref.clone()),
                amount: transfer.value.to_string(),
                net_receivable: transfer.net.to_string(),
                network_fee: fee.amount.to_string(),
                network_crypto: fee.coin.symbol,
                network_coin_id: fee.coin.id,
                place,
            });
            (order_type, body)
        }
    };
    queue(ccpayment, state, order, order_type, pay_status, body);
}
