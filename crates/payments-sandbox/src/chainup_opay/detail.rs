//! `POST orderDetail` (specification, "Query Payment Order"): an order and what its payer could pay it with.

use serde::Serialize;

use super::answer::{self, Refusal};
use super::params::Params;
use super::{Outcome, coins, payers, status};
use crate::app::App;
use crate::store::{Gateway, Order, Tables};

pub(super) const FIELDS: [&str; 3] = ["appKey", "orderNum", "token"];

/// The account that every payer has.
const NORMAL_ACCOUNT: u32 = 201;

/// The fields of the documents' table, with the types that were seen live where those differ: `totalAccount` is a text
/// that holds JSON, `googleStatus` a text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Detail {
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
    /// In milliseconds (assumed: the sample's value means nothing).
    ctime: String,
    app_key: String,
    show_precision: String,
    /// In no table, but in live answers.
    show_name: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PayerAccount {
    account_name: &'static str,
    account_type: u32,
    account_balance: String,
}

pub(super) fn run(app: &App, params: &Params) -> Outcome {
    let order_num = params.required("orderNum", 64)?;
    params.optional("token", 512)?;
    let tables = app.store.lock();
    let detail = detail(app, &tables, find(&tables, order_num)?)?;
    drop(tables);
    let notes = vec![
        "assumed: the answer comes in the envelope, with the types that were seen live".to_owned(),
    ];
    answer::sealed(&detail, notes)
}

/// The order with this number of the platform's.
pub(super) fn find<'a>(tables: &'a Tables, order_num: &str) -> Result<&'a Order, Refusal> {
    tables
        .orders
        .of(Gateway::ChainupOpay, order_num)
        .ok_or_else(|| Refusal::new(answer::NO_ORDER, "no order has this orderNum"))
}

pub(super) fn detail(app: &App, tables: &Tables, order: &Order) -> Result<Detail, Refusal> {
    // Orders are made with a known coin and a known payer only.
    let unknown = || Refusal::new(answer::SYSTEM, "the order's payer or coin is gone");
    let coin = coins::find(&order.currency).ok_or_else(unknown)?;
    let payer = payers::by_user_id(&order.user_id).ok_or_else(unknown)?;
    let flag = if payer.has_second_factor { "1" } else { "0" };
    let accounts = [PayerAccount {
        account_name: "Wallet",
        account_type: NORMAL_ACCOUNT,
        account_balance: tables.chainup_opay.left(payer, coin).to_string(),
    }];
    Ok(Detail {
        total_account: answer::text(&accounts)?,
        google_status: flag,
        is_open_mobile_check: flag,
        app_order_id: order.merchant_ref.clone(),
        order_num: order.order_id.clone(),
        order_status: status::code(order.status),
        user_id: payer.number(),
        order_amount: order.amount.clone(),
        pay_coin_symbol: order.currency.to_ascii_lowercase(),
        ctime: order.created_ms.to_string(),
        app_key: app.chainup_opay.app_id.clone(),
        show_precision: coin.decimals.to_string(),
        show_name: coin.name,
    })
}
