//! What can be done to a sandbox from outside the gateways' own APIs: by the admin API, the pages and [`Sandbox`](crate::Sandbox).

use std::cmp::Ordering;
use std::time::Duration;

use crate::amount::Amount;
use crate::app::App;
use crate::cpay;
use crate::store::{Delivery, DeliveryState, Funds, Gateway, Order, OrderStatus, Tables, shorten};
use crate::webhook;

/// Why the sandbox did not do what it was asked to do. Each is one clear sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActionError {
    /// There is no such order or delivery.
    #[error("{0}")]
    NotFound(String),
    /// It exists, but its state does not allow that.
    #[error("{0}")]
    Conflict(String),
    /// A value of the request cannot be used.
    #[error("{0}")]
    Invalid(String),
}

/// The payer pays `amount`, or exactly what the order asks for. Completes the order whatever the amount (assumed:
/// no document says what C-Pay does with too little or too much), so `actualAmount` is what a merchant must check.
pub(crate) fn pay(app: &App, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
    let paid = amount
        .map(|text| {
            Amount::parse(text)
                .map_err(|bad| ActionError::Invalid(format!("the amount to pay {bad}")))
        })
        .transpose()?;
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if order.status.is_final() {
        return Err(settled(order, "paid"));
    }
    match paid {
        None => {
            order.actual_amount.clone_from(&order.amount);
            order.funds = Funds::Exact;
        }
        Some(paid) => {
            // The ledger's amounts were parsed when the order was made.
            let asked = Amount::parse(&order.amount);
            order.funds = match asked.map(|asked| paid.against(&asked)) {
                Ok(Ordering::Less) => Funds::Under,
                Ok(Ordering::Greater) => Funds::Over,
                _ => Funds::Exact,
            };
            paid.text().clone_into(&mut order.actual_amount);
        }
    }
    order.received_amount.clone_from(&order.actual_amount);
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

/// Nobody paid in time: a pending order is closed.
pub(crate) fn expire(app: &App, id: &str) -> Result<Order, ActionError> {
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if order.status != OrderStatus::Pending {
        return Err(settled(order, "expired"));
    }
    settle(app, tables, id, OrderStatus::Closed)
}

/// Sends a webhook again, at once and with all its tries.
pub(crate) fn resend(app: &App, delivery_id: u64) -> Result<Delivery, ActionError> {
    let mut tables = app.store.lock();
    let none = || ActionError::NotFound(format!("No delivery has the number {delivery_id}."));
    let row = tables.deliveries.get(delivery_id).ok_or_else(none)?;
    if row.state == DeliveryState::Sending {
        return Err(ActionError::Conflict(format!(
            "Delivery {delivery_id} is being sent right now."
        )));
    }
    let row = tables
        .deliveries
        .again(delivery_id, webhook::TRIES, app.clock.now_ms())
        .cloned()
        .ok_or_else(none)?;
    drop(tables);
    app.wake.notify_one();
    Ok(row)
}

/// Forgets orders, records and deliveries. Clock, credentials and settings stay.
pub(crate) fn reset(app: &App) {
    app.store.lock().clear();
    app.wake.notify_one();
    app.sent.send_modify(|count| *count = count.wrapping_add(1));
}

/// Moves the clock ahead and gives the new time.
pub(crate) fn advance(app: &App, by_ms: u64) -> u64 {
    app.clock.advance(Duration::from_millis(by_ms));
    app.clock.now_ms()
}

fn find<'a>(tables: &'a mut Tables, id: &str) -> Result<&'a mut Order, ActionError> {
    tables.orders.find_mut(id).ok_or_else(|| {
        ActionError::NotFound(format!(
            "No order has the id or the merchant's number `{}`.",
            shorten(id, 64)
        ))
    })
}

fn settled(order: &Order, wish: &str) -> ActionError {
    ActionError::Conflict(format!(
        "Order {} is {} and cannot be {wish}.",
        order.order_id,
        order.status.as_str()
    ))
}

fn note_transaction(app: &App, order: &mut Order) {
    if order.hash.is_empty() {
        order.hash = app.ids.hex(64);
    }
}

/// Gives the order its final status and queues the webhook that tells it.
fn settle(
    app: &App,
    mut tables: std::sync::MutexGuard<'_, Tables>,
    id: &str,
    status: OrderStatus,
) -> Result<Order, ActionError> {
    let now_ms = app.clock.now_ms();
    let order = find(&mut tables, id)?;
    order.status = status;
    order.settled_ms = Some(now_ms);
    let order = order.clone();
    let message = match order.gateway {
        Gateway::Cpay => cpay::webhook::compose(&app.cpay, &order),
    };
    if let Some(message) = message {
        tables.deliveries.add(message, webhook::TRIES, now_ms);
    }
    drop(tables);
    app.wake.notify_one();
    Ok(order)
}
