//! Trials of every call that moves money.

use payments_core::Outcome;

use super::env::Act;
use super::order::{Op, Order};
use super::recovery;
use super::report::{Stop, ensure};
use super::stage::{Stage, Tried, lookup, merge, nobodys, not_found_proves};
use payments_facade::lookup::LookupKind;
use payments_facade::{CustomerStep, Phase, Settlement};

/// It is made, once, and the answer says so.
pub(super) async fn is_made(stage: Stage<'_>, op: Op) -> Tried {
    let order = stage.order(op)?;
    let checked = order.check(stage.gateway);
    ensure!(
        checked.is_ok(),
        "check() refuses what the call is to make: {checked:?}"
    );
    let before = stage.env.requests();
    let made = stage.make(&order).await?;
    ensure!(
        stage.env.requests() > before,
        "nothing was sent, and it is said to be made"
    );
    let held = stage.count(&order).await;
    ensure!(held == 1, "the provider holds {held} of it");

    let payment = &made.payment;
    ensure!(
        payment.gateway() == stage.gateway.id(),
        "belongs to {}",
        payment.gateway()
    );
    ensure!(
        payment.reference() == Some(order.reference()),
        "has the reference {:?}",
        payment.reference()
    );
    ensure!(!payment.is_contested(), "is contested: {payment:?}");
    ensure!(
        !matches!(payment.phase(), Phase::Closed(_)),
        "is closed: {payment:?}"
    );
    ensure!(
        !matches!(made.next, Some(CustomerStep::Nothing)),
        "leaves the payer nothing to do: {made:?}"
    );
    let asked = match &order {
        Order::Payout(payout) => payout.arriving(),
        Order::Exchange(_) => None,
        Order::Checkout(_) => Some(order.money().clone()),
    };
    let told = payment.funds().expected;
    if let (Some(asked), Some(told)) = (asked, told) {
        let same = !told.is_comparable(&asked) || told.amount == asked.amount;
        ensure!(same, "{asked} was asked for, and {told} is told");
    }
    Ok(())
}

/// It is found by this kind of lookup, before and after its end.
pub(super) async fn is_found(stage: Stage<'_>, op: Op, kind: LookupKind) -> Tried {
    let order = stage.order(op)?;
    let made = stage.make(&order).await?;
    let end = if op.pays_out() {
        Act::Complete
    } else {
        Act::PayExactly
    };
    let mut tried = false;
    for act in [None, Some(end)] {
        if let Some(act) = act {
            stage.env.act(order.reference(), act).await;
        }
        // One kind of lookup may tell the id that another one asks by.
        let mut known = stage.whole(&order, &made).await?;
        let Some(by) = lookup(kind, &order, &known) else {
            continue;
        };
        let found = stage.found(op, &by).await?;
        ensure!(
            found.reference() == Some(order.reference())
                || found.provider_ref() == known.provider_ref(),
            "another one was found: {found:?}"
        );
        merge(&mut known, found, "a query")?;
        ensure!(
            !known.is_contested(),
            "the query contradicts the answer: {known:?}"
        );
        tried = true;
    }
    if tried {
        Ok(())
    } else {
        Err(Stop::Skipped("nobody tells the id to look for"))
    }
}

/// Asking for something that is not there finds nothing, and where "not found" is said to prove something, says so.
pub(super) async fn finds_nothing(stage: Stage<'_>, op: Op, kind: LookupKind) -> Tried {
    let by = nobodys(kind, stage.env)?;
    let proves = not_found_proves(stage.gateway.facts()) && kind == LookupKind::Reference;
    match op.find(stage.gateway, &by).await {
        Ok(None) => Ok(()),
        Ok(Some(payment)) => Err(Stop::failed(format!(
            "found what is not there: {payment:?}"
        ))),
        Err(error) => {
            ensure!(
                !proves,
                "\"not found\" is a proof by the facts, and came as an error: {error}"
            );
            ensure!(
                error.outcome() == Outcome::NotApplied || error.ticket().is_none(),
                "a query moves nothing: {error}"
            );
            Ok(())
        }
    }
}

