//! What becomes of C-Pay's orders: they are paid, put off, closed, completed or rejected.

mod payins;
mod payouts;

pub(crate) use payins::{expire, pay, process, to_pay};
pub(crate) use payouts::{complete, reject, settle_due};

use std::sync::MutexGuard;

use super::webhook;
use crate::actions::{ActionError, find, settled};
use crate::amount;
use crate::app::App;
use crate::decimal::{Decimal, PLACES};
use crate::store::{Gateway, Order, OrderStatus, Tables};

/// An amount of the ledger's own orders as a number.
fn value(text: &str) -> Result<Decimal, ActionError> {
    amount::decimal(text, PLACES).map_err(|bad| ActionError::Invalid(format!("The amount {bad}.")))
}

/// Gives an order on a chain its transaction hash.
pub(crate) fn note_transaction(app: &App, order: &mut Order) {
    if order.hash.is_empty() && order.kind.is_on_chain() {
        order.hash = app.ids.hex(64);
    }
}

/// Gives the order its final status and queues the webhook that tells it.
pub(crate) fn settle(
    app: &App,
    mut tables: MutexGuard<'_, Tables>,
    id: &str,
    status: OrderStatus,
) -> Result<Order, ActionError> {
    let now_ms = app.clock.now_ms();
    let order = find(&mut tables, id)?;
    order.status = status;
    order.settled_ms = Some(now_ms);
    order.due_ms = None;
    let order = order.clone();
    if let Some(message) = webhook::compose(&app.cpay, &order) {
        let tries = crate::webhook::tries(app, Gateway::Cpay);
        tables.deliveries.add(message, tries, now_ms);
    }
    drop(tables);
    app.wake.notify_one();
    Ok(order)
}
