//! `withdraw`: coins to an address of a chain, or to a Cwallet user without a fee.

use serde::Serialize;

use super::answer::{self, Class, Outcome, Refusal};
use super::coins::Token;
use super::order::{Order, Transfer};
use super::state::Ccpayment;
use super::verify::Verified;
use super::{cwallet, fees, limits, new_order, rates};
use crate::shared::amount;
use crate::shared::decimal::{Decimal, PLACES};

pub(super) const FIELDS: &[&str] = &[
    "merchant_order_id",
    "address",
    "token_id",
    "value",
    "memo",
    "merchant_pays_fee",
];

/// The fields of the page and of its change record.
#[derive(Serialize)]
struct Created<'a> {
    order_id: &'a str,
    network_fee: String,
    record_id: &'a str,
    net_receivable: String,
    network_coin_id: &'a str,
    network_fee_crypto: &'a str,
    network_fee_value: &'a str,
}

pub(super) fn run(ccpayment: &Ccpayment, fields: &Verified) -> Outcome {
    let merchant_ref = fields.merchant_order_id()?;
    let token = fields.token()?;
    let to = fields.required("address", limits::ADDRESS)?;
    let internal = is_internal(token, to)?;
    if !internal && !token.pays_out() {
        return Err(Refusal::new(
            Class::Token,
            format!(
                "{} on {} is in maintenance: its status in coin/all is 2",
                token.coin.symbol, token.network
            ),
        ));
    }
    let value = value(fields, token)?;
    let memo = fields.memo()?;
    let merchant_pays_fee = fields.switch("merchant_pays_fee")?;
    let now_ms = ccpayment.context.clock.now_ms();
    let costs = fees::of(token, value, merchant_pays_fee, internal, now_ms).ok_or_else(|| {
        Refusal::field(
            "value",
            "is not more than the network fee the receiver pays",
        )
    })?;

    let mut state = ccpayment.state();
    let one_use = token.coin.symbol == "SATS" && !internal;
    if one_use && state.used_invoices.contains(to) {
        return Err(Refusal::field(
            "address",
            "is an invoice of an earlier withdrawal; each takes one payment",
        ));
    }
    let order_id = new_order::order_id(ccpayment, &state, now_ms);
    let transfer = Transfer {
        record_id: new_order::id(ccpayment, now_ms),
        token,
        to: to.to_owned(),
        memo,
        debit: costs.debit,
        value,
        net: costs.net,
        fee: costs.fee,
        merchant_pays_fee,
        internal,
        token_rate: rates::usd(token.coin, now_ms),
        txid: String::new(),
        refund_of: None,
    };
    let data = answer::data(&Created {
        order_id: &order_id,
        network_fee: transfer.fee.amount.to_string(),
        record_id: &transfer.record_id,
        net_receivable: transfer.net.to_string(),
        network_coin_id: transfer.fee.coin.id,
        network_fee_crypto: transfer.fee.coin.symbol,
        network_fee_value: &transfer.fee.value,
    })?;
    state.orders.room_for(merchant_ref)?;
    let order = ccpayment.new_transfer(&mut state, order_id, transfer)?;
    if one_use {
        state.used_invoices.insert(to.to_owned(), ());
    }
    let order = Order {
        merchant_ref: merchant_ref.to_owned(),
        ..order
    };
    state.orders.add(order, ccpayment.context.next_order())?;
    ccpayment.context.wake.notify_one();
    Ok(data)
}

/// Whether an address is a Cwallet user's. An address of neither kind is refused (assumed: immediately).
pub(super) fn is_internal(token: &Token, to: &str) -> Result<bool, Refusal> {
    if cwallet::has_form(to) {
        return match cwallet::by_id_or_email(to) {
            Some(_) => Ok(true),
            None => Err(Refusal::new(
                Class::User,
                "no Cwallet user of this sandbox has this id or e-mail address",
            )),
        };
    }
    if !token.chain.accepts(to) {
        return Err(Refusal::field(
            "address",
            format!(
                "is neither an address of {} nor a Cwallet id or e-mail address",
                token.chain.name()
            ),
        ));
    }
    Ok(false)
}

/// `value`, limited by the coin's least amount and decimals (assumed).
fn value(fields: &Verified, token: &Token) -> Result<Decimal, Refusal> {
    let value = fields.amount("value", token.coin.precision)?.value();
    let least = amount::decimal(token.coin.min, PLACES).unwrap_or_default();
    if value < least {
        return Err(Refusal::field(
            "value",
            format!("is less than {} {}", token.coin.min, token.coin.symbol),
        ));
    }
    Ok(value)
}
