//! The provider's statements, row by row.

mod pages;
mod zone;

pub use pages::{Page, failed, pages};
pub use zone::DayZone;

use std::pin::Pin;

use futures_core::Stream;
use payments_core::{Date, Timestamp};

use crate::answer::Answer;
use crate::error::Error;
use crate::facts::Fact;
use crate::payment::{Payment, PaymentKind};

/// The provider's statements. They fill the gaps that lost webhooks leave.
pub trait Statements: Send + Sync {
    /// The rows of one day, fetched while the stream is read. Effect: read. A row that occurs twice yields two equal payments;
    /// [`Payments`](crate::payment::Payments) merges them. Do not book from a row without an effect key: it only reports what
    /// the provider booked.
    ///
    /// The stream ends after an error. The rows before it are correct but incomplete. A [`kind`](StatementQuery::kind) that
    /// the provider cannot select is an error of kind `Unsupported`, and nothing is sent.
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a>;

    /// Whether the provider can limit a statement to payments of this kind: [`StatementQuery::kind`].
    fn selects(&self, kind: PaymentKind) -> bool;

    /// The time zone of the days, and whether it is documented or assumed.
    fn day_zone(&self) -> Fact<DayZone>;

    /// Whether rows that were read without an error are all rows of that day: only if the day was over when the reading
    /// started. Rows of a day that is not over are correct, and more will follow.
    ///
    /// A minute is added for rows that are posted late. If the zone is assumed, the day must be over in every zone.
    ///
    /// - `started`: the time before the first row was requested.
    fn is_complete(&self, query: &StatementQuery, started: Timestamp) -> bool {
        zone::is_complete(self.day_zone(), query.day, started)
    }
}

/// A stream of rows.
pub type Rows<'a> = Pin<Box<dyn Stream<Item = Result<Answer<Payment>, Error>> + Send + 'a>>;

/// The rows to fetch: all of a day, or those of one kind. All pages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the rows are returned by `Statements::rows`"]
pub struct StatementQuery {
    /// The day in the provider's time zone: [`Statements::day_zone`].
    pub day: Date,
    /// Only payments of this kind, selected by the provider: [`Statements::selects`]. `None`: all, also of types that no
    /// document lists.
    pub kind: Option<PaymentKind>,
}

impl StatementQuery {
    /// All rows of this day.
    pub const fn of(day: Date) -> Self {
        Self { day, kind: None }
    }

    /// Only payments of this kind.
    pub const fn kind(mut self, kind: PaymentKind) -> Self {
        self.kind = Some(kind);
        self
    }
}
