//! How a provider is queried about a call whose outcome is unknown.

use async_trait::async_trait;

use crate::answer::Answer;
use crate::error::Error;
use crate::payment::Payment;
use crate::ticket::{Difference, Ticket};

/// Queries a provider about a call whose outcome is unknown. Every gateway implements it. Applications use
/// [`Ticket::resolve`], which decides what the result proves.
#[async_trait]
pub trait Recovery: Send + Sync {
    /// Queries the provider once.
    ///
    /// It never sends a payout or an exchange again. It may send a checkout order again if the provider refuses a reference
    /// that exists ([`Strategy::Repeat`](crate::facts::Strategy::Repeat)), with the same reference and values, which the
    /// ticket holds.
    ///
    /// # Errors
    /// [`Error`] if the query failed, also if an answer may mean "not found" and may mean something else.
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error>;
}

/// The result of a lookup.
#[derive(Debug)]
pub enum LookupResult {
    /// The provider has an order under the reference.
    Found(Answer<Payment>),
    /// The provider has an order under the reference that certainly differs from the ticket, in a way that only the adapter can
    /// see. Everything that [`Payment`] expresses is compared by [`Ticket::resolve`].
    Other {
        /// The order.
        found: Answer<Payment>,
        /// What differs, at least one.
        differences: Vec<Difference>,
    },
    /// The provider answered "not found". [`Facts`](crate::facts::Facts) say what that proves.
    NotFound,
}
