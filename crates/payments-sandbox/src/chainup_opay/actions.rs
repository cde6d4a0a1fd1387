//! What a payer, a person or a test does to an order: pay it, let it fail, close it.

use std::sync::MutexGuard;

use super::order::{Order, Status};
use super::state::{ChainupOpay, State};
use super::webhook;
use crate::shared::action::ActionError;
use crate::shared::ledger::MoveRefused;

impl ChainupOpay {
    /// The payer pays what the order asks for. The payment of one of the test payers fails.
    pub(super) fn pay(&self, id: &str) -> Result<Order, ActionError> {
        let (mut state, order) = self.pending(id, "paid")?;
        if order.payer.fails {
            return self.settle(state, &order.order_num, Status::Failed);
        }
        let paid = state.pay(order.payer, order.coin, order.amount.value());
        paid.map_err(|refused| match refused {
            MoveRefused::Insufficient { .. } => {
                ActionError::Conflict(format!("The payer's balance is too low: {refused}."))
            }
            other => other.into(),
        })?;
        self.settle(state, &order.order_num, Status::Paid)
    }

    /// The payment fails: state 2, which is final (assumed).
    pub(super) fn fail(&self, id: &str) -> Result<Order, ActionError> {
        let (state, order) = self.pending(id, "failed")?;
        self.settle(state, &order.order_num, Status::Failed)
    }

    /// The time to pay is over, or the payer closes the order: state 0.
    pub(super) fn close(&self, id: &str) -> Result<Order, ActionError> {
        let (state, order) = self.pending(id, "closed")?;
        self.settle(state, &order.order_num, Status::Closed)
    }

    /// A pending order, with the state still locked.
    fn pending(
        &self,
        id: &str,
        action: &str,
    ) -> Result<(MutexGuard<'_, State>, Order), ActionError> {
        let state = self.state();
        let order = state.orders.find(id)?.clone();
        if order.status == Status::Pending {
            return Ok((state, order));
        }
        Err(ActionError::Conflict(format!(
            "Order {} is {} and cannot be {action}.",
            order.order_num,
            order.status.view().as_str()
        )))
    }

    /// Sets the final state and queues the callback, which is sent for every final state (assumed: the documents promise one
    /// for payments).
    pub(super) fn settle(
        &self,
        mut state: MutexGuard<'_, State>,
        order_num: &str,
        status: Status,
    ) -> Result<Order, ActionError> {
        let order = state.orders.find_mut(order_num)?;
        order.status = status;
        order.settled_ms = Some(self.context.clock.now_ms());
        let order = order.clone();
        if let Some(callback) = webhook::callback(&order) {
            self.context.queue(callback);
        }
        Ok(order)
    }
}
