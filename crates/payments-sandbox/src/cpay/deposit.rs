//! Deposits without an order: coins that arrive at a user's address.

use super::coins::{self, Network};
use super::new_order;
use super::order::{Kind, Order, Status};
use super::pay_ins::amount_to_pay;
use super::state::Cpay;
use crate::shared::action::ActionError;
use crate::shared::order::Funds;
use crate::shared::text::shorten;

/// Coins that a user sends to one of the user's C-Pay addresses without an order.
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

impl Cpay {
    /// Coins arrive at a user's address. C-Pay makes an order, with an empty `merchantTradeNo`, and sends its webhook to the
    /// account's callback URL.
    pub(super) fn deposit(&self, deposit: &Deposit) -> Result<Order, ActionError> {
        let invalid = |what: String| Err(ActionError::Invalid(what));
        if !(1..=64).contains(&deposit.user_id.chars().count()) {
            return invalid("The user_id must have 1 to 64 characters.".to_owned());
        }
        let network = Network::by_any_name(&deposit.network);
        let coin = network.and_then(|network| {
            coins::coin_on(&deposit.currency, network).map(|currency| (currency, network))
        });
        let Some((currency, network)) = coin else {
            return invalid(format!(
                "`{}` on `{}` is not a coin and network of getWalletAddress, e.g. USDT on TRON(TRC-20).",
                shorten(&deposit.currency, 20),
                shorten(&deposit.network, 20)
            ));
        };
        let amount = amount_to_pay(&deposit.amount)?;
        let mut state = self.state();
        let mut order = new_order::order(self, &state, Kind::Deposit, currency, amount.clone());
        order.user_id.clone_from(&deposit.user_id);
        order.network = Some(network);
        order.address = network.address_of_user(&self.account.address_salt, &deposit.user_id);
        amount.text().clone_into(&mut order.actual_amount);
        amount.text().clone_into(&mut order.received_amount);
        order.funds = Funds::Exact;
        order.set_hash(&self.context.ids);
        let id = order.order_id.clone();
        // Asked first, so that no money moves without its order.
        state.orders.room_for("")?;
        state.ledger.credit(currency, amount.value())?;
        state.orders.add(order, self.context.next_order())?;
        self.settle(state, &id, Status::Completed)
    }
}
