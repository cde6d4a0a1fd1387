//! What payers and the provider do.

use payments_core::{Amount, Fault, MerchantRef};

use super::state::State;
use super::{FakeGateway, FakeOrder, FakeWebhook};
use payments_facade::payment::{Closure, PaymentKind};
use payments_facade::{CustomerStep, Gateway, Money, Phase};

/// Why something could not be done to a fake gateway's order: a mistake of the test. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FakeError {
    /// The gateway has no such order: it was never made, or its request got lost.
    #[error("the fake gateway has no order {0}")]
    NoSuchOrder(String),
    /// The order is of another kind, or has ended.
    #[error("this cannot be done to order {0} as it stands")]
    NotNow(String),
    /// Not a plain decimal, or more than there is.
    #[error("{0} is no amount that fits here")]
    Amount(String),
}

/// What somebody does to an order.
type Action<'a> = &'a dyn Fn(&mut State, &mut FakeOrder) -> Option<()>;

impl FakeGateway {
    /// The customer pays what is still missing, exactly. After [`expire`](Self::expire) or a cancellation it is late.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn pay(&self, reference: impl AsRef<str>) -> Result<FakeWebhook, FakeError> {
        self.act(reference.as_ref(), &|state, order| {
            let sum = missing(order)?;
            paid(state, order, sum)
        })
    }

    /// The customer pays less than is still missing, by this much: the order stays under way.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn underpay(&self, reference: impl AsRef<str>, by: &str) -> Result<FakeWebhook, FakeError> {
        let by = amount(by)?;
        self.act(reference.as_ref(), &|state, order| {
            let sum = missing(order)?.checked_sub(by)?;
            paid(state, order, sum)
        })
    }

    /// The customer pays more than is still missing, by this much.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn overpay(&self, reference: impl AsRef<str>, by: &str) -> Result<FakeWebhook, FakeError> {
        let by = amount(by)?;
        self.act(reference.as_ref(), &|state, order| {
            let sum = missing(order)?.checked_add(by)?;
            paid(state, order, sum)
        })
    }

    /// Time is up for an order that is not paid in full.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn expire(&self, reference: impl AsRef<str>) -> Result<FakeWebhook, FakeError> {
        self.act(reference.as_ref(), &|_, order| {
            if !is_asked_for(order) || order.phase.is_final() {
                return None;
            }
            order.phase = Phase::Closed(Closure::Expired);
            order.next = CustomerStep::Nothing;
            Some(())
        })
    }

    /// A payout is carried out: the money leaves.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn complete(&self, reference: impl AsRef<str>) -> Result<FakeWebhook, FakeError> {
        self.act(reference.as_ref(), &|state, order| {
            let leaves = under_way(order)?;
            state.purse.pay_out(leaves).ok()?;
            order.phase = Phase::Completed;
            order.transaction = Some(format!("transaction-of-{}", order.id));
            Some(())
        })
    }

    /// A payout is refused after all: the money comes back.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn reject(&self, reference: impl AsRef<str>) -> Result<FakeWebhook, FakeError> {
        self.act(reference.as_ref(), &|state, order| {
            let leaves = under_way(order)?;
            state.purse.give_back(leaves).ok()?;
            order.phase = Phase::Closed(Closure::Rejected);
            Some(())
        })
    }

    /// Money comes to one of the standing addresses, without an order.
    ///
    /// # Errors
    /// [`FakeError::Amount`] when the balance cannot hold it.
    pub fn deposit(&self, money: &Money) -> Result<FakeWebhook, FakeError> {
        let does_not_fit = || FakeError::Amount(money.to_string());
        let now = self.now();
        let mut state = self.state();
        state.now = now;
        state.purse.credit(money).map_err(|_| does_not_fit())?;
        let made: Result<FakeOrder, Fault> = state.new_order(PaymentKind::Deposit, None);
        let mut order = made.map_err(|_| does_not_fit())?;
        order.phase = Phase::Completed;
        order.paid = Some(money.clone());
        order.credited = Some(money.clone());
        order.transaction = Some(format!("transaction-of-{}", order.id));
        let webhook = self.tell(&mut state, &order);
        state.orders.push(order);
        Ok(webhook)
    }

    /// The next queries for an order of this reference, so many of them, do not see it: it was made, or will be, and shows
    /// up late.
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

    /// The order of this reference, as the gateway keeps it.
    #[must_use]
    pub fn order(&self, reference: impl AsRef<str>) -> Option<FakeOrder> {
        let state = self.state();
        let place = place(&state, reference.as_ref())?;
        state.orders.get(place).cloned()
    }

    /// Every webhook so far, in the order of what happened.
    #[must_use]
    pub fn webhooks_sent(&self) -> Vec<FakeWebhook> {
        self.state().webhooks.clone()
    }

    fn act(&self, reference: &str, action: Action<'_>) -> Result<FakeWebhook, FakeError> {
        let mut state = self.state();
        let place =
            place(&state, reference).ok_or_else(|| FakeError::NoSuchOrder(reference.to_owned()))?;
        let order = state.orders.get(place).cloned();
        let mut order = order.ok_or_else(|| FakeError::NoSuchOrder(reference.to_owned()))?;
        action(&mut state, &mut order).ok_or_else(|| FakeError::NotNow(reference.to_owned()))?;
        order.revision += 1;
        let webhook = self.tell(&mut state, &order);
        if let Some(kept) = state.orders.get_mut(place) {
            *kept = order;
        }
        Ok(webhook)
    }

    /// Tells the merchant how an order stands.
    pub(super) fn tell(&self, state: &mut State, order: &FakeOrder) -> FakeWebhook {
        let webhook = FakeWebhook::signed(self.id(), &self.0.signs, order);
        state.webhooks.push(webhook.clone());
        webhook
    }
}

