//! `getSwapRecord` and `getSwapRecordList`. Their numbers are padded to 24 decimals, as in the samples.

use serde::Serialize;
use serde_json::json;

use super::answer::{self, Outcome, Refusal};
use super::codes::Code;
use super::paging::{self, Period};
use super::state::CcpaymentV2;
use super::swap::Swap;
use super::verify::Verified;
use crate::shared::decimal::Decimal;

pub(super) const FIELDS: &[&str] = &["recordId", "orderId"];
pub(super) const LIST_FIELDS: &[&str] = &[
    "recordIds",
    "orderIds",
    "coinIdIn",
    "coinIdOut",
    "startAt",
    "endAt",
    "nextId",
];

/// Three months (assumed: as many days as the longest three have).
const DAYS: u64 = 92;
const MOST_IDS: usize = 20;
const PADDED: usize = 24;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    record_id: &'a str,
    order_id: &'a str,
    coin_in_symbol: &'a str,
    coin_id_in: u64,
    coin_out_symbol: &'a str,
    coin_id_out: u64,
    amount_in: String,
    amount_out: String,
    net_amount_out: String,
    swap_rate: String,
    fee_rate: String,
    fee: String,
    status: &'a str,
    created_at: u64,
    arrived_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_out_minimum: Option<String>,
}

fn record(swap: &Swap) -> Record<'_> {
    let quote = &swap.quote;
    let text = |number: Decimal| number.padded(PADDED);
    Record {
        record_id: &swap.record_id,
        order_id: &swap.merchant_ref,
        coin_in_symbol: quote.coin_in.symbol,
        coin_id_in: quote.coin_in.id,
        coin_out_symbol: quote.coin_out.symbol,
        coin_id_out: quote.coin_out.id,
        amount_in: text(quote.amount_in),
        amount_out: text(quote.amount_out),
        net_amount_out: text(quote.net),
        swap_rate: text(quote.rate),
        fee_rate: text(quote.fee_rate),
        fee: text(quote.fee),
        status: "Success",
        created_at: swap.at_ms / 1_000,
        arrived_at: swap.at_ms / 1_000,
        amount_out_minimum: swap.amount_out_minimum.map(text),
    }
}

pub(super) fn one(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let order_id = fields.optional("orderId", 64)?;
    let record_id = fields.optional("recordId", 64)?;
    if order_id.is_empty() == record_id.is_empty() {
        return Err(Refusal::new(
            Code::InvalidArgument,
            "exactly one of recordId and orderId is needed",
        ));
    }
    let state = provider.state();
    let found = if record_id.is_empty() {
        state.swaps.by_merchant_ref(order_id)
    } else {
        state.swaps.by_id(record_id)
    };
    let found = found.ok_or_else(|| Refusal::not_found("swap"))?;
    answer::data(&json!({ "record": record(found) }))
}

pub(super) fn list(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let records = fields.texts("recordIds", MOST_IDS)?;
    let orders = fields.texts("orderIds", MOST_IDS)?;
    let coin_in = fields.integer("coinIdIn")?;
    let coin_out = fields.integer("coinIdOut")?;
    let period = Period::read(fields, provider.context.clock.now_ms(), DAYS)?;
    let fits = |row: &&Swap| {
        (records.is_empty() || records.contains(&row.record_id.as_str()))
            && (orders.is_empty() || orders.contains(&row.merchant_ref.as_str()))
            && coin_in.is_none_or(|id| id == row.quote.coin_in.id)
            && coin_out.is_none_or(|id| id == row.quote.coin_out.id)
            && period.has(row.at_ms)
    };
    let state = provider.state();
    let fitting = state.swaps.iter().rev().filter(fits);
    let (rows, next_id) = paging::page(fields, None, fitting, |row| &row.cursor)?;
    let records: Vec<Record<'_>> = rows.into_iter().map(record).collect();
    answer::data(&json!({ "records": records, "nextId": next_id }))
}
