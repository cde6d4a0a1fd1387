//! What becomes of ChainUp OPay's orders: they are paid, they fail, they are closed.

use std::sync::MutexGuard;

use super::webhook;
use super::{coins, payers};
use crate::actions::{ActionError, find, settled};
use crate::amount;
use crate::app::App;
use crate::store::{Funds, Gateway, MoveRefused, Order, OrderStatus, Tables};

/// The payer pays what the order asks for. The payment of one of the test payers fails.
pub(crate) fn pay(app: &App, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
    if amount.is_some() {
        return Err(ActionError::Invalid(
            "A payment at ChainUp OPay is always of the order's amount: leave the amount out."
                .to_owned(),
        ));
    }
    let (mut tables, order) = pending(app, id, "paid")?;
    // Orders are made with a known coin and a known payer only.
    let gone = || ActionError::Conflict("The order's payer or coin is gone.".to_owned());
    let coin = coins::find(&order.currency).ok_or_else(gone)?;
    let payer = payers::by_user_id(&order.user_id).ok_or_else(gone)?;
    if payer.fails {
        return settle(app, tables, &order.order_id, OrderStatus::Failed);
    }
    let asked = amount::decimal(&order.amount, coin.decimals)
        .map_err(|bad| ActionError::Invalid(format!("The amount {bad}.")))?;
    tables
        .chainup_opay
        .pay(payer, coin, asked)
        .map_err(|refused| match refused {
            MoveRefused::Insufficient { .. } => {
                ActionError::Conflict(format!("The payer's balance is too low: {refused}."))
            }
            other => other.into(),
        })?;
    let row = find(&mut tables, &order.order_id)?;
    row.funds = Funds::Exact;
    row.actual_amount.clone_from(&order.amount);
    row.received_amount.clone_from(&order.amount);
    settle(app, tables, &order.order_id, OrderStatus::Completed)
}

/// The payment fails: state 2, and final (assumed).
pub(crate) fn fail(app: &App, id: &str) -> Result<Order, ActionError> {
    let (tables, order) = pending(app, id, "failed")?;
    settle(app, tables, &order.order_id, OrderStatus::Failed)
}

/// Nobody paid in time, or the payer closed the order: state 0.
pub(crate) fn expire(app: &App, id: &str) -> Result<Order, ActionError> {
    let (tables, order) = pending(app, id, "closed")?;
    settle(app, tables, &order.order_id, OrderStatus::Closed)
}

/// A pending order, with the tables still locked.
fn pending<'a>(
    app: &'a App,
    id: &str,
    wish: &str,
) -> Result<(MutexGuard<'a, Tables>, Order), ActionError> {
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if order.status != OrderStatus::Pending {
        return Err(settled(order, wish));
    }
    let order = order.clone();
    Ok((tables, order))
}

/// Gives the order its final status and queues the callback that tells it: for every end (assumed: the documents
/// promise one for payments).
pub(super) fn settle(
    app: &App,
    mut tables: MutexGuard<'_, Tables>,
    order_num: &str,
    status: OrderStatus,
) -> Result<Order, ActionError> {
    let now_ms = app.clock.now_ms();
    let order = find(&mut tables, order_num)?;
    order.status = status;
    order.settled_ms = Some(now_ms);
    let order = order.clone();
    if let Some(message) = webhook::compose(&order) {
        let tries = crate::webhook::tries(app, Gateway::ChainupOpay);
        tables.deliveries.add(message, tries, now_ms);
    }
    drop(tables);
    app.wake.notify_one();
    Ok(order)
}
