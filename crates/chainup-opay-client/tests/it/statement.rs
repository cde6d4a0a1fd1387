//! All rows of a day: page after page to the end, once each, and never silently too few.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod support;

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use chainup_opay_client::{Client, DailyStatement, Date, StatementRow};
use futures_core::Stream;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, Kind, Reach, TransportError};
use serde_json::{Value, json};

fn row(id: u32) -> Value {
    json!({
        "merchantUserId": 10001, "appOrderId": id.to_string(), "payCoinSymbol": "btc", "orderAmount": 1.5,
        "orderType": 1, "userId": 22033390, "openId": "", "createTime": "1715310032123", "payTime": "1715310099000",
    })
}

fn page(count: Option<u64>, rows: impl IntoIterator<Item = u32>) -> String {
    let rows: Vec<Value> = rows.into_iter().map(row).collect();
    support::sealed(&json!({"count": count, "list": rows}).to_string())
}

fn two_a_page() -> DailyStatement {
    DailyStatement::new(Date::new(2026, 11, 22).unwrap()).page_size(2)
}

/// The rows' ids, and the error that ended them.
fn read(client: &Client) -> (Vec<u32>, Option<Error>) {
    let mut rows = client.daily_statement_rows(two_a_page());
    let (mut ids, mut error) = (Vec::new(), None);
    block_on(async {
        while let Some(row) = rows.next().await {
            match row {
                Ok(row) => ids.push(row.app_order_id.parse().unwrap()),
                Err(broken) => error = Some(broken),
            }
        }
    });
    assert!(block_on(rows.next()).is_none(), "it stays at its end");
    (ids, error)
}

fn played(pages: &[String]) -> (Vec<u32>, Option<Error>, ScriptedTransport) {
    let transport = pages.iter().fold(ScriptedTransport::new(), |script, page| {
        script.answer(200, page.clone())
    });
    let (ids, error) = read(&support::scripted(&transport));
    (ids, error, transport)
}

/// What each request asked for.
fn asked(transport: &ScriptedTransport) -> Vec<String> {
    let sent = transport.requests();
    let open = |request: &http::Request<bytes::Bytes>| {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let text =
            support::platform().open(support::text(&body, "data"), support::text(&body, "sign"));
        let text: Value = serde_json::from_slice(&text.unwrap()).unwrap();
        assert_eq!(text["pageSize"], "2");
        support::text(&text, "pageNum").to_owned()
    };
    sent.iter().map(open).collect()
}

#[test]
fn without_a_count_an_empty_page_is_the_last() {
    let (ids, error, transport) = played(&[
        page(None, [1, 2]),
        page(None, [3, 4]),
        page(None, [5]),
        page(None, []),
    ]);
    assert_eq!((ids, error.is_none()), (vec![1, 2, 3, 4, 5], true));
    assert_eq!(asked(&transport), ["1", "2", "3", "4"]);
}

#[test]
fn an_empty_day_has_no_rows() {
    let (ids, error, transport) = played(&[page(Some(0), [])]);
    assert!(ids.is_empty() && error.is_none() && transport.requests().len() == 1);
}

#[test]
fn when_as_many_came_as_are_counted_nothing_more_is_asked() {
    let (ids, error, transport) = played(&[page(Some(4), [1, 2]), page(Some(4), [3, 4])]);
    assert_eq!((ids, error.is_none()), (vec![1, 2, 3, 4], true));
    assert_eq!(transport.requests().len(), 2);
}

/// An order came in between: the last row of one page is the first of the next.
#[test]
fn rows_that_move_are_given_once() {
    let (ids, error, _) = played(&[
        page(Some(4), [1, 2]),
        page(Some(5), [2, 3]),
        page(Some(5), [4, 5]),
    ]);
    assert_eq!((ids, error.is_none()), (vec![1, 2, 3, 4, 5], true));
}

/// A statement must not end too early without a word: whatever does not add up is an error, and the rows of that page
/// are not given out.
#[test]
fn rows_that_do_not_add_up_are_an_error_and_no_end() {
    let mut other = row(2);
    other["payTime"] = json!("1715310099999");
    let changed = support::sealed(&json!({"count": 3, "list": [other, row(3)]}).to_string());
    for (what, pages, given, about) in [
        (
            "a row moved to a page that was read",
            vec![page(Some(4), [1, 2]), page(Some(4), [4]), page(Some(4), [])],
            vec![1, 2, 4],
            "fewer rows than are counted",
        ),
        (
            "each page counts its own rows",
            vec![page(Some(2), [1, 2]), page(Some(2), [3, 4])],
            vec![1, 2],
            "more rows than are counted",
        ),
        (
            "a count of zero",
            vec![page(Some(0), [1, 2])],
            vec![],
            "more rows than are counted",
        ),
        (
            "a row that changed",
            vec![page(Some(3), [1, 2]), changed],
            vec![1, 2],
            "two different rows of one order",
        ),
        (
            "rows that are counted and not told",
            vec![page(Some(3), []), page(Some(3), [])],
            vec![],
            "rows are counted and none is told",
        ),
    ] {
        let (ids, error, transport) = played(&pages);
        let error = error.unwrap_or_else(|| panic!("{what}: no error"));
        assert_eq!((ids, error.kind()), (given, Kind::Undecodable), "{what}");
        assert!(error.to_string().contains(about), "{what}: {error}");
        assert!(error.raw().is_some(), "{what}");
        assert_eq!(transport.requests().len(), pages.len(), "{what}");
    }
}

