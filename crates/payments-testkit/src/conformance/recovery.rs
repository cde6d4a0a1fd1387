//! Trials of tickets, which resolve calls with an unknown outcome.

use std::time::Duration;

use payments_facade::facts::Strategy;
use payments_facade::ticket::Difference;
use payments_facade::{Destination, Money, Payee, Resolution, Ticket};

use super::context::{Context, TrialResult, not_found_proves};
use super::env::InjectedFault;
use super::order::Op;
use super::report::{Stop, ensure};

/// A ticket that was stored before the call finds the order, as after a crash.
pub(super) async fn resolves_early_ticket(context: Context<'_>, op: Op) -> TrialResult {
    let order = context.order(op)?;
    let ticket = order.ticket(context.gateway, context.env.now());
    let ticket = ticket.ok_or_else(|| Stop::failed("the gateway returned no ticket"))?;
    ensure!(
        ticket.gateway() == context.gateway.id() && ticket.reference() == order.reference(),
        "the ticket is for another call: {ticket}"
    );
    context.create(&order).await?;
    is_resolved(context, &ticket).await?;
    let held = context.count(&order).await;
    ensure!(held == 1, "after resolving, the provider has {held} orders");
    Ok(())
}

/// The provider executes the call and the answer is lost: the outcome is unknown, and the ticket finds the order.
pub(super) async fn resolves_lost_answer(context: Context<'_>, op: Op) -> TrialResult {
    let order = context.order(op)?;
    inject(context, InjectedFault::AnswerLost)?;
    let before = context.env.sent(op, order.reference());
    let result = order.create(context.gateway).await;
    let sent = context.env.sent(op, order.reference());
    let sent = sent.saturating_sub(before);
    let keyed = context.gateway.facts().strategy.value == Strategy::Repeat;
    ensure!(
        sent <= 1 || result.is_ok() || keyed,
        "the call was sent {sent} times, and the outcome is unknown: {result:?}"
    );
    ensure!(
        sent <= 1 || !op.is_payout(),
        "a payout was sent {sent} times"
    );
    let held = context.count(&order).await;
    ensure!(held == 1, "the provider has {held} orders");
    // A gateway may repeat the call if the provider deduplicates by the reference.
    let Err(error) = result else { return Ok(()) };
    context.check_error(&order, &error).await?;
    let ticket = error
        .ticket()
        .ok_or_else(|| Stop::failed(format!("no ticket: {error}")))?;
    is_resolved(context, ticket).await?;
    let held = context.count(&order).await;
    ensure!(held == 1, "after resolving, the provider has {held} orders");
    Ok(())
}

/// The request is lost: the gateway must not report an effect, must not report an absence too early, and must not send a
/// payout again.
pub(super) async fn resolves_lost_request(context: Context<'_>, op: Op) -> TrialResult {
    let order = context.order(op)?;
    inject(context, InjectedFault::RequestLost)?;
    let result = order.create(context.gateway).await;
    let Err(error) = result else {
        let held = context.count(&order).await;
        ensure!(
            held == 1,
            "the call succeeded, but the provider has {held} orders"
        );
        return Ok(());
    };
    context.check_error(&order, &error).await?;
    let Some(ticket) = error.ticket() else {
        return Ok(());
    };
    let ticket = restarted(ticket)?;
    let facts = context.gateway.facts();
    let quiet = facts.quiet_period.value;
    let proves = not_found_proves(facts);
    for is_over in [false, true] {
        if is_over {
            context.env.advance(quiet + Duration::from_secs(1)).await;
        }
        let resolution = ticket.resolve_at(context.gateway, context.env.now()).await;
        let held = context.count(&order).await;
        let may_repeat = facts.strategy.value == Strategy::Repeat && matches!(op, Op::Checkout(_));
        ensure!(held == 0 || may_repeat, "resolving sent the call again");
        let is_right = match &resolution {
            Resolution::Found(_) => held == 1,
            Resolution::Conflict { .. } => false,
            Resolution::Absent => held == 0 && is_over && proves,
            Resolution::Pending(pending) => {
                pending.until > context.env.now() && !(is_over && proves)
            }
        };
        ensure!(
            is_right,
            "quiet period over: {is_over}, orders at the provider: {held}, resolution: {resolution:?}"
        );
    }
    Ok(())
}

/// A ticket of another amount or payee under the reference of an order is never confirmed: the order is another call's.
pub(super) async fn confirms_no_other_order(context: Context<'_>, op: Op) -> TrialResult {
    let order = context.order(op)?;
    let ticket = order.ticket(context.gateway, context.env.now());
    let ticket = ticket.ok_or_else(|| Stop::failed("the gateway returned no ticket"))?;
    context.create(&order).await?;
    let another = |money: Money| {
        let (gateway, reference) = (ticket.gateway().clone(), ticket.reference().clone());
        Ticket::new(gateway, ticket.call(), reference, money, ticket.at())
    };
    let money = ticket.money();
    let twice = money.checked_add(money);
    let mut tickets =
        vec![another(twice.ok_or_else(|| {
            Stop::failed("the amount cannot be doubled")
        })?)];
    if op.is_payout() {
        let payee = Destination::without_memo("another-address", "another-network");
        let payee = payee.map_err(|invalid| Stop::failed(invalid.to_string()))?;
        tickets.push(another(money.clone()).payee(&Payee::Chain(payee)));
    }
    for ticket in tickets {
        let resolution = ticket.resolve_at(context.gateway, context.env.now()).await;
        let is_right = match &resolution {
            Resolution::Conflict { differences, .. } => !differences.is_empty(),
            Resolution::Found(found) => !ticket.is_confirmed_by(found),
            Resolution::Pending(_) => true,
            Resolution::Absent => false,
        };
        ensure!(
            is_right,
            "another call's order under the reference of {ticket} was taken for its own: {resolution:?}"
        );
    }
    Ok(())
}

fn inject(context: Context<'_>, fault: InjectedFault) -> TrialResult {
    if context.env.inject(fault) {
        Ok(())
    } else {
        Err(Stop::Skipped("the environment cannot inject faults"))
    }
}

/// The ticket after it was exported and parsed, as after a restart.
fn restarted(ticket: &Ticket) -> TrialResult<Ticket> {
    let text = ticket.export();
    match text.expose().parse::<Ticket>() {
        Ok(same) if same == *ticket => Ok(same),
        other => Err(Stop::failed(format!("{ticket} was parsed as {other:?}"))),
    }
}

/// The ticket finds its order.
pub(super) async fn is_resolved(context: Context<'_>, ticket: &Ticket) -> TrialResult {
    let ticket = restarted(ticket)?;
    match ticket.resolve_at(context.gateway, context.env.now()).await {
        Resolution::Found(found) => {
            let reference = found.reference();
            ensure!(
                reference == Some(ticket.reference()),
                "{ticket} found {reference:?}"
            );
            Ok(())
        }
        // The provider does not state that the order of the earlier call is the same.
        Resolution::Conflict { differences, .. }
            if ticket.was_refused() && differences == [Difference::EarlierCall] =>
        {
            Ok(())
        }
        other => Err(Stop::failed(format!(
            "the order exists, but {ticket} resolved to {other:?}"
        ))),
    }
}
