//! What the provider booked, a row at a time.

mod pages;

pub use pages::{Page, pages};

use std::pin::Pin;

use futures_core::Stream;

use crate::{Answer, Date, Error, Payment};

/// The provider's books. They close the gaps that lost webhooks leave.
pub trait Statements: Send + Sync {
    /// The rows of one day, fetched as the stream is read. Effect: read. A row that is told twice is two equal payments:
    /// [`Payments`](crate::Payments) make one of them. A row without an effect key says what was booked over there; never
    /// book from it here.
    ///
    /// After an error the stream ends: what came before it is right, and incomplete.
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a>;
}

/// Rows as they come.
pub type Rows<'a> = Pin<Box<dyn Stream<Item = Result<Answer<Payment>, Error>> + Send + 'a>>;

/// Which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementQuery {
    /// The day, by the provider's calendar: [`Facts`](crate::Facts) tell in which time zone.
    pub day: Date,
}
