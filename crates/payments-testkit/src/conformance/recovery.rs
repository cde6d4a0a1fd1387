//! Trials of tickets: what became of a call that nobody answered.

use std::time::Duration;

use super::env::Strike;
use super::order::Op;
use super::report::{Stop, ensure};
use super::stage::{Stage, Tried, not_found_proves};
use payments_facade::facts::Strategy;
use payments_facade::{Resolution, Ticket};

/// A ticket made before the call, as for a crash, finds what was made.
pub(super) async fn is_found_by_ticket(stage: Stage<'_>, op: Op) -> Tried {
    let order = stage.order(op)?;
    let ticket = order.ticket(stage.gateway, stage.env.now());
    let ticket = ticket.ok_or_else(|| Stop::failed("no ticket"))?;
    ensure!(
        ticket.gateway() == stage.gateway.id() && ticket.reference() == order.reference(),
        "the ticket is for something else: {ticket}"
    );
    stage.make(&order).await?;
    is_resolved(stage, &ticket).await?;
    let held = stage.count(&order).await;
    ensure!(
        held == 1,
        "after resolving, the provider holds {held} of it"
    );
    Ok(())
}

/// The provider has done it and the answer is lost: the outcome is unknown, and the ticket finds it.
pub(super) async fn survives_a_lost_answer(stage: Stage<'_>, op: Op) -> Tried {
    let order = stage.order(op)?;
    strike(stage, Strike::AnswerLost)?;
    let before = stage.env.requests();
    let result = order.make(stage.gateway).await;
    let sent = stage.env.requests().saturating_sub(before);
    let keyed = stage.gateway.facts().strategy.value == Strategy::Repeat;
    ensure!(
        sent <= 1 || result.is_ok() || keyed,
        "was sent {sent} times, and the outcome is unknown all the same: {result:?}"
    );
    ensure!(
        sent <= 1 || !op.pays_out(),
        "a payout was sent {sent} times"
    );
    let held = stage.count(&order).await;
    ensure!(held == 1, "the provider holds {held} of it");
    // Where the reference de-duplicates, the call is simply made again under it.
    let Err(error) = result else { return Ok(()) };
    stage.truthful(&order, &error).await?;
    let ticket = error
        .ticket()
        .ok_or_else(|| Stop::failed(format!("no ticket: {error}")))?;
    is_resolved(stage, ticket).await?;
    let held = stage.count(&order).await;
    ensure!(
        held == 1,
        "after resolving, the provider holds {held} of it"
    );
    Ok(())
}

/// The request is lost: nobody may say that it took effect, nor too early that it did not, and no payout is sent again.
pub(super) async fn survives_a_lost_request(stage: Stage<'_>, op: Op) -> Tried {
    let order = stage.order(op)?;
    strike(stage, Strike::RequestLost)?;
    let result = order.make(stage.gateway).await;
    let Err(error) = result else {
        let held = stage.count(&order).await;
        ensure!(
            held == 1,
            "is said to be made, and the provider holds {held} of it"
        );
        return Ok(());
    };
    stage.truthful(&order, &error).await?;
    let Some(ticket) = error.ticket() else {
        return Ok(());
    };
    let ticket = restarted(ticket)?;
    let facts = stage.gateway.facts();
    let quiet = facts.quiet_period.value;
    let proves = not_found_proves(facts);
    for is_over in [false, true] {
        if is_over {
            stage.env.advance(quiet + Duration::from_secs(1)).await;
        }
        let resolution = ticket.resolve_at(stage.gateway, stage.env.now()).await;
        let held = stage.count(&order).await;
        let may_repeat = facts.strategy.value == Strategy::Repeat && matches!(op, Op::Checkout(_));
        ensure!(held == 0 || may_repeat, "resolving has sent it again");
        let is_right = match &resolution {
            Resolution::Found(_) => held == 1,
            Resolution::Absent => held == 0 && is_over && proves,
            Resolution::Pending(pending) => pending.until > stage.env.now() && !(is_over && proves),
        };
        ensure!(
            is_right,
            "quiet period over: {is_over}, held: {held}, and the ticket says {resolution:?}"
        );
    }
    Ok(())
}

fn strike(stage: Stage<'_>, fault: Strike) -> Tried {
    if stage.env.strike(fault) {
        Ok(())
    } else {
        Err(Stop::Skipped("the environment cannot break anything"))
    }
}

/// The ticket as it comes back after a restart.
fn restarted(ticket: &Ticket) -> Tried<Ticket> {
    let text = ticket.export();
    match text.expose().parse::<Ticket>() {
        Ok(same) if same == *ticket => Ok(same),
        other => Err(Stop::failed(format!("{ticket} came back as {other:?}"))),
    }
}

pub(super) async fn is_resolved(stage: Stage<'_>, ticket: &Ticket) -> Tried {
    let ticket = restarted(ticket)?;
    match ticket.resolve_at(stage.gateway, stage.env.now()).await {
        Resolution::Found(found) => {
            let reference = found.reference();
            ensure!(
                reference == Some(ticket.reference()),
                "found {reference:?} by {ticket}"
            );
            Ok(())
        }
        other => Err(Stop::failed(format!(
            "it is there, and {ticket} says {other:?}"
        ))),
    }
}
