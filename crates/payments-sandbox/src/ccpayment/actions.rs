//! What a payer, a person, a test or the clock does to an order, whatever its kind.

use super::order::{Details, Order};
use super::state::Ccpayment;
use crate::shared::action::ActionError;

impl Ccpayment {
    fn is_deposit(&self, id: &str) -> Result<bool, ActionError> {
        let state = self.state();
        Ok(state.orders.find(id)?.deposit().is_some())
    }

    fn is_transfer(&self, id: &str) -> Result<bool, ActionError> {
        let state = self.state();
        Ok(state.orders.find(id)?.transfer().is_some())
    }

    /// One payment of `amount`, or of what is still due. A withdrawal or refund is completed.
    pub(super) fn pay(&self, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
        self.settle_due_orders();
        let is_deposit = self.is_deposit(id)?;
        if !is_deposit && !self.is_transfer(id)? {
            return self.pay_checkout(id, amount);
        }
        if amount.is_some() {
            return Err(ActionError::Invalid(
                "A deposit, withdrawal or refund is completed with its own amount: leave the amount out."
                    .to_owned(),
            ));
        }
        if is_deposit {
            return self.finish_deposit(id);
        }
        self.complete(id)
    }

    /// One step towards the end: a payment is seen (`pending`), then confirmed by some blocks (`processing`); a withdrawal or
    /// refund is under way.
    pub(super) fn process(&self, id: &str) -> Result<Order, ActionError> {
        self.settle_due_orders();
        if self.is_deposit(id)? {
            self.process_deposit(id)
        } else if self.is_transfer(id)? {
            self.process_transfer(id)
        } else {
            self.see_payment(id)
        }
    }

    /// The time to pay ends now. A withdrawal or refund is rejected.
    pub(super) fn expire(&self, id: &str) -> Result<Order, ActionError> {
        self.settle_due_orders();
        if self.is_deposit(id)? {
            return Err(ActionError::Conflict(
                "A deposit has no time to pay that could end: put it into processing or pay it."
                    .to_owned(),
            ));
        }
        if self.is_transfer(id)? {
            self.reject(id)
        } else {
            self.expire_checkout(id)
        }
    }

    /// Does what the clock says is due: orders expire, withdrawals and refunds are completed.
    pub(super) fn settle_due_orders(&self) {
        let due = self.state().orders.due(self.context.clock.now_ms());
        for id in due {
            let details = self
                .state()
                .orders
                .by_id(&id)
                .map(|order| order.details.clone());
            let done = match details {
                Some(Details::Transfer(_)) => self.complete(&id).is_ok(),
                Some(Details::Checkout(_)) => self.end_of_time(&id).is_ok(),
                _ => false,
            };
            // An action may have settled it in between. What cannot be settled waits for an action, or it would be tried
            // again and again.
            if !done {
                self.state().orders.no_longer_due(&id);
            }
        }
    }
}
