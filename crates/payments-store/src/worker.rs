//! Workers: they hand every new event to the application, and book its effect key.

mod attempt;
mod claim;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;
use tokio::task::JoinSet;

use self::attempt::{Mode, Outcome};
use self::claim::Claimed;
use crate::backoff;
use crate::event::{DetachedHandler, Handler};
use crate::shutdown::{Stopped, is_stopped};
use crate::store::Store;

/// Events that are handled together have this part of their lease. Then each is handled alone, and has all of a new one.
const PART_OF_LEASE: u32 = 4;

/// Why an event is given back after a shutdown.
const STOPPED: &str = "the worker was stopped";

impl Store {
    /// Hands every new event to the handler, in the transaction that books its effect key, until `shutdown` is ready. Any number
    /// of processes can run at the same time.
    ///
    /// - An attempt is counted before the handler is called, and has a lease: if the process dies, another worker takes
    ///   over. An attempt that lost its lease books nothing.
    /// - Up to 16 events that wait are handled one after the other in one transaction ([`batch`](crate::Settings::batch)). If one
    ///   of them fails, the handler is called again for the others. An event that failed before has a transaction without others.
    /// - An event whose handler fails, panics or takes longer than its lease is handled again after 5 seconds, and then ever
    ///   later. After 12 attempts in about a day it is dead, with its reason: see [`revive`](Self::revive). Other events do not
    ///   wait for it.
    /// - Events are handled in no particular order, also those of one payment: what the handler gets as
    ///   [`after`](crate::StoredEvent::after) does not depend on it.
    /// - After `shutdown`, no further event is started. Running handlers have [`grace`](crate::Settings::grace) to finish, then
    ///   they are dropped, nothing of them is booked, and another worker may start at once. Such an attempt does not count as one of
    ///   the 12. This call returns then.
    pub async fn run(&self, handler: impl Handler, shutdown: impl Future<Output = ()>) {
        self.run_workers(Mode::Attached(Arc::new(handler)), shutdown)
            .await;
    }

    /// As [`run`](Self::run), for a handler that books in another database: it is called outside of any transaction of the
    /// store, for one event at a time per worker, and the effect key is booked after it has returned.
    pub async fn run_detached(
        &self,
        handler: impl DetachedHandler,
        shutdown: impl Future<Output = ()>,
    ) {
        self.run_workers(Mode::Detached(Arc::new(handler)), shutdown)
            .await;
    }

    async fn run_workers(&self, mode: Mode, shutdown: impl Future<Output = ()>) {
        let (stop, stopped) = watch::channel(false);
        let mut workers = JoinSet::new();
        let most = match &mode {
            Mode::Attached(_) => self.engine.dialect().most_handlers(),
            Mode::Detached(_) => usize::MAX,
        };
        for _ in 0..self.settings.workers.clamp(1, most) {
            let (store, mode, stopped) = (self.clone(), mode.clone(), stopped.clone());
            workers.spawn(async move { store.work(&mode, stopped).await });
        }
        shutdown.await;
        let _ = stop.send(true);
        while workers.join_next().await.is_some() {}
    }

    async fn work(&self, mode: &Mode, mut stopped: Stopped) {
        // One for everything that this worker still does then.
        let mut end_of_grace = pin!(self.end_of_grace(stopped.clone()));
        loop {
            // Made first, so that it also sees what arrives while there is nothing to claim yet.
            let mut arrived = pin!(self.arrived.notified());
            arrived.as_mut().enable();
            if is_stopped(&stopped) {
                return;
            }
            let wait = backoff::jittered(self.settings.poll, &*self.entropy);
            let claimed = tokio::select! {
                claimed = self.claim(mode.together(&self.settings)) => claimed,
                () = &mut end_of_grace => return,
            };
            match claimed {
                Ok(claimed) if claimed.is_empty() => tokio::select! {
                    () = arrived => {}
                    () = self.clock.sleep(wait) => {}
                    _ = stopped.wait_for(|it| *it) => {}
                },
                Ok(claimed) => {
                    let end_of_grace = end_of_grace.as_mut();
                    self.attempt(mode, claimed, &stopped, end_of_grace).await;
                }
                // The database cannot be reached: ask again later, whatever arrives.
                Err(_) => tokio::select! {
                    () = self.clock.sleep(wait) => {}
                    _ = stopped.wait_for(|it| *it) => {}
                },
            }
        }
    }

    /// One attempt for each of these events. If the end of one cannot be recorded either, its lease runs out.
    async fn attempt(
        &self,
        mode: &Mode,
        claimed: Vec<Claimed>,
        stopped: &Stopped,
        mut end_of_grace: Pin<&mut impl Future<Output = ()>>,
    ) {
        let mut left: Vec<Arc<Claimed>> = claimed.into_iter().map(Arc::new).collect();
        let is_alone = left.len() == 1;
        let time = match is_alone {
            true => self.settings.lease,
            false => self.settings.lease / PART_OF_LEASE,
        };
        let mut time_is_up = pin!(self.clock.sleep(time));
        let mut together = left.len();
        while !left.is_empty() {
            if is_stopped(stopped) {
                let _ = self.give_back(&left, STOPPED).await;
                return;
            }
            let part: Vec<_> = left.iter().take(together).cloned().collect();
            let size = part.len();
            let current = Arc::new(AtomicUsize::new(0));
            // A task, so that a panic of the handler ends the attempt only. It is aborted when the set is dropped.
            let mut task = JoinSet::new();
            let (store, mode, at) = (self.clone(), mode.clone(), Arc::clone(&current));
            task.spawn(async move { store.handle(&mode, &part, &at).await });
            let result = tokio::select! {
                result = task.join_next() => result,
                () = &mut time_is_up => None,
                () = &mut end_of_grace => {
                    task.shutdown().await;
                    let _ = self.give_back(&left, STOPPED).await;
                    return;
                }
            };
            let reason = match result {
                Some(Ok(Ok(Outcome::Committed))) => {
                    left.drain(..size);
                    continue;
                }
                // What ends a transaction need not be the fault of the current event.
                Some(Ok(Err(_))) if size > 1 => {
                    together = 1;
                    continue;
                }
                Some(Ok(Ok(Outcome::Failed(reason)))) => reason,
                Some(Ok(Err(error))) => error.to_string(),
                Some(Err(_)) => "the handler panicked".to_owned(),
                None => {
                    task.shutdown().await;
                    if !is_alone {
                        let _ = self
                            .give_back(&left, "handled together with others, it took too long")
                            .await;
                        return;
                    }
                    "the handler took longer than its lease".to_owned()
                }
            };
            // The others are handled again, without it.
            let failed = left.remove(current.load(Ordering::Relaxed));
            let _ = self.fail(&failed.attempt, &reason).await;
        }
    }

    async fn end_of_grace(&self, mut stopped: Stopped) {
        let _ = stopped.wait_for(|it| *it).await;
        self.clock.sleep(self.settings.grace).await;
    }
}
