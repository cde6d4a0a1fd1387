//! `GET getOrderDetail` (specification, chapter 9): an order by the merchant's number, C-Pay's id or the hash.

use serde::Serialize;

use super::answer::{self, Refusal};
use super::verify::Verified;
use super::{Outcome, status};
use crate::app::App;
use crate::clock::whole_seconds;
use crate::store::{Gateway, Order};

/// The fields of the specification's example, in its order and with its types.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    actual_amount: &'a str,
    /// A number, in whole seconds though in milliseconds.
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

pub(super) fn run(app: &App, params: &Verified) -> Outcome {
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
    // Several ids must mean the same order (assumed).
    let meant = |order: &&Order| {
        let fits = |given: &str, known: &str| given.is_empty() || given == known;
        order.gateway == Gateway::Cpay
            && fits(merchant_ref, &order.merchant_ref)
            && fits(order_id, &order.order_id)
            && fits(hash, &order.hash)
    };
    let tables = app.store.lock();
    let order = tables.orders.iter().find(meant).ok_or_else(|| {
        Refusal::new(
            "order not found",
            "no order has all of the ids that were given",
        )
    })?;
    answer::data(&Detail {
        actual_amount: &order.actual_amount,
        create_time: whole_seconds(order.created_ms),
        currency: &order.currency,
        ext_info: &order.ext_info,
        fee: &order.fee,
        hash: &order.hash,
        merchant_id: app.cpay.merchant_number(),
        merchant_trade_no: &order.merchant_ref,
        merchant_user_id: &order.user_id,
        network: &order.network,
        order_id: &order.order_id,
        pledge_amount: "0",
        received_amount: &order.received_amount,
        remark: &order.remark,
        status: status::code(order.status),
    })
}
