//! Lists that are read page by page, and resumed from a stored cursor.

use super::support::{self, CURSOR, USDT};
use ccpayment_client::v2::{DepositsQuery, Paged};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, Kind};
use serde_json::{Value, json};

/// A page with these records and this cursor.
fn page(ids: &[&str], next: &str) -> String {
    let row = |id: &&str| json!({"recordId": id, "coinId": USDT, "chain": "TRX", "amount": "1", "status": "Success"});
    let rows: Vec<Value> = ids.iter().map(row).collect();
    json!({"code": 10000, "msg": "success", "data": {"records": rows, "nextId": next}}).to_string()
}

/// The ids that a list returns, up to its first error.
fn read(transport: &ScriptedTransport, query: DepositsQuery) -> (Vec<String>, Option<Error>) {
    let mut rows = support::scripted(transport).rows(query);
    let mut ids = Vec::new();
    while let Some(row) = block_on(rows.next()) {
        match row {
            Ok(row) => ids.push(row.record_id.to_string()),
            Err(error) => {
                assert!(block_on(rows.next()).is_none(), "an error ends it");
                return (ids, Some(error));
            }
        }
    }
    (ids, None)
}

fn bodies(transport: &ScriptedTransport) -> Vec<Value> {
    let requests = transport.requests();
    requests
        .iter()
        .map(|request| serde_json::from_slice(request.body()).unwrap())
        .collect()
}

#[test]
fn pages_follow_each_other_with_the_same_conditions() {
    let pages = [
        page(&["r1", "r2"], "c1"),
        page(&[], "c2"),
        page(&["r3"], ""),
    ];
    let transport = support::answering(pages);
    let (ids, error) = read(&transport, DepositsQuery::all().coin(USDT));
    assert_eq!(error.map(|error| error.to_string()), None);
    assert_eq!(ids, ["r1", "r2", "r3"]);
    let expected = [
        json!({"coinId": USDT}),
        json!({"coinId": USDT, "nextId": "c1"}),
        json!({"coinId": USDT, "nextId": "c2"}),
    ];
    assert_eq!(bodies(&transport), expected);
}

#[test]
fn reading_resumes_at_the_page_of_the_records_that_were_not_returned() {
    let transport = support::answering([page(&["r1", "r2"], "c1"), page(&["r3"], "")]);
    let mut rows = support::scripted(&transport).rows(DepositsQuery::all());
    assert_eq!(rows.cursor(), None);
    let mut next = || block_on(rows.next()).map(|row| row.unwrap().record_id.to_string());
    let mut seen = Vec::new();
    assert_eq!(next().as_deref(), Some("r1"));
    seen.push(rows.cursor().map(str::to_owned));
    let mut next = || block_on(rows.next()).map(|row| row.unwrap().record_id.to_string());
    assert_eq!(next().as_deref(), Some("r2"));
    seen.push(rows.cursor().map(str::to_owned));
    let mut next = || block_on(rows.next()).map(|row| row.unwrap().record_id.to_string());
    assert_eq!(next().as_deref(), Some("r3"));
    seen.push(rows.cursor().map(str::to_owned));
    let mut next = || block_on(rows.next()).map(|row| row.unwrap().record_id.to_string());
    assert_eq!((next(), next()), (None, None));
    seen.push(rows.cursor().map(str::to_owned));
    let c1 = Some("c1".to_owned());
    assert_eq!(seen, [None, c1.clone(), c1.clone(), c1]);

    let transport = support::answering([page(&["r3"], "")]);
    let (ids, error) = read(&transport, DepositsQuery::all().at_cursor(CURSOR));
    assert!(error.is_none());
    assert_eq!(ids, ["r3"]);
    assert_eq!(bodies(&transport), [json!({"nextId": CURSOR})]);
}

#[test]
fn a_cursor_that_was_read_before_is_an_error_and_no_endless_list() {
    let pages = [
        page(&["r1"], "c1"),
        page(&["r2"], "c2"),
        page(&["r3"], "c1"),
    ];
    let (ids, error) = read(&support::answering(pages), DepositsQuery::all());
    assert_eq!(ids, ["r1", "r2", "r3"]);
    assert_eq!(error.unwrap().kind(), Kind::Undecodable);
    // The cursor that it starts at, too.
    let transport = support::answering([page(&["r1"], CURSOR)]);
    let (ids, error) = read(&transport, DepositsQuery::all().at_cursor(CURSOR));
    assert_eq!((ids.len(), error.unwrap().kind()), (1, Kind::Undecodable));
}

#[test]
fn a_failed_page_ends_the_list_at_its_cursor() {
    let transport = support::answering([page(&["r1"], "c1")])
        .answer(200, support::refusal("11005"))
        .answer(200, page(&["r2"], ""));
    let client = support::scripted(&transport);
    let mut rows = client.rows(DepositsQuery::all());
    assert!(block_on(rows.next()).unwrap().is_ok());
    assert!(block_on(rows.next()).unwrap().is_err());
    assert!(block_on(rows.next()).is_none());
    let resumed = DepositsQuery::all().at_cursor(rows.cursor().unwrap());
    let mut rows = client.rows(resumed);
    let row = block_on(rows.next()).unwrap().unwrap();
    assert_eq!(row.record_id.as_str(), "r2");
    let last = bodies(&transport).pop().unwrap();
    assert_eq!(last, json!({"nextId": "c1"}));
}

#[test]
fn a_list_is_a_stream() {
    fn is_stream<S: futures_core::Stream + Unpin + Send>(_: &S) {}
    let rows = support::client().rows(DepositsQuery::all());
    is_stream(&rows);
    assert!(format!("{rows:?}").contains("cursor: None"));
}
