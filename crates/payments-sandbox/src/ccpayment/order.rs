//! Orders of every kind: checkouts, withdrawals and refunds, deposits.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::chains::Place;
use super::checkout::{Checkout, State};
use super::coins::{Coin, Token};
use crate::shared::action::ActionError;
use crate::shared::decimal::Decimal;
use crate::shared::gateway::Gateway;
use crate::shared::order::{self, Funds, OrderKind, OrderStatus};
use crate::shared::order_table::Stored;

/// The kinds of webhooks, by their names on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum OrderType {
    #[serde(rename = "API Deposit")]
    ApiDeposit,
    #[serde(rename = "Direct Deposit")]
    DirectDeposit,
    Invoice,
    #[serde(rename = "API Withdrawal")]
    ApiWithdrawal,
    Refund,
}

impl OrderType {
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "API Deposit" => Self::ApiDeposit,
            "Direct Deposit" => Self::DirectDeposit,
            "Invoice" => Self::Invoice,
            "API Withdrawal" => Self::ApiWithdrawal,
            "Refund" => Self::Refund,
            _ => return None,
        })
    }
}

/// A withdrawal or a refund.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Transfer {
    pub(super) record_id: String,
    pub(super) token: &'static Token,
    pub(super) to: String,
    pub(super) memo: String,
    /// Leaves the balance of the coin, including a fee in the same coin.
    pub(super) debit: Decimal,
    /// What was asked for: `value`, or the refund's amount.
    pub(super) value: Decimal,
    /// What arrives.
    pub(super) net: Decimal,
    pub(super) fee: Fee,
    pub(super) merchant_pays_fee: bool,
    /// Whether it stays inside CCPayment.
    pub(super) internal: bool,
    pub(super) token_rate: Decimal,
    /// The transaction; empty before it is made, and for an internal transfer.
    pub(super) txid: String,
    /// Of a refund: the order whose money goes back.
    pub(super) refund_of: Option<String>,
}

/// The network fee.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Fee {
    pub(super) coin: &'static Coin,
    pub(super) amount: Decimal,
    /// In USD, to the cent.
    pub(super) value: String,
    /// Whether the balance of `coin` pays it, instead of what is sent.
    pub(super) apart: bool,
}

/// A deposit to a permanent address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Deposit {
    pub(super) record_id: String,
    pub(super) user_id: String,
    pub(super) token: &'static Token,
    /// The sender; empty if the chain does not name one.
    pub(super) from: String,
    pub(super) to: Place,
    pub(super) amount: Decimal,
    pub(super) credit: Decimal,
    pub(super) service_fee: Decimal,
    pub(super) txid: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Details {
    /// An order or an invoice, which is paid.
    Checkout(Box<Checkout>),
    Transfer(Transfer),
    Deposit(Deposit),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) order_id: String,
    /// `merchant_order_id`; empty for what the merchant did not make by a call.
    pub(super) merchant_ref: String,
    pub(super) status: OrderStatus,
    /// The provider's own name of the state; empty for a deposit.
    pub(super) label: String,
    pub(super) callback_url: String,
    pub(super) details: Details,
    pub(super) created_ms: u64,
    pub(super) settled_ms: Option<u64>,
    /// When a transfer completes, or the time to pay ends.
    pub(super) due_ms: Option<u64>,
}

impl Order {
    pub(super) fn checkout(&self) -> Option<&Checkout> {
        match &self.details {
            Details::Checkout(checkout) => Some(checkout),
            Details::Transfer(_) | Details::Deposit(_) => None,
        }
    }

    /// The checkout of an order that takes payments.
    pub(super) fn checkout_mut(&mut self) -> Result<&mut Checkout, ActionError> {
        let error = self.cannot_be("paid");
        match &mut self.details {
            Details::Checkout(checkout) => Ok(checkout),
            Details::Transfer(_) | Details::Deposit(_) => Err(error),
        }
    }

    pub(super) fn deposit(&self) -> Option<&Deposit> {
        match &self.details {
            Details::Deposit(deposit) => Some(deposit),
            Details::Checkout(_) | Details::Transfer(_) => None,
        }
    }

    pub(super) fn transfer(&self) -> Option<&Transfer> {
        match &self.details {
            Details::Transfer(transfer) => Some(transfer),
            Details::Checkout(_) | Details::Deposit(_) => None,
        }
    }

    pub(super) fn kind(&self) -> OrderKind {
        match &self.details {
            Details::Checkout(checkout) if checkout.invoice.is_some() => OrderKind::Invoice,
            Details::Checkout(_) => OrderKind::PayIn,
            Details::Transfer(transfer) if transfer.refund_of.is_some() => OrderKind::Refund,
            Details::Transfer(_) => OrderKind::Payout,
            Details::Deposit(_) => OrderKind::Deposit,
        }
    }

