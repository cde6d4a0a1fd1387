//! `getAppOrderInfo` and `getInvoiceOrderInfo`. Neither has a state: the merchant adds up `paidList`.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::checkout::{Checkout, Family, Unit};
use super::deposit::{Deposit, Link};
use super::state::{CcpaymentV2, State};
use super::verify::Verified;
use crate::shared::decimal::Decimal;

pub(super) const FIELDS: &[&str] = &["orderId"];

/// Quotients have 16 decimals in the samples.
const RATE_PLACES: i32 = 16;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderInfo<'a> {
    amount_to_pay: String,
    coin_id: u64,
    coin_symbol: &'a str,
    chain: &'a str,
    to_address: &'a str,
    to_memo: &'a str,
    create_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fiat_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fiat_symbol: Option<&'a str>,
    expired_at: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    checkout_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    buyer_email: &'a str,
    paid_list: Vec<OrderPaid<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderPaid<'a> {
    record_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    from_address: &'a str,
    amount: String,
    service_fee: String,
    txid: &'a str,
    status: &'a str,
    is_flagged_as_risky: bool,
    arrived_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<String>,
}

fn find<'a>(state: &'a State, family: Family, id: &str) -> Result<&'a Checkout, Refusal> {
    let found = state.checkouts(family).by_merchant_ref(id);
    found.ok_or_else(|| Refusal::not_found("orderId of this kind"))
}

/// The payments of an order or invoice, oldest first.
fn payments<'a>(state: &'a State, link: &Link) -> Vec<&'a Deposit> {
    let deposits = state.deposits.iter();
    deposits.filter(|deposit| deposit.link == *link).collect()
}

pub(super) fn order(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let id = fields.reference("orderId")?;
    let state = provider.state();
    let order = find(&state, Family::Order, id)?;
    let paid = payments(&state, &Link::Order(id.to_owned()));
    let choice = order.choice.as_ref();
    let choice = choice.ok_or_else(|| Refusal::not_found("order with an address"))?;
    let coin = choice.network.coin;
    let rate = order.unit.fiat_rate(coin).map(|rate| rate.to_string());
    let fiat = match order.unit {
        Unit::Fiat(fiat) => Some(fiat),
        Unit::Coin(_) => None,
    };
    let rows = paid.iter().map(|deposit| OrderPaid {
        record_id: &deposit.record_id,
        from_address: &deposit.from,
        amount: deposit.amount.to_string(),
        service_fee: deposit.service_fee.to_string(),
        txid: &deposit.txid,
        status: deposit.status.as_str(),
        is_flagged_as_risky: deposit.risky,
        arrived_at: deposit.at_ms / 1_000,
        rate: rate.clone(),
    });
    answer::data(&OrderInfo {
        amount_to_pay: order.asked.to_string(),
        coin_id: coin.id,
        coin_symbol: coin.symbol,
        chain: choice.network.chain.name(),
        to_address: &choice.place.address,
        to_memo: &choice.place.memo,
        create_at: order.created_ms / 1_000,
        rate: rate.clone(),
        fiat_id: fiat.map(|fiat| fiat.id),
        fiat_symbol: fiat.map(|fiat| fiat.symbol),
        expired_at: order.expires_ms / 1_000,
        checkout_url: &order.page_url,
        buyer_email: &order.buyer_email,
        paid_list: rows.collect(),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvoiceInfo<'a> {
    order_id: &'a str,
    create_at: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    product: &'a str,
    price: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_fiat_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_coin_id: Option<u64>,
    price_symbol: &'a str,
    invoice_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    buyer_email: &'a str,
    expired_at: u64,
    total_paid_value: String,
    paid_list: Vec<InvoicePaid<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvoicePaid<'a> {
    record_id: &'a str,
    coin_id: u64,
    coin_symbol: &'a str,
    chain: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    from_address: &'a str,
    to_address: &'a str,
    to_memo: &'a str,
    paid_amount: String,
    service_fee: String,
    txid: &'a str,
    status: &'a str,
    is_flagged_as_risky: bool,
    arrived_at: u64,
    rate: String,
    paid_value: String,
}

pub(super) fn invoice(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let id = fields.reference("orderId")?;
    let state = provider.state();
    let invoice = find(&state, Family::Invoice, id)?;
    let paid = payments(&state, &Link::Invoice(id.to_owned()));
    let unit = invoice.unit;
    let value_of = |deposit: &Deposit| {
        let coin = deposit.network.coin;
        let value = unit.worth(coin, deposit.amount).unwrap_or_default();
        // As in the sample, not as in the prose: coins for one unit of the price.
        let one = Decimal::constant(1, 0);
        let rate = unit.in_coin(coin, one).unwrap_or_default();
        (rate.rounded(RATE_PLACES).to_string(), value.to_string())
    };
    let rows = paid.iter().map(|deposit| {
        let (rate, paid_value) = value_of(deposit);
        InvoicePaid {
            record_id: &deposit.record_id,
            coin_id: deposit.network.coin.id,
            coin_symbol: deposit.network.coin.symbol,
            chain: deposit.network.chain.name(),
            from_address: &deposit.from,
            to_address: &deposit.to,
            to_memo: &deposit.memo,
            paid_amount: deposit.amount.to_string(),
            service_fee: deposit.service_fee.to_string(),
            txid: &deposit.txid,
            status: deposit.status.as_str(),
            is_flagged_as_risky: deposit.risky,
            arrived_at: deposit.at_ms / 1_000,
            rate,
            paid_value,
        }
    });
    let (fiat, coin) = match unit {
        Unit::Fiat(fiat) => (Some(fiat.id), None),
        Unit::Coin(coin) => (None, Some(coin.id)),
    };
    answer::data(&InvoiceInfo {
        order_id: id,
        create_at: invoice.created_ms / 1_000,
        product: &invoice.product,
        price: invoice.price.to_string(),
        price_fiat_id: fiat,
        price_coin_id: coin,
        price_symbol: unit.symbol(),
        invoice_url: &invoice.page_url,
        buyer_email: &invoice.buyer_email,
        expired_at: invoice.expires_ms / 1_000,
        total_paid_value: invoice.paid.to_string(),
        paid_list: rows.collect(),
    })
}
