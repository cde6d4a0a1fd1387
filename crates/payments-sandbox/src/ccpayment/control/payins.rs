//! Money that comes in for orders and invoices: too little, too much, late, in several payments.

use std::cmp::Ordering;
use std::sync::MutexGuard;

use super::super::checkout::{
    Checkout, MOST_PAYMENTS, Payment, SERVICE_FEE, Seen, State, WATCHED_MS,
};
use super::super::coins::Token;
use super::super::new_order;
use super::super::notice::{self, PayStatus, Told};
use super::choice::choose_usual;
use super::{ActionError, find, lost, payouts, to_pay};
use crate::actions::settled;
use crate::app::App;
use crate::decimal::Decimal;
use crate::store::{Account, Funds, Move, Order, OrderKind, OrderStatus, Tables};

/// Brings an order's row up to its details.
pub(in super::super) fn show(order: &mut Order, checkout: &Checkout, now_ms: u64) {
    let (paid, credit) = checkout.sums();
    match &checkout.quote {
        Some(quote) => {
            quote.token.coin.symbol.clone_into(&mut order.currency);
            quote.token.network.clone_into(&mut order.network);
            order.address.clone_from(&quote.place.address);
            order.amount = quote.order_amount.to_string();
        }
        None => {
            checkout.priced.as_str().clone_into(&mut order.currency);
            order.amount.clone_from(&checkout.product_price);
        }
    }
    order.actual_amount = paid.to_string();
    order.received_amount = credit.to_string();
    order.fee = paid.minus(credit).unwrap_or_default().to_string();
    let last = checkout.payments.last().map(|payment| &payment.txid);
    if let Some(txid) = last.or(checkout.seen.as_ref().map(|seen| &seen.txid)) {
        order.hash.clone_from(txid);
    }
    let state = checkout.state(now_ms);
    state.label().clone_into(&mut order.gateway_state);
    order.funds = if paid.is_positive() {
        match paid.cmp(&checkout.asked().unwrap_or_default()) {
            Ordering::Less => Funds::Under,
            Ordering::Equal => Funds::Exact,
            Ordering::Greater => Funds::Over,
        }
    } else {
        Funds::None
    };
    order.status = match state {
        State::Awaiting | State::Under if checkout.seen.is_some() => OrderStatus::Processing,
        State::Awaiting | State::Under => OrderStatus::Pending,
        State::Expired | State::UnderOverdue => OrderStatus::Closed,
        State::Paid | State::PaidOverdue | State::Over | State::OverOverdue => {
            OrderStatus::Completed
        }
    };
    let ended = order.status.is_final();
    order.settled_ms = ended.then(|| order.settled_ms.unwrap_or(now_ms));
    order.due_ms = (!ended).then_some(checkout.expires_ms);
}

/// An order or invoice that takes payments, with the tables still locked.
pub(super) fn open<'a>(
    app: &'a App,
    id: &str,
) -> Result<(MutexGuard<'a, Tables>, Order), ActionError> {
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?.clone();
    if !matches!(order.kind, OrderKind::PayIn | OrderKind::Invoice) {
        return Err(settled(&order, "paid"));
    }
    Ok((tables, order))
}

pub(super) fn checkout_of<'a>(
    tables: &'a mut Tables,
    order: &Order,
) -> Result<&'a mut Checkout, ActionError> {
    let checkout = tables.ccpayment.checkouts.get_mut(&order.order_id);
    checkout.ok_or_else(|| lost(order))
}

/// Writes the row anew and gives it.
pub(super) fn shown(tables: &mut Tables, order: &Order, now_ms: u64) -> Result<Order, ActionError> {
    let (orders, book) = (&mut tables.orders, &tables.ccpayment);
    let row = orders
        .find_mut(&order.order_id)
        .ok_or_else(|| lost(order))?;
    let checkout = book.checkouts.get(&order.order_id);
    show(row, checkout.ok_or_else(|| lost(order))?, now_ms);
    Ok(row.clone())
}

pub(super) fn too_much() -> ActionError {
    ActionError::Invalid("That is more than the sandbox can count.".to_owned())
}

