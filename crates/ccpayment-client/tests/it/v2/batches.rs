//! Batches of withdrawals: requests, answers, and what is compared.

use super::answers::{read, read_bytes};
use super::bound::Bound;
use super::confidential::through;
use super::confirm::{confirm, differs};
use super::golden::is;
use super::input::Refusals;
use super::support::{
    self, ADDRESS, CURSOR, POL, RECORD, USDT, amount, at, record, recorded, reference, some, sum,
};
use super::tolerance::parse;
use ccpayment_client::v2::{
    AbortBatch, AppendToBatch, BatchMode, BatchQuery, BatchRow, BatchRowsQuery, BatchStatus,
    CheckBatchAddresses, ConfirmBatch, CreateBatch, Paged,
};
use payments_core::scripted::Repeats;
use payments_core::{Effect, Error, Operation, Outcome};
use serde_json::json;

const PAYER: &str = "0x00000000000000000000000000000000000000b2";

fn addresses() -> CheckBatchAddresses {
    CheckBatchAddresses::new("XRP")
        .address(1, ADDRESS, "")
        .address(2, PAYER, "12345")
}

fn rows() -> [BatchRow; 2] {
    [
        BatchRow::new(1, reference("row-1"), ADDRESS, amount("5.0")),
        BatchRow::new(2, reference("row-2"), PAYER, amount("0.5"))
            .memo("12345")
            .remark("für Zoë"),
    ]
}

fn empty(mode: BatchMode) -> CreateBatch {
    CreateBatch::new(reference("batch-1"), USDT, "POLYGON", mode)
}

fn batch() -> CreateBatch {
    empty(BatchMode::Single)
        .rows(rows())
        .notify_url("https://shop.example/cb")
}

fn more() -> AppendToBatch {
    AppendToBatch::new(reference("batch-1"), rows())
}

#[test]
fn requests_match_the_recorded_ones() {
    is("check-batch-addresses", &addresses());
    is("create-batch", &batch());
    is("create-batch-without-rows", &empty(BatchMode::Batch));
    is("append-to-batch", &more());
    let confirmed = ConfirmBatch::new(reference("batch-1"));
    is("confirm-batch", &confirmed);
    is("batch", &confirmed.query());
    is("confirm-batch-later", &confirmed.delay_seconds(3_600));
    is("abort-batch", &AbortBatch::new(reference("batch-1")));
    is("batch", &batch().query());
    let rows = BatchRowsQuery::of(reference("batch-1")).per_page(100);
    is("batch-rows", &rows.at_cursor(CURSOR));
}

#[test]
fn answers_are_read_in_both_documented_forms() {
    let checked = read(&addresses(), "check-batch-addresses");
    assert_eq!(checked.results[0].codes, ["14007", "14003"]);
    assert_eq!(
        (checked.results[1].seq, checked.results[1].codes.len()),
        (2, 0)
    );
    let created = read(&batch(), "create-batch");
    assert_eq!(
        (&*created.batch_order_id, &created.bill_id),
        ("batch-1", &some("bill-1"))
    );
    let appended = read(&more(), "append-to-batch");
    assert_eq!((appended.appended, appended.total), (Some(2), Some(4)));
    for nothing in [
        recorded("append-to-batch-without-fields"),
        br#"{"code":10000,"data":null}"#.to_vec(),
        br#"{"code":10000}"#.to_vec(),
    ] {
        let appended = read_bytes(&more(), nothing).unwrap();
        assert_eq!((appended.appended, appended.total), (None, None));
        assert!(appended.raw().is_some());
    }
    let aborted = read(&AbortBatch::new(reference("batch-1")), "abort-batch");
    assert_eq!(
        (&*aborted.canceled_seqs, &*aborted.ignored_seqs),
        ([2].as_slice(), [1].as_slice())
    );
    assert!(aborted.canceled_order_ids.is_empty() && aborted.ignored_order_ids.is_empty());
    let aborted = read(
        &AbortBatch::new(reference("batch-1")),
        "abort-batch-of-the-sdk",
    );
    assert_eq!(
        (&*aborted.canceled_order_ids, &*aborted.ignored_order_ids),
        (
            ["row-2".to_owned()].as_slice(),
            ["row-1".to_owned()].as_slice()
        )
    );
    assert!(aborted.canceled_seqs.is_empty() && aborted.ignored_seqs.is_empty());
}

