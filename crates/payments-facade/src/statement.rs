//! The provider's statements, row by row.

mod pages;

pub use pages::{Page, pages};

use std::pin::Pin;

use futures_core::Stream;
use payments_core::Date;

use crate::answer::Answer;
use crate::error::Error;
use crate::payment::Payment;

/// The provider's statements. They fill the gaps that lost webhooks leave.
pub trait Statements: Send + Sync {
    /// The rows of one day, fetched while the stream is read. Effect: read. A row that occurs twice yields two equal payments;
    /// [`Payments`](crate::payment::Payments) merges them. Do not book from a row without an effect key: it only reports what
    /// the provider booked.
    ///
    /// The stream ends after an error. The rows before it are correct but incomplete.
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a>;
}

/// A stream of rows.
pub type Rows<'a> = Pin<Box<dyn Stream<Item = Result<Answer<Payment>, Error>> + Send + 'a>>;

/// The rows to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementQuery {
    /// The day in the provider's time zone, which [`Facts`](crate::facts::Facts) name.
    pub day: Date,
}
