//! Payments of orders and invoices: too little, too much, late, in several payments.

use std::sync::MutexGuard;

use super::checkout::{Checkout, MOST_PAYMENTS, Payment, Seen, WATCHED_MS, service_fee_of};
use super::messages::PayStatus;
use super::messages::payments::{Event, queue_payment};
use super::new_order;
use super::order::Order;
use super::state::{Ccpayment, State};
use crate::shared::action::ActionError;
use crate::shared::amount::Amount;
use crate::shared::decimal::{Decimal, PLACES};
use crate::shared::ledger::{Account, Move};
use crate::shared::order::{OrderKind, OrderStatus};

/// Reads an amount to pay.
pub(super) fn amount_to_pay(text: &str) -> Result<Decimal, ActionError> {
    let amount = Amount::parse(text, PLACES).map_err(ActionError::amount)?;
    Ok(amount.value())
}

pub(super) fn too_much() -> ActionError {
    ActionError::Invalid("That is more than the sandbox can count.".to_owned())
}

/// The entries that credit a payment: its service fee goes to the provider.
pub(super) fn crediting(currency: &str, credit: Decimal, service_fee: Decimal) -> [Move<'_>; 2] {
    let entry = |to, amount| Move {
        currency,
        from: Account::Outside,
        to,
        amount,
    };
    [
        entry(Account::Available, credit),
        entry(Account::Fees, service_fee),
    ]
}

impl Ccpayment {
    /// Pays `amount`, or what is still due. A hosted order without a chosen coin is paid with USDT on TRC20.
    pub(super) fn pay_checkout(
        &self,
        id: &str,
        amount: Option<&str>,
    ) -> Result<Order, ActionError> {
        let amount = amount.map(amount_to_pay).transpose()?;
        let now_ms = self.context.clock.now_ms();
        let mut state = self.state();
        let order = state.orders.find_mut(id)?;
        check_payable(order, now_ms)?;
        self.choose_default(order)?;
        let paid_in_full = || {
            ActionError::Conflict(format!(
                "Order {id} is paid in full: give an amount to pay too much."
            ))
        };
        let checkout = order.checkout_mut()?;
        let amount = match amount {
            Some(amount) => amount,
            None => next_payment(checkout).ok_or_else(paid_in_full)?,
        };
        // A payment of the same amount that was seen becomes final.
        let seen = checkout.seen.take_if(|seen| seen.amount == amount);
        let payment = self.new_payment(checkout, seen.as_ref(), amount);
        let symbol = checkout.quote.as_ref().map(|quote| quote.token.coin.symbol);
        let posted = payment.and_then(|payment| {
            let currency = symbol.ok_or_else(too_much)?;
            let entries = crediting(currency, payment.credit, payment.service_fee);
            state.ledger.post(&entries)?;
            Ok(payment)
        });
        let order = state.orders.find_mut(id)?;
        let checkout = order.checkout_mut()?;
        let payment = match posted {
            Ok(payment) => payment,
            Err(error) => {
                checkout.seen = checkout.seen.take().or(seen);
                return Err(error);
            }
        };
        checkout.payments.push(payment.clone());
        order.refresh(now_ms);
        let order = order.clone();
        let event = Event {
            pay_status: PayStatus::Success,
            record_id: &payment.record_id,
            txid: &payment.txid,
            paid: payment.amount.to_string(),
            fee: payment.service_fee.to_string(),
            credit: payment.credit.to_string(),
        };
        queue_payment(self, &mut state, &order, &event);
        Ok(order)
    }

