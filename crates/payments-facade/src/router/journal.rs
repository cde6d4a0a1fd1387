//! The record of sent requests outside the process.

use std::fmt;

use async_trait::async_trait;
use payments_core::BoxError;

use crate::ticket::Ticket;

/// Where a router records every request before it leaves.
///
/// Keep a table with a unique index on [call](Ticket::call) and [reference](Ticket::reference), the complete ticket (by
/// `serde`), and whether its order was made. A row that is left when a process ends tells the next process that money may
/// have moved.
///
/// [`applied`](Self::applied), [`unknown`](Self::unknown), [`refused`](Self::refused) and [`not_applied`](Self::not_applied) match the
/// complete ticket, so that a late call does not change the row of a newer one. They may arrive in any order and from several processes,
/// so a row that is marked as made is never removed or unmarked. They return nothing: if one fails, the row stays, and its ticket is
/// resolved again before anything is sent.
#[async_trait]
pub trait Journal: fmt::Debug + Send + Sync + 'static {
    /// Records a request that is about to leave. It leaves when this returns, so the row must be durable by then.
    ///
    /// # Errors
    /// [`JournalError`], also if a row with this call and reference exists, even of an equal ticket. Nothing is sent then.
    async fn sending(&self, ticket: &Ticket) -> Result<(), JournalError>;

    /// The order exists: marks the ticket's row, if there is one, as made.
    async fn applied(&self, ticket: &Ticket);

    /// The call has ended, and its outcome is unknown: the ticket's row stays, unless it is marked as made. For journals that
    /// take a call for running until they hear of its end. Others need not do anything.
    async fn unknown(&self, _ticket: &Ticket) {}

    /// The provider refused the call because the reference exists already, so an order under it belongs to an earlier call. `ticket` is
    /// the one passed to [`sending`](Self::sending), as in all later calls about the row. Mark the row as refused, and from then on
    /// return the [marked](Ticket::refused) ticket, from `sending` and to everyone who resolves it. Otherwise another process could take
    /// that order for this call's. In all other respects this is [`unknown`](Self::unknown).
    async fn refused(&self, ticket: &Ticket) {
        self.unknown(ticket).await;
    }

    /// The call had no effect: removes the ticket's row, if there is one that is *not* marked as made. In SQL:
    /// `DELETE ... WHERE ticket = ? AND NOT made`, in one statement.
    async fn not_applied(&self, ticket: &Ticket);
}

/// Why a journal did not record a ticket.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The reference has a row with this ticket that is not marked as made.
    #[error("an earlier call under this reference is not resolved")]
    Unresolved(Box<Ticket>),
    /// The reference has a row with this ticket that is marked as made.
    #[error("the order of this reference was made by an earlier call")]
    Made(Box<Ticket>),
    /// The journal could not be read or written.
    #[error("the journal failed")]
    Failed(#[source] BoxError),
}
