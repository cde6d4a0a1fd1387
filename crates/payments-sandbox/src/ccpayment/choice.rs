//! The payer's choice of the coin of a hosted order.

use super::checkout::Checkout;
use super::coins::{self, TOKENS, Token};
use super::new_order::{self, most_valid_s};
use super::order::Order;
use super::payments::too_much;
use super::state::Ccpayment;
use crate::shared::action::ActionError;
use crate::shared::text::shorten;

/// The token with this id.
pub(super) fn token(token_id: &str) -> Result<&'static Token, ActionError> {
    coins::token(token_id).ok_or_else(|| {
        let id = shorten(token_id, 40);
        ActionError::NotFound(format!("No token has the id `{id}`."))
    })
}

/// Whether a hosted order can be paid with this token.
pub(super) fn offers(checkout: &Checkout, token: &Token) -> bool {
    let valid_ms = checkout.expires_ms.saturating_sub(checkout.created_ms);
    token.receives() && valid_ms <= most_valid_s(Some(token)).saturating_mul(1_000)
}

impl Ccpayment {
    /// The payer chooses the coin. Until something is paid, another coin can be chosen (assumed).
    pub(super) fn choose(&self, id: &str, token_id: &str) -> Result<Order, ActionError> {
        self.settle_due_orders();
        let token = token(token_id)?;
        let mut state = self.state();
        let order = state.orders.find_mut(id)?;
        self.choose_for(order, token)?;
        order.refresh(self.context.clock.now_ms());
        Ok(order.clone())
    }

    /// The same by the names of coin and network, e.g. `USDT` and `TRC20` or `TRX`.
    pub(super) fn choose_coin(
        &self,
        id: &str,
        coin: &str,
        network: &str,
    ) -> Result<Order, ActionError> {
        let is_on = |token: &&Token| {
            [token.network, token.chain.name()]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(network))
        };
        let of_coin = || TOKENS.iter().filter(|token| token.coin.symbol == coin);
        let token = of_coin().find(is_on).ok_or_else(|| {
            let known: Vec<&str> = of_coin().map(|token| token.network).collect();
            ActionError::no_coin(coin, network, &known)
        })?;
        self.choose(id, token.id)
    }

    /// Chooses the first token for a hosted order without a chosen coin.
    pub(super) fn choose_default(&self, order: &mut Order) -> Result<(), ActionError> {
        match TOKENS.first() {
            Some(default) if order.checkout_mut()?.quote.is_none() => {
                self.choose_for(order, default)
            }
            _ => Ok(()),
        }
    }

    fn choose_for(&self, order: &mut Order, token: &'static Token) -> Result<(), ActionError> {
        let now_ms = self.context.clock.now_ms();
        let order_id = order.order_id.clone();
        let fixed = order.cannot_be("given another coin");
        let checkout = order.checkout_mut()?;
        if !checkout.hosted {
            return Err(ActionError::Conflict(format!(
                "Order {order_id} was made for one coin."
            )));
        }
        if !checkout.payments.is_empty() || checkout.seen.is_some() || checkout.over_time(now_ms) {
            return Err(fixed);
        }
        if !offers(checkout, token) {
            return Err(ActionError::Conflict(format!(
                "{} on {} cannot pay this order now.",
                token.coin.symbol, token.network
            )));
        }
        let (price, priced) = (checkout.price, checkout.priced);
        let quote = new_order::quote(self, &order_id, token, price, priced, now_ms);
        checkout.quote = Some(quote.ok_or_else(too_much)?);
        Ok(())
    }
}
