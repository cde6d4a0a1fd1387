//! The task that writes what arrives: everything that is waiting in one transaction.

use std::sync::Arc;
use std::time::Duration;

use payments_core::{Clock, Entropy};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::engine::{Engine, EngineError, EngineErrorKind, Value, begin_read_committed, within};
use crate::error::StoreError;
use crate::finding::FindingKind;
use crate::finding::record::Found;
use crate::retry::retry;

/// How many deliveries are committed together at most.
const BATCH: usize = 256;

/// How long one transaction may take. The deliveries of one that takes longer are refused, whether the database has committed them or
/// not: they come again.
const LONGEST: Duration = Duration::from_secs(30);

/// A delivery to be written.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(super) row: Vec<Value>,
    /// Gets whether it is new.
    pub(super) reply: oneshot::Sender<Result<bool, StoreError>>,
}

impl Intake {
    fn effect_key(&self) -> Option<&str> {
        match self.row.first()? {
            Value::Text(key) => Some(key),
            _ => None,
        }
    }
}

/// Of an event that is known already only the number of repeats changes, and its webhook is not missed any more. The second column is
/// 1 if two webhooks state different things. Answers to queries do: they also contain what happened since. What was pruned can no
/// longer be compared.
const INSERT: &str = "INSERT INTO pay_deliveries
    (effect_key, gateway, source, body, event, received_at, reference, repeats, state, attempts, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 'pending', 0, $6)
    ON CONFLICT (effect_key) DO UPDATE SET repeats = pay_deliveries.repeats + 1, webhook_due = NULL
    RETURNING effect_key, CASE WHEN event IN ($5, '') OR source <> 'webhook' OR $3 <> 'webhook' THEN 0 ELSE 1 END,
        gateway, $6, repeats";

/// What writing needs.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// Wakes workers.
    pub(crate) arrived: Arc<Notify>,
}

/// Writes until the last sender is gone. There is no timer: while one transaction is committed, the next deliveries gather.
pub(crate) async fn write_intake(writer: Writer, mut waiting: mpsc::Receiver<Intake>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        // All writers lock the events that are known already in the same order, so that none waits for another in a circle.
        batch.sort_by(|left, right| left.effect_key().cmp(&right.effect_key()));
        let (rows, replies): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|it| (it.row, it.reply)).unzip();
        match writer.write(&rows).await {
            Ok(are_new) => {
                writer.arrived.notify_waiters();
                for (reply, is_new) in replies.into_iter().zip(are_new) {
                    // Whoever waited for it may be gone.
                    let _ = reply.send(Ok(is_new));
                }
            }
            // One value that the database does not take must not keep the others from being stored.
            Err(StoreError::Engine(error))
                if error.kind() == EngineErrorKind::Statement && rows.len() > 1 =>
            {
                for (row, reply) in rows.into_iter().zip(replies) {
                    let written = writer.write(&[row]).await;
                    let _ = reply.send(written.map(|are_new| are_new.contains(&true)));
                    writer.arrived.notify_waiters();
                }
            }
            Err(error) => {
                let (kind, text) = match &error {
                    StoreError::Engine(error) => (error.kind(), error.cause()),
                    _ => (EngineErrorKind::Statement, error.to_string()),
                };
                for reply in replies {
                    let _ = reply.send(Err(EngineError::new(kind, text.clone()).into()));
                }
            }
        }
    }
}

impl Writer {
    /// Returns which of them are new.
    async fn write(&self, rows: &[Vec<Value>]) -> Result<Vec<bool>, StoreError> {
        let write = || write_once(&*self.engine, rows);
        within(LONGEST, retry(&*self.clock, &*self.entropy, write)).await
    }
}

async fn write_once(engine: &dyn Engine, rows: &[Vec<Value>]) -> Result<Vec<bool>, StoreError> {
    let mut tx = begin_read_committed(engine).await?;
    let mut are_new = Vec::with_capacity(rows.len());
    for row in tx.query_each(INSERT, rows).await? {
        are_new.push(row.integer(4)? == 0);
        if row.integer(1)? != 0 {
            let detail = "a webhook with a known effect key states something else: query the order";
            let (key, gateway) = (row.text(0)?, row.text(2)?);
            let found = Found::new(FindingKind::OtherContent, gateway, key, detail);
            found.record(&mut *tx, row.time(3)?).await?;
        }
    }
    tx.commit().await?;
    Ok(are_new)
}
