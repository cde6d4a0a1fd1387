//! All rows of a day's statement, page after page.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use payments_core::{Error, Fault, Operation, RawAnswer};

use crate::protocol::PROVIDER;
use crate::tally::{Bounds, More, Tally};
use crate::{Client, DailyStatement, Statement, StatementRow};

/// A day of more is given up. What has come is remembered in 16 bytes a row.
const BOUNDS: Bounds = Bounds {
    pages: 10_000,
    rows: 1_000_000,
};

type Fetch = Pin<Box<dyn Future<Output = Result<Statement, Error>> + Send>>;

/// The rows of a day's statement, fetched page by page as they are asked for: made by
/// [`Client::daily_statement_rows`](crate::Client::daily_statement_rows).
///
/// It is a [`Stream`]; [`next`](Self::next) needs no crate for that.
///
/// From page 1 on it ends when as many rows have come as the platform counts, and with an error when that cannot be:
///
/// - there are no more pages, and fewer rows came than are counted: a row moved to a page that had been read, or the
///   gateway skips some;
/// - more rows came than are counted: the count is not that of the day;
/// - a page brings nothing new before the count is reached: the platform repeats pages;
/// - the day has more than 10,000 pages or 1,000,000 rows.
///
/// A page that is not full is no end by itself, for a gateway may give fewer rows than it is asked for. Where a full page
/// is all that is counted, one more is asked for, lest the count be the page's own. Without a count, and from a later page
/// on, nothing can be compared: the end is an empty page.
///
/// A row that comes a second time, for rows move from page to page while orders are added, is left out. Two *different*
/// rows of one order (id and type) are an error: the statement changed while it was read, or contradicts itself.
///
/// An error ends the stream: the statement is then not complete. Read it again from the start.
#[must_use = "nothing is fetched until a row is asked for"]
pub struct StatementRows {
    client: Client,
    /// The page to fetch next; none when there are no more.
    ahead: Option<DailyStatement>,
    fetch: Option<Fetch>,
    ready: VecDeque<StatementRow>,
    tally: Tally,
}

impl StatementRows {
    pub(crate) fn new(client: Client, first: DailyStatement) -> Self {
        Self {
            client,
            tally: Tally::new(first.rows_per_page(), first.is_first_page(), BOUNDS),
            ahead: Some(first),
            fetch: None,
            ready: VecDeque::new(),
        }
    }

    /// The next row; `None` after the last one.
    ///
    /// Dropping the future loses nothing: the next call goes on waiting for the same page.
    pub async fn next(&mut self) -> Option<Result<StatementRow, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// How many rows the platform counts, as its latest page says.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        self.tally.count()
    }

    /// Takes in a page, fetched as `asked`.
    fn take(&mut self, asked: &DailyStatement, page: Statement) -> Result<(), Error> {
        let raw = page.raw().cloned();
        let (fresh, more) = self
            .tally
            .take(page.rows, page.count)
            .map_err(|about| broken(about, raw.clone()))?;
        self.ready.extend(fresh);
        if more == More::Page {
            let next = asked.following();
            self.ahead =
                Some(next.ok_or_else(|| broken("more pages than there are numbers", raw))?);
        }
        Ok(())
    }
}

fn broken(about: &'static str, raw: Option<RawAnswer>) -> Error {
    let fault = Fault::undecodable(about);
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
            let Some(asked) = this.ahead.clone() else {
                return Poll::Ready(None);
            };
            let fetch = this.fetch.get_or_insert_with(|| {
                let (client, page) = (this.client.clone(), asked.clone());
                Box::pin(async move { client.daily_statement(page).await })
            });
            let Poll::Ready(page) = fetch.as_mut().poll(context) else {
                return Poll::Pending;
            };
            this.fetch = None;
            this.ahead = None;
            if let Err(error) = page.and_then(|page| this.take(&asked, page)) {
                // Rows of a page that cannot be the whole truth are not given out.
                this.ready.clear();
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl fmt::Debug for StatementRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatementRows")
            .field("next_page", &self.ahead)
            .field("rows_seen", &self.tally.rows())
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}
