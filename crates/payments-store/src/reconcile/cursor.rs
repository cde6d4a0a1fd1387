//! What is read from time to time: by one process at a time, and how far.

use std::time::Duration;

use payments_core::Timestamp;
use payments_facade::GatewayId;

use crate::due;
use crate::engine::{Transaction, Value};
use crate::error::StoreError;
use crate::store::Store;

/// What is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    Statements,
    Balances,
}

impl Task {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Statements => "statements",
            Self::Balances => "balances",
        }
    }
}

/// A task that this process has until the end of its lease.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    gateway: GatewayId,
    task: Task,
    lease_end: Timestamp,
    /// The start in UTC of the latest day that was read.
    pub(super) read_to: Option<Timestamp>,
}

impl Store {
    /// Takes a task, if it is due and no other process has it. `longest_wait` is how long it waits at most to be due again.
    pub(super) async fn claim_task(
        &self,
        gateway: &GatewayId,
        task: Task,
        longest_wait: Duration,
    ) -> Result<Option<Cursor>, StoreError> {
        self.retry(|| self.claim_task_once(gateway, task, longest_wait))
            .await
    }

    async fn claim_task_once(
        &self,
        gateway: &GatewayId,
        task: Task,
        longest_wait: Duration,
    ) -> Result<Option<Cursor>, StoreError> {
        let sql = "INSERT INTO pay_cursors (gateway, task, due_at) VALUES ($1, $2, $3)
            ON CONFLICT (gateway, task) DO UPDATE SET due_at = $3
            WHERE pay_cursors.due_at <= $4 OR pay_cursors.due_at >= $5
            RETURNING read_to";
        let now = self.now();
        let [_, (unreached, _)] = due::times(now, longest_wait.max(self.settings.longest_call));
        let lease_end = now.checked_add(self.settings.longest_call).unwrap_or(now);
        let values: [Value; 5] = [
            gateway.as_str().into(),
            task.as_str().into(),
            lease_end.into(),
            now.into(),
            unreached.into(),
        ];
        let mut tx = self.begin().await?;
        let rows = tx.query(sql, &values).await?;
        tx.commit().await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        Ok(Some(Cursor {
            gateway: gateway.clone(),
            task,
            lease_end,
            read_to: row.optional_time(0)?,
        }))
    }

    /// Ends a task until it is due after this time, unless another process has it.
    pub(super) async fn end_task(&self, cursor: &Cursor, wait: Duration) -> Result<(), StoreError> {
        let now = self.now();
        let due_at = now.checked_add(wait).unwrap_or(now);
        self.retry(|| async {
            let mut tx = self.begin().await?;
            cursor.write(&mut *tx, due_at).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// The end of a lease that begins now.
    pub(super) fn lease_end(&self) -> Timestamp {
        let now = self.now();
        now.checked_add(self.settings.longest_call).unwrap_or(now)
    }
}

impl Cursor {
    /// Moves to a day, with a new lease. It has no effect if another process has the task.
    pub(super) async fn advance(
        &mut self,
        tx: &mut dyn Transaction,
        read_to: Timestamp,
        lease_end: Timestamp,
    ) -> Result<(), StoreError> {
        let moved = Self {
            read_to: self.read_to.max(Some(read_to)),
            ..self.clone()
        };
        moved.write(tx, lease_end).await?;
        *self = Self { lease_end, ..moved };
        Ok(())
    }

    async fn write(&self, tx: &mut dyn Transaction, due_at: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE pay_cursors SET due_at = $4, read_to = $5
            WHERE gateway = $1 AND task = $2 AND due_at = $3";
        let values = [
            self.gateway.as_str().into(),
            self.task.as_str().into(),
            self.lease_end.into(),
            due_at.into(),
            self.read_to.into(),
        ];
        tx.execute(sql, &values).await?;
        Ok(())
    }
}
