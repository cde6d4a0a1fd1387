//! What becomes of CCPayment's orders: they are paid, expire, are completed, rejected or refunded.

mod choice;
mod makers;
mod payins;
mod payouts;
mod steps;

pub(crate) use choice::choose;
pub(super) use choice::offers;
pub use makers::{CcpaymentDeposit, CcpaymentInvoice};
pub(crate) use makers::{deposit, invoice};
pub(crate) use payins::pay;
pub(super) use payins::show;
pub(super) use payouts::freeze;
pub(crate) use payouts::{complete, refund, reject};

use crate::actions::{ActionError, find};
use crate::app::App;
use crate::decimal::{Decimal, PLACES};
use crate::store::{Gateway, Order, OrderKind};

/// An amount somebody pays.
fn to_pay(text: &str) -> Result<Decimal, ActionError> {
    crate::amount::Amount::parse_with(text, PLACES)
        .map(|amount| amount.value())
        .map_err(|bad| ActionError::Invalid(format!("the amount {bad}")))
}

fn is_payout(app: &App, id: &str) -> Result<bool, ActionError> {
    let mut tables = app.store.lock();
    find(&mut tables, id).map(|order| order.kind.is_payout())
}

/// What a row says whose details are gone; the two are made and forgotten together.
fn lost(order: &Order) -> ActionError {
    ActionError::NotFound(format!("Order {} is gone.", order.order_id))
}

/// One step ahead without an end: a payment is seen (`pending`), then confirmed by some blocks (`processing`); a
/// withdrawal or refund is under way.
pub(crate) fn process(app: &App, id: &str) -> Result<Order, ActionError> {
    if is_payout(app, id)? {
        payouts::process(app, id)
    } else {
        steps::process(app, id)
    }
}

/// The order's time ends now. A withdrawal or refund is rejected.
pub(crate) fn expire(app: &App, id: &str) -> Result<Order, ActionError> {
    if is_payout(app, id)? {
        payouts::reject(app, id)
    } else {
        steps::expire(app, id)
    }
}

/// Does what the clock says is due: orders expire, withdrawals and refunds are completed.
pub(crate) fn settle_due(app: &App) {
    let now_ms = app.clock.now_ms();
    let due = app.store.lock().orders.due(Gateway::Ccpayment, now_ms);
    for id in due {
        let kind = app.store.lock().orders.find(&id).map(|order| order.kind);
        let done = match kind {
            Some(kind) if kind.is_payout() => complete(app, &id).is_ok(),
            Some(OrderKind::PayIn | OrderKind::Invoice) => steps::time_is_over(app, &id).is_ok(),
            _ => false,
        };
        // Somebody else may have settled it in between. What cannot be settled waits to be told: still due, it would be
        // tried again and again.
        if !done {
            app.store.lock().orders.no_longer_due(&id);
        }
    }
}
