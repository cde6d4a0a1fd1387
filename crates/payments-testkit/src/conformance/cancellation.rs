//! Trials of cancellations.

use payments_facade::Phase;
use payments_facade::checkout::Cancellation;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::Closure;

use super::context::{
    Context, TrialResult, absent_lookup, call_failed, group_missing, lookup, merge,
};
use super::env::Act;
use super::order::Op;
use super::report::{Stop, ensure};

fn group(context: Context<'_>) -> TrialResult<&dyn Cancellation> {
    let checkout = context.gateway.checkout().ok_or_else(group_missing)?;
    checkout.cancellation().ok_or_else(group_missing)
}

/// An order is cancelled by this kind of lookup.
pub(super) async fn cancels(context: Context<'_>, op: Op, kind: LookupKind) -> TrialResult {
    let cancellation = group(context)?;
    let order = context.order(op)?;
    let created = context.create(&order).await?;
    let mut by = lookup(kind, &order, &created.payment);
    if by.is_none() && context.env.act(order.reference(), Act::PayLess).await {
        // An order that is paid in part has a transaction.
        by = lookup(kind, &order, &context.observe(&order, &created).await?);
    }
    let by = by.ok_or(Stop::Skipped("no answer or webhook contains such an id"))?;
    let answer = cancellation.cancel(&by).await;
    let answer = answer.map_err(|error| call_failed(&error))?;
    let mut payment = context.observe(&order, &created).await?;
    merge(&mut payment, answer.into_inner(), "the cancellation")?;
    let phase = payment.phase();
    ensure!(
        matches!(phase, Phase::Closed(Closure::Cancelled | Closure::Unstated)),
        "the order was cancelled, but its phase is {phase:?}"
    );
    Ok(())
}

/// A cancellation by an unsupported lookup is refused before any I/O.
pub(super) async fn refuses_lookup(context: Context<'_>, kind: LookupKind) -> TrialResult {
    let by = absent_lookup(kind, context.env)?;
    context
        .expect_unsupported(kind.as_str(), group(context)?.cancel(&by))
        .await
}
