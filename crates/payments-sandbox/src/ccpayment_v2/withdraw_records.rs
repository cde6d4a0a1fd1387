//! `getAppWithdrawRecord` and `getAppWithdrawRecordList`.

use serde::Serialize;
use serde_json::json;

use super::answer::{self, Outcome, Refusal};
use super::codes::Code;
use super::fields::TEXT;
use super::paging::{self, Period};
use super::state::CcpaymentV2;
use super::verify::Verified;
use super::withdrawal::{Fee, Withdrawal};

pub(super) const FIELDS: &[&str] = &["orderId", "recordId"];
pub(super) const LIST_FIELDS: &[&str] = &[
    "chain",
    "coinId",
    "orderIds",
    "toAddress",
    "startAt",
    "endAt",
    "nextId",
];

const DAYS: u64 = 90;
const MOST_IDS: usize = 20;
/// The `chain` of a withdrawal to Cwallet.
const CWALLET: &str = "Cwallet OS";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FeeRow {
    coin_id: u64,
    coin_symbol: &'static str,
    amount: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    record_id: &'a str,
    withdraw_type: &'a str,
    coin_id: u64,
    coin_symbol: &'a str,
    chain: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    from_address: &'a str,
    order_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cwallet_user: Option<&'a str>,
    tx_id: &'a str,
    to_memo: &'a str,
    status: &'a str,
    amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<FeeRow>,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    #[serde(rename = "coinUSDPrice")]
    coin_usd_price: String,
}

pub(super) fn fee_row(fee: &Fee) -> FeeRow {
    FeeRow {
        coin_id: fee.coin.id,
        coin_symbol: fee.coin.symbol,
        amount: fee.amount.to_string(),
    }
}

fn chain(withdrawal: &Withdrawal) -> &'static str {
    let network = withdrawal.network;
    network.map_or(CWALLET, |network| network.chain.name())
}

fn record(withdrawal: &Withdrawal) -> Record<'_> {
    let on_chain = withdrawal.network.is_some();
    Record {
        record_id: &withdrawal.record_id,
        withdraw_type: if on_chain { "Network" } else { "Cwallet" },
        coin_id: withdrawal.coin.id,
        coin_symbol: withdrawal.coin.symbol,
        chain: chain(withdrawal),
        from_address: &withdrawal.from,
        order_id: &withdrawal.merchant_ref,
        to_address: on_chain.then_some(withdrawal.to.as_str()),
        cwallet_user: (!on_chain).then_some(withdrawal.to.as_str()),
        tx_id: &withdrawal.txid,
        to_memo: &withdrawal.memo,
        status: withdrawal.status.as_str(),
        amount: withdrawal.amount.to_string(),
        fee: withdrawal.fee.as_ref().map(fee_row),
        reason: &withdrawal.reason,
        coin_usd_price: withdrawal.coin.price.to_string(),
    }
}

/// With both ids, both have to be those of one record (assumed).
pub(super) fn one(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let order_id = fields.optional("orderId", 64)?;
    let record_id = fields.optional("recordId", 64)?;
    if order_id.is_empty() && record_id.is_empty() {
        return Err(Refusal::new(
            Code::InvalidArgument,
            "orderId or recordId is needed",
        ));
    }
    let state = provider.state();
    let found = if record_id.is_empty() {
        state.withdrawals.by_merchant_ref(order_id)
    } else {
        state.withdrawals.by_id(record_id)
    };
    let found = found.filter(|row| order_id.is_empty() || row.merchant_ref == order_id);
    let found = found.ok_or_else(|| Refusal::not_found("withdrawal"))?;
    answer::data(&json!({ "record": record(found) }))
}

pub(super) fn list(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let wanted_chain = fields.optional("chain", 32)?;
    let coin = fields.integer("coinId")?;
    let orders = fields.texts("orderIds", MOST_IDS)?;
    let to = fields.optional("toAddress", TEXT)?;
    let period = Period::read(fields, provider.context.clock.now_ms(), DAYS)?;
    let fits = |row: &&Withdrawal| {
        coin.is_none_or(|id| id == row.coin.id)
            && (wanted_chain.is_empty() || wanted_chain == chain(row))
            && (orders.is_empty() || orders.contains(&row.merchant_ref.as_str()))
            && (to.is_empty()
                || row
                    .network
                    .is_some_and(|network| network.chain.same_address(&row.to, to)))
            && period.has(row.at_ms)
    };
    let state = provider.state();
    let fitting = state.withdrawals.iter().rev().filter(fits);
    let (rows, next_id) = paging::page(fields, None, fitting, |row| &row.cursor)?;
    let records: Vec<Record<'_>> = rows.into_iter().map(record).collect();
    answer::data(&json!({ "records": records, "nextId": next_id }))
}
