//! Money that comes in: orders that are paid, put off or closed, and deposits without an order.

use std::cmp::Ordering;

use super::payouts;
use super::{ActionError, find, note_transaction, settle, settled, value};
use crate::amount::Amount;
use crate::app::App;
use crate::cpay::coins::{self, Network};
use crate::cpay::new_order;
use crate::store::{Account, Funds, Move, Order, OrderKind, OrderStatus, shorten};

/// Coins that a user sends to one of the own addresses, without an order.
///
/// ```
/// use payments_sandbox::Deposit;
///
/// let deposit = Deposit::new("1001", "USDT", "TRON(TRC-20)", "25.5");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    pub(super) user_id: String,
    pub(super) currency: String,
    pub(super) network: String,
    pub(super) amount: String,
}

impl Deposit {
    /// `amount` (a plain decimal) of `currency` on `network`, in the long or the short name (`TRON(TRC-20)`, `TRON`),
    /// to the address of the merchant's user `user_id`.
    #[must_use]
    pub fn new(
        user_id: impl Into<String>,
        currency: impl Into<String>,
        network: impl Into<String>,
        amount: impl Into<String>,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            currency: currency.into(),
            network: network.into(),
            amount: amount.into(),
        }
    }
}

/// The payer pays `amount`, or exactly what the order asks for. Completes the order whatever the amount (assumed:
/// no document says what C-Pay does with too little or too much), so `actualAmount` is what a merchant must check.
/// A payout is completed.
pub(crate) fn pay(app: &App, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
    let paid = amount.map(to_pay).transpose()?;
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if order.kind.is_payout() {
        let paid = paid.is_some();
        drop(tables);
        if paid {
            return Err(ActionError::Invalid(
                "A payout is completed as it is: leave the amount out.".to_owned(),
            ));
        }
        return payouts::complete(app, id);
    }
    if order.status.is_final() {
        return Err(settled(order, "paid"));
    }
    if paid.is_some() && order.kind != OrderKind::PayIn {
        return Err(ActionError::Invalid(
            "A card is charged with what the order asks for: leave the amount out.".to_owned(),
        ));
    }
    let asked = value(&order.amount)?;
    let arrived = paid.as_ref().map_or(asked, Amount::value);
    let text = paid.map_or_else(|| order.amount.clone(), |paid| paid.text().to_owned());
    let currency = order.currency.clone();
    tables.ledger.post(&[Move {
        currency: &currency,
        from: Account::Outside,
        to: Account::Available,
        amount: arrived,
    }])?;
    let order = find(&mut tables, id)?;
    order.funds = match arrived.cmp(&asked) {
        Ordering::Less => Funds::Under,
        Ordering::Equal => Funds::Exact,
        Ordering::Greater => Funds::Over,
    };
    order.received_amount.clone_from(&text);
    order.actual_amount = text;
    note_transaction(app, order);
    settle(app, tables, id, OrderStatus::Completed)
}

/// The payment was seen on the chain but is not final: `PROCESSING`. No webhook (C-Pay sends them for final states).
pub(crate) fn process(app: &App, id: &str) -> Result<Order, ActionError> {
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if order.status != OrderStatus::Pending {
        return Err(settled(order, "put into processing"));
    }
    order.status = OrderStatus::Processing;
    note_transaction(app, order);
    Ok(order.clone())
}

/// Nobody paid in time: a pending order is closed. A payout is rejected.
pub(crate) fn expire(app: &App, id: &str) -> Result<Order, ActionError> {
    let mut tables = app.store.lock();
    let order = find(&mut tables, id)?;
    if order.kind.is_payout() {
        drop(tables);
        return payouts::reject(app, id);
    }
    if order.status != OrderStatus::Pending {
        return Err(settled(order, "expired"));
    }
    settle(app, tables, id, OrderStatus::Closed)
}

/// Coins come to a user's address: C-Pay makes an order of it and tells the account's callback URL, with an empty
/// `merchantTradeNo`.
pub(crate) fn deposit(app: &App, deposit: &Deposit) -> Result<Order, ActionError> {
    let invalid = |what: String| Err(ActionError::Invalid(what));
    let length = deposit.user_id.chars().count();
    if !(1..=64).contains(&length) {
        return invalid("The user_id must have 1 to 64 characters.".to_owned());
    }
    let network = Network::by_any_name(&deposit.network);
    let coin = network.and_then(|network| {
        coins::coin_on(&deposit.currency, network).map(|currency| (currency, network))
    });
    let Some((currency, network)) = coin else {
        return invalid(format!(
            "`{}` on `{}` is no coin and network of getWalletAddress, e.g. USDT on TRON(TRC-20).",
            shorten(&deposit.currency, 20),
            shorten(&deposit.network, 20)
        ));
    };
    let amount = to_pay(&deposit.amount)?;
    let mut tables = app.store.lock();
    let mut order = new_order::blank(app, &tables, OrderKind::Deposit);
    order.user_id.clone_from(&deposit.user_id);
    currency.clone_into(&mut order.currency);
    network.short().clone_into(&mut order.network);
    order.address = network.address(&app.cpay.address_salt, &deposit.user_id);
    for text in [
        &mut order.amount,
        &mut order.actual_amount,
        &mut order.received_amount,
    ] {
        amount.text().clone_into(text);
    }
    order.funds = Funds::Exact;
    note_transaction(app, &mut order);
    let id = order.order_id.clone();
    let credit = Move {
        currency,
        from: Account::Outside,
        to: Account::Available,
        amount: amount.value(),
    };
    let full = |_| ActionError::Conflict("The sandbox holds as many orders as it can.".to_owned());
    // Asked first, so that no money moves without its order.
    tables.orders.room_for(order.gateway, "").map_err(full)?;
    tables.ledger.post(&[credit])?;
    tables.orders.add(order).map_err(full)?;
    settle(app, tables, &id, OrderStatus::Completed)
}

fn to_pay(text: &str) -> Result<Amount, ActionError> {
    Amount::parse(text).map_err(|bad| ActionError::Invalid(format!("the amount to pay {bad}")))
}
