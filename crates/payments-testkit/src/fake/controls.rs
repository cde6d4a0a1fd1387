//! What the test does in place of customers and the provider.

use payments_core::{Amount, MerchantRef};
use payments_facade::payment::{Closure, PaymentKind};
use payments_facade::{CustomerStep, Money, Phase};

use super::gateway::FakeGateway;
use super::message::FakeWebhook;
use super::order::FakeOrder;
use super::state::State;

/// Why a test's action on an order failed. This is a mistake in the test; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FakeError {
    /// The gateway has no such order: it was never created, or its request was lost.
    #[error("the fake gateway has no order {0}")]
    NoSuchOrder(String),
    /// The order is of another kind, or its state does not allow the action.
    #[error("order {0} does not allow this action in its current state")]
    WrongState(String),
    /// The amount is not a plain decimal or exceeds the balance's 38 digits.
    #[error("{0} is not a valid amount")]
    Amount(String),
}

/// A change to an order; `None` if its state does not allow the change.
type Action<'a> = &'a dyn Fn(&mut State, &mut FakeOrder) -> Option<()>;

impl FakeGateway {
    /// The customer pays the missing amount exactly. After [`expire`](Self::expire) or a cancellation, the payment is late.
    ///
    /// # Errors
    /// [`FakeError`] if there is no such order or nothing is missing.
    pub fn pay(&self, reference: impl AsRef<str>) -> Result<FakeWebhook, FakeError> {
        self.act(reference.as_ref(), &|state, order| {
            let amount = missing(order)?;
            receive_payment(state, order, amount)
        })
    }

    /// The customer pays the missing amount less `by`. The order is not completed by this.
    ///
    /// # Errors
    /// [`FakeError`] if there is no such order, or less than `by` is missing.
    pub fn underpay(&self, reference: impl AsRef<str>, by: &str) -> Result<FakeWebhook, FakeError> {
        let by = amount(by)?;
        self.act(reference.as_ref(), &|state, order| {
            let amount = missing(order)?.checked_sub(by)?;
            receive_payment(state, order, amount)
        })
    }

    /// The customer pays the missing amount plus `by`.
    ///
    /// # Errors
    /// [`FakeError`] if there is no such order.
    pub fn overpay(&self, reference: impl AsRef<str>, by: &str) -> Result<FakeWebhook, FakeError> {
        let by = amount(by)?;
        self.act(reference.as_ref(), &|state, order| {
            let amount = missing(order)?.checked_add(by)?;
            receive_payment(state, order, amount)
        })
    }

    /// Closes an order that is not paid in full as expired.
    ///
    /// # Errors
    /// [`FakeError`] if there is no such order or it has ended.
    pub fn expire(&self, reference: impl AsRef<str>) -> Result<FakeWebhook, FakeError> {
        self.act(reference.as_ref(), &|_, order| {
            if order.kind != PaymentKind::Checkout || order.phase.is_final() {
                return None;
            }
            order.phase = Phase::Closed(Closure::Expired);
            order.next = CustomerStep::Nothing;
            Some(())
        })
    }

    /// Completes a payout: the held money leaves the account.
    ///
    /// # Errors
    /// [`FakeError`] if there is no such payout or it has ended.
    pub fn complete(&self, reference: impl AsRef<str>) -> Result<FakeWebhook, FakeError> {
        self.act(reference.as_ref(), &|state, order| {
            state.ledger.capture(held(order)?).ok()?;
            order.phase = Phase::Completed;
            order.transaction = Some(format!("transaction-of-{}", order.id));
            Some(())
        })
    }

    /// Rejects a payout: the held money becomes available again.
    ///
    /// # Errors
    /// [`FakeError`] if there is no such payout or it has ended.
    pub fn reject(&self, reference: impl AsRef<str>) -> Result<FakeWebhook, FakeError> {
        self.act(reference.as_ref(), &|state, order| {
            state.ledger.release(held(order)?).ok()?;
            order.phase = Phase::Closed(Closure::Rejected);
            Some(())
        })
    }

