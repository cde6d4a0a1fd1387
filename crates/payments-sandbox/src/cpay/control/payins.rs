//! Money that comes in: orders that are paid, put off or closed.

use std::cmp::Ordering;

use super::payouts;
use super::{ActionError, find, note_transaction, settle, settled, value};
use crate::amount::Amount;
use crate::app::App;
use crate::store::{Account, Funds, Move, Order, OrderKind, OrderStatus};

/// The payer pays `amount`, or exactly what the order asks for. Completes the order whatever the amount (assumed:
/// no document says what C-Pay does with too little or too much), so `actualAmount` is what a merchant must check.
/// A payout is completed.
pub(crate) fn pay(app: &App, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
    let paid = amount.map(to_pay).transpose()?;
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if order.kind.is_payout() {
        let paid = paid.is_some();
        drop(tables);
        if paid {
            return Err(ActionError::Invalid(
                "A payout is completed as it is: leave the amount out.".to_owned(),
            ));
        }
        return payouts::complete(app, id);
    }
    if order.status.is_final() {
        return Err(settled(order, "paid"));
    }
    if paid.is_some() && order.kind != OrderKind::PayIn {
        return Err(ActionError::Invalid(
            "A card is charged with what the order asks for: leave the amount out.".to_owned(),
        ));
    }
    let asked = value(&order.amount)?;
    let arrived = paid.as_ref().map_or(asked, Amount::value);
    let text = paid.map_or_else(|| order.amount.clone(), |paid| paid.text().to_owned());
    let currency = order.currency.clone();
    tables.ledger.post(&[Move {
        currency: &currency,
        from: Account::Outside,
        to: Account::Available,
        amount: arrived,
    }])?;
    let order = find(&mut tables, id)?;
    order.funds = match arrived.cmp(&asked) {
        Ordering::Less => Funds::Under,
        Ordering::Equal => Funds::Exact,
        Ordering::Greater => Funds::Over,
    };
    order.received_amount.clone_from(&text);
    order.actual_amount = text;
    note_transaction(app, order);
    settle(app, tables, id, OrderStatus::Completed)
}

/// The payment was seen on the chain but is not final: `PROCESSING`. No webhook (C-Pay sends them for final states).
pub(crate) fn process(app: &App, id: &str) -> Result<Order, ActionError> {
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if order.status != OrderStatus::Pending {
        return Err(settled(order, "put into processing"));
    }
    order.status = OrderStatus::Processing;
    note_transaction(app, order);
    Ok(order.clone())
}

/// Nobody paid in time: a pending order is closed. A payout is rejected.
pub(crate) fn expire(app: &App, id: &str) -> Result<Order, ActionError> {
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if order.kind.is_payout() {
        drop(tables);
        return payouts::reject(app, id);
    }
    if order.status != OrderStatus::Pending {
        return Err(settled(order, "expired"));
    }
    settle(app, tables, id, OrderStatus::Closed)
}

/// An amount somebody pays.
pub(crate) fn to_pay(text: &str) -> Result<Amount, ActionError> {
    Amount::parse(text).map_err(|bad| ActionError::Invalid(format!("the amount to pay {bad}")))
}
