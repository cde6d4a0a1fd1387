//! All rows of a day: page by page, each once, and an error if rows are missing.
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use chainup_opay_client::{Client, DailyStatement, Date, StatementRow};
use futures_core::Stream;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, Kind, Reach, TransportError};
use serde_json::{Value, json};

use crate::support;

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

/// The rows' ids, and the error at their end.
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
    assert!(block_on(rows.next()).is_none(), "the end is final");
    (ids, error)
}

fn played(pages: &[String]) -> (Vec<u32>, Option<Error>, ScriptedTransport) {
    let transport = pages.iter().fold(ScriptedTransport::new(), |script, page| {
        script.answer(200, page.clone())
    });
    let (ids, error) = read(&support::scripted(&transport));
    (ids, error, transport)
}

/// The page number of each request.
fn page_numbers(transport: &ScriptedTransport) -> Vec<String> {
    let number = |request: &http::Request<bytes::Bytes>| {
        let fields = support::decrypted_fields(request);
        assert_eq!(fields["pageSize"], "2");
        support::text(&fields, "pageNum").to_owned()
    };
    transport.requests().iter().map(number).collect()
}

#[test]
fn without_a_count_the_first_empty_page_is_the_end() {
    let (ids, error, transport) = played(&[
        page(None, [1, 2]),
        page(None, [3, 4]),
        page(None, [5]),
        page(None, []),
    ]);
    assert_eq!((ids, error.is_none()), (vec![1, 2, 3, 4, 5], true));
    assert_eq!(page_numbers(&transport), ["1", "2", "3", "4"]);
}

#[test]
fn an_empty_day_has_no_rows() {
    let (ids, error, transport) = played(&[page(Some(0), [])]);
    assert!(ids.is_empty() && error.is_none() && transport.requests().len() == 1);
}

#[test]
fn fetches_no_page_after_the_counted_rows() {
    let (ids, error, transport) = played(&[page(Some(4), [1, 2]), page(Some(4), [3, 4])]);
    assert_eq!((ids, error.is_none()), (vec![1, 2, 3, 4], true));
    assert_eq!(transport.requests().len(), 2);
}

/// A new order moves the last row of one page to the next page.
#[test]
fn a_row_that_moves_to_the_next_page_is_returned_once() {
    let (ids, error, _) = played(&[
        page(Some(4), [1, 2]),
        page(Some(5), [2, 3]),
        page(Some(5), [4, 5]),
    ]);
    assert_eq!((ids, error.is_none()), (vec![1, 2, 3, 4, 5], true));
}

/// The rows of an inconsistent page are not returned.
#[test]
fn an_inconsistent_statement_is_an_error() {
    let mut other = row(2);
    other["payTime"] = json!("1715310099999");
    let changed = support::sealed(&json!({"count": 3, "list": [other, row(3)]}).to_string());
    for (what, pages, returned, problem) in [
        (
            "a row moved to an earlier page",
            vec![page(Some(4), [1, 2]), page(Some(4), [4]), page(Some(4), [])],
            vec![1, 2, 4],
            "fewer rows than counted",
        ),
        (
            "each page counts its own rows",
            vec![page(Some(2), [1, 2]), page(Some(2), [3, 4])],
            vec![1, 2],
            "more rows than counted",
        ),
        (
            "a count of zero",
            vec![page(Some(0), [1, 2])],
            vec![],
            "more rows than counted",
        ),
        (
            "a row that changed",
            vec![page(Some(3), [1, 2]), changed],
            vec![1, 2],
            "two different rows of one order",
        ),
        (
            "a count, but no rows",
            vec![page(Some(3), []), page(Some(3), [])],
            vec![],
            "the first page has no rows",
        ),
    ] {
        let (ids, error, transport) = played(&pages);
        let error = error.unwrap_or_else(|| panic!("{what}: no error"));
        assert_eq!((ids, error.kind()), (returned, Kind::Undecodable), "{what}");
        assert!(error.to_string().contains(problem), "{what}: {error}");
        assert!(error.raw().is_some(), "{what}");
        assert_eq!(transport.requests().len(), pages.len(), "{what}");
    }
}

#[test]
fn pages_with_fewer_rows_than_requested_are_read_to_the_end() {
    let (ids, error, transport) =
        played(&[page(Some(3), [1]), page(Some(3), [2]), page(Some(3), [3])]);
    assert_eq!((ids, error.is_none()), (vec![1, 2, 3], true));
    assert_eq!(transport.requests().len(), 3);
}

#[test]
fn from_a_later_page_the_first_empty_page_is_the_end() {
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
    assert_eq!(page_numbers(&transport), ["2", "3"]);
    // There is no page after the largest page number.
    let transport = ScriptedTransport::new().answer(200, page(None, [1, 2]));
    let client = support::scripted(&transport);
    let mut rows = client.daily_statement_rows(two_a_page().page(u32::MAX));
    let error = block_on(rows.next()).unwrap().unwrap_err();
    assert_eq!(error.kind(), Kind::Undecodable);
}

