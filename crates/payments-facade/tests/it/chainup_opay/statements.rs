//! ChainUp OPay's daily statements: to the end, or to an error.

use std::future::poll_fn;
use std::sync::Arc;

use super::support::{
    USER_ID, config, hosted, made, money, reference, refusal, scripted, sealed, sent,
};
use payments_core::Date;
use payments_core::scripted::{FixedEntropy, ScriptedTransport};
use payments_core::{Executor, Outcome};
use payments_facade::chainup_opay::ChainupOpay;
use payments_facade::payment::{OtherPayment, PaymentKind, Payments};
use payments_facade::statement::StatementQuery;
use payments_facade::{Answer, Error, Gateway, Payment, Phase};
use serde_json::{Value, json};

fn row(reference: &str, kind: u8, pay_time: Value) -> Value {
    json!({
        "merchantUserId": 10_001, "appOrderId": reference, "payCoinSymbol": "usdt1742", "orderAmount": 10.5,
        "orderType": kind, "userId": 22_033_390, "createTime": "1700000000000", "payTime": pay_time,
    })
}

fn page(count: usize, rows: &[Value]) -> String {
    sealed(&json!({"count": count, "list": rows}))
}

async fn statement(transport: &ScriptedTransport) -> (Vec<Answer<Payment>>, Option<Error>) {
    let day = Date::new(2023, 11, 14).unwrap();
    statement_of(transport, &StatementQuery::of(day)).await
}

/// Under the real clock, for opening a large answer takes real time.
async fn statement_of(
    transport: &ScriptedTransport,
    query: &StatementQuery,
) -> (Vec<Answer<Payment>>, Option<Error>) {
    let executor = Executor::new(
        Arc::new(transport.clone()),
        Arc::new(payments_reqwest::SystemClock::new()),
        Arc::new(FixedEntropy::new(0)),
    );
    let gateway = ChainupOpay::new("main", &config(), executor).unwrap();
    let mut stream = gateway.statements().unwrap().rows(query);
    let (mut rows, mut failure) = (Vec::new(), None);
    while let Some(next) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        match next {
            Ok(row) => rows.push(row),
            Err(error) => assert!(
                failure.replace(error).is_none(),
                "it went on after an error"
            ),
        }
    }
    (rows, failure)
}

#[tokio::test]
async fn reads_a_statement_row() {
    let transport = ScriptedTransport::new().answer(
        200,
        page(
            3,
            &[
                row("o-1", 1, "1700000060000".into()),
                row("o-1", 11, "1700000060000".into()),
                row(&"x".repeat(65), 1, Value::Null),
            ],
        ),
    );
    let (rows, failure) = statement(&transport).await;
    assert!(failure.is_none() && rows.len() == 3, "{failure:?} {rows:?}");
    let [paid, given, foreign] = &rows[..] else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (paid.reference(), paid.kind()),
        (Some(&reference("o-1")), PaymentKind::Checkout)
    );
    assert!(paid.status().is_paid_in_full());
    assert_eq!(paid.funds().received, Some(money("10.5")));
    assert_eq!(
        (given.kind(), given.phase()),
        (PaymentKind::Refund, Phase::Completed)
    );
    // It stands beside its order, and so do several of one.
    assert_eq!(given.reference(), Some(&reference("o-1")));
    let order_and_refund = paid.clone().into_inner().merge(given.clone().into_inner());
    assert_eq!(order_and_refund, Err(OtherPayment));
    // Another one, on another day.
    let more = row("o-1", 11, "1700086470000".into());
    let transport = ScriptedTransport::new().answer(200, page(1, &[more]));
    let (more, failure) = statement(&transport).await;
    assert!(failure.is_none(), "{failure:?}");
    let mut refunds = given.clone().into_inner();
    assert_eq!(refunds.funds().received, Some(money("10.5")));
    assert_eq!(refunds.merge(more[0].clone().into_inner()), Ok(true));
    assert_eq!(refunds.funds().received, Some(money("21")));
    assert!(!refunds.is_contested());
    let rows_again = rows.iter().map(|row| row.clone().into_inner());
    assert_eq!(rows_again.collect::<Payments>().all().len(), 3);
    // Without a time of payment nothing says that it was paid.
    assert_eq!(
        (foreign.reference(), foreign.phase()),
        (None, Phase::Unrecognised)
    );
    assert_eq!(foreign.funds().received, None);
    let typed = paid
        .provided::<chainup_opay_client::StatementRow>()
        .unwrap();
    assert_eq!(typed.user_id.as_deref(), Some(USER_ID));
    assert!(!format!("{rows:?}").contains(USER_ID));
    // It belongs to the order it names, and closes the gap that a lost webhook left.
    let transport = ScriptedTransport::new().answer(200, made());
    let gateway = scripted(&transport);
    let created = gateway
        .checkout()
        .unwrap()
        .create(&hosted("o-1"))
        .await
        .unwrap();
    let mut whole = created.payment.clone();
    whole.merge(paid.clone().into_inner()).unwrap();
    assert!(whole.status().is_paid_in_full() && !whole.is_contested());
}