/// The second one under one reference is no second one.
pub(super) async fn is_made_once(stage: Stage<'_>, op: Op) -> Tried {
    let order = stage.order(op)?;
    let first = stage.make(&order).await?.payment;
    let second = order.make(stage.gateway).await;
    let held = stage.count(&order).await;
    ensure!(held == 1, "the provider holds {held} of it");
    match second {
        Ok(second) => {
            let (first, second) = (first.provider_ref(), second.payment.provider_ref());
            ensure!(
                first == second,
                "the second is another one: {first:?}, {second:?}"
            );
        }
        Err(error) => {
            ensure!(
                error.outcome() != Outcome::Applied,
                "the second one took no effect, and that it did is said: {error}"
            );
            stage.truthful(&order, &error).await?;
            if let Some(ticket) = error.ticket() {
                recovery::is_resolved(stage, ticket).await?;
            }
        }
    }
    Ok(())
}

/// An option that is offered arrives.
pub(super) async fn carries(stage: Stage<'_>, op: Op, option: &'static str) -> Tried {
    let probe = stage.env.with_option(stage.order(op)?, option);
    let probe = probe.ok_or(Stop::Skipped("the environment has no value for the option"))?;
    let checked = probe.order.check(stage.gateway);
    ensure!(
        checked.is_ok(),
        "check() refuses an option that is offered: {checked:?}"
    );
    stage.make(&probe.order).await?;
    if let Some(evidence) = probe.evidence {
        let told = stage.env.told(probe.order.reference()).await;
        ensure!(
            told.contains(&evidence),
            "was dropped: the provider was not told `{evidence}`"
        );
    }
    Ok(())
}

/// What a payer or the provider did shows, whoever tells of it.
pub(super) async fn shows(stage: Stage<'_>, op: Op, act: Act) -> Tried {
    let order = stage.order(op)?;
    let made = stage.make(&order).await?;
    let mut before = made.payment.clone();
    if act == Act::PayLate {
        if !stage.env.act(order.reference(), Act::Expire).await {
            return Err(Stop::Skipped("orders do not expire"));
        }
        // Some providers tell that money was late by having told of the end before.
        before = stage.whole(&order, &made).await?;
    }
    if !stage.env.act(order.reference(), act).await {
        return Err(Stop::Skipped("there is no such thing at this provider"));
    }
    let mut payment = stage.whole(&order, &made).await?;
    merge(&mut payment, before, "what was known before")?;
    let status = payment.status();
    let settlement = status.funds.settlement();
    let (full, is_closed) = (
        status.is_paid_in_full(),
        matches!(status.phase, Phase::Closed(_)),
    );
    let is_right = match act {
        Act::PayExactly | Act::Complete if op == Op::Exchange => status.phase == Phase::Completed,
        Act::PayExactly => full && settlement == Settlement::Exact && !status.funds.late,
        Act::Complete => {
            status.phase == Phase::Completed
                && (settlement == Settlement::Exact || status.funds.expected.is_none())
        }
        Act::PayLess => !full && matches!(settlement, Settlement::Missing(_)),
        Act::PayMore => matches!(settlement, Settlement::Excess(_)),
        // Who does not call it late must have told of both ends.
        Act::PayLate => (status.funds.late || status.contested) && status.funds.received.is_some(),
        Act::Expire | Act::Reject => {
            is_closed && matches!(settlement, Settlement::Nothing | Settlement::Unstated)
        }
    };
    ensure!(
        is_right,
        "after {act:?} it is {status:?} ({settlement:?}): {payment:?}"
    );
    ensure!(
        !payment.is_contested() || act == Act::PayLate,
        "after {act:?} it is contested: {payment:?}"
    );
    Ok(())
}
