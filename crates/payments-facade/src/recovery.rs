//! Finding out what became of a call.

use async_trait::async_trait;

use crate::{Answer, Error, Payment, Ticket};

/// How one provider is asked what became of a call whose outcome is unknown. Every gateway has an answer to that;
/// applications use [`Ticket::resolve`], which adds the judgement.
#[async_trait]
pub trait Recovery: Send + Sync {
    /// Asks once.
    ///
    /// It never sends a payout, a card charge or an exchange again. A pay-in order may be sent again where the provider
    /// refuses a reference it knows ([`Strategy::Repeat`](crate::Strategy::Repeat)): by the same reference and the same
    /// values, which the ticket has.
    ///
    /// # Errors
    /// [`Error`] when the question was not answered, also where an answer may mean "not found" and may mean something
    /// else.
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error>;
}

/// What a provider says about a reference.
#[derive(Debug)]
pub enum LookupResult {
    /// It knows it.
    Found(Answer<Payment>),
    /// It answered, in so many words, that it does not. What that proves, [`Facts`](crate::Facts) tell.
    NotFound,
}
