//! Days of statements that could not be read: later runs try them again.

use payments_core::{Date, Timestamp};
use payments_facade::GatewayId;

use crate::engine::{EngineError, Transaction, Value};
use crate::error::StoreError;
use crate::store::Store;

/// How many of them a run tries.
const DAYS: i64 = 31;

impl Store {
    /// The days of a gateway that could not be read, those that were not tried for the longest time first.
    pub(super) async fn unread_days(&self, gateway: &GatewayId) -> Result<Vec<Date>, StoreError> {
        self.retry(|| self.read_unread_days(gateway)).await
    }

    async fn read_unread_days(&self, gateway: &GatewayId) -> Result<Vec<Date>, StoreError> {
        let sql =
            "SELECT day FROM pay_unread_days WHERE gateway = $1 ORDER BY tried_at, day LIMIT $2";
        let values = [gateway.as_str().into(), DAYS.into()];
        let mut tx = self.begin().await?;
        let mut days = Vec::new();
        for row in tx.query(sql, &values).await? {
            days.extend(Date::in_utc(row.time(0)?));
        }
        Ok(days)
    }
}

/// Remembers that a day cannot be read. Returns since when.
pub(super) async fn remember_unread(
    tx: &mut dyn Transaction,
    gateway: &GatewayId,
    day: Date,
    now: Timestamp,
) -> Result<Timestamp, EngineError> {
    let sql = "INSERT INTO pay_unread_days (gateway, day, since, tried_at) VALUES ($1, $2, $3, $3)
        ON CONFLICT (gateway, day) DO UPDATE SET tried_at = $3 RETURNING since";
    let [gateway, day] = key(gateway, day);
    let rows = tx.query(sql, &[gateway, day, now.into()]).await?;
    rows.first().map_or(Ok(now), |row| row.time(0))
}

pub(super) async fn forget_unread(
    tx: &mut dyn Transaction,
    gateway: &GatewayId,
    day: Date,
) -> Result<(), EngineError> {
    let sql = "DELETE FROM pay_unread_days WHERE gateway = $1 AND day = $2";
    tx.execute(sql, &key(gateway, day)).await?;
    Ok(())
}

fn key(gateway: &GatewayId, day: Date) -> [Value; 2] {
    [gateway.as_str().into(), day.start_in_utc().into()]
}
