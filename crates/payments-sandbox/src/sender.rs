//! Sends webhooks: takes what is due on the sandbox's clock, sends it, and schedules the next attempt.

mod post;
pub(crate) mod target;

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::app::App;
use crate::shared::deliveries::{Attempt, Due};
use crate::shared::provider::Provider;
use crate::shared::text::shorten;
use post::Failure;
use target::Rules;

/// Attempts under way at one time.
const AT_ONCE: usize = 16;

/// Runs until it is aborted. It also lets the providers do what is due: their times are part of the same wait.
pub(crate) async fn run(app: Arc<App>, rules: Rules) {
    let context = Arc::clone(&app.context);
    let mut attempts = JoinSet::new();
    loop {
        app.settle_due();
        let room = AT_ONCE.saturating_sub(attempts.len());
        let now_ms = context.clock.now_ms();
        let due = context.deliveries().take_due(now_ms, room);
        for due in due {
            attempts.spawn(attempt(Arc::clone(&app), rules, due));
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

async fn attempt(app: Arc<App>, rules: Rules, due: Due) {
    let Some(provider) = app.provider(due.gateway) else {
        return;
    };
    let outcome = match target::parse(&due.url, rules.remote) {
        Err(reason) => Err(Failure::Forbidden(reason)),
        Ok(target) => match provider.sign(due.body).await {
            Some(message) => post::post(&target, message, rules).await,
            None => Err(Failure::Passing(
                "the webhook could not be signed".to_owned(),
            )),
        },
    };
    let mut attempt = Attempt {
        at_ms: app.context.clock.now_ms(),
        http_status: None,
        answer: None,
        problem: None,
    };
    let mut forbidden = false;
    match outcome {
        Ok(reply) => {
            attempt.problem = provider.acknowledge(&reply).await.err();
            attempt.http_status = Some(reply.status);
            attempt.answer = Some(shorten(&String::from_utf8_lossy(&reply.body), 200));
        }
        Err(Failure::Forbidden(reason)) => {
            forbidden = true;
            attempt.problem = Some(reason);
        }
        Err(Failure::Passing(reason)) => attempt.problem = Some(reason),
    }
    let wait_ms = |left| wait_before_next(provider, left);
    let mut deliveries = app.context.deliveries();
    deliveries.finish(due.id, attempt, forbidden, wait_ms);
    drop(deliveries);
    app.context.attempt_ended(due.id);
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