/// One payment of `amount`, or of what is still due. A hosted order whose payer chose no coin is paid with USDT on TRC20.
/// A withdrawal or refund is completed.
pub(crate) fn pay(app: &App, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
    super::settle_due(app);
    let amount = amount.map(to_pay).transpose()?;
    if super::is_payout(app, id)? {
        if amount.is_some() {
            return Err(ActionError::Invalid(
                "A withdrawal or refund is completed as it is: leave the amount out.".to_owned(),
            ));
        }
        return payouts::complete(app, id);
    }
    let (mut tables, order) = open(app, id)?;
    let now_ms = app.clock.now_ms();
    payable(&mut tables, &order, now_ms)?;
    choose_usual(app, &mut tables, &order)?;
    let checkout = checkout_of(&mut tables, &order)?;
    let amount = match amount {
        Some(amount) => amount,
        None => next_payment(checkout).ok_or_else(|| {
            ActionError::Conflict(format!(
                "Order {} is paid in full: say an amount to pay too much.",
                order.order_id
            ))
        })?,
    };
    // A payment that was seen becomes final when it is of this amount.
    let seen = checkout.seen.clone().filter(|seen| seen.amount == amount);
    let was_seen = seen.is_some();
    let (payment, token) = new_payment(app, checkout, seen, amount)?;
    let currency = token.coin.symbol;
    let entry = |to, amount| Move {
        currency,
        from: Account::Outside,
        to,
        amount,
    };
    tables.ccpayment.ledger.post(&[
        entry(Account::Available, payment.credit),
        entry(Account::Fees, payment.service_fee),
    ])?;
    let checkout = checkout_of(&mut tables, &order)?;
    checkout.seen.take_if(|_| was_seen);
    checkout.payments.push(payment.clone());
    let order = shown(&mut tables, &order, now_ms)?;
    let told = Told {
        pay_status: PayStatus::Success,
        record_id: &payment.record_id,
        txid: &payment.txid,
        paid: payment.amount.to_string(),
        fee: payment.service_fee.to_string(),
        credit: payment.credit.to_string(),
    };
    notice::payment(app, &mut tables, &order, &told);
    drop(tables);
    app.wake.notify_one();
    Ok(order)
}

/// Whether a payment can still come.
pub(super) fn payable(tables: &mut Tables, order: &Order, now_ms: u64) -> Result<(), ActionError> {
    let checkout = checkout_of(tables, order)?;
    let refuse = |why: &str| {
        let id = &order.order_id;
        Err(ActionError::Conflict(format!("Order {id} {why}.")))
    };
    if now_ms >= checkout.expires_ms.saturating_add(WATCHED_MS) {
        return refuse("expired more than 7 days ago: nobody watches its address any more");
    }
    if checkout.over_time(now_ms) && checkout.quote.is_none() {
        return refuse("expired before a coin was chosen: there is no address to pay to");
    }
    if checkout.over_time(now_ms) && checkout.invoice.is_some() {
        return refuse("is an invoice that has failed, and cannot be paid");
    }
    if checkout.payments.len() >= MOST_PAYMENTS {
        return refuse("has as many payments as the sandbox keeps");
    }
    Ok(())
}

/// What is paid when nobody says how much: the payment that was seen, else what is still due.
fn next_payment(checkout: &Checkout) -> Option<Decimal> {
    match &checkout.seen {
        Some(seen) => Some(seen.amount),
        None => checkout.still_due(),
    }
}

/// A payment with its ids and its fee.
fn new_payment(
    app: &App,
    checkout: &Checkout,
    seen: Option<Seen>,
    amount: Decimal,
) -> Result<(Payment, &'static Token), ActionError> {
    let now_ms = app.clock.now_ms();
    let quote = checkout.quote.as_ref().ok_or_else(too_much)?;
    // The sum of all payments must stay countable as well.
    checkout.sums().0.plus(amount).ok_or_else(too_much)?;
    let (service_fee, credit) = fee_of(amount).ok_or_else(too_much)?;
    let (record_id, txid) = match seen {
        Some(seen) => (seen.record_id, seen.txid),
        None => (new_order::id(app, now_ms), app.ids.hex(64)),
    };
    let from = quote
        .token
        .chain
        .place(&app.cpay.address_salt, &["payer", &record_id])
        .address;
    let payment = Payment {
        record_id,
        txid,
        from,
        amount,
        service_fee,
        credit,
        at_ms: now_ms,
        late: checkout.over_time(now_ms),
    };
    Ok((payment, quote.token))
}

/// The service fee of an amount, and what is left of it.
pub(super) fn fee_of(amount: Decimal) -> Option<(Decimal, Decimal)> {
    let fee = amount.times_up(SERVICE_FEE)?;
    Some((fee, amount.minus(fee)?))
}
