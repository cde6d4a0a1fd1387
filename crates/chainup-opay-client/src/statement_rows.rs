//! All rows of a day's statement, page by page.

mod tally;

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use payments_core::{Error, Fault, Operation, RawAnswer};

use crate::op::merchant_billing_day::{DailyStatement, Statement, StatementRow};
use crate::protocol::PROVIDER;
use tally::{Limits, Next, Tally};

/// A longer day is an error. Each row that was read takes 16 bytes of memory.
const LIMITS: Limits = Limits {
    pages: 10_000,
    rows: 1_000_000,
};

pub(crate) type Fetch = Pin<Box<dyn Future<Output = Result<Statement, Error>> + Send>>;

/// The rows of a day's statement, fetched page by page on demand. Returned by
/// [`Client::daily_statement_rows`](crate::Client::daily_statement_rows).
///
/// It is a [`Stream`]; [`next`](Self::next) works without a stream library.
///
/// If it starts at page 1, it ends once it has read as many rows as the platform counts. It fails if
///
/// - there are no more pages and fewer rows than counted: a row moved to a page that was already read, or the gateway
///   skips rows;
/// - there are more rows than counted: the count is not that of the day;
/// - a page has no new rows before the count is reached: the gateway repeats pages;
/// - the day has more than 10,000 pages or 1,000,000 rows.
///
/// A page that is not full is not taken as the last one, because a gateway may return fewer rows than requested. If the
/// count equals a single full page, the next page is fetched too, because the count may be that of the page. Without a
/// count, or if it starts at a later page, the first empty page is the end.
///
/// Rows can move to another page while orders are added; a row that was already read is skipped. Two *different* rows of
/// one order (same id and type) are an error: the statement changed while it was read, or contradicts itself.
///
/// An error ends the stream, and the statement is incomplete. Read it again from the start.
#[must_use = "it fetches nothing until it is polled"]
pub struct StatementRows {
    fetch_page: Box<dyn Fn(DailyStatement) -> Fetch + Send + Sync>,
    /// The page to fetch next; `None` after the last page.
    next_page: Option<DailyStatement>,
    fetch: Option<Fetch>,
    ready: VecDeque<StatementRow>,
    tally: Tally,
}

impl StatementRows {
    pub(crate) fn new(
        first: DailyStatement,
        fetch_page: impl Fn(DailyStatement) -> Fetch + Send + Sync + 'static,
    ) -> Self {
        Self {
            fetch_page: Box::new(fetch_page),
            tally: Tally::new(first.rows_per_page(), first.is_first_page(), LIMITS),
            next_page: Some(first),
            fetch: None,
            ready: VecDeque::new(),
        }
    }

    /// The next row; `None` after the last one.
    ///
    /// Dropping the future loses nothing: the next call continues to wait for the same page.
    pub async fn next(&mut self) -> Option<Result<StatementRow, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The number of rows that the platform counts, from the latest page.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        self.tally.count()
    }

    fn add(&mut self, request: &DailyStatement, page: Statement) -> Result<(), Error> {
        let raw = page.raw().cloned();
        let (new_rows, next) = self
            .tally
            .add(page.rows, page.count)
            .map_err(|problem| inconsistent(problem, raw.clone()))?;
        if next == Next::Page {
            let following = request.following();
            self.next_page =
                Some(following.ok_or_else(|| inconsistent("more pages than page numbers", raw))?);
        }
        self.ready.extend(new_rows);
        Ok(())
    }
}

fn inconsistent(problem: &'static str, raw: Option<RawAnswer>) -> Error {
    let fault = Fault::undecodable(problem);
    Error::from_fault(
        PROVIDER,
        DailyStatement::NAME,
        DailyStatement::EFFECT,
        fault,
        raw,
    )
}

impl Stream for StatementRows {
    type Item = Result<StatementRow, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(row) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            let Some(request) = this.next_page.clone() else {
                return Poll::Ready(None);
            };
            let fetch = this
                .fetch
                .get_or_insert_with(|| (this.fetch_page)(request.clone()));
            let Poll::Ready(page) = fetch.as_mut().poll(context) else {
                return Poll::Pending;
            };
            this.fetch = None;
            this.next_page = None;
            if let Err(error) = page.and_then(|page| this.add(&request, page)) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl fmt::Debug for StatementRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatementRows")
            .field("next_page", &self.next_page)
            .field("rows_seen", &self.tally.rows())
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}