    /// Money arrives at a customer's deposit address, without an order.
    ///
    /// # Errors
    /// [`FakeError::Amount`] if the new balance has more than 38 digits.
    pub fn deposit(&self, money: &Money) -> Result<FakeWebhook, FakeError> {
        let invalid = || FakeError::Amount(money.to_string());
        let now = self.now();
        let mut state = self.state();
        state.now = now;
        state.ledger.credit(money).map_err(|_| invalid())?;
        let order = state.new_order(PaymentKind::Deposit, None);
        let mut order = order.map_err(|_| invalid())?;
        order.phase = Phase::Completed;
        order.paid = Some(money.clone());
        order.credited = Some(money.clone());
        order.transaction = Some(format!("transaction-of-{}", order.id));
        let webhook = self.notify(&mut state, &order);
        state.orders.push(order);
        Ok(webhook)
    }

    /// Hides the order of this reference from the next `queries` queries, as if it appeared late. The order may be created
    /// before or after this call.
    pub fn lag(&self, reference: &MerchantRef, queries: u32) {
        let mut state = self.state();
        let mut orders = state.orders.iter_mut();
        match orders.find(|order| order.reference.as_ref() == Some(reference)) {
            Some(order) => order.hidden = queries,
            None => {
                state.lags.insert(reference.clone(), queries);
            }
        }
    }

    /// The order of this reference in its current state.
    #[must_use]
    pub fn order(&self, reference: impl AsRef<str>) -> Option<FakeOrder> {
        let state = self.state();
        let index = index_of(&state, reference.as_ref())?;
        state.orders.get(index).cloned()
    }

    /// Every webhook that was sent so far, oldest first.
    #[must_use]
    pub fn webhooks_sent(&self) -> Vec<FakeWebhook> {
        self.state().webhooks.clone()
    }

    fn act(&self, reference: &str, action: Action<'_>) -> Result<FakeWebhook, FakeError> {
        let no_such_order = || FakeError::NoSuchOrder(reference.to_owned());
        let mut state = self.state();
        let index = index_of(&state, reference).ok_or_else(no_such_order)?;
        let order = state.orders.get(index).cloned();
        let mut order = order.ok_or_else(no_such_order)?;
        let wrong_state = || FakeError::WrongState(reference.to_owned());
        action(&mut state, &mut order).ok_or_else(wrong_state)?;
        order.revision += 1;
        let webhook = self.notify(&mut state, &order);
        if let Some(stored) = state.orders.get_mut(index) {
            *stored = order;
        }
        Ok(webhook)
    }
}

fn index_of(state: &State, reference: &str) -> Option<usize> {
    let mut orders = state.orders.iter();
    orders.position(|order| {
        let known = order.reference.as_ref().map(MerchantRef::as_str);
        known == Some(reference)
    })
}

fn amount(text: &str) -> Result<Amount, FakeError> {
    text.parse().map_err(|_| FakeError::Amount(text.to_owned()))
}

fn paid(order: &FakeOrder) -> Amount {
    order.paid.as_ref().map_or(Amount::ZERO, |paid| paid.amount)
}

/// What an order still lacks, zero if it is paid in full; `None` if it is not a checkout order.
fn missing(order: &FakeOrder) -> Option<Amount> {
    let is_checkout = order.kind == PaymentKind::Checkout;
    let expected = order.expected.as_ref().filter(|_| is_checkout)?;
    Some(expected.amount.checked_sub(paid(order)).unwrap_or_default())
}

/// A customer's payment arrives, without a fee.
fn receive_payment(state: &mut State, order: &mut FakeOrder, amount: Amount) -> Option<()> {
    let expected = order.expected.clone()?;
    if amount.is_zero() {
        return None;
    }
    let asset = expected.asset;
    let total = paid(order).checked_add(amount)?;
    let money = Money::new(amount, asset.clone());
    state.ledger.credit(&money).ok()?;
    let is_late = matches!(order.phase, Phase::Closed(_));
    order.late |= is_late;
    if total >= expected.amount {
        order.phase = Phase::Completed;
        order.next = CustomerStep::Nothing;
    } else if !is_late {
        order.phase = Phase::Processing;
    }
    order.paid = Some(Money::new(total, asset));
    order.credited = order.paid.clone();
    let revision = order.revision + 1;
    order.transaction = Some(format!("transaction-of-{}-{revision}", order.id));
    Some(())
}

/// What a payout in progress holds.
fn held(order: &FakeOrder) -> Option<&Money> {
    let is_in_progress = order.kind == PaymentKind::Payout && !order.phase.is_final();
    order.paid.as_ref().filter(|_| is_in_progress)
}