#[test]
fn a_gateway_that_repeats_pages_is_an_error() {
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
            error.to_string().contains("repeats earlier ones"),
            "{error}"
        );
        assert!(error.raw().is_some());
    }
    // A gateway that returns all rows on every page ends at its own count.
    let all = || page(Some(3), [1, 2, 3]);
    let (ids, error, transport) = played(&[all(), all()]);
    assert_eq!(
        (ids.len(), error.is_none(), transport.requests().len()),
        (3, true, 2)
    );
}

#[test]
fn a_failed_page_ends_the_rows_after_those_already_returned() {
    let transport = (0..3).fold(
        ScriptedTransport::new().answer(200, page(None, [1, 2])),
        |script, _| script.fail(TransportError::connect(std::io::Error::other("refused"))),
    );
    let (ids, error) = read(&support::scripted(&transport));
    assert_eq!((ids, error.unwrap().kind()), (vec![1, 2], Kind::Connect));
}

#[test]
fn a_failed_page_is_retried() {
    let transport = ScriptedTransport::new()
        .answer(200, page(None, [1, 2]))
        .fail(TransportError::timeout(Reach::MaybeSent))
        .answer(200, page(None, [3]))
        .answer(200, page(None, []));
    assert_eq!(read(&support::scripted(&transport)).0, [1, 2, 3]);
    assert_eq!(page_numbers(&transport), ["1", "2", "2", "3"]);
}

#[test]
fn is_a_stream_that_fetches_nothing_until_polled() {
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
fn an_invalid_request_is_the_first_row() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    let mut rows = client.daily_statement_rows(two_a_page().page_size(0));
    assert_eq!(
        block_on(rows.next()).unwrap().unwrap_err().kind(),
        Kind::Invalid
    );
    assert!(block_on(rows.next()).is_none() && transport.requests().is_empty());
}

/// Every field of the call may be left out.
#[test]
fn day_type_and_page_can_be_left_out() {
    let day = || DailyStatement::new(Date::new(2026, 11, 22).unwrap());
    let payments = chainup_opay_client::OrderType::Payment;
    for (statement, sent) in [
        (
            day(),
            json!({"day": "2026-11-22", "pageNum": "1", "pageSize": "200"}),
        ),
        (
            DailyStatement::today(),
            json!({"pageNum": "1", "pageSize": "200"}),
        ),
        (day().all_pages(), json!({"day": "2026-11-22"})),
        (DailyStatement::today().all_pages(), json!({})),
        (
            DailyStatement::today().all_pages().page_size(50),
            json!({"pageSize": "50"}),
        ),
        (
            DailyStatement::today().all_pages().order_type(payments),
            json!({"orderType": "1"}),
        ),
    ] {
        let request = support::client()
            .prepare(&statement, support::now())
            .unwrap();
        assert_eq!(support::decrypted_fields(&request), sent);
    }
    assert!(
        support::client()
            .prepare(&day().page(0), support::now())
            .is_err()
    );
}

#[test]
fn rows_of_all_pages_at_once_are_compared_with_their_count() {
    let read = |pages: &[String]| {
        let transport = pages.iter().fold(ScriptedTransport::new(), |script, page| {
            script.answer(200, page.clone())
        });
        let client = support::scripted(&transport);
        let mut rows = client.daily_statement_rows(two_a_page().all_pages());
        let mut ids: Vec<Result<u32, String>> = Vec::new();
        while let Some(row) = block_on(rows.next()) {
            ids.push(
                row.map(|row| row.app_order_id.parse().unwrap())
                    .map_err(|error| error.to_string()),
            );
        }
        (ids, transport)
    };
    let (ids, transport) = read(&[page(Some(3), [1, 2, 3])]);
    assert_eq!(
        (ids, transport.requests().len()),
        (vec![Ok(1), Ok(2), Ok(3)], 1)
    );

    // The platform cut the answer: the rest is fetched by pages of the largest size.
    let (ids, transport) = read(&[page(Some(3), [1, 2]), page(Some(3), [3])]);
    assert_eq!(ids, [Ok(1), Ok(2), Ok(3)]);
    let second = support::decrypted_fields(&transport.requests()[1]);
    assert_eq!(
        (&second["pageNum"], &second["pageSize"]),
        (&json!("2"), &json!("2000"))
    );

    let (ids, _) = read(&[page(Some(3), [1, 2]), page(Some(3), [])]);
    assert!(
        ids[2]
            .as_ref()
            .unwrap_err()
            .contains("fewer rows than counted")
    );
}
