//! Deletes what is not needed any more, in small steps.

use bytes::Bytes;
use payments_core::Timestamp;

use crate::engine::Value;
use crate::error::StoreError;
use crate::store::Store;

/// How many events one transaction looks at, so that it never blocks others for long.
const BATCH: usize = 500;

/// The events between two places that may lose their contents. A discarded one loses only its body: what it states about a reference
/// refuses other calls under it.
const RANGE: &str =
    "WHERE (received_at, effect_key) > ($1, $2) AND (received_at, effect_key) <= ($3, $4)
    AND (state = 'done' AND event <> '' OR state = 'discarded' AND length(body) > 0)";

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pruned {
    /// How many events have lost their body and details, or would lose them.
    pub events: u64,
    /// How many events were looked at.
    pub seen: u64,
}

/// What happens to the events that are old enough.
#[derive(Clone, Copy)]
enum Step {
    Count,
    Delete,
}

/// The last event of a step. The next one starts behind it.
struct Place {
    received_at: Timestamp,
    effect_key: String,
}

impl Store {
    /// Deletes the bodies of the events that were first received before this time and that are done or discarded, and the details
    /// of the done ones. Pending and dead ones keep theirs. Returns how many events that were.
    ///
    /// Effect keys, states, records of decisions, payments and intents are kept for ever: an event that arrives again is still
    /// known. Each transaction looks at 500 events, and `progress` is called after it, so webhooks and workers go on meanwhile.
    /// If it fails or its future is dropped, what was deleted stays deleted, and the next run goes on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prune(
        &self,
        before: Timestamp,
        progress: impl FnMut(Pruned) + Send,
    ) -> Result<Pruned, StoreError> {
        self.walk(before, Step::Delete, progress).await
    }

    /// How many events [`prune`](Self::prune) would change. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prunable(&self, before: Timestamp) -> Result<Pruned, StoreError> {
        self.walk(before, Step::Count, |_| {}).await
    }

    async fn walk(
        &self,
        before: Timestamp,
        step: Step,
        mut progress: impl FnMut(Pruned) + Send,
    ) -> Result<Pruned, StoreError> {
        let mut pruned = Pruned::default();
        let mut after = Place {
            received_at: Timestamp::from_millis(0),
            effect_key: String::new(),
        };
        loop {
            let (next, events, seen) = self.retry(|| self.prune_step(&after, before, step)).await?;
            pruned.events += events;
            pruned.seen += seen;
            progress(pruned);
            match next {
                Some(next) => after = next,
                None => return Ok(pruned),
            }
        }
    }

    /// One transaction. Returns where the next one starts, how many events it changed, and how many it looked at.
    async fn prune_step(
        &self,
        after: &Place,
        before: Timestamp,
        step: Step,
    ) -> Result<(Option<Place>, u64, u64), StoreError> {
        let mut tx = self.begin().await?;
        let sql = format!(
            "SELECT received_at, effect_key FROM pay_deliveries
            WHERE received_at < $1 AND (received_at, effect_key) > ($2, $3)
            ORDER BY received_at, effect_key LIMIT {BATCH}"
        );
        let values = [
            before.into(),
            after.received_at.into(),
            after.effect_key.as_str().into(),
        ];
        let rows = tx.query(&sql, &values).await?;
        let Some(last) = rows.last() else {
            return Ok((None, 0, 0));
        };
        let place = Place {
            received_at: last.time(0)?,
            effect_key: last.text(1)?.to_owned(),
        };
        let range: Vec<Value> = [after, &place]
            .into_iter()
            .flat_map(|it| [it.received_at.into(), it.effect_key.as_str().into()])
            .collect();
        let events = match step {
            Step::Count => {
                let sql = format!("SELECT COUNT(*) FROM pay_deliveries {RANGE}");
                let rows = tx.query(&sql, &range).await?;
                let count = rows.first().map_or(Ok(0), |row| row.integer(0))?;
                u64::try_from(count).unwrap_or(0)
            }
            Step::Delete => {
                let sql = format!(
                    "UPDATE pay_deliveries SET body = $5, problem = NULL,
                        event = CASE WHEN state = 'done' THEN '' ELSE event END {RANGE}"
                );
                let mut values = range;
                values.push(Bytes::new().into());
                let changed = tx.execute(&sql, &values).await?;
                tx.commit().await?;
                changed
            }
        };
        let next = (rows.len() == BATCH).then_some(place);
        let seen = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        Ok((next, events, seen))
    }
}
