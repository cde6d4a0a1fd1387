use super::*;
use payments_core::wire;

const BOUNDS: Bounds = Bounds {
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

/// Reads `pages` of `size` rows each, as far as they are asked for: how many rows came of how many pages.
fn add_up(
    size: usize,
    pages: impl IntoIterator<Item = (Vec<StatementRow>, Option<u64>)>,
) -> Result<(usize, u32), &'static str> {
    let mut tally = Tally::new(size, true, BOUNDS);
    for (rows, count) in pages {
        if tally.take(rows, count)?.1 == More::Nothing {
            return Ok((tally.rows(), tally.pages));
        }
    }
    panic!("{} pages were not enough", tally.pages);
}

#[test]
fn a_day_of_pages_is_whole_when_as_many_came_as_are_counted() {
    let pages = [(rows(0..3), Some(5)), (rows(3..5), Some(5))];
    assert_eq!(add_up(3, pages), Ok((5, 2)));
    assert_eq!(add_up(3, [(rows([]), Some(0))]), Ok((0, 1)));
    assert_eq!(add_up(3, [(rows(0..2), Some(2))]), Ok((2, 1)));
}

/// Asked for five, it gives three: a page that is not full is no end.
#[test]
fn a_gateway_that_caps_its_pages_is_read_to_the_end() {
    let by_its_own_size = [
        (rows(0..3), Some(8)),
        (rows(3..6), Some(8)),
        (rows(6..8), Some(8)),
    ];
    assert_eq!(add_up(5, by_its_own_size), Ok((8, 3)));
    // It counts its offsets in the size that was asked for: rows 3 and 4 are nowhere.
    let with_gaps = [
        (rows(0..3), Some(8)),
        (rows(5..8), Some(8)),
        (rows([]), Some(8)),
    ];
    assert_eq!(add_up(5, with_gaps), Err("fewer rows than are counted"));
}

#[test]
fn a_count_of_the_page_alone_is_found_out() {
    let more = [(rows(0..3), Some(3)), (rows(3..6), Some(3))];
    assert_eq!(add_up(3, more), Err("more rows than are counted"));
    let nothing_more = [(rows(0..3), Some(3)), (rows([]), Some(3))];
    assert_eq!(add_up(3, nothing_more), Ok((3, 2)));
    // A page number that is ignored, or one behind the end that gives the last page again.
    let again = [(rows(0..3), Some(3)), (rows(0..3), Some(3))];
    assert_eq!(add_up(3, again), Ok((3, 2)));
}

#[test]
fn a_count_that_is_zero_or_too_small_is_no_end() {
    for count in [0, 2] {
        let page = [(rows(0..3), Some(count))];
        assert_eq!(add_up(3, page), Err("more rows than are counted"));
    }
}

#[test]
fn without_a_count_only_an_empty_page_is_an_end() {
    let pages = [(rows(0..3), None), (rows(3..4), None), (rows([]), None)];
    assert_eq!(add_up(3, pages), Ok((4, 3)));
    let repeated = [(rows(0..2), None), (rows(0..2), None)];
    assert_eq!(
        add_up(3, repeated),
        Err("a page that repeats the ones before it")
    );
}

/// Between the pages row 0 went, the rest moved up, and row 3 is on no page that is asked for.
#[test]
fn a_row_that_moved_away_is_missed() {
    let pages = [
        (rows(0..3), Some(5)),
        (rows(4..5), Some(5)),
        (rows([]), Some(5)),
    ];
    assert_eq!(add_up(3, pages), Err("fewer rows than are counted"));
}

#[test]
fn two_different_rows_of_one_order_are_an_error() {
    let changed = [
        (rows(0..3), Some(4)),
        (vec![row(2, "2"), row(3, "1")], Some(4)),
    ];
    assert_eq!(add_up(3, changed), Err("two different rows of one order"));
    let transfer = r#"{"appOrderId":"0","orderType":11,"orderAmount":"9","payCoinSymbol":"btc"}"#;
    let both = vec![row(0, "1"), wire::read(transfer.as_bytes()).unwrap()];
    assert_eq!(add_up(3, [(both, Some(2))]), Ok((2, 1)), "another type");
}

#[test]
fn there_is_an_end_to_pages_and_rows() {
    let endless = (0..).map(|id| (rows([id]), None));
    assert_eq!(add_up(3, endless), Err("more pages than a day can have"));
    let heavy = (0..).map(|page| (rows(page * 300..(page + 1) * 300), None));
    assert_eq!(add_up(300, heavy), Err("more rows than a day can have"));
}

/// From a later page on there is nothing to compare the count with.
#[test]
fn a_part_of_a_day_ends_with_an_empty_page() {
    let mut tally = Tally::new(3, false, BOUNDS);
    let (fresh, more) = tally.take(rows(0..2), Some(5)).unwrap();
    assert_eq!((fresh.len(), more, tally.count()), (2, More::Page, Some(5)));
    assert_eq!(tally.take(rows([]), Some(5)).unwrap().1, More::Nothing);
}
