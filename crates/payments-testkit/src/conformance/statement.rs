//! Trials of the provider's books.

use std::future::poll_fn;

use super::env::Act;
use super::order::Op;
use super::others::{failed, given, gone};
use super::report::ensure;
use super::stage::{Stage, Tried};
use payments_facade::Payment;
use payments_facade::statement::{Rows, StatementQuery};

/// The most rows that are read.
const MOST_ROWS: usize = 100_000;

/// The statement ends, says one thing once however often it is read, and has what was paid.
pub(super) async fn is_whole(stage: Stage<'_>) -> Tried {
    let statements = stage.gateway.statements().ok_or_else(gone)?;
    let mut paid = None;
    for op in Op::all_of(stage.gateway)
        .into_iter()
        .filter(|op| !op.pays_out())
    {
        let Some(order) = stage.env.order(op, stage.env.reference()) else {
            continue;
        };
        let made = stage.make(&order).await?;
        if stage.env.act(order.reference(), Act::PayExactly).await {
            paid = Some(stage.whole(&order, &made).await?);
            break;
        }
    }
    let query = StatementQuery {
        day: given(stage.env.statement_day().await)?,
    };
    let first = payments(statements.rows(&query)).await?;
    let again = payments(statements.rows(&query)).await?;
    ensure!(
        first == again,
        "two readings differ: {first:?} and {again:?}"
    );
    if let Some(paid) = paid {
        let mut merged = first.iter().filter(|row| {
            let mut both = paid.clone();
            both.merge((*row).clone()).is_ok()
        });
        ensure!(merged.next().is_some(), "has no row of {paid:?}");
        ensure!(merged.next().is_none(), "has two payments of {paid:?}");
    }
    Ok(())
}

/// The rows of a statement by payment: what is told twice is merged.
async fn payments(mut rows: Rows<'_>) -> Tried<Vec<Payment>> {
    let mut all: Vec<Payment> = Vec::new();
    let mut read = 0;
    while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        let row = row.map_err(|error| failed(&error))?.into_inner();
        read += 1;
        ensure!(read <= MOST_ROWS, "does not end");
        let known = all
            .iter_mut()
            .find_map(|known| known.merge(row.clone()).ok());
        if known.is_none() {
            all.push(row);
        }
    }
    let contested = all.iter().find(|payment| payment.is_contested());
    ensure!(contested.is_none(), "contradicts itself: {contested:?}");
    Ok(all)
}
