//! What happens to an order besides its payments: one is seen, its time is over.

use super::super::checkout::Seen;
use super::super::new_order;
use super::super::notice::{self, PayStatus, Told};
use super::ActionError;
use super::choice::choose_usual;
use super::payins::{checkout_of, fee_of, open, payable, shown};
use crate::actions::settled;
use crate::app::App;
use crate::store::{Order, OrderKind, OrderStatus};

/// A payment of what is due is seen; seen again, it is being confirmed.
pub(super) fn process(app: &App, id: &str) -> Result<Order, ActionError> {
    super::settle_due(app);
    let (mut tables, order) = open(app, id)?;
    let now_ms = app.clock.now_ms();
    payable(&mut tables, &order, now_ms)?;
    choose_usual(app, &mut tables, &order)?;
    let checkout = checkout_of(&mut tables, &order)?;
    let seen = match &mut checkout.seen {
        Some(seen) if seen.processing => {
            return Err(ActionError::Conflict(format!(
                "Order {} has a payment that is being confirmed: pay it.",
                order.order_id
            )));
        }
        Some(seen) => {
            seen.processing = true;
            seen.clone()
        }
        None => {
            let amount = checkout
                .still_due()
                .ok_or_else(|| settled(&order, "put into processing: it is paid in full"))?;
            let seen = Seen {
                record_id: new_order::id(app, now_ms),
                txid: app.ids.hex(64),
                amount,
                processing: false,
            };
            checkout.seen.insert(seen).clone()
        }
    };
    let order = shown(&mut tables, &order, now_ms)?;
    let (fee, credit) = fee_of(seen.amount).unwrap_or_default();
    let told = Told {
        pay_status: if seen.processing {
            PayStatus::Processing
        } else {
            PayStatus::Pending
        },
        record_id: &seen.record_id,
        txid: &seen.txid,
        paid: seen.amount.to_string(),
        fee: fee.to_string(),
        credit: credit.to_string(),
    };
    notice::payment(app, &mut tables, &order, &told);
    drop(tables);
    app.wake.notify_one();
    Ok(order)
}

/// The order's time ends now, if it is not paid in full.
pub(super) fn expire(app: &App, id: &str) -> Result<Order, ActionError> {
    super::settle_due(app);
    let (mut tables, order) = open(app, id)?;
    if order.status.is_final() {
        return Err(settled(&order, "expired"));
    }
    let now_ms = app.clock.now_ms();
    checkout_of(&mut tables, &order)?.expires_ms = now_ms;
    drop(tables);
    time_is_over(app, &order.order_id)
}

/// Closes an order whose time is over. No webhook tells of it, but an invoice that failed is told (assumed: only the
/// invoice's page lists `failed`).
pub(super) fn time_is_over(app: &App, id: &str) -> Result<Order, ActionError> {
    let (mut tables, order) = open(app, id)?;
    let now_ms = app.clock.now_ms();
    let was_open = !order.status.is_final();
    let order = shown(&mut tables, &order, now_ms)?;
    let failed = order.kind == OrderKind::Invoice && order.status == OrderStatus::Closed;
    if was_open && failed {
        let told = Told {
            pay_status: PayStatus::Failed,
            record_id: &new_order::id(app, now_ms),
            txid: "",
            paid: String::new(),
            fee: String::new(),
            credit: String::new(),
        };
        notice::payment(app, &mut tables, &order, &told);
        drop(tables);
        app.wake.notify_one();
    }
    Ok(order)
}