    /// The error for an action that the order's state does not allow.
    pub(super) fn cannot_be(&self, action: &str) -> ActionError {
        let (id, status) = (&self.order_id, self.status.as_str());
        ActionError::Conflict(format!("Order {id} is {status} and cannot be {action}."))
    }

    /// Updates the state of a checkout after a payment, or when time has passed.
    pub(super) fn refresh(&mut self, now_ms: u64) {
        let Details::Checkout(checkout) = &self.details else {
            return;
        };
        let state = checkout.state(now_ms);
        state.label().clone_into(&mut self.label);
        self.status = match state {
            State::Awaiting | State::Under if checkout.seen.is_some() => OrderStatus::Processing,
            State::Awaiting | State::Under => OrderStatus::Pending,
            State::Expired | State::UnderOverdue => OrderStatus::Closed,
            State::Paid | State::PaidOverdue | State::Over | State::OverOverdue => {
                OrderStatus::Completed
            }
        };
        let ended = self.status.is_final();
        self.settled_ms = ended.then(|| self.settled_ms.unwrap_or(now_ms));
        self.due_ms = (!ended).then_some(checkout.expires_ms);
    }
}

fn view_token(view: &mut order::Order, token: &Token) {
    token.coin.symbol.clone_into(&mut view.currency);
    token.network.clone_into(&mut view.network);
}

fn view_checkout(view: &mut order::Order, checkout: &Checkout) {
    match &checkout.quote {
        Some(quote) => {
            view_token(view, quote.token);
            view.address.clone_from(&quote.place.address);
            view.amount = quote.order_amount.to_string();
        }
        None => {
            checkout.priced.as_str().clone_into(&mut view.currency);
            view.amount.clone_from(&checkout.product_price);
        }
    }
    let (paid, credit) = checkout.sums();
    view.actual_amount = paid.to_string();
    view.received_amount = credit.to_string();
    view.fee = paid.minus(credit).unwrap_or_default().to_string();
    if paid.is_positive() {
        view.funds = match paid.cmp(&checkout.asked().unwrap_or_default()) {
            Ordering::Less => Funds::Under,
            Ordering::Equal => Funds::Exact,
            Ordering::Greater => Funds::Over,
        };
    }
    let last = checkout.payments.last().map(|payment| &payment.txid);
    if let Some(txid) = last.or(checkout.seen.as_ref().map(|seen| &seen.txid)) {
        view.hash.clone_from(txid);
    }
    for url in [
        &mut view.return_url,
        &mut view.success_url,
        &mut view.fail_url,
    ] {
        url.clone_from(&checkout.return_url);
    }
    view.remark.clone_from(&checkout.remark);
    view.ext_info.clone_from(&checkout.custom_value);
    view.cashier_url.clone_from(&checkout.page_url);
}

fn view_transfer(view: &mut order::Order, transfer: &Transfer) {
    view_token(view, transfer.token);
    view.address.clone_from(&transfer.to);
    view.amount = transfer.debit.to_string();
    view.net_amount = transfer.net.to_string();
    if view.status != OrderStatus::Closed {
        let fee = transfer.debit.minus(transfer.net).unwrap_or_default();
        view.fee = fee.to_string();
    }
    if view.status == OrderStatus::Completed {
        view.actual_amount.clone_from(&view.amount);
        view.received_amount.clone_from(&view.net_amount);
    }
    view.hash.clone_from(&transfer.txid);
}

fn view_deposit(view: &mut order::Order, deposit: &Deposit) {
    view_token(view, deposit.token);
    view.user_id.clone_from(&deposit.user_id);
    view.address.clone_from(&deposit.to.address);
    view.amount = deposit.amount.to_string();
    if view.status == OrderStatus::Completed {
        view.actual_amount.clone_from(&view.amount);
        view.received_amount = deposit.credit.to_string();
        view.fee = deposit.service_fee.to_string();
        view.funds = Funds::Exact;
    }
    view.hash.clone_from(&deposit.txid);
}

impl Stored for Order {
    fn order_id(&self) -> &str {
        &self.order_id
    }

    fn merchant_ref(&self) -> &str {
        &self.merchant_ref
    }

    fn due_ms(&self) -> Option<u64> {
        self.due_ms
    }

    fn clear_due(&mut self) {
        self.due_ms = None;
    }

    fn view(&self) -> order::Order {
        let mut view = order::Order::new(
            Gateway::CCPAYMENT,
            self.kind(),
            self.order_id.clone(),
            self.created_ms,
        );
        view.merchant_ref.clone_from(&self.merchant_ref);
        view.status = self.status;
        view.gateway_state.clone_from(&self.label);
        view.callback_url.clone_from(&self.callback_url);
        view.settled_ms = self.settled_ms;
        view.due_ms = self.due_ms;
        match &self.details {
            Details::Checkout(checkout) => view_checkout(&mut view, checkout),
            Details::Transfer(transfer) => view_transfer(&mut view, transfer),
            Details::Deposit(deposit) => view_deposit(&mut view, deposit),
        }
        view
    }
}
