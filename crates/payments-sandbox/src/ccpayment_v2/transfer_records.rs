//! `getAutoWithdrawRecordList` and `getRiskyRefundRecordList`. Only field tables describe them; no sample exists.

use serde::Serialize;
use serde_json::json;

use super::answer::{self, Outcome};
use super::fields::TEXT;
use super::paging::{self, Period};
use super::state::CcpaymentV2;
use super::transfers::{Cause, Transfer};
use super::verify::Verified;
use super::withdraw_records::{FeeRow, fee_row};
use super::withdrawal::Fee;

pub(super) const FIELDS: &[&str] = &[
    "chain",
    "coinId",
    "recordIds",
    "startAt",
    "endAt",
    "toAddress",
    "nextId",
];

/// As for deposits (assumed).
const DAYS: u64 = 90;
const MOST_IDS: usize = 50;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    record_id: &'a str,
    coin_id: u64,
    coin_symbol: &'a str,
    chain: &'a str,
    order_id: &'a str,
    to_address: &'a str,
    to_memo: &'a str,
    amount: String,
    tx_id: &'a str,
    status: &'a str,
    fee: FeeRow,
    created_at: u64,
    next_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_fee: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_deposit: Option<[FromDeposit<'a>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FromDeposit<'a> {
    record_id: &'a str,
}

fn record(transfer: &Transfer) -> Record<'_> {
    let network = transfer.network;
    let fee = Fee {
        coin: network.fee_coin,
        amount: network.fee,
    };
    let (service_fee, from_deposit) = match &transfer.cause {
        // The service fee was taken from the deposits (assumed).
        Cause::AutoWithdrawal => (Some("0"), None),
        Cause::Refund(record_id) => (None, Some([FromDeposit { record_id }])),
    };
    Record {
        record_id: &transfer.record_id,
        coin_id: network.coin.id,
        coin_symbol: network.coin.symbol,
        chain: network.chain.name(),
        order_id: &transfer.merchant_order,
        to_address: &transfer.to,
        to_memo: &transfer.memo,
        amount: transfer.amount.to_string(),
        tx_id: &transfer.txid,
        status: "Success",
        fee: fee_row(&fee),
        created_at: transfer.at_ms / 1_000,
        next_id: &transfer.cursor,
        service_fee,
        from_deposit,
    }
}

pub(super) fn auto_withdrawals(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    list(provider, fields, |cause| *cause == Cause::AutoWithdrawal)
}

pub(super) fn risky_refunds(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    list(provider, fields, |cause| matches!(cause, Cause::Refund(_)))
}

fn list(provider: &CcpaymentV2, fields: &Verified, wanted: impl Fn(&Cause) -> bool) -> Outcome {
    let chain = fields.optional("chain", 32)?;
    let coin = fields.integer("coinId")?;
    let ids = fields.texts("recordIds", MOST_IDS)?;
    let to = fields.optional("toAddress", TEXT)?;
    let period = Period::read(fields, provider.context.clock.now_ms(), DAYS)?;
    let fits = |row: &&Transfer| {
        let network = row.network;
        wanted(&row.cause)
            && coin.is_none_or(|id| id == network.coin.id)
            && (chain.is_empty() || chain == network.chain.name())
            && (ids.is_empty() || ids.contains(&row.record_id.as_str()))
            && (to.is_empty() || network.chain.same_address(&row.to, to))
            && period.has(row.at_ms)
    };
    let state = provider.state();
    let fitting = state.transfers.iter().rev().filter(fits);
    let (rows, next_id) = paging::page(fields, None, fitting, |row| &row.cursor)?;
    let records: Vec<Record<'_>> = rows.into_iter().map(record).collect();
    answer::data(&json!({ "records": records, "nextId": next_id }))
}
