//! Deposits to permanent addresses.

use super::chains::Chain;
use super::checkout::service_fee_of;
use super::choice::token;
use super::coins::Token;
use super::messages::payments::queue_deposit;
use super::new_order;
use super::order::{Deposit, Details, Order};
use super::payments::{amount_to_pay, crediting, too_much};
use super::state::Ccpayment;
use crate::shared::action::ActionError;
use crate::shared::order::OrderStatus;
use crate::shared::text::shorten;

/// Coins that a user sends to a permanent address at CCPayment, without an order.
///
/// ```
/// use payments_sandbox::CcpaymentDeposit;
///
/// // USDT on TRC20, to the address from payment/address/get for user 1001 and chain TRX.
/// let deposit = CcpaymentDeposit::new("1001", "0912e09a-d8e2-41d7-a0bc-a25530892988", "25.5");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CcpaymentDeposit {
    user_id: String,
    token_id: String,
    amount: String,
    seen_only: bool,
}

impl CcpaymentDeposit {
    /// `amount` (a plain decimal) of a token to the address of the merchant's user on the token's chain.
    #[must_use]
    pub fn new(
        user_id: impl Into<String>,
        token_id: impl Into<String>,
        amount: impl Into<String>,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            token_id: token_id.into(),
            amount: amount.into(),
            seen_only: false,
        }
    }

    /// The coins were only seen: the deposit is pending and not credited. [`process`](crate::Sandbox::process) confirms it by
    /// some blocks, [`pay`](crate::Sandbox::pay) makes it final. Default: final at once.
    #[must_use]
    pub fn seen_only(mut self) -> Self {
        self.seen_only = true;
        self
    }
}

/// A token that accepts payments.
pub(super) fn receiving(token_id: &str) -> Result<&'static Token, ActionError> {
    let token = token(token_id)?;
    if token.receives() {
        return Ok(token);
    }
    Err(ActionError::Conflict(format!(
        "{} on {} accepts no payments now.",
        token.coin.symbol, token.network
    )))
}

impl Ccpayment {
    /// Coins arrive at a permanent address: they are credited, unless they are only seen, and a Direct Deposit webhook is queued.
    pub(super) fn deposit(&self, deposit: &CcpaymentDeposit) -> Result<Order, ActionError> {
        let token = receiving(&deposit.token_id)?;
        let amount = amount_to_pay(&deposit.amount)?;
        let (service_fee, credit) = service_fee_of(amount).ok_or_else(too_much)?;
        let now_ms = self.context.clock.now_ms();
        let mut state = self.state();
        let to = state.address(&deposit.user_id, token.chain).cloned();
        let to = to.ok_or_else(|| {
            let (user, chain) = (shorten(&deposit.user_id, 64), token.chain.name());
            ActionError::NotFound(format!(
                "User `{user}` has no permanent address on {chain}: payment/address/get makes one."
            ))
        })?;
        state.orders.room_for("")?;
        let order_id = new_order::order_id(self, &state, now_ms);
        // Bitcoin payments come from many addresses, and a page of the documents says that none is named (assumed: here).
        let from = match token.chain {
            Chain::Bitcoin => String::new(),
            chain => {
                let payer = ["payer", order_id.as_str()];
                chain.place(&self.account.address_salt, &payer).address
            }
        };
        let settings = self.account.settings.get();
        let callback_url = if to.notify_url.is_empty() {
            &settings.webhook_url
        } else {
            &to.notify_url
        };
        let order = Order {
            order_id,
            merchant_ref: String::new(),
            status: if deposit.seen_only {
                OrderStatus::Pending
            } else {
                OrderStatus::Completed
            },
            label: String::new(),
            callback_url: callback_url.clone(),
            details: Details::Deposit(Deposit {
                record_id: new_order::id(self, now_ms),
                user_id: deposit.user_id.clone(),
                token,
                from,
                to: to.place,
                amount,
                credit,
                service_fee,
                txid: self.context.ids.hex(64),
            }),
            created_ms: now_ms,
            settled_ms: (!deposit.seen_only).then_some(now_ms),
            due_ms: None,
        };
        if !deposit.seen_only {
            let entries = crediting(token.coin.symbol, credit, service_fee);
            state.ledger.post(&entries)?;
        }
        state.orders.add(order.clone(), self.context.next_order())?;
        queue_deposit(self, &mut state, &order);
        Ok(order)
    }

    /// A deposit that was seen is confirmed by some blocks.
    pub(super) fn process_deposit(&self, id: &str) -> Result<Order, ActionError> {
        let mut state = self.state();
        let order = state.orders.find_mut(id)?;
        if order.status != OrderStatus::Pending {
            return Err(order.cannot_be("put into processing"));
        }
        order.status = OrderStatus::Processing;
        let order = order.clone();
        queue_deposit(self, &mut state, &order);
        Ok(order)
    }

    /// A deposit that was seen becomes final and is credited.
    pub(super) fn finish_deposit(&self, id: &str) -> Result<Order, ActionError> {
        let mut state = self.state();
        let order = state.orders.find(id)?.clone();
        let Some(deposit) = order.deposit().filter(|_| !order.status.is_final()) else {
            return Err(order.cannot_be("paid"));
        };
        let symbol = deposit.token.coin.symbol;
        let entries = crediting(symbol, deposit.credit, deposit.service_fee);
        state.ledger.post(&entries)?;
        let order = state.orders.find_mut(id)?;
        order.status = OrderStatus::Completed;
        order.settled_ms = Some(self.context.clock.now_ms());
        let order = order.clone();
        queue_deposit(self, &mut state, &order);
        Ok(order)
    }
}
