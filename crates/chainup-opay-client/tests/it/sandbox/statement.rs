//! The statement of a day, in pages and as a stream.

use chainup_opay_client::{DailyStatement, Date, OrderType, StatementRow};
use payments_core::Kind;
use payments_sandbox::Clock;

use crate::sandbox::shop::{COIN, OPEN_ID, PAYER, Shop, amount, reference};

/// 2024-05-10 03:00 UTC, which is 11:00 in the platform's time zone.
const START_MS: u64 = 1_715_310_000_000;
const HOURS_LEFT_OF_THE_DAY: u64 = 13;

fn day() -> Date {
    Date::new(2024, 5, 10).unwrap()
}

/// A sandbox on that day; the client uses the machine's clock.
async fn open() -> Shop {
    Shop::with(
        |builder| {
            builder
                .clock(Clock::manual(START_MS))
                .chainup_opay_time_window(std::time::Duration::MAX)
        },
        |config| config,
    )
    .await
}

async fn paid(shop: &Shop, id: &str, digits: &str) {
    let number = shop.made(id, digits).await;
    shop.sandbox
        .clock()
        .advance(std::time::Duration::from_secs(1));
    shop.sandbox.pay(number.as_str(), None).await.unwrap();
}

async fn all(shop: &Shop, statement: DailyStatement) -> Vec<StatementRow> {
    let mut rows = shop.client.daily_statement_rows(statement);
    let mut listed = Vec::new();
    while let Some(row) = rows.next().await {
        listed.push(row.unwrap());
    }
    listed
}

fn requests(shop: &Shop) -> usize {
    let requests = shop.sandbox.requests();
    let statements = requests
        .iter()
        .filter(|record| record.operation == Some("merchantBillingDay"));
    statements.count()
}

#[tokio::test]
async fn pages_of_every_size_add_up_to_the_day() {
    let shop = open().await;
    for n in 1..=7 {
        paid(&shop, &format!("order-{n}"), &format!("{n}.123456")).await;
    }
    shop.made("open", "5").await;
    let cancelled = shop.made("cancelled", "5").await;
    let cancel = chainup_opay_client::CancelOrder::new(cancelled);
    let receipt = shop.client.cancel_order(cancel).await.unwrap();
    shop.client.confirm_cancelled(&receipt).await.unwrap();
    let statement = || DailyStatement::new(day());
    let expected: Vec<_> = (1..=7).map(|n| format!("order-{n}")).collect();
    // If the count equals a full page, it may be that of the page: one more page is fetched.
    for (size, pages) in [(1, 7), (2, 4), (3, 3), (7, 2), (2_000, 1)] {
        let before = requests(&shop);
        let rows = all(&shop, statement().page_size(size)).await;
        let ids: Vec<_> = rows.iter().map(|row| row.app_order_id.clone()).collect();
        assert_eq!(ids, expected, "pages of {size}");
        assert_eq!(requests(&shop) - before, pages, "pages of {size}");
    }
    let second = statement().page(2).page_size(3);
    let page = shop.client.daily_statement(second.clone()).await.unwrap();
    assert_eq!((page.count, page.rows.len()), (Some(7), 3));
    assert!(page.is_verified());
    let row = page
        .find(&reference("order-5"), &OrderType::Payment)
        .unwrap();
    assert_eq!(row.amount, amount("5.123456"));
    assert!(row.is_in(COIN));
    assert_eq!(
        (row.user_id.as_deref(), row.open_id.as_deref()),
        (Some(PAYER), Some(OPEN_ID))
    );
    assert_eq!(row.merchant_user_id.as_deref(), Some("10001"));
    let paid_after = row.pay_time.unwrap().since(row.create_time.unwrap());
    assert_eq!(paid_after.as_secs(), 1);
    assert!(
        page.find(&reference("order-5"), &OrderType::Transfer)
            .is_none()
    );
    let rest = all(&shop, second).await;
    assert_eq!(rest.len(), 4, "from the page it begins with");
    let beyond = statement().page(4).page_size(3);
    assert!(
        shop.client
            .daily_statement(beyond)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

#[tokio::test]
async fn a_day_is_in_utc8_and_can_be_filtered_by_type() {
    let shop = open().await;
    paid(&shop, "today", "5").await;
    let seam = std::time::Duration::from_secs(HOURS_LEFT_OF_THE_DAY * 3_600 - 2);
    shop.sandbox.clock().advance(seam);
    paid(&shop, "tomorrow", "5").await;
    for (day, expected) in [(9, &[][..]), (10, &["today"]), (11, &["tomorrow"])] {
        let date = Date::new(2024, 5, day).unwrap();
        let rows = all(&shop, DailyStatement::new(date)).await;
        let ids: Vec<_> = rows.iter().map(|row| &*row.app_order_id).collect();
        assert_eq!(ids, expected, "{day}");
    }
    for (kind, rows) in [(OrderType::Payment, 1), (OrderType::Transfer, 0)] {
        let statement = DailyStatement::new(day()).order_type(kind);
        let page = shop.client.daily_statement(statement).await.unwrap();
        assert_eq!((page.count, page.rows.len()), (Some(rows), rows as usize));
    }
    let unlisted = DailyStatement::new(day()).order_type(OrderType::Other("7".to_owned()));
    let error = shop.client.daily_statement(unlisted).await.unwrap_err();
    assert_eq!(error.code(), Some("10020"));
}

#[tokio::test]
async fn rows_of_orders_paid_meanwhile_are_included() {
    let shop = open().await;
    for n in 1..=3 {
        paid(&shop, &format!("order-{n}"), "1").await;
    }
    let mut rows = shop
        .client
        .daily_statement_rows(DailyStatement::new(day()).page_size(2));
    let first = rows.next().await.unwrap().unwrap();
    assert_eq!(
        (first.app_order_id.as_str(), rows.count()),
        ("order-1", Some(3))
    );
    paid(&shop, "order-4", "1").await;
    let mut ids = Vec::new();
    while let Some(row) = rows.next().await {
        ids.push(row.unwrap().app_order_id);
    }
    assert_eq!(ids, ["order-2", "order-3", "order-4"]);
    assert_eq!(rows.count(), Some(4));
}

/// Some 60 blocks.
#[tokio::test]
async fn decrypts_a_large_page() {
    let shop = open().await;
    for n in 0..60 {
        paid(&shop, &format!("order-{n:02}"), "0.000001").await;
    }
    let page = shop
        .client
        .daily_statement(DailyStatement::new(day()))
        .await
        .unwrap();
    assert_eq!((page.count, page.rows.len()), (Some(60), 60));
    assert_eq!(page.rows[59].app_order_id, "order-59");
    let too_large = DailyStatement::new(day()).page_size(2_001);
    let error = shop.client.daily_statement(too_large).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid);
}
