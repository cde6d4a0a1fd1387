//! Staged payouts: committed with the application's change, sent later by a worker.

mod claim;
mod send;

use std::future::Future;

use payments_core::Timestamp;
use payments_facade::{Gateway, Gateways, PayoutOrder, Ticket};
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::claim::{Claim, ORDER};
use super::error::IntentError;
use super::order::Order as _;
use super::record::no_longer_given_up;
use super::send::blocked;
use super::{IntentState, find};
use crate::backoff;
use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Transaction};
use crate::error::StoreError;
use crate::shutdown::{Stopped, is_stopped};
use crate::store::Store;

impl Store {
    /// Records a payout in the application's transaction: it is sent if, and only if, `tx` is committed. Sends nothing itself;
    /// [`run_staged`](Self::run_staged) does. `tx` is a transaction of this store's database, such as that of a
    /// [`Handler`](crate::Handler).
    ///
    /// The reference is closed from then on, for this and every other call. [`cancel`](Self::cancel) takes a payout back that is
    /// not being sent yet. To let a router choose the gateway, ask
    /// [`why_payout`](payments_facade::router::Router::why_payout) for the one it would use.
    ///
    /// ```
    /// use payments_facade::{Gateway, PayoutOrder};
    /// use payments_store::Store;
    /// use payments_store::engine::Engine;
    ///
    /// async fn withdraw(
    ///     store: &Store,
    ///     engine: &dyn Engine,
    ///     gateway: &dyn Gateway,
    ///     order: &PayoutOrder,
    /// ) -> Result<(), Box<dyn std::error::Error>> {
    ///     let mut tx = engine.begin().await?;
    ///     let sql = "UPDATE customers SET balance = balance - 4 WHERE id = $1";
    ///     tx.execute(sql, &[7.into()]).await?;
    ///     store.stage_payout(&mut *tx, gateway, order).await?;
    ///     tx.commit().await?;
    ///     Ok(())
    /// }
    /// # let _ = withdraw;
    /// ```
    ///
    /// # Errors
    /// [`IntentError`]; nothing is staged. After [`NotRecorded`](IntentError::NotRecorded) the transaction can only be dropped; if
    /// it was a [conflict](EngineErrorKind::Conflict), repeat it.
    pub async fn stage_payout(
        &self,
        tx: &mut dyn Transaction,
        gateway: &dyn Gateway,
        order: &PayoutOrder,
    ) -> Result<(), IntentError> {
        let now = self.now();
        let ticket = order.prepare(gateway, now);
        let ticket = ticket.map_err(IntentError::Refused)?;
        let earlier = find(tx, ticket.call(), ticket.reference(), now).await;
        let number = match earlier.map_err(IntentError::NotRecorded)? {
            None => 0,
            Some(earlier) if earlier.state == IntentState::NotApplied => {
                let because = "the payout was staged again";
                let ended = no_longer_given_up(tx, &earlier, because, now).await;
                ended.map_err(IntentError::NotRecorded)?;
                earlier.number
            }
            Some(earlier) => return Err(blocked(Box::new(earlier))),
        };
        let staged = insert(tx, &ticket, order, number, now).await;
        staged.map_err(IntentError::NotRecorded)
    }

    /// Sends the staged payouts of these gateways, until `shutdown` is ready. Any number of processes can run at the same time;
    /// each payout is sent by one of them.
    ///
    /// - The oldest is sent first, and up to [`workers`](crate::Settings::workers) at one time, so that one that takes long does
    ///   not hold up the others.
    /// - A payout is [`Sending`](IntentState::Sending) before its request leaves. If the process dies then, or the answer is
    ///   lost, it is unknown: [`resolve_due`](Self::resolve_due) queries the provider, and it is never sent again.
    /// - If the call certainly had no effect and the payout is not to blame (no connection, a busy provider, a refused
    ///   key, no funds), it is sent again after a wait that grows to an hour, up to [`send_within`](crate::Settings::send_within).
    /// - If the provider refuses the payout, or the time is over, it is [`NotApplied`](IntentState::NotApplied) with the reason.
    ///   It is a [finding](crate::FindingKind::PayoutNotSent) as well, until the application stages it again or a person resolves it.
    ///
    /// After `shutdown` no further payout is sent. This call returns when those that are being sent have ended, within
    /// [`longest_call`](crate::Settings::longest_call). To drop the future instead is like a crash.
    ///
    /// Effect: unkeyed. A payout is sent again only if the earlier call certainly had no effect.
    pub async fn run_staged(&self, gateways: &Gateways, shutdown: impl Future<Output = ()>) {
        let (stop, stopped) = watch::channel(false);
        // A task, so that `shutdown` is polled all the time. It is aborted when the set is dropped.
        let mut worker = JoinSet::new();
        let (store, gateways) = (self.clone(), gateways.clone());
        worker.spawn(async move { store.send_until_stopped(&gateways, stopped).await });
        shutdown.await;
        let _ = stop.send(true);
        while worker.join_next().await.is_some() {}
    }

    async fn send_until_stopped(&self, gateways: &Gateways, mut stopped: Stopped) {
        // Tasks, so that a panic of a gateway ends its call only. The payout becomes unknown then.
        let mut calls = JoinSet::new();
        while !is_stopped(&stopped) {
            let is_full = calls.len() >= self.settings.workers.max(1);
            let claim = match is_full {
                true => Ok(Claim::Nothing),
                false => self.claim_staged(gateways).await,
            };
            match claim {
                Ok(Claim::Taken(claimed)) => {
                    let store = self.clone();
                    // If the result cannot be recorded, the payout becomes unknown.
                    calls.spawn(async move { store.send_staged(*claimed).await });
                }
                Ok(Claim::Skipped) => {}
                // Also if the database cannot be reached.
                Ok(Claim::Nothing) | Err(_) => {
                    let wait = backoff::jittered(self.settings.poll, &*self.entropy);
                    tokio::select! {
                        _ = calls.join_next(), if !calls.is_empty() => {}
                        () = self.clock.sleep(wait), if !is_full => {}
                        _ = stopped.wait_for(|it| *it) => {}
                    }
                }
            }
        }
        while calls.join_next().await.is_some() {}
    }
}

/// Adds the row, unless another transaction took the reference.
async fn insert(
    tx: &mut dyn Transaction,
    ticket: &Ticket,
    order: &PayoutOrder,
    number: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO pay_intents
        (call, reference, gateway, ticket, state, number, ends_at, due_at, staged_at, document)
        VALUES ($1, $2, $3, $4, 'staged', $5 + 1, $6, $6, $6, $7)
        ON CONFLICT (call, reference) DO UPDATE SET gateway = $3, ticket = $4, state = 'staged', number = $5 + 1,
            ends_at = $6, due_at = $6, staged_at = $6, document = $7, problem = NULL
        WHERE pay_intents.number = $5 AND pay_intents.state = 'not_applied'";
    let reference = ticket.reference().as_str();
    let values = [
        ticket.call().as_str().into(),
        reference.into(),
        ticket.gateway().as_str().into(),
        document::write("ticket", reference, ticket)?.into(),
        number.into(),
        now.into(),
        document::write(ORDER, reference, order)?.into(),
    ];
    match tx.execute(sql, &values).await? {
        0 => {
            let text = "another call took the same reference";
            Err(EngineError::new(EngineErrorKind::Conflict, text).into())
        }
        _ => Ok(()),
    }
}
