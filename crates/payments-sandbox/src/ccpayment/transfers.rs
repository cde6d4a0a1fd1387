//! Withdrawals and refunds, which are completed or rejected by an action or by the clock.

use std::sync::MutexGuard;

use super::messages::transfers::queue_transfer;
use super::order::{Details, Order, Transfer};
use super::payments::amount_to_pay;
use super::state::{Ccpayment, State};
use super::{fees, new_order, rates};
use crate::shared::action::ActionError;
use crate::shared::ledger::{Account, Move, MoveRefused};
use crate::shared::order::OrderStatus;

/// The entries of a transfer's money between the merchant's accounts.
fn entries(transfer: &Transfer, from: Account, to: Account) -> Vec<Move<'_>> {
    let entry = |currency, amount| Move {
        currency,
        from,
        to,
        amount,
    };
    let mut entries = vec![entry(transfer.token.coin.symbol, transfer.debit)];
    if transfer.fee.apart {
        entries.push(entry(transfer.fee.coin.symbol, transfer.fee.amount));
    }
    entries
}

/// The entries that complete a transfer: the frozen money goes to the receiver and to the fees.
fn completing(transfer: &Transfer) -> Vec<Move<'_>> {
    let entry = |currency, to, amount| Move {
        currency,
        from: Account::Frozen,
        to,
        amount,
    };
    let coin = transfer.token.coin.symbol;
    let kept = transfer.debit.minus(transfer.net).unwrap_or_default();
    let mut entries = vec![
        entry(coin, Account::Outside, transfer.net),
        entry(coin, Account::Fees, kept),
    ];
    if transfer.fee.apart {
        let fee = &transfer.fee;
        entries.push(entry(fee.coin.symbol, Account::Fees, fee.amount));
    }
    entries
}

impl Ccpayment {
    /// Freezes the money of a new transfer and returns its order.
    pub(super) fn new_transfer(
        &self,
        state: &mut State,
        order_id: String,
        transfer: Transfer,
    ) -> Result<Order, MoveRefused> {
        let freeze = entries(&transfer, Account::Available, Account::Frozen);
        state.ledger.post(&freeze)?;
        let created_ms = self.context.clock.now_ms();
        let settings = self.account.settings.get();
        let delay_ms = settings.payout_delay_ms;
        Ok(Order {
            order_id,
            merchant_ref: String::new(),
            status: OrderStatus::Pending,
            label: "Pending".to_owned(),
            callback_url: settings.webhook_url.clone(),
            details: Details::Transfer(transfer),
            created_ms,
            settled_ms: None,
            due_ms: delay_ms.map(|delay| created_ms.saturating_add(delay)),
        })
    }

    /// An open transfer, with the state still locked.
    fn open_transfer(
        &self,
        id: &str,
        action: &str,
    ) -> Result<(MutexGuard<'_, State>, Transfer), ActionError> {
        let state = self.state();
        let order = state.orders.find(id)?;
        let Some(transfer) = order.transfer() else {
            return Err(ActionError::Conflict(format!(
                "Order {} is not a withdrawal or refund and cannot be {action}; pay it or let it expire.",
                order.order_id
            )));
        };
        if order.status.is_final() {
            return Err(order.cannot_be(action));
        }
        let transfer = transfer.clone();
        Ok((state, transfer))
    }

    /// The transfer is under way.
    pub(super) fn process_transfer(&self, id: &str) -> Result<Order, ActionError> {
        let (mut state, _) = self.open_transfer(id, "put into processing")?;
        let order = state.orders.find_mut(id)?;
        if order.status != OrderStatus::Pending {
            return Err(order.cannot_be("put into processing"));
        }
        order.status = OrderStatus::Processing;
        "Processing".clone_into(&mut order.label);
        Ok(order.clone())
    }

