//! What a payer, a person or a test does to an order: pay it, let it fail, close it.

use std::sync::MutexGuard;

use super::order::{Order, Status};
use super::state::{ChainupOpay, State};
use super::webhook;
use crate::shared::action::ActionError;
use crate::shared::amount::Amount;
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

    /// The merchant sends money of a paid order back to its payer, immediately. It is a transfer with a number and a reference of its
    /// own, and the statement has a row of type 11 about it. No callback is sent (assumed, as all of this: the documents of these
    /// calls have transfers only in the statement).
    pub(super) fn refund(&self, id: &str, amount: &str) -> Result<Order, ActionError> {
        let mut state = self.state();
        let paid = state.orders.find(id)?.clone();
        let amount = Amount::parse(amount, paid.coin.decimals).map_err(ActionError::amount)?;
        let refuse = |why: &str| {
            let num = &paid.order_num;
            Err(ActionError::Conflict(format!("Order {num} {why}.")))
        };
        if paid.status != Status::Paid || paid.refund_of.is_some() {
            return refuse("was not paid, so nothing can be refunded");
        }
        let is_earlier = |order: &&Order| order.refund_of.as_ref() == Some(&paid.order_num);
        let earlier: Vec<&Order> = state.orders.iter().filter(is_earlier).collect();
        let sum = earlier
            .iter()
            .try_fold(amount.value(), |sum, order| sum.plus(order.amount.value()));
        if sum.is_none_or(|sum| sum > paid.amount.value()) {
            return refuse("was paid less than would be refunded");
        }
        let app_order_id = (earlier.len() + 1..)
            .map(|number| format!("{}-refund-{number}", paid.app_order_id))
            .find(|reference| state.orders.by_merchant_ref(reference).is_none())
            .unwrap_or_default();
        state.orders.room_for(&app_order_id)?;
        state.pay_back(paid.payer, paid.coin, amount.value())?;
        let now_ms = self.context.clock.now_ms();
        let transfer = Order {
            order_num: self.context.ids.hex(32),
            app_order_id,
            refund_of: Some(paid.order_num),
            amount,
            notify_page: String::new(),
            page_url: String::new(),
            created_ms: now_ms,
            settled_ms: Some(now_ms),
            ..paid
        };
        state
            .orders
            .add(transfer.clone(), self.context.next_order())?;
        Ok(transfer)
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
