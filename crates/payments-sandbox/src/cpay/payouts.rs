//! Outgoing money: payouts that are made, and completed or rejected by an action or by the clock.

use std::sync::MutexGuard;

use super::answer::Refusal;
use super::order::{Order, Status};
use super::state::{Cpay, State};
use crate::shared::action::ActionError;
use crate::shared::decimal::Decimal;
use crate::shared::ledger::{Account, Move};

/// An entry of the payout's money.
fn entry(order: &Order, from: Account, to: Account, amount: Decimal) -> Move<'_> {
    Move {
        currency: order.currency,
        from,
        to,
        amount,
    }
}

/// The entries that complete a payout: the frozen money goes to the user and to the fees.
fn completing(order: &Order) -> [Move<'_>; 2] {
    let net = order.net.as_ref().unwrap_or(&order.amount).value();
    [
        entry(order, Account::Frozen, Account::Outside, net),
        entry(order, Account::Frozen, Account::Fees, order.fee),
    ]
}

impl Cpay {
    /// The status of a payout and when it completes without an action.
    pub(super) fn start_payout(&self, order: &mut Order) {
        let delay_ms = self.account.settings.get().payout_delay_ms;
        order.status = Status::Processing;
        order.due_ms = delay_ms.map(|delay| order.created_ms.saturating_add(delay));
    }

    /// Freezes the money of a payout and stores it.
    pub(super) fn add_payout(&self, state: &mut State, order: Order) -> Result<(), Refusal> {
        let freeze = entry(
            &order,
            Account::Available,
            Account::Frozen,
            order.amount.value(),
        );
        let [to_user, to_fees] = completing(&order);
        // Refuses now what could not be completed later.
        state.ledger.clone().post(&[freeze, to_user, to_fees])?;
        state.ledger.post(&[freeze])?;
        self.announce(&order);
        state.orders.add(order, self.context.next_order())?;
        self.context.wake.notify_one();
        Ok(())
    }

    /// The payout was made: the frozen money leaves.
    pub(super) fn complete(&self, id: &str) -> Result<Order, ActionError> {
        let (mut state, payout) = self.open_payout(id, "completed")?;
        state.ledger.post(&completing(&payout))?;
        let order = state.orders.find_mut(id)?;
        payout.amount.text().clone_into(&mut order.actual_amount);
        let received = payout.net.as_ref().unwrap_or(&payout.amount);
        received.text().clone_into(&mut order.received_amount);
        order.set_hash(&self.context.ids);
        self.settle(state, id, Status::Completed)
    }

    /// The payout was not made: the frozen money is available again, the fee too (assumed).
    pub(super) fn reject(&self, id: &str) -> Result<Order, ActionError> {
        let (mut state, payout) = self.open_payout(id, "rejected")?;
        let amount = payout.amount.value();
        let back = entry(&payout, Account::Frozen, Account::Available, amount);
        state.ledger.post(&[back])?;
        state.orders.find_mut(id)?.fee = Decimal::default();
        self.settle(state, id, Status::Closed)
    }

    /// Completes every payout that is due.
    pub(super) fn complete_due_payouts(&self) {
        let due = self.state().orders.due(self.context.clock.now_ms());
        for id in due {
            // An action may have settled it in between. One that cannot be completed waits for an action, or it would be
            // tried again and again.
            if self.complete(&id).is_err() {
                self.state().orders.no_longer_due(&id);
            }
        }
    }

    /// A payout under way, with the state still locked.
    fn open_payout(
        &self,
        id: &str,
        action: &str,
    ) -> Result<(MutexGuard<'_, State>, Order), ActionError> {
        let state = self.state();
        let order = state.orders.find(id)?.clone();
        if !order.kind.is_payout() {
            return Err(ActionError::Conflict(format!(
                "Order {} is not a payout and cannot be {action}; pay it or let it expire.",
                order.order_id
            )));
        }
        if order.status != Status::Processing {
            return Err(order.cannot_be(action));
        }
        Ok((state, order))
    }
}
