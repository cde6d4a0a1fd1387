//! Money that goes out: payouts that are completed or rejected, by somebody or by the clock.

use std::sync::MutexGuard;

use super::{ActionError, find, note_transaction, settle, settled, value};
use crate::app::App;
use crate::store::{Account, Gateway, Move, Order, OrderStatus, Tables};

/// The payout was made: what was frozen leaves, to the user and as the fee.
pub(crate) fn complete(app: &App, id: &str) -> Result<Order, ActionError> {
    let (mut tables, order) = open(app, id, "completed")?;
    let entry = |to, amount| Move {
        currency: &order.currency,
        from: Account::Frozen,
        to,
        amount,
    };
    tables.ledger.post(&[
        entry(Account::Outside, value(&order.net_amount)?),
        entry(Account::Fees, value(&order.fee)?),
    ])?;
    let row = find(&mut tables, id)?;
    row.actual_amount.clone_from(&order.amount);
    row.received_amount = order.net_amount;
    note_transaction(app, row);
    settle(app, tables, id, OrderStatus::Completed)
}

/// The payout was not made: what was frozen is the merchant's again, the fee too (assumed).
pub(crate) fn reject(app: &App, id: &str) -> Result<Order, ActionError> {
    let (mut tables, order) = open(app, id, "rejected")?;
    tables.ledger.post(&[Move {
        currency: &order.currency,
        from: Account::Frozen,
        to: Account::Available,
        amount: value(&order.amount)?,
    }])?;
    "0".clone_into(&mut find(&mut tables, id)?.fee);
    settle(app, tables, id, OrderStatus::Closed)
}

/// Completes every payout whose time has come.
pub(crate) fn settle_due(app: &App) {
    let due = app
        .store
        .lock()
        .orders
        .due(Gateway::Cpay, app.clock.now_ms());
    for id in due {
        // Somebody else may have settled it in between. One that cannot be completed waits to be told: still due, it
        // would be tried again and again.
        if complete(app, &id).is_err() {
            app.store.lock().orders.no_longer_due(&id);
        }
    }
}

/// An open payout, with the tables still locked.
fn open<'a>(
    app: &'a App,
    id: &str,
    wish: &str,
) -> Result<(MutexGuard<'a, Tables>, Order), ActionError> {
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if !order.kind.is_payout() {
        return Err(ActionError::Conflict(format!(
            "Order {} is no payout and cannot be {wish}; it is paid or expires.",
            order.order_id
        )));
    }
    if order.status != OrderStatus::Processing {
        return Err(settled(order, wish));
    }
    let order = order.clone();
    Ok((tables, order))
}