#[tokio::test]
async fn all_pages_are_read_and_a_gap_is_an_error() {
    let many: Vec<Value> = (0..201)
        .map(|n| row(&format!("o-{n}"), 1, "1700000060000".into()))
        .collect();
    let (first, second) = many.split_at(200);
    let both = || ScriptedTransport::new().answer(200, page(201, first));
    let transport = both().answer(200, page(201, second));
    let (rows, failure) = statement(&transport).await;
    assert!(failure.is_none() && rows.len() == 201);
    let asked = |n: &str| json!({"day": "2023-11-14", "pageNum": n, "pageSize": "200"});
    let call = || "merchantBillingDay".to_owned();
    assert_eq!(
        sent(&transport),
        [(call(), asked("1")), (call(), asked("2"))]
    );
    // A platform that knows no pages, and one that fails in between, are found out.
    for script in [
        both().answer(200, page(201, first)),
        both().answer(200, refusal("10001")),
    ] {
        let (rows, failure) = statement(&script).await;
        assert_eq!((rows.len(), script.requests().len()), (200, 2));
        assert_eq!(failure.unwrap().outcome(), Outcome::NotApplied);
    }
}

#[tokio::test]
async fn a_kind_is_selected_by_the_platform_or_refused() {
    let query = StatementQuery::of(Date::new(2023, 11, 14).unwrap());
    for (kind, order_type) in [(PaymentKind::Checkout, 1), (PaymentKind::Refund, 11)] {
        let rows = [row("o-1", order_type, "1700000060000".into())];
        let transport = ScriptedTransport::new().answer(200, page(1, &rows));
        let (rows, failure) = statement_of(&transport, &query.kind(kind)).await;
        assert!(failure.is_none(), "{failure:?}");
        assert_eq!((rows.len(), rows[0].kind()), (1, kind));
        let (_, fields) = &sent(&transport)[0];
        assert_eq!(fields["orderType"], order_type.to_string());
        // A platform that ignores the type is found out.
        let other = [row("o-1", 12 - order_type, "1700000060000".into())];
        let transport = ScriptedTransport::new().answer(200, page(1, &other));
        let (rows, failure) = statement_of(&transport, &query.kind(kind)).await;
        assert!(rows.is_empty() && failure.is_some(), "{rows:?}");
    }
    for kind in [PaymentKind::Payout, PaymentKind::Unstated] {
        let transport = ScriptedTransport::new();
        let (rows, failure) = statement_of(&transport, &query.kind(kind)).await;
        assert!(rows.is_empty() && transport.requests().is_empty());
        assert_eq!(failure.unwrap().kind(), payments_core::Kind::Unsupported);
    }
}

/// The zone is only assumed, so a day must be over everywhere. That is at noon UTC of the next day, and a minute later.
#[test]
fn a_day_that_is_not_over_is_never_complete() {
    use payments_core::Timestamp;
    use payments_facade::facts::Basis;
    use payments_facade::layer::{RateLimited, RateLimiter};

    let clock = Arc::new(payments_core::scripted::ManualClock::new());
    let gateway = scripted(&ScriptedTransport::new());
    let layered = RateLimited::new(gateway.clone(), RateLimiter::new(clock));
    let query = StatementQuery::of(Date::new(2023, 11, 14).unwrap());
    for statements in [gateway.statements().unwrap(), layered.statements().unwrap()] {
        let zone = statements.day_zone();
        assert_eq!(zone.value.to_string(), "UTC+08:00");
        assert!(matches!(zone.source, Basis::Assumed(_)));
        let noon_after = query.day.start_in_utc().as_secs() + 36 * 3_600;
        for (started, is_complete) in [
            (0, false),
            (query.day.start_in_utc().as_secs(), false),
            (zone.value.end_of(query.day).as_secs() + 3_600, false),
            (noon_after + 59, false),
            (noon_after + 60, true),
            (u64::MAX / 1_000, true),
        ] {
            let started = Timestamp::from_secs(started);
            assert_eq!(
                statements.is_complete(&query, started),
                is_complete,
                "{started}"
            );
        }
    }
}

#[test]
fn a_zone_ends_its_days_by_its_distance_from_utc() {
    use payments_facade::statement::DayZone;
    let day = Date::new(2026, 11, 22).unwrap();
    let midnight = day.start_in_utc().as_secs() + 86_400;
    for (hours, end, shown) in [
        (0, midnight, "UTC+00:00"),
        (8, midnight - 8 * 3_600, "UTC+08:00"),
        (-5, midnight + 5 * 3_600, "UTC-05:00"),
        (14, midnight - 14 * 3_600, "UTC+14:00"),
        (-12, midnight + 12 * 3_600, "UTC-12:00"),
        (100, midnight - 14 * 3_600, "UTC+14:00"),
    ] {
        let zone = DayZone::hours_east(hours);
        assert_eq!(
            (zone.end_of(day).as_secs(), zone.to_string().as_str()),
            (end, shown)
        );
    }
}