#[test]
fn a_batch_and_its_rows_are_read() {
    let started = read(&ConfirmBatch::new(reference("batch-1")), "confirm-batch");
    assert_eq!(started.status, BatchStatus::Pending);
    let coin = started.coin.unwrap();
    assert_eq!(
        (coin.coin_id, coin.coin_symbol, coin.coin_price),
        (Some(USDT), some("USDT"), sum("1"))
    );
    assert_eq!(
        (started.amount, started.network_fee),
        (sum("5.5"), sum("0.2"))
    );
    assert_eq!(started.network_fee_coin.unwrap().coin_id, Some(POL));
    assert_eq!((started.reason, started.mode), (None, some("Single")));
    let stats = started.stats.unwrap();
    assert_eq!(
        (stats.total, stats.succeeded, stats.failed),
        (Some(2), Some(0), Some(0))
    );
    assert_eq!((stats.canceled, stats.processing), (Some(0), Some(1)));
    assert_eq!(
        (started.created_at, started.updated_at),
        (Some(at(1_800_000_000)), Some(at(1_800_000_001)))
    );
    let ended = read(&batch().query(), "batch");
    assert_eq!(ended.status, BatchStatus::Completed);
    assert_eq!(ended.bill_id, some("bill-1"));

    let page = read(&BatchRowsQuery::of(reference("batch-1")), "batch-rows");
    let [paid, failed] = page.records.as_slice() else {
        panic!("{page:?}")
    };
    assert_eq!((paid.seq, &paid.order_id), (Some(1), &some("row-1")));
    assert_eq!(paid.record_id, Some(record(RECORD)));
    assert_eq!((paid.amount, paid.network_fee), (amount("5"), sum("0.1")));
    assert_eq!((&paid.status, &paid.reason), (&some("Successful"), &None));
    assert!(paid.tx_id.is_some() && paid.created_at.is_some() && paid.updated_at.is_some());
    assert_eq!((failed.seq, &failed.order_id), (None, &some("row-2")));
    assert_eq!(
        (&failed.memo, &failed.remark),
        (&some("12345"), &some("für Zoë"))
    );
    assert_eq!(
        (&failed.reason, &failed.record_id),
        (&some("address"), &None)
    );
}

#[test]
fn a_batch_that_was_created_is_found_and_compared() {
    let found = confirm(&batch(), recorded("batch")).unwrap().unwrap();
    assert_eq!(found.batch_order_id, "batch-1");
    assert!(
        confirm(&batch(), support::refusal("11003"))
            .unwrap()
            .is_none()
    );
    let other = CreateBatch::new(reference("batch-1"), POL, "POLYGON", BatchMode::Single);
    differs(&other, "batch", "coin");
}

/// No document states what a repeat of any of them does.
#[test]
fn every_write_is_unkeyed_and_a_refusal_by_an_unknown_code_is_unknown() {
    fn outcome<C: ccpayment_client::v2::Call>(call: &C, code: &str) -> (Effect, Outcome) {
        let answer = support::answer(support::refusal(code));
        let fault = support::client().parse(call, &answer, support::now());
        let fault = fault.map(drop).unwrap_err();
        let error = Error::from_fault("test", C::NAME, <C as Operation>::EFFECT, fault, None);
        (<C as Operation>::EFFECT, error.outcome())
    }
    for code in ["10001", "11002", "14028", "19999"] {
        for found in [
            outcome(&batch(), code),
            outcome(&more(), code),
            outcome(&ConfirmBatch::new(reference("batch-1")), code),
            outcome(&AbortBatch::new(reference("batch-1")), code),
        ] {
            assert_eq!(found, (Effect::Unkeyed, Outcome::Unknown), "{code}");
        }
    }
}

/// What the answers repeat of their requests.
pub(super) fn bind(bound: &mut Bound) {
    let id = |path| (path, json!("batch-2"), Outcome::Unknown);
    let seq = [("/data/addressInfoResults/0/seq", json!(3), Outcome::Unknown)];
    bound.check(&addresses(), "check-batch-addresses", &seq);
    bound.check(&batch(), "create-batch", &[id("/data/batchOrderId")]);
    let confirmed = ConfirmBatch::new(reference("batch-1"));
    bound.check(&confirmed, "confirm-batch", &[id("/data/batchOrderId")]);
    let aborted = AbortBatch::new(reference("batch-1"));
    bound.check(&aborted, "abort-batch", &[id("/data/batchOrderId")]);
    bound.check(&batch().query(), "batch", &[id("/data/batchOrderId")]);
    // These answers repeat nothing of the request that could be compared.
    bound.check(&more(), "append-to-batch", &[]);
    bound.check(&BatchRowsQuery::of(reference("batch-1")), "batch-rows", &[]);
}

