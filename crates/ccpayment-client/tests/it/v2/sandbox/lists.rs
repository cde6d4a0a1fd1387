//! Lists over several pages, read as a stream and resumed from a stored cursor.

use std::collections::BTreeSet;

use ccpayment_client::v2::{DepositsQuery, Paged, SwapsQuery, WithdrawalsQuery};
use payments_core::{Kind, Refusal};

use super::shop::{START_S, Shop, USDT, cwallet_payout, order, swap};
use crate::v2::support::{at, record};

/// A shop whose order was paid in this many parts.
async fn with_deposits(count: usize) -> Shop {
    let shop = Shop::open().await;
    shop.client
        .create_order(order("order-1", "1000"))
        .await
        .unwrap();
    for _ in 0..count {
        shop.sandbox.pay("order-1", Some("1")).await.unwrap();
        shop.advance(1);
    }
    shop
}

#[tokio::test]
async fn all_pages_are_read_newest_first() {
    let shop = with_deposits(45).await;
    let mut rows = shop.client.rows(DepositsQuery::all());
    let mut times = Vec::new();
    let mut ids = BTreeSet::new();
    while let Some(row) = rows.next().await {
        let row = row.unwrap();
        times.push(row.arrived_at.unwrap());
        ids.insert(row.record_id.to_string());
    }
    assert_eq!((times.len(), ids.len()), (45, 45));
    assert!(times.is_sorted_by(|newer, older| newer >= older));
    assert_eq!(
        shop.received("getAppDepositRecordList"),
        3,
        "20 records a page"
    );
}

#[tokio::test]
async fn reading_resumes_from_a_stored_cursor_without_losing_a_record() {
    let shop = with_deposits(45).await;
    let query = || DepositsQuery::all().per_page(10).coin(USDT);
    let mut missing = BTreeSet::new();
    let mut rows = shop.client.rows(query());
    while let Some(row) = rows.next().await {
        missing.insert(row.unwrap().record_id);
    }
    assert_eq!(missing.len(), 45);
    // Every run reads 13 records, stores the cursor and stops in the middle of a page.
    let mut stored: Option<String> = None;
    for run in 1_u32.. {
        assert!(run <= 10, "the list does not end");
        let query = match stored.take() {
            None => query(),
            Some(cursor) => query().at_cursor(cursor),
        };
        let mut rows = shop.client.rows(query);
        let mut is_over = false;
        for _ in 0..13 {
            let Some(row) = rows.next().await else {
                is_over = true;
                break;
            };
            missing.remove(&row.unwrap().record_id);
        }
        if is_over {
            break;
        }
        stored = rows.cursor().map(str::to_owned);
        // New records move the pages, and nothing is skipped.
        shop.sandbox.pay("order-1", Some("1")).await.unwrap();
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn withdrawals_and_swaps_are_lists_too() {
    let shop = Shop::open().await;
    for number in 0..21 {
        let new = cwallet_payout(&format!("payout-{number}"), "1");
        shop.client.withdraw_to_cwallet(new).await.unwrap();
        let new = swap(&format!("swap-{number}"), "10", "1");
        shop.client.swap(new).await.unwrap();
    }
    let mut withdrawals = shop.client.rows(WithdrawalsQuery::all());
    let mut ids = BTreeSet::new();
    while let Some(row) = withdrawals.next().await {
        ids.insert(row.unwrap().order_id);
    }
    let mut swaps = shop.client.rows(SwapsQuery::all());
    while let Some(row) = swaps.next().await {
        ids.insert(row.unwrap().order_id);
    }
    assert_eq!(ids.len(), 42);
    assert_eq!(shop.received("getAppWithdrawRecordList"), 2);
    assert_eq!(shop.received("getSwapRecordList"), 2);
}

#[tokio::test]
async fn a_cursor_of_other_conditions_and_a_long_range_are_refused() {
    let shop = with_deposits(21).await;
    let first = shop.client.deposits(DepositsQuery::all()).await.unwrap();
    let cursor = first.next_id.unwrap();
    let other = DepositsQuery::all()
        .records([record("20270115080000000000000000000000")])
        .at_cursor(&*cursor);
    let error = shop.client.deposits(other).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::Request));
    let long = DepositsQuery::all()
        .since(at(START_S - 91 * 86_400))
        .until(at(START_S));
    let error = shop.client.deposits(long).await.unwrap_err();
    assert_eq!(
        (error.code(), error.kind()),
        (Some("11008"), Kind::Refused(Refusal::Request))
    );
}
