use super::*;
use payments_core::wire;

const LIMITS: Limits = Limits {
    pages: 100,
    rows: 1_000,
};

fn row(id: u32, amount: &str) -> StatementRow {
    let text = format!(
        r#"{{"appOrderId":"{id}","orderType":1,"orderAmount":"{amount}","payCoinSymbol":"btc"}}"#
    );
    wire::read(text.as_bytes()).unwrap()
}

fn rows(ids: impl IntoIterator<Item = u32>) -> Vec<StatementRow> {
    ids.into_iter().map(|id| row(id, "1")).collect()
}

/// Adds pages until the end. Returns the numbers of rows and pages.
fn read(
    size: usize,
    pages: impl IntoIterator<Item = (Vec<StatementRow>, Option<u64>)>,
) -> Result<(usize, u32), &'static str> {
    let mut tally = Tally::new(size, true, LIMITS);
    for (rows, count) in pages {
        if tally.add(rows, count)?.1 == Next::End {
            return Ok((tally.rows(), tally.pages));
        }
    }
    panic!("no end after {} pages", tally.pages);
}

#[test]
fn ends_once_all_counted_rows_are_read() {
    let pages = [(rows(0..3), Some(5)), (rows(3..5), Some(5))];
    assert_eq!(read(3, pages), Ok((5, 2)));
    assert_eq!(read(3, [(rows([]), Some(0))]), Ok((0, 1)));
    assert_eq!(read(3, [(rows(0..2), Some(2))]), Ok((2, 1)));
}

#[test]
fn a_page_with_fewer_rows_than_requested_is_not_the_end() {
    let three_of_five = [
        (rows(0..3), Some(8)),
        (rows(3..6), Some(8)),
        (rows(6..8), Some(8)),
    ];
    assert_eq!(read(5, three_of_five), Ok((8, 3)));
    // The gateway computes offsets from the requested size: rows 3 and 4 are on no page.
    let with_gaps = [
        (rows(0..3), Some(8)),
        (rows(5..8), Some(8)),
        (rows([]), Some(8)),
    ];
    assert_eq!(read(5, with_gaps), Err("fewer rows than counted"));
}

#[test]
fn detects_a_count_of_the_page_instead_of_the_day() {
    let more = [(rows(0..3), Some(3)), (rows(3..6), Some(3))];
    assert_eq!(read(3, more), Err("more rows than counted"));
    let nothing_more = [(rows(0..3), Some(3)), (rows([]), Some(3))];
    assert_eq!(read(3, nothing_more), Ok((3, 2)));
    // The gateway ignores the page number, or returns the last page again.
    let again = [(rows(0..3), Some(3)), (rows(0..3), Some(3))];
    assert_eq!(read(3, again), Ok((3, 2)));
}

#[test]
fn a_count_that_is_too_small_is_an_error() {
    for count in [0, 2] {
        let page = [(rows(0..3), Some(count))];
        assert_eq!(read(3, page), Err("more rows than counted"));
    }
}

#[test]
fn without_a_count_the_first_empty_page_is_the_end() {
    let pages = [(rows(0..3), None), (rows(3..4), None), (rows([]), None)];
    assert_eq!(read(3, pages), Ok((4, 3)));
    let repeated = [(rows(0..2), None), (rows(0..2), None)];
    assert_eq!(read(3, repeated), Err("a page that repeats earlier ones"));
}

/// Row 0 was removed between the two requests, the others moved up, and row 3 is on no page that is read.
#[test]
fn detects_a_row_that_moved_to_an_earlier_page() {
    let pages = [
        (rows(0..3), Some(5)),
        (rows(4..5), Some(5)),
        (rows([]), Some(5)),
    ];
    assert_eq!(read(3, pages), Err("fewer rows than counted"));
}

#[test]
fn two_different_rows_of_one_order_are_an_error() {
    let changed = [
        (rows(0..3), Some(4)),
        (vec![row(2, "2"), row(3, "1")], Some(4)),
    ];
    assert_eq!(read(3, changed), Err("two different rows of one order"));
    let transfer = r#"{"appOrderId":"0","orderType":11,"orderAmount":"9","payCoinSymbol":"btc"}"#;
    let both = vec![row(0, "1"), wire::read(transfer.as_bytes()).unwrap()];
    assert_eq!(read(3, [(both, Some(2))]), Ok((2, 1)), "another type");
}

#[test]
fn limits_pages_and_rows() {
    let endless = (0..).map(|id| (rows([id]), None));
    assert_eq!(read(3, endless), Err("more pages than a day can have"));
    let heavy = (0..).map(|page| (rows(page * 300..(page + 1) * 300), None));
    assert_eq!(read(300, heavy), Err("more rows than a day can have"));
}

#[test]
fn from_a_later_page_on_the_count_is_not_compared() {
    let mut tally = Tally::new(3, false, LIMITS);
    let (new_rows, next) = tally.add(rows(0..2), Some(5)).unwrap();
    assert_eq!(
        (new_rows.len(), next, tally.count()),
        (2, Next::Page, Some(5))
    );
    assert_eq!(tally.add(rows([]), Some(5)).unwrap().1, Next::End);
}
