//! The names of the calls.

use std::fmt;

use crate::ticket::MoneyCall;

/// A call of a [`Gateway`](crate::gateway::Gateway) by name. The list is closed, so the name can be a metric's label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Call {
    /// [`Checkout::create`](crate::checkout::Checkout::create).
    CreateCheckout,
    /// [`Checkout::find`](crate::checkout::Checkout::find).
    FindCheckout,
    /// [`Cancellation::cancel`](crate::checkout::Cancellation::cancel).
    CancelCheckout,
    /// [`Payouts::create`](crate::payout::Payouts::create).
    CreatePayout,
    /// [`Payouts::find`](crate::payout::Payouts::find).
    FindPayout,
    /// [`Exchange::execute`](crate::exchange::Exchange::execute).
    Exchange,
    /// [`Exchange::find`](crate::exchange::Exchange::find).
    FindExchange,
    /// [`Addresses::get`](crate::address::Addresses::get).
    Addresses,
    /// [`Rates::quote`](crate::rate::Rates::quote).
    Quote,
    /// [`Balances::list`](crate::balance::Balances::list).
    Balances,
    /// [`Statements::rows`](crate::statement::Statements::rows), from the first row to the last.
    Statement,
    /// [`Recovery::lookup`](crate::recovery::Recovery::lookup): a query, or the same order sent once more.
    Resolve,
    /// [`Resend::resend`](crate::webhook::Resend::resend).
    ResendWebhooks,
}

impl Call {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::CreateCheckout,
        Self::FindCheckout,
        Self::CancelCheckout,
        Self::CreatePayout,
        Self::FindPayout,
        Self::Exchange,
        Self::FindExchange,
        Self::Addresses,
        Self::Quote,
        Self::Balances,
        Self::Statement,
        Self::Resolve,
        Self::ResendWebhooks,
    ];

    /// The name: `create_payout`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateCheckout => "create_checkout",
            Self::FindCheckout => "find_checkout",
            Self::CancelCheckout => "cancel_checkout",
            Self::CreatePayout => "create_payout",
            Self::FindPayout => "find_payout",
            Self::Exchange => "exchange",
            Self::FindExchange => "find_exchange",
            Self::Addresses => "addresses",
            Self::Quote => "quote",
            Self::Balances => "balances",
            Self::Statement => "statement",
            Self::Resolve => "resolve",
            Self::ResendWebhooks => "resend_webhooks",
        }
    }

    /// The ticket's name of the call, if it moves money.
    #[must_use]
    pub const fn moves_money(self) -> Option<MoneyCall> {
        match self {
            Self::CreateCheckout => Some(MoneyCall::Checkout),
            Self::CreatePayout => Some(MoneyCall::Payout),
            Self::Exchange => Some(MoneyCall::Exchange),
            _ => None,
        }
    }

    /// Whether it changes nothing at any provider. [`Resolve`](Self::Resolve) may: see
    /// [`Strategy::Repeat`](crate::facts::Strategy::Repeat).
    #[must_use]
    pub const fn is_read(self) -> bool {
        match self {
            Self::FindCheckout
            | Self::FindPayout
            | Self::FindExchange
            | Self::Quote
            | Self::Balances
            | Self::Statement => true,
            Self::CreateCheckout
            | Self::CancelCheckout
            | Self::CreatePayout
            | Self::Exchange
            | Self::Addresses
            | Self::Resolve
            | Self::ResendWebhooks => false,
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
