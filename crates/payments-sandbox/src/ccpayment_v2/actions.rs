//! What a payer, a person, a test or the clock does to an order, whatever its kind.

use super::checkout::Family;
use super::deposit::PayStatus;
use super::state::{CcpaymentV2, State};
use super::withdrawal::Status;
use crate::shared::action::{Action, ActionError};
use crate::shared::gateway::Gateway;
use crate::shared::order::Order;
use crate::shared::order_table::Stored as _;

/// What an id belongs to.
#[derive(Clone, Copy)]
enum Found {
    Checkout(Family),
    Withdrawal,
    Deposit,
    Swap,
    Transfer,
}

impl State {
    /// By the gateway's id first: another order may have it as the merchant's reference.
    fn what(&self, id: &str) -> Option<Found> {
        let families = || Family::ALL.into_iter();
        let by_id = || families().find(|family| self.checkouts(*family).has_id(id));
        let by_ref = || families().find(|family| self.checkouts(*family).find(id).is_ok());
        if let Some(family) = by_id() {
            Some(Found::Checkout(family))
        } else if self.deposits.has_id(id) {
            Some(Found::Deposit)
        } else if self.withdrawals.has_id(id) {
            Some(Found::Withdrawal)
        } else if self.swaps.has_id(id) {
            Some(Found::Swap)
        } else if self.transfers.has_id(id) {
            Some(Found::Transfer)
        } else if let Some(family) = by_ref() {
            Some(Found::Checkout(family))
        } else if self.withdrawals.find(id).is_ok() {
            Some(Found::Withdrawal)
        } else {
            self.swaps.find(id).is_ok().then_some(Found::Swap)
        }
    }

    /// The order with this id of the gateway, else one with this reference of the merchant.
    pub(super) fn view(&self, id: &str) -> Option<Order> {
        match self.what(id)? {
            Found::Checkout(family) => self.checkouts(family).view(id),
            Found::Withdrawal => self.withdrawals.view(id),
            Found::Deposit => self.deposits.view(id),
            Found::Swap => self.swaps.view(id),
            Found::Transfer => self.transfers.view(id),
        }
    }

    /// All orders, each with its place.
    pub(super) fn views(&self) -> Vec<(u64, Order)> {
        let mut views = self.withdrawals.views();
        views.extend(self.swaps.views());
        views.extend(self.transfers.views());
        for family in Family::ALL {
            views.extend(self.checkouts(family).views());
        }
        let deposits = self.deposits.views().into_iter().zip(self.deposits.iter());
        let alone = deposits.filter(|(_, deposit)| deposit.stands_alone());
        views.extend(alone.map(|(view, _)| view));
        views.sort_by_key(|(place, _)| *place);
        views
    }

    /// The orders that may have changed since the last time, each with its place.
    pub(super) fn take_changed(&mut self) -> Vec<(u64, Order)> {
        let mut changed = self.withdrawals.take_changed();
        changed.extend(self.swaps.take_changed());
        changed.extend(self.transfers.take_changed());
        for family in Family::ALL {
            changed.extend(self.checkouts_mut(family).take_changed());
        }
        let deposits = self.deposits.take_changed().into_iter();
        let alone = |id: &str| {
            let deposit = self.deposits.by_id(id);
            deposit.is_some_and(|deposit| deposit.stands_alone())
        };
        changed.extend(deposits.filter(|(_, order)| alone(&order.order_id)));
        changed
    }

    pub(super) fn next_due(&mut self) -> Option<u64> {
        let checkouts = Family::ALL.map(|family| self.checkouts_mut(family).next_due());
        let all = checkouts.into_iter().chain([self.withdrawals.next_due()]);
        all.flatten().min()
    }
}

impl CcpaymentV2 {
    /// Does something to an order.
    pub(super) fn do_to(&self, id: &str, action: Action<'_>) -> Result<Order, ActionError> {
        self.settle_due_orders();
        let found = self.state().what(id);
        match found.ok_or_else(|| ActionError::no_order(id))? {
            Found::Checkout(family) => self.do_to_checkout(family, id, action),
            Found::Withdrawal => self.do_to_withdrawal(id, action),
            Found::Deposit => self.do_to_deposit(id, action),
            Found::Swap => Err(ActionError::Conflict(
                "A swap is carried out at once and stays as it is.".to_owned(),
            )),
            Found::Transfer => Err(ActionError::Conflict(
                "An automatic withdrawal or a refund is final at once.".to_owned(),
            )),
        }
    }

