//! Deposits without an order: coins that come to a user's address.

use super::coins::{self, Network};
use super::control::{note_transaction, settle, to_pay};
use super::new_order;
use crate::actions::ActionError;
use crate::app::App;
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
    user_id: String,
    currency: String,
    network: String,
    amount: String,
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
    order.address = network.address_of_user(&app.cpay.address_salt, &deposit.user_id);
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
