//! What a router writes down outside the process.

use std::fmt;

use async_trait::async_trait;
use payments_core::BoxError;

use crate::ticket::Ticket;

/// Where a router writes down, outside the process, what it is about to do.
///
/// Keep a table with a unique index on [call](Ticket::call) and [reference](Ticket::reference), the whole ticket (by
/// `serde`), and whether its order was made. A row that is there when a process ends tells the next one that money may be
/// out.
///
/// [`applied`](Self::applied) and [`not_applied`](Self::not_applied) match the *whole* ticket, so that a late one cannot
/// touch the row of a newer call. They return nothing: where one of them fails, the row stays as it is, and its ticket is
/// resolved once more before anything is sent.
#[async_trait]
pub trait Journal: fmt::Debug + Send + Sync + 'static {
    /// A request for this is about to leave. It leaves when this has returned, so the row must be safe by then.
    ///
    /// # Errors
    /// [`JournalError`], also where there is a row with this call and reference, even one of the same ticket. Nothing is
    /// sent then.
    async fn sending(&self, ticket: &Ticket) -> Result<(), JournalError>;

    /// The order exists: the row of this ticket stays, marked as made. There may be none.
    async fn applied(&self, ticket: &Ticket);

    /// It is certain that nothing came of it: the row of this ticket is removed. There may be none.
    async fn not_applied(&self, ticket: &Ticket);
}

/// Why a journal did not take a ticket.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// There is a row of this reference, with this ticket, and it is not marked as made.
    #[error("an earlier call under this reference is not resolved")]
    Unresolved(Box<Ticket>),
    /// There is a row of this reference, with this ticket, and it is marked as made.
    #[error("the order of this reference was made by an earlier call")]
    Made(Box<Ticket>),
    /// The journal could not be read or written.
    #[error("the journal failed")]
    Failed(#[source] BoxError),
}
