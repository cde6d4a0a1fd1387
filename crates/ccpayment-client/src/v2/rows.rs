//! All records of a list, page by page.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use payments_core::{Error, Fault, Operation};

use super::list::Page;
use super::protocol::{Call, PROVIDER};

/// More pages are an error. At 20 records a page they are 200,000 records.
const MOST_PAGES: usize = 10_000;

/// A list that is read in pages, each of which names the next one by `nextId`.
pub trait Paged:
    Call + Operation<Output = Page<Self::Row>> + Clone + fmt::Debug + Send + Sync + 'static
{
    /// A record of the list.
    type Row: Send + 'static;

    /// The same list from a cursor on. The conditions have to stay as they were for the page that named the cursor.
    #[must_use]
    fn at_cursor(self, cursor: impl Into<String>) -> Self;

    /// The cursor that it starts at, if it does not start at the first page.
    fn cursor(&self) -> Option<&str>;
}

type Fetch<Q> = Pin<Box<dyn Future<Output = Result<Page<<Q as Paged>::Row>, Error>> + Send>>;

/// The records of a list, newest first, fetched page by page on demand. Returned by [`Client::rows`](super::Client::rows).
///
/// It is a [`Stream`]; [`next`](Self::next) works without a stream library. An error ends it; start again from
/// [`cursor`](Self::cursor). The gateway may list a record twice, when new ones move the pages, and every record of a page is
/// returned again when reading resumes in its middle: handle each `record_id` once.
///
/// A cursor that was read before ends the stream with an error, and so do more than 10,000 pages.
#[must_use = "it fetches nothing until it is polled"]
pub struct Rows<Q: Paged> {
    fetch_page: Box<dyn Fn(Q) -> Fetch<Q> + Send + Sync>,
    /// The page that the rows in `ready` are of, or that is fetched next.
    page: Q,
    /// The cursor after that page, once it was fetched.
    following: Option<Option<String>>,
    fetch: Option<Fetch<Q>>,
    ready: VecDeque<Q::Row>,
    seen: HashSet<String>,
    is_over: bool,
}

impl<Q: Paged> Rows<Q> {
    pub(crate) fn new(
        first: Q,
        fetch_page: impl Fn(Q) -> Fetch<Q> + Send + Sync + 'static,
    ) -> Self {
        let seen = first.cursor().map(str::to_owned).into_iter().collect();
        Self {
            fetch_page: Box::new(fetch_page),
            page: first,
            following: None,
            fetch: None,
            ready: VecDeque::new(),
            seen,
            is_over: false,
        }
    }

    /// The next record; `None` after the last one.
    ///
    /// Dropping the future loses nothing: the next call continues to wait for the same page.
    pub async fn next(&mut self) -> Option<Result<Q::Row, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Where reading can resume with [`Paged::at_cursor`] and the same conditions: at the page of the records that were not
    /// returned yet; after the last record, at the last page. `None` is the first page. Store it together with the records
    /// returned so far. New records are at the beginning of a list: to see them, start without a cursor.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        match &self.following {
            Some(Some(following)) if self.ready.is_empty() => Some(following),
            _ => self.page.cursor(),
        }
    }

    fn fail(&mut self, problem: &'static str) -> Error {
        self.is_over = true;
        Error::from_fault(
            PROVIDER,
            Q::NAME,
            Q::EFFECT,
            Fault::undecodable(problem),
            None,
        )
    }

    /// Moves on to the page after the current one, whose rows are all returned.
    fn turn(&mut self) -> Result<bool, Error> {
        match self.following.take() {
            None => Ok(true),
            Some(None) => {
                self.is_over = true;
                self.following = Some(None);
                Ok(false)
            }
            Some(Some(cursor)) => {
                if self.seen.len() >= MOST_PAGES {
                    return Err(self.fail("more pages than a list can have"));
                }
                if !self.seen.insert(cursor.clone()) {
                    return Err(self.fail("a nextId that was read before"));
                }
                self.page = self.page.clone().at_cursor(cursor);
                Ok(true)
            }
        }
    }
}

impl<Q: Paged> Unpin for Rows<Q> {}

impl<Q: Paged> Stream for Rows<Q> {
    type Item = Result<Q::Row, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(row) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            if this.is_over {
                return Poll::Ready(None);
            }
            if this.fetch.is_none() {
                match this.turn() {
                    Ok(true) => {}
                    Ok(false) => return Poll::Ready(None),
                    Err(error) => return Poll::Ready(Some(Err(error))),
                }
            }
            let fetch = this
                .fetch
                .get_or_insert_with(|| (this.fetch_page)(this.page.clone()));
            let Poll::Ready(page) = fetch.as_mut().poll(context) else {
                return Poll::Pending;
            };
            this.fetch = None;
            match page {
                Ok(page) => {
                    this.ready.extend(page.records);
                    this.following = Some(page.next_id);
                }
                Err(error) => {
                    this.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<Q: Paged> fmt::Debug for Rows<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("page", &self.page)
            .field("cursor", &self.cursor())
            .finish_non_exhaustive()
    }
}

/// Makes a query with a field `conditions` [`Paged`], and gives it the setters of the conditions that its call has.
/// A macro, because a public setter is written on each of the queries.
macro_rules! paged {
    ($query:ident of $row:ty, up to $most:literal ids: $($condition:ident)*) => {
        impl $query {
            $(paged!(@$condition $most);)*
        }

        impl crate::v2::rows::Paged for $query {
            type Row = $row;

            fn at_cursor(mut self, cursor: impl Into<String>) -> Self {
                self.conditions.next_id = Some(cursor.into());
                self
            }

            fn cursor(&self) -> Option<&str> {
                self.conditions.next_id.as_deref()
            }
        }
    };
    (@times $most:literal) => {
        /// Only from this time on.
        pub const fn since(mut self, start: payments_core::Timestamp) -> Self {
            self.conditions.start_at = Some(start);
            self
        }

        /// Only until this time.
        pub const fn until(mut self, end: payments_core::Timestamp) -> Self {
            self.conditions.end_at = Some(end);
            self
        }
    };
    (@coin $most:literal) => {
        /// Only of this coin.
        pub const fn coin(mut self, coin_id: u64) -> Self {
            self.conditions.coin_id = Some(coin_id);
            self
        }
    };
    (@chain $most:literal) => {
        /// Only on this chain.
        pub fn chain(mut self, chain: impl Into<String>) -> Self {
            self.conditions.chain = Some(chain.into());
            self
        }
    };
    (@to_address $most:literal) => {
        /// Only to this address.
        pub fn to_address(mut self, address: impl Into<String>) -> Self {
            self.conditions.to_address = Some(payments_core::SensitiveString::from(address));
            self
        }
    };
    (@records $most:literal) => {
        #[doc = concat!("Only these records, up to ", $most, ".")]
        pub fn records(
            mut self,
            record_ids: impl IntoIterator<Item = payments_core::ProviderRef>,
        ) -> Self {
            self.conditions.record_ids = record_ids.into_iter().collect();
            self
        }
    };
    (@orders $most:literal) => {
        #[doc = concat!("Only these of the merchant's ids, up to ", $most, ".")]
        pub fn orders(
            mut self,
            order_ids: impl IntoIterator<Item = payments_core::MerchantRef>,
        ) -> Self {
            self.conditions.order_ids = order_ids.into_iter().collect();
            self
        }
    };
}

pub(crate) use paged;
