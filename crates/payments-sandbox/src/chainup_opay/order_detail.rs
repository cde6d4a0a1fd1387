//! `POST orderDetail` (specification, "Query Payment Order"): an order, and the payer's accounts.

use serde::Serialize;

use super::answer::{self, Content, Done, Outcome, Refusal};
use super::order::Order;
use super::params::{Object, Params};
use super::state::{ChainupOpay, State};
use super::{envelope, limits};
use crate::shared::requests::RequestRecord;

pub(super) const FIELDS: [&str; 3] = ["appKey", "orderNum", "token"];

/// The account that every payer has.
const NORMAL_ACCOUNT: u32 = 201;

/// The fields of the documents' table, with the types that were seen live where those differ: `totalAccount` is a text
/// that holds JSON, `googleStatus` a text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    total_account: String,
    google_status: &'static str,
    is_open_mobile_check: &'static str,
    app_order_id: String,
    order_num: String,
    order_status: &'static str,
    user_id: u64,
    order_amount: String,
    /// In small letters, as in the documents' sample.
    pay_coin_symbol: String,
    /// In milliseconds (assumed: the sample's value is no time).
    ctime: String,
    app_key: String,
    show_precision: String,
    /// Not in the table, but in live answers.
    show_name: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PayerAccount {
    account_name: &'static str,
    account_type: u32,
    account_balance: String,
}

pub(super) fn run(opay: &ChainupOpay, params: &Params) -> Outcome {
    let order_num = params.required("orderNum", limits::ID)?;
    params.optional("token", limits::TOKEN)?;
    let state = opay.state();
    let detail = detail(opay, &state, find(&state, order_num)?)?;
    drop(state);
    let notes = vec![
        "assumed: the answer comes in the envelope, with the types that were seen live".to_owned(),
    ];
    answer::sealed(&detail, notes)
}

/// The order with this number of the platform's.
pub(super) fn find<'a>(state: &'a State, order_num: &str) -> Result<&'a Order, Refusal> {
    state
        .orders
        .by_id(order_num)
        .ok_or_else(|| Refusal::new(answer::NO_ORDER, "no order has this orderNum"))
}

fn detail(opay: &ChainupOpay, state: &State, order: &Order) -> Result<Detail, Refusal> {
    let (payer, coin) = (order.payer, order.coin);
    let flag = if payer.has_second_factor { "1" } else { "0" };
    let accounts = [PayerAccount {
        account_name: "Wallet",
        account_type: NORMAL_ACCOUNT,
        account_balance: state.left(payer, coin).to_string(),
    }];
    Ok(Detail {
        total_account: answer::text(&accounts)?,
        google_status: flag,
        is_open_mobile_check: flag,
        app_order_id: order.app_order_id.clone(),
        order_num: order.order_num.clone(),
        order_status: order.status.code(),
        user_id: payer.number(),
        order_amount: order.amount.text().to_owned(),
        pay_coin_symbol: coin.symbol.to_ascii_lowercase(),
        ctime: order.created_ms.to_string(),
        app_key: opay.account.app_id.clone(),
        show_precision: coin.decimals.to_string(),
        show_name: coin.name,
    })
}

/// Whether a body is `{appKey, orderNum[, token]}` without an envelope, the form of the specification's table and of the
/// payment page. Nothing in it is signed, so it is answered only if the builder allows it.
pub(super) fn is_plain(object: &Object<'_>) -> bool {
    let has = |name| object.get(name).is_some();
    has("appKey") && !["app_id", "data", "sign"].into_iter().any(has)
}

pub(super) fn run_plain(
    opay: &ChainupOpay,
    object: &Object<'_>,
    record: &mut RequestRecord,
) -> Outcome {
    if !opay.account.settings.get().plain_order_detail {
        return Err(Refusal::new(
            answer::SIGNATURE,
            "the request has no envelope; chainup_opay_plain_order_detail (--chainup-opay-plain-order-detail) accepts it",
        )
        .assuming("assumed: orderDetail needs the envelope; the documents have both forms"));
    }
    record.canonical = Some(object.shown());
    envelope::check_app(&opay.account.app_id, "appKey", object.get("appKey"))?;
    let params = Params::of(object)?;
    for name in params.unknown_fields(&FIELDS) {
        record.notes.push(format!("assumed: {name} was ignored"));
    }
    let order_num = params.required("orderNum", limits::ID)?;
    let state = opay.state();
    let detail = detail(opay, &state, find(&state, order_num)?)?;
    drop(state);
    Ok(Done {
        content: Content::Plain(answer::text(&detail)?),
        notes: vec![
            "accepted and answered without an envelope, because the builder allows it".to_owned(),
        ],
    })
}
