//! The task that writes what arrives: everything that is waiting in one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use payments_core::{Clock, Entropy};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::engine::{
    Dialect, Engine, EngineError, EngineErrorKind, Transaction, Value, begin_read_committed, within,
};
use crate::error::StoreError;
use crate::finding::FindingKind;
use crate::finding::record::Found;
use crate::retry::retry;

/// How many deliveries are committed together at most.
const BATCH: usize = 256;

/// How long one transaction may take. The deliveries of one that takes longer are refused, whether the database has committed them or
/// not: they come again.
const LONGEST: Duration = Duration::from_secs(30);

/// When repeats are counted again of events that a handler had, if no webhook arrives before.
const COUNT_AGAIN: Duration = Duration::from_secs(1);

/// A delivery to be written.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(super) row: Vec<Value>,
    /// Gets whether it is new.
    pub(super) reply: oneshot::Sender<Result<bool, StoreError>>,
}

/// The key of a row.
fn effect_key(row: &[Value]) -> Option<&str> {
    match row.first()? {
        Value::Text(key) => Some(key),
        _ => None,
    }
}

/// Returns the key if the event is new. One that is known must not become a conflict, because a conflict waits for the transaction of
/// the handler that has the event, and all webhooks with it.
const INSERT: &str = "INSERT INTO pay_deliveries
    (effect_key, gateway, source, body, event, received_at, reference, repeats, state, attempts, due_at)
    SELECT $1, $2, $3, $4, $5, $6, $7, 0, 'pending', 0, $6
    WHERE NOT EXISTS (SELECT 1 FROM pay_deliveries WHERE effect_key = $1)
    ON CONFLICT (effect_key) DO NOTHING RETURNING effect_key";

/// A row if two webhooks state different things. Answers to queries do: they also contain what happened since. What was pruned can
/// no longer be compared.
const COMPARE: &str = "SELECT effect_key, gateway, $4 FROM pay_deliveries
    WHERE effect_key = $1 AND source = 'webhook' AND $2 = 'webhook' AND event NOT IN ($3, '')";

/// How often events were repeated, by effect key.
type Repeats = BTreeMap<String, i64>;

/// What was written in a transaction.
struct Written {
    /// Which of the deliveries are new.
    are_new: Vec<bool>,
    /// Repeats of events that a handler had.
    uncounted: Repeats,
}

/// What writing needs.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// Wakes workers.
    pub(crate) arrived: Arc<Notify>,
}

/// Writes until the last sender is gone. No delivery waits for a timer: while one transaction is committed, the next ones gather.
pub(crate) async fn write_intake(writer: Writer, mut waiting: mpsc::Receiver<Intake>) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut uncounted = Repeats::new();
    loop {
        let received = tokio::select! {
            received = waiting.recv_many(&mut batch, BATCH) => received,
            () = writer.clock.sleep(COUNT_AGAIN), if !uncounted.is_empty() => {
                if let Ok(written) = writer.write(&[], &uncounted).await {
                    uncounted = written.uncounted;
                }
                continue;
            }
        };
        if received == 0 {
            // They were acknowledged, so they do not come again.
            if !uncounted.is_empty() {
                let _ = writer.write(&[], &uncounted).await;
            }
            return;
        }
        // All writers insert in the same order, so that none waits for another in a circle.
        batch.sort_by(|left, right| effect_key(&left.row).cmp(&effect_key(&right.row)));
        let (rows, replies): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|it| (it.row, it.reply)).unzip();
        match writer.write(&rows, &uncounted).await {
            Ok(written) => {
                uncounted = written.uncounted;
                writer.arrived.notify_waiters();
                for (reply, is_new) in replies.into_iter().zip(written.are_new) {
                    // Whoever waited for it may be gone.
                    let _ = reply.send(Ok(is_new));
                }
            }
            // One value that the database does not take must not keep the others from being stored.
            Err(StoreError::Engine(error))
                if error.kind() == EngineErrorKind::Statement && rows.len() > 1 =>
            {
                for (row, reply) in rows.into_iter().zip(replies) {
                    let written = writer.write(&[row], &uncounted).await;
                    let is_new = written.map(|written| {
                        uncounted = written.uncounted;
                        written.are_new.contains(&true)
                    });
                    let _ = reply.send(is_new);
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
    async fn write(&self, rows: &[Vec<Value>], uncounted: &Repeats) -> Result<Written, StoreError> {
        let write = || write_once(&*self.engine, rows, uncounted);
        within(LONGEST, retry(&*self.clock, &*self.entropy, write)).await
    }
}

async fn write_once(
    engine: &dyn Engine,
    rows: &[Vec<Value>],
    uncounted: &Repeats,
) -> Result<Written, StoreError> {
    let mut tx = begin_read_committed(engine).await?;
    let inserted = tx.query_each(INSERT, rows).await?;
    let inserted = inserted.iter().map(|row| row.text(0));
    let mut new = inserted.collect::<Result<BTreeSet<_>, _>>()?;
    // Of several with the same key, the first was inserted.
    let mut take = |row: &[Value]| effect_key(row).is_some_and(|key| new.remove(key));
    let are_new: Vec<bool> = rows.iter().map(|row| take(row)).collect();
    let (mut repeats, mut stated) = (uncounted.clone(), Vec::new());
    for (row, is_new) in rows.iter().zip(&are_new) {
        let (false, Some(key)) = (*is_new, effect_key(row)) else {
            continue;
        };
        *repeats.entry(key.to_owned()).or_default() += 1;
        // Key, source, event and time.
        let values = [0, 2, 4, 5]
            .into_iter()
            .filter_map(|column| row.get(column));
        stated.push(values.cloned().collect());
    }
    if !stated.is_empty() {
        for row in tx.query_each(COMPARE, &stated).await? {
            let detail = "a webhook with a known effect key states something else: query the order";
            let (key, gateway) = (row.text(0)?, row.text(1)?);
            let found = Found::new(FindingKind::OtherContent, gateway, key, detail);
            found.record(&mut *tx, row.time(2)?).await?;
        }
    }
    if !repeats.is_empty() {
        repeats = count(&mut *tx, engine.dialect(), repeats).await?;
    }
    tx.commit().await?;
    Ok(Written {
        are_new,
        uncounted: repeats,
    })
}

/// Counts repeats, and their webhooks are not missed any more. Returns those of events that a handler has: the others must not wait for
/// it.
async fn count(
    tx: &mut dyn Transaction,
    dialect: Dialect,
    mut repeats: Repeats,
) -> Result<Repeats, EngineError> {
    let sql = format!(
        "UPDATE pay_deliveries SET repeats = repeats + $2, webhook_due = NULL
        WHERE effect_key = (SELECT effect_key FROM pay_deliveries WHERE effect_key = $1 {})
        RETURNING effect_key",
        dialect.skip_locked()
    );
    let values = repeats.iter();
    let values = values.map(|(key, times)| vec![key.as_str().into(), (*times).into()]);
    for row in tx.query_each(&sql, &values.collect::<Vec<_>>()).await? {
        repeats.remove(row.text(0)?);
    }
    Ok(repeats)
}