fn place(state: &State, reference: &str) -> Option<usize> {
    let mut orders = state.orders.iter();
    orders.position(|order| {
        let known = order.reference.as_ref().map(MerchantRef::as_str);
        known == Some(reference)
    })
}

fn amount(text: &str) -> Result<Amount, FakeError> {
    text.parse().map_err(|_| FakeError::Amount(text.to_owned()))
}

fn is_asked_for(order: &FakeOrder) -> bool {
    order.kind == PaymentKind::Checkout
}

/// What an order that a customer pays still lacks; nothing once it has all.
fn missing(order: &FakeOrder) -> Option<Amount> {
    let expected = order.expected.as_ref().filter(|_| is_asked_for(order))?;
    let so_far = order.paid.as_ref().map_or(Amount::ZERO, |paid| paid.amount);
    Some(expected.amount.checked_sub(so_far).unwrap_or_default())
}

/// A customer's money arrives, whole and without a fee.
fn paid(state: &mut State, order: &mut FakeOrder, sum: Amount) -> Option<()> {
    let expected = order.expected.clone()?;
    if sum.is_zero() {
        return None;
    }
    let asset = expected.asset.clone();
    let so_far = order.paid.as_ref().map_or(Amount::ZERO, |paid| paid.amount);
    let total = so_far.checked_add(sum)?;
    state.purse.credit(&Money::new(sum, asset.clone())).ok()?;
    let is_late = matches!(order.phase, Phase::Closed(_));
    order.late |= is_late;
    if total >= expected.amount {
        order.phase = Phase::Completed;
        order.next = CustomerStep::Nothing;
    } else if !is_late {
        order.phase = Phase::Processing;
    }
    order.paid = Some(Money::new(total, asset.clone()));
    order.credited = Some(Money::new(total, asset));
    order.transaction = Some(format!(
        "transaction-of-{}-{}",
        order.id,
        order.revision + 1
    ));
    Some(())
}

/// What a payout that has not ended takes from the account.
fn under_way(order: &FakeOrder) -> Option<&Money> {
    let is_under_way = order.kind == PaymentKind::Payout && !order.phase.is_final();
    order.paid.as_ref().filter(|_| is_under_way)
}