#[test]
fn a_gateway_that_gives_less_than_it_is_asked_for_is_read_to_the_end() {
    let (ids, error, transport) =
        played(&[page(Some(3), [1]), page(Some(3), [2]), page(Some(3), [3])]);
    assert_eq!((ids, error.is_none()), (vec![1, 2, 3], true));
    assert_eq!(transport.requests().len(), 3);
}

/// Nothing says how many rows there must be from there on.
#[test]
fn from_a_later_page_on_an_empty_page_is_the_end() {
    let transport = ScriptedTransport::new()
        .answer(200, page(Some(4), [3, 4]))
        .answer(200, page(Some(4), []));
    let client = support::scripted(&transport);
    let mut rows = client.daily_statement_rows(two_a_page().page(2));
    for id in ["3", "4"] {
        let row = block_on(rows.next()).unwrap().unwrap();
        assert_eq!((row.app_order_id.as_str(), rows.count()), (id, Some(4)));
    }
    assert!(block_on(rows.next()).is_none());
    assert_eq!(asked(&transport), ["2", "3"]);
    // The last number there is has none behind it.
    let transport = ScriptedTransport::new().answer(200, page(None, [1, 2]));
    let client = support::scripted(&transport);
    let mut rows = client.daily_statement_rows(two_a_page().page(u32::MAX));
    let error = block_on(rows.next()).unwrap().unwrap_err();
    assert_eq!(error.kind(), Kind::Undecodable);
}

#[test]
fn a_server_that_repeats_pages_is_an_error_and_no_end() {
    for count in [None, Some(7)] {
        let (ids, error, transport) = played(&[
            page(count, [1, 2]),
            page(count, [1, 2]),
            page(count, [1, 2]),
        ]);
        let error = error.unwrap();
        assert_eq!((ids, transport.requests().len()), (vec![1, 2], 2));
        assert_eq!(
            (error.kind(), error.operation()),
            (Kind::Undecodable, "daily_statement")
        );
        assert!(
            error.to_string().contains("repeats the ones before it"),
            "{error}"
        );
        assert!(error.raw().is_some());
    }
    // One that gives everything at once, whatever is asked for, is at its end by its own count.
    let all = || page(Some(3), [1, 2, 3]);
    let (ids, error, transport) = played(&[all(), all()]);
    assert_eq!(
        (ids.len(), error.is_none(), transport.requests().len()),
        (3, true, 2)
    );
}

#[test]
fn a_failure_ends_the_rows_and_what_came_stays() {
    let transport = (0..3).fold(
        ScriptedTransport::new().answer(200, page(None, [1, 2])),
        |script, _| script.fail(TransportError::connect(std::io::Error::other("refused"))),
    );
    let (ids, error) = read(&support::scripted(&transport));
    assert_eq!((ids, error.unwrap().kind()), (vec![1, 2], Kind::Connect));
}

#[test]
fn a_page_that_fails_once_is_asked_again() {
    let transport = ScriptedTransport::new()
        .answer(200, page(None, [1, 2]))
        .fail(TransportError::timeout(Reach::MaybeSent))
        .answer(200, page(None, [3]))
        .answer(200, page(None, []));
    assert_eq!(read(&support::scripted(&transport)).0, [1, 2, 3]);
    assert_eq!(asked(&transport), ["1", "2", "2", "3"]);
}

#[test]
fn it_is_a_stream_and_fetches_nothing_before_it_is_polled() {
    fn rows(
        stream: impl Stream<Item = Result<StatementRow, Error>> + Send + Unpin + 'static,
    ) -> usize {
        let mut stream = Box::pin(stream);
        let mut context = Context::from_waker(Waker::noop());
        let mut count = 0;
        while let Poll::Ready(Some(row)) = Pin::new(&mut stream).poll_next(&mut context) {
            row.unwrap();
            count += 1;
        }
        count
    }
    let transport = ScriptedTransport::new().answer(200, page(Some(1), [1]));
    let client = support::scripted(&transport);
    let stream = client.daily_statement_rows(two_a_page());
    assert!(transport.requests().is_empty());
    assert_eq!(stream.count(), None);
    assert_eq!(rows(stream), 1);
}

#[test]
fn what_is_refused_is_told_as_the_first_row() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    let mut rows = client.daily_statement_rows(two_a_page().page_size(0));
    assert_eq!(
        block_on(rows.next()).unwrap().unwrap_err().kind(),
        Kind::Invalid
    );
    assert!(block_on(rows.next()).is_none() && transport.requests().is_empty());
}
