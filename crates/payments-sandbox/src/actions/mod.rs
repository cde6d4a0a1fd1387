//! What can be done to a sandbox from outside the gateways' own APIs: by the admin API, the pages and [`Sandbox`](crate::Sandbox).

mod payins;
mod payouts;

pub(crate) use payins::{expire, pay, process, to_pay};
pub(crate) use payouts::{complete, reject, settle_due};

use std::sync::MutexGuard;
use std::time::Duration;

use axum::http::StatusCode;

use crate::amount;
use crate::app::App;
use crate::cpay;
use crate::decimal::{Decimal, PLACES};
use crate::store::{
    Balance, Delivery, DeliveryState, Gateway, MoveRefused, Order, OrderStatus, Tables, shorten,
};
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

impl ActionError {
    /// How HTTP says it.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
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

/// What the merchant has.
pub(crate) fn balances(app: &App) -> Vec<Balance> {
    settle_due(app);
    app.store.lock().ledger.balances().collect()
}

/// Forgets orders, users, records and deliveries; balances are those of the start. Clock, credentials and settings stay.
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

/// An amount of the ledger's own orders as a number.
fn value(text: &str) -> Result<Decimal, ActionError> {
    amount::decimal(text, PLACES).map_err(|bad| ActionError::Invalid(format!("The amount {bad}.")))
}

impl From<MoveRefused> for ActionError {
    fn from(refused: MoveRefused) -> Self {
        Self::Invalid(format!("The balance cannot be changed: {refused}."))
    }
}

/// What an order is told that has ended, or that is not where it would have to be for a wish.
pub(crate) fn settled(order: &Order, wish: &str) -> ActionError {
    ActionError::Conflict(format!(
        "Order {} is {} and cannot be {wish}.",
        order.order_id,
        order.status.as_str()
    ))
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