    fn do_to_checkout(
        &self,
        family: Family,
        id: &str,
        action: Action<'_>,
    ) -> Result<Order, ActionError> {
        let pay = |amount, status| self.pay_checkout(family, id, amount, status);
        let done = match action {
            Action::Pay(amount) => pay(amount, PayStatus::Success),
            Action::Process => pay(None, PayStatus::Processing),
            Action::Fail => pay(None, PayStatus::Failed),
            Action::Expire => self.expire(family, id),
            Action::Complete | Action::Reject => Err(ActionError::Conflict(
                "This is not a withdrawal: pay it or let it expire.".to_owned(),
            )),
            Action::Choose { coin, network } => self.choose_coin(id, coin, network),
            Action::Refund(amount) => {
                let record_id = self.risky_payment(family, id)?;
                return self.refund(&record_id, amount).map(|refund| refund.view());
            }
        };
        done.map(|checkout| checkout.view())
    }

    /// The newest payment of an order that can be refunded: the provider refunds only payments that it flagged as risky.
    fn risky_payment(&self, family: Family, id: &str) -> Result<String, ActionError> {
        let state = self.state();
        let reference = &state.checkouts(family).find(id)?.merchant_ref;
        let mut newest = state.deposits.iter().rev();
        let found = newest
            .find(|deposit| deposit.is_refundable() && deposit.link.order_id() == Some(reference));
        found.map(|deposit| deposit.record_id.clone()).ok_or_else(|| {
            ActionError::Conflict(format!(
                "Order {reference} has no payment that was flagged as risky, and CCPayment v2 refunds no other."
            ))
        })
    }

    fn do_to_withdrawal(&self, id: &str, action: Action<'_>) -> Result<Order, ActionError> {
        let to = match action {
            Action::Pay(None) | Action::Complete => Status::Success,
            Action::Process => Status::Processing,
            Action::Fail => Status::Failed,
            Action::Expire | Action::Reject => Status::Rejected,
            Action::Pay(Some(_)) => {
                return Err(ActionError::Invalid(
                    "A withdrawal is completed with its own amount: leave the amount out."
                        .to_owned(),
                ));
            }
            Action::Refund(_) | Action::Choose { .. } => {
                return Err(action.unsupported(Gateway::CCPAYMENT_V2));
            }
        };
        let done = self.move_withdrawal(id, to);
        done.map(|withdrawal| withdrawal.view())
    }

    fn do_to_deposit(&self, id: &str, action: Action<'_>) -> Result<Order, ActionError> {
        if let Action::Refund(amount) = action {
            return self.refund(id, amount).map(|refund| refund.view());
        }
        let alone = self.state().deposits.find(id)?.stands_alone();
        if !alone {
            return Err(ActionError::Conflict(
                "This is a payment of an order or invoice: act on that.".to_owned(),
            ));
        }
        let done = match action {
            Action::Pay(amount) => self.finish_deposit(id, amount, PayStatus::Success),
            Action::Fail => self.finish_deposit(id, None, PayStatus::Failed),
            _ => Err(ActionError::Conflict(
                "A deposit that was seen is paid or fails; nothing else happens to it.".to_owned(),
            )),
        };
        done.map(|deposit| deposit.view())
    }

    /// Does what the clock says is due: orders expire, withdrawals are completed.
    pub(super) fn settle_due_orders(&self) {
        let now_ms = self.context.clock.now_ms();
        let mut state = self.state();
        for family in Family::ALL {
            let table = state.checkouts_mut(family);
            for id in table.due(now_ms) {
                if let Ok(checkout) = table.find_mut(&id) {
                    checkout.due_ms = None;
                    checkout.settled_ms = checkout.settled_ms.or(Some(now_ms));
                }
            }
        }
        let due = state.withdrawals.due(now_ms);
        drop(state);
        for id in due {
            // An action may have settled it in between. What cannot be settled waits for an action, or it would be tried
            // again and again.
            if self.move_withdrawal(&id, Status::Success).is_err() {
                self.state().withdrawals.no_longer_due(&id);
            }
        }
    }
}