/// Every call, with all its confidential values.
pub(super) fn walk(walk: &mut Repeats) {
    through(walk, &addresses());
    through(walk, &batch());
    through(walk, &more());
    through(walk, &ConfirmBatch::new(reference("batch-1")));
    through(walk, &AbortBatch::new(reference("batch-1")));
    through(walk, &BatchQuery::new(reference("batch-1")));
    through(walk, &BatchRowsQuery::of(reference("batch-1")));
}

#[test]
fn debug_shows_no_address_and_note() {
    let page = read(&BatchRowsQuery::of(reference("batch-1")), "batch-rows");
    let text = format!("{:?} {:?} {:?} {page:?}", addresses(), batch(), more());
    for hidden in ["0x0000", "12345\"", "Zoë", "shop.example"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    assert!(text.contains("row-1"));
}

#[test]
fn refuses_invalid_calls_before_sending() {
    let mut table = Refusals::default();
    let row = |seq, id: &str| BatchRow::new(seq, reference(id), ADDRESS, amount("1"));
    let with = |rows: Vec<BatchRow>| empty(BatchMode::Single).rows(rows);
    table.note("a row of number zero", &with(vec![row(0, "row-1")]));
    table.note(
        "a number twice",
        &with(vec![row(1, "row-1"), row(1, "row-2")]),
    );
    table.note("an id twice", &with(vec![row(1, "row-1"), row(2, "row-1")]));
    table.note("a short id", &with(vec![row(1, "ro")]));
    let nothing = BatchRow::new(1, reference("row-1"), ADDRESS, amount("0"));
    table.note("a row of nothing", &with(vec![nothing]));
    let nowhere = BatchRow::new(1, reference("row-1"), "", amount("1"));
    table.note("a row to nowhere", &with(vec![nowhere]));
    let memo = row(1, "row-1").memo("x".repeat(17));
    table.note("a memo of 17 characters", &with(vec![memo]));
    let remark = row(1, "row-1").remark("x".repeat(65));
    table.note("a note of 65 characters", &with(vec![remark]));
    let many = |count: u64| with((1..=count).map(|n| row(n, &format!("row-{n}"))).collect());
    table.note("501 rows", &many(501));
    table.note("500 rows", &many(500));
    let append = AppendToBatch::new(reference("batch-1"), []);
    table.note("nothing to append", &append);
    let later = ConfirmBatch::new(reference("batch-1")).delay_seconds(3_601);
    table.note("more than an hour later", &later);
    table.note("a short id of the batch", &BatchQuery::new(reference("ba")));
    table.note("no addresses", &CheckBatchAddresses::new("XRP"));
    let twice = addresses().address(2, ADDRESS, "");
    table.note("an address number twice", &twice);
    let page = BatchRowsQuery::of(reference("batch-1")).per_page(101);
    table.note("101 rows a page", &page);
    let url =
        empty(BatchMode::Single).notify_url(format!("https://shop.example/{}", "x".repeat(100)));
    table.note("a URL of 121 characters", &url);
    insta::assert_snapshot!(table.0, @r"
    a row of number zero: seq is zero (allowed: 1 and more)
    a number twice: seq has an entry twice (allowed: up to 500 different entries)
    an id twice: order_id has an entry twice (allowed: up to 500 different entries)
    a short id: order_id is too short (allowed: 3 to 64 characters)
    a row of nothing: amount is zero (allowed: more than zero)
    a row to nowhere: address is empty (allowed: 1 to 256 characters)
    a memo of 17 characters: memo is too long (allowed: 1 to 16 characters)
    a note of 65 characters: remark is too long (allowed: 1 to 64 characters)
    501 rows: seq has too many entries (allowed: up to 500 different entries)
    500 rows: accepted
    nothing to append: rows is empty (allowed: 1 to 500)
    more than an hour later: delay_seconds is too long (allowed: up to 3,600)
    a short id of the batch: batch_order_id is too short (allowed: 3 to 64 characters)
    no addresses: rows is empty (allowed: 1 to 500)
    an address number twice: seq has an entry twice (allowed: up to 500 different entries)
    101 rows a page: limit is out of range (allowed: 1 to 100)
    a URL of 121 characters: notify_url is too long (allowed: 1 to 120 characters)
    ");
}

#[test]
fn answers_of_other_shapes_are_read_or_refused() {
    for (read, refused) in [
        parse(&batch(), "create-batch"),
        parse(&more(), "append-to-batch"),
        parse(&ConfirmBatch::new(reference("batch-1")), "confirm-batch"),
        parse(&AbortBatch::new(reference("batch-1")), "abort-batch"),
        parse(&addresses(), "check-batch-addresses"),
        parse(&BatchRowsQuery::of(reference("batch-1")), "batch-rows"),
    ] {
        assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
    }
}
