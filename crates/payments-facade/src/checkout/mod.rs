//! Money in: a customer pays an order.

mod order;

pub use order::{CheckoutKind, CheckoutOptions, CheckoutOrder, Item};

use std::fmt;

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use crate::{
    Answer, Destination, Error, Lookup, LookupKind, Money, OptionNames, Payment, SensitiveString,
    Ticket,
};

/// Orders that a customer pays: on a page, to an address, by card on a page.
#[async_trait]
pub trait Checkout: Send + Sync {
    /// The options of an order of this kind that are carried; none where orders of this kind are not taken. Computed from
    /// the reading itself, by [`survey`](crate::survey).
    fn offers(&self, kind: CheckoutKind) -> Option<OptionNames>;

    /// Whether [`find`](Self::find) works by this.
    fn finds_by(&self, kind: LookupKind) -> bool;

    /// Everything that [`create`](Self::create) would refuse before any I/O.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest>;

    /// A ticket for this order, to be stored before the call: a crash leaves no error.
    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket;

    /// Makes the order. Dropping the future leaves the outcome unknown.
    ///
    /// # Errors
    /// [`Error`], with a [`Ticket`] where the outcome is unknown.
    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error>;

    /// Asks how an order stands. `None` is an answer in so many words that there is none; what that proves, and when,
    /// [`Facts`](crate::Facts) tell. Effect: read.
    ///
    /// # Errors
    /// [`Error`], also where an answer may mean "not found" and may mean something else.
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error>;

    /// Calling orders off, where the provider can.
    fn cancellation(&self) -> Option<&dyn Cancellation> {
        None
    }
}

/// Calling an unpaid order off.
#[async_trait]
pub trait Cancellation: Send + Sync {
    /// Whether [`cancel`](Self::cancel) works by this.
    fn cancels_by(&self, kind: LookupKind) -> bool;

    /// Calls the order off. Money may be on its way all the same.
    ///
    /// # Errors
    /// [`Error`]; after an unknown outcome [`find`](Checkout::find) tells.
    async fn cancel(&self, by: &Lookup) -> Result<Answer<Payment>, Error>;
}

/// A new order, and what the customer does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedCheckout {
    /// How the order stands. A success of the call need not be an order that can be paid.
    pub payment: Payment,
    /// What the customer does next.
    pub next: CustomerStep,
}

/// What a customer does to pay. `Debug` shows no URL, page or address.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CustomerStep {
    /// Goes to this URL.
    Visit(SensitiveString),
    /// Sends this money there. Without `money` the provider did not say how much: only the order's price is known.
    Send {
        /// Where to.
        to: Destination,
        /// How much of what.
        money: Option<Money>,
    },
    /// Nothing: the order cannot be paid as it stands, or the provider left out how.
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
                write!(
                    f,
                    "Send {{ network: {:?}, money: {money:?} }}",
                    to.network()
                )
            }
            Self::Nothing => f.write_str("Nothing"),
        }
    }
}
