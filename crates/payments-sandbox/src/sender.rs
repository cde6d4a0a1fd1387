//! Sends webhooks: takes what is due on the sandbox's clock, sends it, and schedules the next attempt.

pub(crate) mod post;
pub(crate) mod target;

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::app::App;
use crate::shared::deliveries::{Attempt, Due};
use crate::shared::exchange::WireMessage;
use crate::shared::fault::waiting::FaultOf;
use crate::shared::fault::{self, FaultKind};
use crate::shared::provider::{Message, Provider};
use crate::shared::text::shorten;
use target::Rules;

/// Characters kept of a reply.
const LONGEST_REPLY: usize = 2_000;
/// Attempts under way at one time.
const AT_ONCE: usize = 16;

/// Runs until it is aborted. It also lets the providers do what is due: their times are part of the same wait.
pub(crate) async fn run(app: Arc<App>) {
    let context = Arc::clone(&app.context);
    let mut attempts = JoinSet::new();
    loop {
        app.settle_due();
        let room = AT_ONCE.saturating_sub(attempts.len());
        let now_ms = context.clock.now_ms();
        let due = context.deliveries().take_due(now_ms, room);
        if !due.is_empty() {
            // A receiver never hears of what a restart would forget. Not earlier: what is queued meanwhile would be taken too.
            let kept = keep(&app).await;
            for due in due {
                match &kept {
                    Ok(()) => {
                        let rules = *app.rules.get();
                        attempts.spawn(attempt(Arc::clone(&app), rules, due));
                    }
                    Err(reason) => not_sent(&app, &due, reason),
                }
            }
        }
        let full = attempts.len() >= AT_ONCE;
        let next_due = app.next_due();
        let next = async {
            match next_due {
                Some(due_ms) if !full => context.clock.wait_until(due_ms).await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = next => {}
            () = context.wake.notified() => {}
            Some(_) = attempts.join_next() => {}
        }
    }
}

/// Writes what changed to the state file, if there is one, or says why that is not possible.
#[cfg(feature = "state-file")]
async fn keep(app: &Arc<App>) -> Result<(), String> {
    let saved = crate::saving::save(app).await;
    saved.map_err(|error| error.to_string())
}

#[cfg(not(feature = "state-file"))]
async fn keep(_: &Arc<App>) -> Result<(), String> {
    Ok(())
}

/// Ends an attempt before anything is sent. The next one follows at its usual time.
fn not_sent(app: &App, due: &Due, reason: &str) {
    let Some(provider) = app.provider(due.gateway) else {
        return;
    };
    let attempt = Attempt {
        at_ms: app.context.clock.now_ms(),
        http_status: None,
        answer: None,
        problem: Some(format!("not sent: {reason}")),
        sent: WireMessage::default(),
        fault: None,
    };
    let wait_ms = |left| wait_before_next(provider, left);
    let mut deliveries = app.context.deliveries();
    deliveries.meet(due.id, due.fault);
    deliveries.finish(due.id, attempt, false, wait_ms);
    drop(deliveries);
    app.context.attempt_ended(due.id);
}

/// How long a webhook waits for another one that is to come first.
const REORDER_MS: u64 = 60 * 60 * 1_000;

async fn attempt(app: Arc<App>, rules: Rules, due: Due) {
    let Some(provider) = app.provider(due.gateway) else {
        return;
    };
    let context = &app.context;
    let ended = |problem: Option<String>, fault: Option<FaultKind>| Attempt {
        at_ms: context.clock.now_ms(),
        http_status: None,
        answer: None,
        problem,
        sent: WireMessage::default(),
        fault: fault.map(FaultKind::as_str),
    };
    // Before a fault is taken: what is never sent meets none.
    let target = match target::parse(&due.url, rules.remote) {
        Ok(target) => target,
        Err(reason) => {
            let attempt = ended(Some(reason), None);
            context.deliveries().finish(due.id, attempt, true, |_| None);
            context.attempt_ended(due.id);
            return;
        }
    };
    let now_ms = context.clock.now_ms();
    let own = due.fault.map(|kind| FaultOf { kind, delay_ms: 0 });
    let fault = own.or_else(|| context.faults().take_for_webhook(due.gateway, now_ms));
    let kind = fault.map(|fault| fault.kind);
    match fault {
        Some(fault) if fault.kind == FaultKind::WebhookDrop => {
            let attempt = ended(Some("not sent: a fault dropped it".to_owned()), kind);
            context.deliveries().drop_for_good(due.id, attempt);
            context.attempt_ended(due.id);
            return;
        }
        Some(fault) if fault.kind == FaultKind::WebhookReorder => {
            let latest_ms = now_ms.saturating_add(REORDER_MS);
            context.deliveries().put_back(due.id, latest_ms, true);
            context.deliveries_changed();
            return;
        }
        Some(fault) if fault.kind == FaultKind::WebhookDelay => {
            let then_ms = now_ms.saturating_add(fault.delay_ms);
            context.deliveries().put_back(due.id, then_ms, false);
            context.deliveries_changed();
            return;
        }
        _ => {}
    }
    let copies = if kind == Some(FaultKind::WebhookDuplicate) {
        2
    } else {
        1
    };
    for copy in 1..=copies {
        let mut attempt = ended(None, kind);
        match message(provider, due.body.clone(), kind).await {
            None => attempt.problem = Some("the webhook could not be signed".to_owned()),
            Some(message) => {
                attempt.sent = WireMessage::of(&message);
                match post::post(&target, message, rules, app.receiver.as_ref()).await {
                    Ok(reply) => {
                        attempt.problem = provider.acknowledge(&reply).await.err();
                        attempt.http_status = Some(reply.status);
                        let text = String::from_utf8_lossy(&reply.body);
                        attempt.answer = Some(shorten(&text, LONGEST_REPLY));
                    }
                    Err(reason) => attempt.problem = Some(reason),
                }
            }
        }
        attempt.at_ms = context.clock.now_ms();
        if copy < copies {
            context.deliveries().note(due.id, attempt);
        } else {
            let wait_ms = |left| wait_before_next(provider, left);
            context.deliveries().finish(due.id, attempt, false, wait_ms);
        }
        context.attempt_ended(due.id);
    }
}

/// The signed message of one attempt.
async fn message(
    provider: &dyn Provider,
    body: String,
    fault: Option<FaultKind>,
) -> Option<Message> {
    let signed = provider.sign(body, fault::webhook::signing(fault)).await;
    let mut message = signed?;
    if let Some(kind) = fault {
        fault::webhook::spoil(&mut message, kind);
    }
    Some(message)
}

fn wait_before_next(provider: &dyn Provider, attempts_left: usize) -> Option<u64> {
    wait_ms(provider.waits_s(), provider.attempts(), attempts_left)
}

/// The wait before the next attempt. `None` if that was the last one.
fn wait_ms(waits_s: &[u64], attempts: usize, left: usize) -> Option<u64> {
    left.checked_sub(1)?;
    let made = attempts.checked_sub(left)?;
    let wait_s = waits_s.get(made.checked_sub(1)?)?;
    Some(wait_s * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_are_used_in_order_and_nothing_follows_the_last_attempt() {
        let wait = |left| wait_ms(&[5, 15, 30], 4, left);
        let waits: Vec<_> = (0..4).rev().map(wait).collect();
        assert_eq!(waits, [Some(5_000), Some(15_000), Some(30_000), None]);
    }
}
