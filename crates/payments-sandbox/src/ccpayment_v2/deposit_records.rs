//! `getAppDepositRecord` and `getAppDepositRecordList`.

use serde::Serialize;
use serde_json::json;

use super::answer::{self, Outcome, Refusal};
use super::deposit::Deposit;
use super::fields::TEXT;
use super::paging::{self, Period};
use super::state::CcpaymentV2;
use super::verify::Verified;

pub(super) const FIELDS: &[&str] = &["recordId"];
pub(super) const LIST_FIELDS: &[&str] = &[
    "coinId",
    "chain",
    "referenceId",
    "orderId",
    "toAddress",
    "recordIds",
    "referenceIds",
    "orderIds",
    "startAt",
    "endAt",
    "nextId",
    "limit",
];

const DAYS: u64 = 90;
const MOST_IDS: usize = 50;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    record_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<&'a str>,
    coin_id: u64,
    coin_symbol: &'a str,
    chain: &'a str,
    contract: &'a str,
    #[serde(rename = "coinUSDPrice")]
    coin_usd_price: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    from_address: &'a str,
    to_address: &'a str,
    to_memo: &'a str,
    amount: String,
    service_fee: String,
    tx_id: &'a str,
    tx_index: u64,
    status: &'a str,
    arrived_at: u64,
    is_flagged_as_risky: bool,
}

fn record(deposit: &Deposit) -> Record<'_> {
    let network = deposit.network;
    Record {
        record_id: &deposit.record_id,
        reference_id: deposit.link.reference(),
        order_id: deposit.link.order_id(),
        coin_id: network.coin.id,
        coin_symbol: network.coin.symbol,
        chain: network.chain.name(),
        contract: network.contract,
        coin_usd_price: network.coin.price.to_string(),
        from_address: &deposit.from,
        to_address: &deposit.to,
        to_memo: &deposit.memo,
        amount: deposit.amount.to_string(),
        service_fee: deposit.service_fee.to_string(),
        tx_id: &deposit.txid,
        tx_index: 0,
        status: deposit.status.as_str(),
        arrived_at: deposit.at_ms / 1_000,
        is_flagged_as_risky: deposit.risky,
    }
}

pub(super) fn one(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let id = fields.required("recordId", 64)?;
    let state = provider.state();
    let found = state.deposits.by_id(id);
    let found = found.ok_or_else(|| Refusal::not_found("recordId of a deposit"))?;
    answer::data(&json!({ "record": record(found) }))
}

pub(super) fn list(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let coin = fields.integer("coinId")?;
    let chain = fields.optional("chain", 32)?;
    let reference = fields.optional("referenceId", 64)?;
    let order = fields.optional("orderId", 64)?;
    if !reference.is_empty() && !order.is_empty() {
        return Err(Refusal::field(
            "orderId",
            "and referenceId exclude each other",
        ));
    }
    let to = fields.optional("toAddress", TEXT)?;
    let records = fields.texts("recordIds", MOST_IDS)?;
    let references = fields.texts("referenceIds", MOST_IDS)?;
    let orders = fields.texts("orderIds", MOST_IDS)?;
    let period = Period::read(fields, provider.context.clock.now_ms(), DAYS)?;
    let among = |wanted: &[&str], id: Option<&str>| {
        wanted.is_empty() || id.is_some_and(|id| wanted.contains(&id))
    };
    let is = |wanted: &str, id: Option<&str>| wanted.is_empty() || id == Some(wanted);
    let fits = |deposit: &&Deposit| {
        let (network, link) = (deposit.network, &deposit.link);
        coin.is_none_or(|id| id == network.coin.id)
            && is(chain, Some(network.chain.name()))
            && is(reference, link.reference())
            && is(order, link.order_id())
            && (to.is_empty() || network.chain.same_address(&deposit.to, to))
            && among(&records, Some(&deposit.record_id))
            && among(&references, link.reference())
            && among(&orders, link.order_id())
            && period.has(deposit.at_ms)
    };
    let state = provider.state();
    let fitting = state.deposits.iter().rev().filter(fits);
    let (rows, next_id) = paging::page(fields, Some(100), fitting, |row| &row.cursor)?;
    let records: Vec<Record<'_>> = rows.into_iter().map(record).collect();
    answer::data(&json!({ "records": records, "nextId": next_id }))
}
