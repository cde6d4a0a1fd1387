//! Trials of the calls that move money.

use payments_core::Outcome;
use payments_facade::lookup::LookupKind;
use payments_facade::{CustomerStep, Phase, Settlement};

use super::context::{Context, TrialResult, absent_lookup, lookup, merge, not_found_proves};
use super::env::Act;
use super::order::{Op, Order};
use super::recovery;
use super::report::{Stop, ensure};

/// The call creates one order, and its answer agrees with the request.
pub(super) async fn creates_order(context: Context<'_>, op: Op) -> TrialResult {
    let order = context.order(op)?;
    let checked = order.check(context.gateway);
    ensure!(
        checked.is_ok(),
        "check() refuses a valid order: {checked:?}"
    );
    let before = context.env.requests();
    let created = context.create(&order).await?;
    ensure!(
        context.env.requests() > before,
        "the call succeeded without a request"
    );
    let held = context.count(&order).await;
    ensure!(held == 1, "the provider has {held} orders");

    let payment = &created.payment;
    ensure!(
        payment.gateway() == context.gateway.id(),
        "the payment's gateway is {}",
        payment.gateway()
    );
    ensure!(
        payment.reference() == Some(order.reference()),
        "the payment's reference is {:?}",
        payment.reference()
    );
    ensure!(
        !payment.is_contested(),
        "the payment is contested: {payment:?}"
    );
    ensure!(
        !matches!(payment.phase(), Phase::Closed(_)),
        "the payment is closed: {payment:?}"
    );
    ensure!(
        !matches!(created.next, Some(CustomerStep::Nothing)),
        "the payer has no next step: {created:?}"
    );
    let requested = match &order {
        Order::Payout(payout) => payout.arriving(),
        Order::Exchange(_) => None,
        Order::Checkout(_) => Some(order.money().clone()),
    };
    let reported = payment.funds().expected;
    if let (Some(requested), Some(reported)) = (requested, reported) {
        let is_same = !reported.is_comparable(&requested) || reported.amount == requested.amount;
        ensure!(
            is_same,
            "{requested} was requested, but the payment expects {reported}"
        );
    }
    Ok(())
}

/// An order is found by this kind of lookup, both open and ended.
pub(super) async fn finds_order(context: Context<'_>, op: Op, kind: LookupKind) -> TrialResult {
    let order = context.order(op)?;
    let created = context.create(&order).await?;
    let end = if op.is_payout() {
        Act::Complete
    } else {
        Act::PayExactly
    };
    let mut was_tested = false;
    for act in [None, Some(end)] {
        if let Some(act) = act {
            context.env.act(order.reference(), act).await;
        }
        // The result of one kind of lookup may contain the id for another kind.
        let mut known = context.observe(&order, &created).await?;
        let Some(by) = lookup(kind, &order, &known) else {
            continue;
        };
        let found = context.found(op, &by).await?;
        ensure!(
            found.reference() == Some(order.reference())
                || found.provider_ref() == known.provider_ref(),
            "another order was found: {found:?}"
        );
        merge(&mut known, found, "a query")?;
        ensure!(
            !known.is_contested(),
            "the query contradicts the answer: {known:?}"
        );
        was_tested = true;
    }
    if was_tested {
        Ok(())
    } else {
        Err(Stop::Skipped("no answer or webhook contains such an id"))
    }
}

/// A lookup that matches no order finds nothing. It must not fail if the facts state that "not found" is a proof.
pub(super) async fn does_not_find_missing_order(
    context: Context<'_>,
    op: Op,
    kind: LookupKind,
) -> TrialResult {
    let by = absent_lookup(kind, context.env)?;
    let proves = not_found_proves(context.gateway.facts()) && kind == LookupKind::Reference;
    match op.find(context.gateway, &by).await {
        Ok(None) => Ok(()),
        Ok(Some(payment)) => Err(Stop::failed(format!(
            "an order was found that does not exist: {payment:?}"
        ))),
        Err(error) => {
            ensure!(
                !proves,
                "the facts state that \"not found\" is a proof, but the query failed: {error}"
            );
            ensure!(
                error.outcome() == Outcome::NotApplied || error.ticket().is_none(),
                "a query must not have a ticket: {error}"
            );
            Ok(())
        }
    }
}

