//! The task that writes what arrives: everything that is waiting in one transaction.

use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot};

use crate::engine::{Engine, EngineError, EngineErrorKind, Value};
use crate::error::StoreError;
use crate::finding::FindingKind;
use crate::finding::record::Found;
use crate::retry::retry;

/// How many deliveries are committed together at most.
const BATCH: usize = 256;

/// A delivery to be written.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(super) row: Vec<Value>,
    pub(super) reply: oneshot::Sender<Result<(), StoreError>>,
}

/// Of an event that is known already only the number of repeats changes, and no webhook is missed any more. The second column is 1 if two webhooks state different
/// things. Answers to queries do: they also contain what happened since.
const INSERT: &str = "INSERT INTO pay_deliveries
    (effect_key, gateway, source, body, event, received_at, repeats, state, attempts, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, 0, 'pending', 0, $6)
    ON CONFLICT (effect_key) DO UPDATE SET repeats = pay_deliveries.repeats + 1, webhook_due = NULL
    RETURNING effect_key, CASE WHEN event = $5 OR source <> 'webhook' OR $3 <> 'webhook' THEN 0 ELSE 1 END, gateway, received_at";

/// Writes until the last sender is gone. There is no timer: while one transaction is committed, the next deliveries gather.
pub(crate) async fn write_intake(
    engine: Arc<dyn Engine>,
    mut waiting: mpsc::Receiver<Intake>,
    arrived: Arc<Notify>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (rows, replies): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|it| (it.row, it.reply)).unzip();
        match write(&*engine, &rows).await {
            Ok(()) => {
                arrived.notify_waiters();
                answer(replies, || Ok(()));
            }
            // One value that the database does not take must not keep the others from being stored.
            Err(StoreError::Engine(error))
                if error.kind() == EngineErrorKind::Statement && rows.len() > 1 =>
            {
                for (row, reply) in rows.into_iter().zip(replies) {
                    let _ = reply.send(write(&*engine, &[row]).await);
                    arrived.notify_waiters();
                }
            }
            Err(error) => {
                let kind = match &error {
                    StoreError::Engine(error) => error.kind(),
                    _ => EngineErrorKind::Statement,
                };
                let text = error.to_string();
                answer(replies, || Err(EngineError::new(kind, text.clone()).into()));
            }
        }
    }
}

fn answer(
    replies: Vec<oneshot::Sender<Result<(), StoreError>>>,
    result: impl Fn() -> Result<(), StoreError>,
) {
    for reply in replies {
        // Whoever waited for it may be gone.
        let _ = reply.send(result());
    }
}

async fn write(engine: &dyn Engine, rows: &[Vec<Value>]) -> Result<(), StoreError> {
    retry(|| write_once(engine, rows)).await
}

async fn write_once(engine: &dyn Engine, rows: &[Vec<Value>]) -> Result<(), StoreError> {
    let mut tx = engine.begin().await?;
    for row in tx.query_each(INSERT, rows).await? {
        if row.integer(1)? != 0 {
            let detail = "a webhook with a known effect key states something else: query the order";
            let (key, gateway) = (row.text(0)?, row.text(2)?);
            let found = Found::new(FindingKind::OtherContent, gateway, key, detail);
            found.record(&mut *tx, row.time(3)?).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
