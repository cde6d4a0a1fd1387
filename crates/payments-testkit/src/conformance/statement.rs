//! Trials of statements.

use std::future::poll_fn;
use std::time::Duration;

use payments_core::Kind;
use payments_facade::Payment;
use payments_facade::payment::PaymentKind;
use payments_facade::statement::{Rows, StatementQuery};

use super::context::{Context, TrialResult, call_failed, given, group_missing};
use super::env::Act;
use super::order::Op;
use super::report::ensure;

/// After a day of every time zone.
const THREE_DAYS: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Above this number of rows, the trial assumes that the statement has no end.
const MAX_ROWS: usize = 100_000;

/// The statement has an end, is the same on each reading, and contains a paid order exactly once. A day that is not over is
/// not complete.
pub(super) async fn is_complete(context: Context<'_>) -> TrialResult {
    let statements = context.gateway.statements().ok_or_else(group_missing)?;
    let mut paid = None;
    for op in Op::all_of(context.gateway)
        .into_iter()
        .filter(|op| !op.is_payout())
    {
        let Some(order) = context.env.order(op, context.env.reference()) else {
            continue;
        };
        let created = context.create(&order).await?;
        if context.env.act(order.reference(), Act::PayExactly).await {
            paid = Some(context.observe(&order, &created).await?);
            break;
        }
    }
    let query = StatementQuery::of(given(context.env.statement_day().await)?);
    let start = query.day.start_in_utc();
    ensure!(
        !statements.is_complete(&query, start),
        "a day that has just begun is called complete"
    );
    let days_later = start.checked_add(THREE_DAYS).unwrap_or(start);
    ensure!(
        statements.is_complete(&query, days_later),
        "a day that is over everywhere is not called complete"
    );
    let first = payments(statements.rows(&query)).await?;
    let again = payments(statements.rows(&query)).await?;
    ensure!(
        first == again,
        "two readings of the statement differ: {first:?} and {again:?}"
    );
    if let Some(paid) = paid {
        let mut merged = first.iter().filter(|row| {
            let mut both = paid.clone();
            both.merge((*row).clone()).is_ok()
        });
        ensure!(
            merged.next().is_some(),
            "the statement does not contain {paid:?}"
        );
        ensure!(
            merged.next().is_none(),
            "the statement contains two payments for {paid:?}"
        );
    }
    Ok(())
}

/// A statement of one kind has exactly the rows of this kind.
pub(super) async fn selects_kind(context: Context<'_>, kind: PaymentKind) -> TrialResult {
    let statements = context.gateway.statements().ok_or_else(group_missing)?;
    let query = StatementQuery::of(given(context.env.statement_day().await)?);
    let mut expected = payments(statements.rows(&query)).await?;
    expected.retain(|row| row.kind() == kind);
    let selected = payments(statements.rows(&query.kind(kind))).await?;
    ensure!(
        selected == expected,
        "of kind {}, the statement has {expected:?}, but {selected:?} is returned",
        kind.as_str()
    );
    Ok(())
}

/// A kind that cannot be selected is refused: its rows are neither all nor none.
pub(super) async fn refuses_kind(context: Context<'_>, kind: PaymentKind) -> TrialResult {
    let statements = context.gateway.statements().ok_or_else(group_missing)?;
    let query = StatementQuery::of(given(context.env.statement_day().await)?);
    let mut rows = statements.rows(&query.kind(kind));
    let first = poll_fn(|context| rows.as_mut().poll_next(context)).await;
    ensure!(
        matches!(&first, Some(Err(error)) if error.kind() == Kind::Unsupported),
        "a statement of kind {} returned {first:?}",
        kind.as_str()
    );
    Ok(())
}

/// The payments of a statement. Rows of the same payment are merged.
async fn payments(mut rows: Rows<'_>) -> TrialResult<Vec<Payment>> {
    let mut all: Vec<Payment> = Vec::new();
    let mut read = 0;
    while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        let row = row.map_err(|error| call_failed(&error))?.into_inner();
        read += 1;
        ensure!(read <= MAX_ROWS, "the statement has no end");
        let known = all
            .iter_mut()
            .find_map(|known| known.merge(row.clone()).ok());
        if known.is_none() {
            all.push(row);
        }
    }
    let contested = all.iter().find(|payment| payment.is_contested());
    ensure!(
        contested.is_none(),
        "the statement contradicts itself: {contested:?}"
    );
    Ok(all)
}