    /// The transfer was made: the frozen money leaves.
    pub(super) fn complete(&self, id: &str) -> Result<Order, ActionError> {
        let (mut state, mut transfer) = self.open_transfer(id, "completed")?;
        state.ledger.post(&completing(&transfer))?;
        if !transfer.internal {
            transfer.txid = self.context.ids.hex(64);
        }
        let end = (OrderStatus::Completed, "Successful");
        self.end_transfer(state, id, transfer, end)
    }

    /// The transfer was not made: the frozen money is available again, the fee too (assumed).
    pub(super) fn reject(&self, id: &str) -> Result<Order, ActionError> {
        let (mut state, transfer) = self.open_transfer(id, "rejected")?;
        let back = entries(&transfer, Account::Frozen, Account::Available);
        state.ledger.post(&back)?;
        // The invoice was not used, so another withdrawal may go there.
        state.used_invoices.remove(&transfer.to);
        let end = (OrderStatus::Closed, "Failed");
        self.end_transfer(state, id, transfer, end)
    }

    /// Sets the final state and queues the webhook.
    fn end_transfer(
        &self,
        mut state: MutexGuard<'_, State>,
        id: &str,
        transfer: Transfer,
        (status, label): (OrderStatus, &'static str),
    ) -> Result<Order, ActionError> {
        let order = state.orders.find_mut(id)?;
        order.status = status;
        label.clone_into(&mut order.label);
        order.settled_ms = Some(self.context.clock.now_ms());
        order.due_ms = None;
        order.details = Details::Transfer(transfer.clone());
        let order = order.clone();
        queue_transfer(self, &mut state, &order, &transfer);
        Ok(order)
    }

    /// Money of an order goes back to the sender of its last payment. The receiver pays the network fee (assumed). The refund
    /// is then completed or rejected as a withdrawal is.
    pub(super) fn refund(&self, id: &str, amount: &str) -> Result<Order, ActionError> {
        self.settle_due_orders();
        let value = amount_to_pay(amount)?;
        let mut state = self.state();
        let paid = state.orders.find(id)?.clone();
        let refuse = |why: &str| {
            let id = &paid.order_id;
            ActionError::Conflict(format!("Order {id} {why}."))
        };
        let checkout = paid
            .checkout()
            .ok_or_else(|| refuse("has no payments to refund"))?;
        let (Some(last), Some(quote)) = (checkout.payments.last(), &checkout.quote) else {
            return Err(refuse("was not paid, so nothing can be refunded"));
        };
        let refunds = checkout.refunds.iter();
        let refunded = refunds
            .filter_map(|id| state.orders.by_id(id))
            .filter(|refund| refund.status != OrderStatus::Closed)
            .filter_map(Order::transfer)
            .try_fold(value, |sum, refund| sum.plus(refund.value));
        if refunded.is_none_or(|sum| sum > checkout.sums().0) {
            return Err(refuse("was paid less than would be refunded"));
        }
        let token = quote.token;
        let now_ms = self.context.clock.now_ms();
        let costs = fees::of(token, value, false, false, now_ms).ok_or_else(|| {
            ActionError::Invalid("The amount is not more than the network fee.".to_owned())
        })?;
        state.orders.room_for("")?;
        let transfer = Transfer {
            record_id: new_order::id(self, now_ms),
            token,
            to: last.from.clone(),
            memo: String::new(),
            debit: costs.debit,
            value,
            net: costs.net,
            fee: costs.fee,
            merchant_pays_fee: false,
            internal: false,
            token_rate: rates::usd(token.coin, now_ms),
            txid: String::new(),
            refund_of: Some(paid.order_id.clone()),
        };
        let order_id = new_order::order_id(self, &state, now_ms);
        let order = self.new_transfer(&mut state, order_id, transfer)?;
        let order = Order {
            callback_url: paid.callback_url.clone(),
            ..order
        };
        state.orders.add(order.clone(), self.context.next_order())?;
        let checkout = state.orders.find_mut(&paid.order_id)?.checkout_mut()?;
        checkout.refunds.push(order.order_id.clone());
        self.context.wake.notify_one();
        Ok(order)
    }
}
