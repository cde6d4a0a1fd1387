//! The sender of webhooks: takes what is due on the sandbox's clock, sends it, decides about the next try.

mod send;
mod target;

pub(crate) use target::is_this_machine;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::app::App;
use crate::store::{Attempt, Due, Gateway, shorten};
use crate::{actions, ccpayment, chainup_opay, cpay};

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

/// The waits between a gateway's tries, in seconds: at least one less than it tries.
fn waits_s(gateway: Gateway) -> &'static [u64] {
    match gateway {
        Gateway::Cpay => &cpay::webhook::WAITS_S,
        Gateway::ChainupOpay => &chainup_opay::webhook::WAITS_S,
        Gateway::Ccpayment => &ccpayment::webhook::WAITS_S,
    }
}

/// How often a gateway tries to deliver a webhook.
pub(crate) fn tries(app: &App, gateway: Gateway) -> usize {
    match gateway {
        Gateway::Cpay | Gateway::ChainupOpay => waits_s(gateway).len() + 1,
        Gateway::Ccpayment => app.ccpayment.pushes(),
    }
}

/// What is sent in one try: a gateway may sign or seal every try anew.
pub(crate) struct Message {
    /// Besides `Content-Type`.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

/// None when it cannot be signed or sealed.
async fn dress(app: &App, gateway: Gateway, body: String) -> Option<Message> {
    match gateway {
        Gateway::Cpay => Some(Message {
            headers: Vec::new(),
            content_type: "application/json",
            body,
        }),
        Gateway::ChainupOpay => chainup_opay::webhook::dress(app, body).await,
        Gateway::Ccpayment => Some(ccpayment::webhook::dress(app, body)),
    }
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
            let times = [tables.deliveries.next_due(), actions::next_due(&tables)];
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
        Ok(target) => match dress(&app, due.gateway, due.body).await {
            Some(message) => send::post(&target, message, app.webhooks).await,
            None => Err(Failure::Passing("it could not be signed".to_owned())),
        },
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
                Gateway::Cpay => cpay::webhook::acknowledged(&answer),
                Gateway::ChainupOpay => chainup_opay::webhook::acknowledged(&app, &answer).await,
                Gateway::Ccpayment => ccpayment::webhook::acknowledged(&answer),
            }
            .err();
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
        .finish(due.id, attempt, forbidden, |tries_left| {
            wait_before_next(due.gateway, tries(&app, due.gateway), tries_left)
        });
    app.sent.send_modify(|count| *count = count.wrapping_add(1));
}

/// Milliseconds to wait when `tries_left` of all `tries` are left; none when that was the last one.
fn wait_before_next(gateway: Gateway, tries: usize, tries_left: usize) -> Option<u64> {
    tries_left.checked_sub(1)?;
    let made = tries.checked_sub(tries_left)?;
    let wait_s = waits_s(gateway).get(made.checked_sub(1)?)?;
    Some(wait_s * 1_000)
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
        let wait = |tries_left| wait_before_next(Gateway::Cpay, 10, tries_left);
        let waits: Vec<_> = (1..10).rev().map(wait).collect();
        assert_eq!(waits.first(), Some(&Some(5_000)));
        assert_eq!(waits.last(), Some(&Some(3_600_000)));
        assert!(waits.is_sorted());
        assert_eq!(wait(0), None);
    }
}
