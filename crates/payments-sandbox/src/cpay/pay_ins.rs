//! Incoming money: orders that are paid, put into processing or closed.

use std::cmp::Ordering;

use super::coins::DECIMALS;
use super::order::{Kind, Order, Status};
use super::state::Cpay;
use crate::shared::action::ActionError;
use crate::shared::amount::Amount;
use crate::shared::order::Funds;

impl Cpay {
    /// The payer pays `amount`, or exactly what the order asks for. Completes the order whatever the amount (assumed: no
    /// document says what C-Pay does with too little or too much), so a merchant must check `actualAmount`. A payout is
    /// completed.
    pub(super) fn pay(&self, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
        let paid = amount.map(amount_to_pay).transpose()?;
        let mut state = self.state();
        let order = state.orders.find(id)?;
        if order.kind.is_payout() {
            drop(state);
            if paid.is_some() {
                return Err(ActionError::Invalid(
                    "A payout is completed with its own amount: leave the amount out.".to_owned(),
                ));
            }
            return self.complete(id);
        }
        if order.status.is_final() {
            return Err(order.cannot_be("paid"));
        }
        if paid.is_some() && order.kind != Kind::PayIn {
            return Err(ActionError::Invalid(
                "A card is charged with what the order asks for: leave the amount out.".to_owned(),
            ));
        }
        let (currency, asked) = (order.currency, order.amount.clone());
        let paid = paid.unwrap_or_else(|| asked.clone());
        state.ledger.credit(currency, paid.value())?;
        let order = state.orders.find_mut(id)?;
        order.funds = match paid.value().cmp(&asked.value()) {
            Ordering::Less => Funds::Under,
            Ordering::Equal => Funds::Exact,
            Ordering::Greater => Funds::Over,
        };
        paid.text().clone_into(&mut order.received_amount);
        paid.text().clone_into(&mut order.actual_amount);
        order.set_hash(&self.context.ids);
        self.settle(state, id, Status::Completed)
    }

    /// The payment was seen on the chain but is not final: `PROCESSING`. A webhook is sent only if the account asks for every state.
    pub(super) fn process(&self, id: &str) -> Result<Order, ActionError> {
        let mut state = self.state();
        let order = state.orders.find_mut(id)?;
        if order.status != Status::Pending {
            return Err(order.cannot_be("put into processing"));
        }
        order.status = Status::Processing;
        order.set_hash(&self.context.ids);
        let order = order.clone();
        self.announce(&order);
        Ok(order)
    }

    /// The time to pay is over: a pending order is closed. A payout is rejected.
    pub(super) fn expire(&self, id: &str) -> Result<Order, ActionError> {
        let state = self.state();
        let order = state.orders.find(id)?;
        if order.kind.is_payout() {
            drop(state);
            return self.reject(id);
        }
        if order.status != Status::Pending {
            return Err(order.cannot_be("expired"));
        }
        self.settle(state, id, Status::Closed)
    }
}

/// Reads an amount to pay.
pub(super) fn amount_to_pay(text: &str) -> Result<Amount, ActionError> {
    Amount::parse(text, DECIMALS).map_err(ActionError::amount)
}
