//! Incoming payments: orders that a customer pays.

mod order;
mod uri;

pub use order::{CheckoutKind, CheckoutOptions, CheckoutOrder, Item};
pub use payments_address::uri::PaymentUri;

use std::fmt;

use async_trait::async_trait;
use payments_core::{InvalidRequest, SensitiveString, Timestamp};

use crate::answer::Answer;
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::Payment;
use crate::payout::Destination;
use crate::ticket::Ticket;

/// Orders that a customer pays: on a hosted page, to an address, or by card on a hosted page.
#[async_trait]
pub trait Checkout: Send + Sync {
    /// The options that orders of this kind support. `None` if orders of this kind are not supported.
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]>;

    /// Whether [`find`](Self::find) works by this kind of lookup.
    fn finds_by(&self, kind: LookupKind) -> bool;

    /// Checks an order without I/O: everything that [`create`](Self::create) would refuse before sending a request.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest>;

    /// A ticket for this order. Store it before the call: after a crash there is no error to take it from.
    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket;

    /// Creates the order. If the future is dropped, the outcome is unknown.
    ///
    /// # Errors
    /// [`Error`], with a [`Ticket`] if the outcome is unknown.
    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error>;

    /// Queries an order. `None` means that the provider answered "not found"; [`Facts`](crate::facts::Facts) say whether
    /// and when that proves anything. Effect: read.
    ///
    /// # Errors
    /// [`Error`], also if an answer may mean "not found" and may mean something else.
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error>;

    /// Cancellation of orders, if the provider supports it.
    fn cancellation(&self) -> Option<&dyn Cancellation> {
        None
    }
}

/// Cancellation of unpaid orders.
#[async_trait]
pub trait Cancellation: Send + Sync {
    /// Whether [`cancel`](Self::cancel) works by this kind of lookup.
    fn cancels_by(&self, kind: LookupKind) -> bool;

    /// Cancels the order. Money may still arrive for it.
    ///
    /// # Errors
    /// [`Error`]. After an unknown outcome, query the order with [`find`](Checkout::find).
    async fn cancel(&self, by: &Lookup) -> Result<Answer<Payment>, Error>;
}

/// A new order and the customer's next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedCheckout {
    /// The status of the order. It may already be closed, although the call succeeded.
    pub payment: Payment,
    /// What the customer does next.
    pub next: CustomerStep,
}

/// What a customer does to pay. `Debug` shows no URL and no address.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CustomerStep {
    /// Visits this URL.
    Visit(SensitiveString),
    /// Sends money to this address.
    Send {
        /// The address.
        to: Destination,
        /// The amount to send. `None` if the provider did not state it: then only the order's price is known.
        money: Option<Money>,
    },
    /// Nothing: the order cannot be paid now, or the provider did not say how.
    Nothing,
}

impl CustomerStep {
    /// The URL to visit.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Visit(url) => Some(url.expose()),
            _ => None,
        }
    }
}

impl fmt::Debug for CustomerStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visit(_) => f.write_str("Visit(***)"),
            Self::Send { to, money } => {
                let network = to.network();
                write!(f, "Send {{ network: {network:?}, money: {money:?} }}")
            }
            Self::Nothing => f.write_str("Nothing"),
        }
    }
}