/// A second call with the same reference creates nothing.
pub(super) async fn creates_no_duplicate(context: Context<'_>, op: Op) -> TrialResult {
    let order = context.order(op)?;
    let first = context.create(&order).await?.payment;
    let second = order.create(context.gateway).await;
    let held = context.count(&order).await;
    ensure!(held == 1, "the provider has {held} orders");
    match second {
        Ok(second) => {
            let (first, second) = (first.provider_ref(), second.payment.provider_ref());
            ensure!(
                first == second,
                "the second call created another order: {first:?}, {second:?}"
            );
        }
        Err(error) => {
            ensure!(
                error.outcome() != Outcome::Applied,
                "the second call had no effect, but its error states that it had one: {error}"
            );
            context.check_error(&order, &error).await?;
            if let Some(ticket) = error.ticket() {
                recovery::is_resolved(context, ticket).await?;
            }
        }
    }
    Ok(())
}

/// After an act of a payer or the provider, the merged payment has the right status.
pub(super) async fn reports_act(context: Context<'_>, op: Op, act: Act) -> TrialResult {
    let order = context.order(op)?;
    let created = context.create(&order).await?;
    let mut before = created.payment.clone();
    if act == Act::PayLate {
        if !context.env.act(order.reference(), Act::Expire).await {
            return Err(Stop::Skipped("orders do not expire"));
        }
        // Some providers report lateness only by the sequence of two states.
        before = context.observe(&order, &created).await?;
    }
    if !context.env.act(order.reference(), act).await {
        return Err(Stop::Skipped("the provider does not support this act"));
    }
    let mut payment = context.observe(&order, &created).await?;
    if act == Act::PayRisky && context.env.act(order.reference(), Act::Expire).await {
        // By queries, because the signatures of the webhooks may be too old now.
        for by in context.lookups(&order, &payment) {
            let found = context.found(op, &by).await?;
            merge(&mut payment, found, "a query after the end")?;
        }
    }
    merge(&mut payment, before, "the earlier state")?;
    let status = payment.status();
    let settlement = status.funds.settlement();
    let (is_full, is_closed) = (
        status.is_paid_in_full(),
        matches!(status.phase, Phase::Closed(_)),
    );
    let is_right = match act {
        Act::PayExactly | Act::Complete if op == Op::Exchange => status.phase == Phase::Completed,
        Act::PayExactly => is_full && settlement == Settlement::Exact && !status.funds.late,
        Act::Complete => {
            let arrival = match context.env.states_arrival(op) {
                true => Settlement::Exact,
                false => Settlement::Unstated,
            };
            status.phase == Phase::Completed
                && (settlement == arrival || status.funds.expected.is_none())
        }
        Act::PayLess => !is_full && matches!(settlement, Settlement::Missing(_)),
        // The order still becomes paid if the provider clears the payment, so it has not ended.
        Act::PayRisky => {
            !status.phase.is_final()
                && matches!(settlement, Settlement::Nothing | Settlement::Unstated)
        }
        Act::PayMore => matches!(settlement, Settlement::Excess(_)),
        // A provider that does not report lateness must have reported both final states.
        Act::PayLate => (status.funds.late || status.contested) && status.funds.received.is_some(),
        Act::Expire | Act::Reject => {
            is_closed && matches!(settlement, Settlement::Nothing | Settlement::Unstated)
        }
    };
    ensure!(
        is_right,
        "after {act:?} the status is {status:?} ({settlement:?}): {payment:?}"
    );
    ensure!(
        !payment.is_contested() || act == Act::PayLate,
        "after {act:?} the payment is contested: {payment:?}"
    );
    Ok(())
}
