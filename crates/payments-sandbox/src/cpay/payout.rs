//! What both kinds of payouts do with the merchant's money when they are made.

use super::answer::Refusal;
use crate::app::App;
use crate::decimal::Decimal;
use crate::store::{Account, Ledger, Move, MoveRefused, Order, OrderStatus, Tables};

/// What leaves the balance, and what of it goes where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    pub(super) total: Decimal,
    pub(super) net: Decimal,
    pub(super) fee: Decimal,
}

/// Takes a payout in: its money is frozen, and it is under way.
pub(super) fn begin(tables: &mut Tables, order: Order, sums: Sums) -> Result<(), Refusal> {
    freeze(&mut tables.ledger, &order.currency, sums)?;
    tables.orders.add(order)?;
    Ok(())
}

/// Marks a payout as being under way; it completes by itself when the sandbox was told so.
pub(super) fn under_way(app: &App, order: &mut Order) {
    order.status = OrderStatus::Processing;
    order.due_ms = app
        .cpay
        .payout_delay_ms
        .map(|delay| order.created_ms.saturating_add(delay));
}

fn freeze(ledger: &mut Ledger, currency: &str, sums: Sums) -> Result<(), MoveRefused> {
    let entry = |from, to, amount| Move {
        currency,
        from,
        to,
        amount,
    };
    let freeze = entry(Account::Available, Account::Frozen, sums.total);
    // Played through first: a payout that could not be completed is refused now rather than then.
    ledger.clone().post(&[
        freeze,
        entry(Account::Frozen, Account::Outside, sums.net),
        entry(Account::Frozen, Account::Fees, sums.fee),
    ])?;
    ledger.post(&[freeze])
}
