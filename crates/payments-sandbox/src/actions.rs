//! What can be done to a sandbox from outside the gateways' own APIs: by the admin API, the pages and [`Sandbox`](crate::Sandbox).
//!
//! Each gateway's room knows what an action means to its orders; this is where the right room is found.

use std::time::Duration;

use axum::http::StatusCode;

use crate::app::App;
use crate::store::{
    Balance, Delivery, DeliveryState, Gateway, MoveRefused, Order, Tables, shorten,
};
use crate::{ccpayment, chainup_opay, cpay, webhook};

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

/// The payer pays `amount`, or exactly what the order asks for.
pub(crate) fn pay(app: &App, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
    match gateway_of(app, id)? {
        Gateway::Cpay => cpay::control::pay(app, id, amount),
        Gateway::ChainupOpay => chainup_opay::control::pay(app, id, amount),
        Gateway::Ccpayment => ccpayment::control::pay(app, id, amount),
    }
}

/// A payment was seen and is not final.
pub(crate) fn process(app: &App, id: &str) -> Result<Order, ActionError> {
    match gateway_of(app, id)? {
        Gateway::Cpay => cpay::control::process(app, id),
        Gateway::ChainupOpay => Err(unknown_to(
            Gateway::ChainupOpay,
            "a payment that is seen and not final",
        )),
        Gateway::Ccpayment => ccpayment::control::process(app, id),
    }
}

/// Nobody paid in time.
pub(crate) fn expire(app: &App, id: &str) -> Result<Order, ActionError> {
    match gateway_of(app, id)? {
        Gateway::Cpay => cpay::control::expire(app, id),
        Gateway::ChainupOpay => chainup_opay::control::expire(app, id),
        Gateway::Ccpayment => ccpayment::control::expire(app, id),
    }
}

/// The payment failed at the gateway.
pub(crate) fn fail(app: &App, id: &str) -> Result<Order, ActionError> {
    match gateway_of(app, id)? {
        Gateway::ChainupOpay => chainup_opay::control::fail(app, id),
        gateway @ (Gateway::Cpay | Gateway::Ccpayment) => {
            Err(unknown_to(gateway, "a failed payment"))
        }
    }
}

/// A payout was made.
pub(crate) fn complete(app: &App, id: &str) -> Result<Order, ActionError> {
    match gateway_of(app, id)? {
        Gateway::Cpay => cpay::control::complete(app, id),
        Gateway::ChainupOpay => Err(unknown_to(Gateway::ChainupOpay, "payouts")),
        Gateway::Ccpayment => ccpayment::control::complete(app, id),
    }
}

/// A payout was not made.
pub(crate) fn reject(app: &App, id: &str) -> Result<Order, ActionError> {
    match gateway_of(app, id)? {
        Gateway::Cpay => cpay::control::reject(app, id),
        Gateway::ChainupOpay => Err(unknown_to(Gateway::ChainupOpay, "payouts")),
        Gateway::Ccpayment => ccpayment::control::reject(app, id),
    }
}

/// Money of a paid order goes back.
pub(crate) fn refund(app: &App, id: &str, amount: &str) -> Result<Order, ActionError> {
    match gateway_of(app, id)? {
        Gateway::Ccpayment => ccpayment::control::refund(app, id, amount),
        gateway @ (Gateway::Cpay | Gateway::ChainupOpay) => Err(unknown_to(gateway, "refunds")),
    }
}

/// Does what the clock says is due at every gateway: payouts that complete by themselves, orders whose time is over.
pub(crate) fn settle_due(app: &App) {
    cpay::control::settle_due(app);
    ccpayment::control::settle_due(app);
}

/// When the next thing happens by itself.
pub(crate) fn next_due(tables: &Tables) -> Option<u64> {
    tables.orders.next_due()
}

/// What the merchant has at a gateway.
pub(crate) fn balances(app: &App, gateway: Gateway) -> Vec<Balance> {
    settle_due(app);
    let tables = app.store.lock();
    match gateway {
        Gateway::Cpay => tables.ledger.balances().collect(),
        Gateway::ChainupOpay => tables.chainup_opay.balances(),
        Gateway::Ccpayment => tables.ccpayment.balances(),
    }
}

fn gateway_of(app: &App, id: &str) -> Result<Gateway, ActionError> {
    let mut tables = app.store.lock();
    find(&mut tables, id).map(|order| order.gateway)
}

fn unknown_to(gateway: Gateway, what: &str) -> ActionError {
    ActionError::Invalid(format!("{} does not know {what}.", gateway.name()))
}

/// The order with this gateway id, else the one with this merchant's number.
pub(crate) fn find<'a>(tables: &'a mut Tables, id: &str) -> Result<&'a mut Order, ActionError> {
    tables.orders.find_mut(id).ok_or_else(|| {
        ActionError::NotFound(format!(
            "No order has the id or the merchant's number `{}`.",
            shorten(id, 64)
        ))
    })
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
    let gateway = row.gateway;
    let row = tables
        .deliveries
        .again(
            delivery_id,
            webhook::tries(app, gateway),
            app.clock.now_ms(),
        )
        .cloned()
        .ok_or_else(none)?;
    drop(tables);
    app.wake.notify_one();
    Ok(row)
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
