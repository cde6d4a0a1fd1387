//! The coin of a hosted order.

use super::super::checkout::Checkout;
use super::super::coins::{self, TOKENS, Token};
use super::super::new_order::{self, most_valid_s};
use super::ActionError;
use super::payins::{checkout_of, open, shown, too_much};
use crate::actions::settled;
use crate::app::App;
use crate::store::{Order, Tables, shorten};

/// The payer chooses the coin; as long as nothing was paid, another one can be chosen (assumed).
pub(crate) fn choose(app: &App, id: &str, token_id: &str) -> Result<Order, ActionError> {
    super::settle_due(app);
    let token = coins::token(token_id).ok_or_else(|| {
        let id = shorten(token_id, 40);
        ActionError::NotFound(format!("No token has the id `{id}`."))
    })?;
    let (mut tables, order) = open(app, id)?;
    choose_in(app, &mut tables, &order, token)?;
    shown(&mut tables, &order, app.clock.now_ms())
}

/// Whether a hosted order can be paid with this token.
pub(in super::super) fn offers(checkout: &Checkout, token: &Token) -> bool {
    let valid_ms = checkout.expires_ms.saturating_sub(checkout.created_ms);
    token.receives() && valid_ms <= most_valid_s(Some(token)).saturating_mul(1_000)
}

fn choose_in(
    app: &App,
    tables: &mut Tables,
    order: &Order,
    token: &'static Token,
) -> Result<(), ActionError> {
    let now_ms = app.clock.now_ms();
    let checkout = checkout_of(tables, order)?;
    if !checkout.hosted {
        return Err(ActionError::Conflict(format!(
            "Order {} was made for one coin.",
            order.order_id
        )));
    }
    if !checkout.payments.is_empty() || checkout.seen.is_some() || checkout.over_time(now_ms) {
        return Err(settled(order, "given another coin"));
    }
    if !offers(checkout, token) {
        return Err(ActionError::Conflict(format!(
            "{} on {} cannot pay this order now.",
            token.coin.symbol, token.network
        )));
    }
    let quote = new_order::quote(
        app,
        &order.order_id,
        token,
        checkout.price,
        checkout.priced,
        now_ms,
    );
    checkout.quote = Some(quote.ok_or_else(too_much)?);
    Ok(())
}

/// What nobody chose a coin for is paid with the first one.
pub(super) fn choose_usual(
    app: &App,
    tables: &mut Tables,
    order: &Order,
) -> Result<(), ActionError> {
    match TOKENS.first() {
        Some(usual) if checkout_of(tables, order)?.quote.is_none() => {
            choose_in(app, tables, order, usual)
        }
        _ => Ok(()),
    }
}
