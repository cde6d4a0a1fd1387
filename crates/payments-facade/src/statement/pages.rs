//! A stream of rows from a provider's pages.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::Rows;
use crate::answer::Answer;
use crate::error::Error;
use crate::payment::Payment;

/// One page of a statement.
pub struct Page {
    /// Its rows.
    pub rows: Vec<Answer<Payment>>,
    /// Whether another page follows.
    pub more: bool,
}

/// The limit of pages per statement, in case a provider never reports the last page.
const MAX_PAGES: u32 = 10_000;

/// For adapters: the rows of all pages. Each page is fetched when the rows before it have been read. `fetch` gets the page
/// number, starting at 1. An empty page is the last one, even if it says otherwise.
pub fn pages<'a, F, Fetching>(fetch: F) -> Rows<'a>
where
    F: FnMut(u32) -> Fetching + Send + 'a,
    Fetching: Future<Output = Result<Page, Error>> + Send + 'a,
{
    Box::pin(Pages {
        fetch,
        fetching: None,
        rows: VecDeque::new(),
        next: Some(1),
    })
}

/// For adapters: the rows of a query that is refused.
pub fn failed<'a>(error: Error) -> Rows<'a> {
    let mut error = Some(error);
    pages(move |_| {
        let page = error.take().map_or(
            Ok(Page {
                rows: Vec::new(),
                more: false,
            }),
            Err,
        );
        std::future::ready(page)
    })
}

struct Pages<F, Fetching> {
    fetch: F,
    fetching: Option<Pin<Box<Fetching>>>,
    rows: VecDeque<Answer<Payment>>,
    /// The page to fetch next. `None` after the last page.
    next: Option<u32>,
}

/// Only the boxed future is pinned.
impl<F, Fetching> Unpin for Pages<F, Fetching> {}

impl<F, Fetching> Stream for Pages<F, Fetching>
where
    F: FnMut(u32) -> Fetching,
    Fetching: Future<Output = Result<Page, Error>>,
{
    type Item = Result<Answer<Payment>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(row) = this.rows.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            let Some(number) = this.next else {
                return Poll::Ready(None);
            };
            let fetch = &mut this.fetch;
            let fetching = this.fetching.get_or_insert_with(|| Box::pin(fetch(number)));
            let Poll::Ready(page) = fetching.as_mut().poll(cx) else {
                return Poll::Pending;
            };
            this.fetching = None;
            match page {
                Ok(page) => {
                    let goes_on = page.more && !page.rows.is_empty() && number < MAX_PAGES;
                    this.next = goes_on.then_some(number + 1);
                    this.rows = page.rows.into();
                }
                Err(error) => {
                    this.next = None;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}
