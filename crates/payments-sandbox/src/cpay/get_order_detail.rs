//! `GET getOrderDetail` (specification, chapter 9): an order by the merchant's reference, C-Pay's id or the hash.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::order::Order;
use super::state::Cpay;
use super::verify::Verified;

/// The fields of the specification's example, in its order and with its types.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    actual_amount: &'a str,
    /// A number of milliseconds, but whole seconds.
    create_time: u64,
    currency: &'a str,
    ext_info: &'a str,
    fee: &'a str,
    hash: &'a str,
    /// A number here, a text in `createOrder`.
    merchant_id: u64,
    merchant_trade_no: &'a str,
    merchant_user_id: &'a str,
    network: &'a str,
    order_id: &'a str,
    pledge_amount: &'a str,
    received_amount: &'a str,
    remark: &'a str,
    status: &'a str,
}

pub(super) fn run(cpay: &Cpay, params: &Verified) -> Outcome {
    let merchant_ref = params.optional("merchantTradeNo", 64)?;
    let order_id = params.optional("cpayOrderId", 64)?;
    let hash = params.optional("hash", 128)?;
    if [merchant_ref, order_id, hash]
        .iter()
        .all(|id| id.is_empty())
    {
        return Err(Refusal::new(
            "invalid param",
            "one of merchantTradeNo, cpayOrderId and hash must be given",
        ));
    }
    // Several ids must belong to the same order (assumed).
    let matches = |order: &&Order| {
        let fits = |given: &str, known: &str| given.is_empty() || given == known;
        fits(merchant_ref, &order.merchant_ref)
            && fits(order_id, &order.order_id)
            && fits(hash, &order.hash)
    };
    let state = cpay.state();
    let orders = &state.orders;
    let found = if !merchant_ref.is_empty() {
        orders.by_merchant_ref(merchant_ref)
    } else if !order_id.is_empty() {
        orders.by_id(order_id)
    } else {
        orders.iter().find(matches)
    };
    let order = found
        .filter(matches)
        .ok_or_else(|| Refusal::new("order not found", "no order has all the given ids"))?;
    answer::data(&Detail {
        actual_amount: &order.actual_amount,
        create_time: order.create_time(),
        currency: order.currency,
        ext_info: &order.ext_info,
        fee: &order.fee.to_string(),
        hash: &order.hash,
        merchant_id: cpay.account.merchant_number(),
        merchant_trade_no: &order.merchant_ref,
        merchant_user_id: &order.user_id,
        network: order.network_name(),
        order_id: &order.order_id,
        pledge_amount: "0",
        received_amount: &order.received_amount,
        remark: &order.remark,
        status: order.status.code(),
    })
}