    /// A payment of what is due is seen; the second time, it is being confirmed.
    pub(super) fn see_payment(&self, id: &str) -> Result<Order, ActionError> {
        let now_ms = self.context.clock.now_ms();
        let mut state = self.state();
        let order = state.orders.find_mut(id)?;
        check_payable(order, now_ms)?;
        self.choose_default(order)?;
        let paid_in_full = order.cannot_be("put into processing: it is paid in full");
        let checkout = order.checkout_mut()?;
        let seen = match &mut checkout.seen {
            Some(seen) if seen.processing => {
                return Err(ActionError::Conflict(format!(
                    "Order {id} has a payment that is being confirmed: pay the order."
                )));
            }
            Some(seen) => {
                seen.processing = true;
                seen.clone()
            }
            None => {
                let amount = checkout.still_due().ok_or(paid_in_full)?;
                let seen = Seen {
                    record_id: new_order::id(self, now_ms),
                    txid: self.context.ids.hex(64),
                    amount,
                    processing: false,
                };
                checkout.seen.insert(seen).clone()
            }
        };
        order.refresh(now_ms);
        let order = order.clone();
        let (fee, credit) = service_fee_of(seen.amount).unwrap_or_default();
        let event = Event {
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
        queue_payment(self, &mut state, &order, &event);
        Ok(order)
    }

    /// The time to pay ends now, unless the order is paid in full.
    pub(super) fn expire_checkout(&self, id: &str) -> Result<Order, ActionError> {
        let mut state = self.state();
        let order = state.orders.find_mut(id)?;
        let error = order.cannot_be("expired");
        if order.status.is_final() {
            return Err(error);
        }
        order.checkout_mut()?.expires_ms = self.context.clock.now_ms();
        self.end_of_time_in(state, id)
    }

    /// Closes an order whose time to pay is over.
    pub(super) fn end_of_time(&self, id: &str) -> Result<Order, ActionError> {
        self.end_of_time_in(self.state(), id)
    }

    /// An order that expires sends no webhook. An invoice sends `failed` (assumed: only the invoice's page lists it).
    fn end_of_time_in(
        &self,
        mut state: MutexGuard<'_, State>,
        id: &str,
    ) -> Result<Order, ActionError> {
        let now_ms = self.context.clock.now_ms();
        let order = state.orders.find_mut(id)?;
        let was_open = !order.status.is_final();
        order.refresh(now_ms);
        let order = order.clone();
        let failed = order.kind() == OrderKind::Invoice && order.status == OrderStatus::Closed;
        if was_open && failed {
            let event = Event {
                pay_status: PayStatus::Failed,
                record_id: &new_order::id(self, now_ms),
                txid: "",
                paid: String::new(),
                fee: String::new(),
                credit: String::new(),
            };
            queue_payment(self, &mut state, &order, &event);
        }
        Ok(order)
    }

    /// A payment with its ids and its fee.
    fn new_payment(
        &self,
        checkout: &Checkout,
        seen: Option<&Seen>,
        amount: Decimal,
    ) -> Result<Payment, ActionError> {
        let now_ms = self.context.clock.now_ms();
        let quote = checkout.quote.as_ref().ok_or_else(too_much)?;
        // The sum of all payments must stay countable as well.
        checkout.sums().0.plus(amount).ok_or_else(too_much)?;
        let (service_fee, credit) = service_fee_of(amount).ok_or_else(too_much)?;
        let (record_id, txid) = match seen {
            Some(seen) => (seen.record_id.clone(), seen.txid.clone()),
            None => (new_order::id(self, now_ms), self.context.ids.hex(64)),
        };
        let payer = ["payer", &record_id];
        let from = quote.token.chain.place(&self.account.address_salt, &payer);
        Ok(Payment {
            from: from.address,
            record_id,
            txid,
            amount,
            service_fee,
            credit,
            at_ms: now_ms,
            late: checkout.over_time(now_ms),
        })
    }
}

/// Checks that a payment can still arrive.
fn check_payable(order: &mut Order, now_ms: u64) -> Result<(), ActionError> {
    let id = order.order_id.clone();
    let checkout = order.checkout_mut()?;
    let over_time = checkout.over_time(now_ms);
    let problem = if now_ms >= checkout.expires_ms.saturating_add(WATCHED_MS) {
        "expired more than 7 days ago: payments to its address are no longer noticed"
    } else if over_time && checkout.quote.is_none() {
        "expired before a coin was chosen: there is no address to pay to"
    } else if over_time && checkout.invoice.is_some() {
        "is an invoice that has failed, and cannot be paid"
    } else if checkout.payments.len() >= MOST_PAYMENTS {
        "has as many payments as the sandbox keeps"
    } else {
        return Ok(());
    };
    Err(ActionError::Conflict(format!("Order {id} {problem}.")))
}

/// The amount of a payment without a given amount: that of the payment that was seen, else what is still due.
fn next_payment(checkout: &Checkout) -> Option<Decimal> {
    match &checkout.seen {
        Some(seen) => Some(seen.amount),
        None => checkout.still_due(),
    }
}
