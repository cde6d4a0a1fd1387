//! The sender of webhooks: takes what is due on the sandbox's clock, sends it, decides about the next try.

mod send;
mod target;

pub(crate) use target::is_this_machine;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::actions;
use crate::app::App;
use crate::cpay;
use crate::store::{Attempt, Due, Gateway, shorten};

/// C-Pay tries ten times (README of its `document` repository). The other gateways bring their own number.
pub(crate) const TRIES: usize = 10;

/// Waits between the tries, in seconds. Assumed: no document states an interval.
const WAITS_S: [u64; TRIES - 1] = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

/// Deliveries under way at one time.
const AT_ONCE: usize = 16;

/// How far a webhook may go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Whether other targets than this machine are allowed.
    pub(crate) remote: bool,
    /// The longest a single try may take.
    pub(crate) timeout: Duration,
}

/// An answer to a webhook.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Why a try brought no answer.
pub(crate) enum Failure {
    /// The sandbox's own rules forbid the target; trying again is pointless.
    Forbidden(String),
    /// Anything that may be better next time.
    Passing(String),
}

/// Runs until it is aborted. Payouts that complete by themselves do so here as well: their time is part of the same wait.
pub(crate) async fn run(app: Arc<App>) {
    let mut tries = JoinSet::new();
    loop {
        let room = AT_ONCE.saturating_sub(tries.len());
        actions::settle_due(&app);
        let now_ms = app.clock.now_ms();
        let (due, next_due) = {
            let mut tables = app.store.lock();
            let due = tables.deliveries.take_due(now_ms, room);
            let times = [tables.deliveries.next_due(), tables.orders.next_due()];
            (due, times.into_iter().flatten().min())
        };
        for due in due {
            tries.spawn(attempt(Arc::clone(&app), due));
        }
        let full = tries.len() >= AT_ONCE;
        let next = async {
            match next_due {
                Some(due_ms) if !full => app.clock.wait_until(due_ms).await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = next => {}
            () = app.wake.notified() => {}
            Some(_) = tries.join_next() => {}
        }
    }
}

async fn attempt(app: Arc<App>, due: Due) {
    let outcome = match target::parse(&due.url, app.webhooks.remote) {
        Err(reason) => Err(Failure::Forbidden(reason)),
        Ok(target) => send::post(&target, due.body, app.webhooks).await,
    };
    let mut attempt = Attempt {
        at_ms: app.clock.now_ms(),
        http_status: None,
        answer: None,
        problem: None,
    };
    let mut forbidden = false;
    match outcome {
        Ok(answer) => {
            attempt.problem = match due.gateway {
                Gateway::Cpay => cpay::webhook::acknowledged(&answer).err(),
            };
            attempt.http_status = Some(answer.status);
            attempt.answer = Some(shorten(&String::from_utf8_lossy(&answer.body), 200));
        }
        Err(Failure::Forbidden(reason)) => {
            forbidden = true;
            attempt.problem = Some(reason);
        }
        Err(Failure::Passing(reason)) => attempt.problem = Some(reason),
    }
    app.store
        .lock()
        .deliveries
        .finish(due.id, attempt, forbidden, wait_before_next);
    app.sent.send_modify(|count| *count = count.wrapping_add(1));
}

/// Milliseconds to wait when `tries_left` tries are left; none when that was the last one.
fn wait_before_next(tries_left: usize) -> Option<u64> {
    WAITS_S
        .iter()
        .rev()
        .nth(tries_left.checked_sub(1)?)
        .map(|seconds| seconds * 1_000)
}

/// Waits until nothing is being sent and nothing is due at the clock's present time.
pub(crate) async fn quiet(app: &App) {
    let mut sent = app.sent.subscribe();
    loop {
        actions::settle_due(app);
        sent.borrow_and_update();
        if app.store.lock().deliveries.is_quiet(app.clock.now_ms()) {
            return;
        }
        // The sender lives in `app`, so the channel stays open while we wait.
        let _ = sent.changed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_have_nine_waits_in_order() {
        let waits: Vec<_> = (1..TRIES).rev().map(wait_before_next).collect();
        assert_eq!(waits.first(), Some(&Some(5_000)));
        assert_eq!(waits.last(), Some(&Some(3_600_000)));
        assert!(waits.is_sorted());
        assert_eq!(wait_before_next(0), None);
    }
}
