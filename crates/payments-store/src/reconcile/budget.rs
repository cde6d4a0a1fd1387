//! How many calls of a provider are made in a time, by all processes over the database.

use std::time::Duration;

use payments_core::Timestamp;
use payments_facade::Gateway;
use payments_facade::facts::RateLimit;

use crate::error::StoreError;
use crate::store::Store;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A number of calls within a time that begins with the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    /// Whose calls are counted together.
    name: String,
    calls: u32,
    per: Duration,
}

impl Budget {
    /// The calls of a minute to the gateway's provider.
    pub(super) fn of_minute(gateway: &dyn Gateway, most: u32) -> Self {
        let limit = gateway.facts().rate_limit.map(|limit| limit.value);
        Self {
            name: gateway.id().provider().to_owned(),
            calls: limit.map_or(most, |limit| most.min(within(limit))),
            per: MINUTE,
        }
    }

    /// The webhooks of an account that are requested again in a day.
    pub(super) fn of_resends(gateway: &dyn Gateway, most: u32) -> Self {
        Self {
            name: format!("{} resend", gateway.id()),
            calls: most,
            per: DAY,
        }
    }
}

/// How many calls a minute may have, so that no time of the limit's length has more than the limit: it meets one minute more
/// than it is long. At least one, which is a minute apart from the next one.
fn within(limit: RateLimit) -> u32 {
    let minutes = limit.per.as_millis().div_ceil(MINUTE.as_millis());
    let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
    (limit.requests / minutes.saturating_add(1)).max(1)
}

impl Store {
    /// Takes this many calls, if the budget has them. They are counted even if they are not made.
    pub(super) async fn take_calls(&self, budget: &Budget, calls: u32) -> Result<bool, StoreError> {
        if calls > budget.calls {
            return Ok(false);
        }
        self.retry(|| self.take_calls_once(budget, calls)).await
    }

    async fn take_calls_once(&self, budget: &Budget, calls: u32) -> Result<bool, StoreError> {
        let sql = "INSERT INTO pay_budgets (name, started_at, used) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET
                used = CASE WHEN pay_budgets.started_at BETWEEN $4 AND $6 THEN pay_budgets.used + $3 ELSE $3 END,
                started_at = CASE WHEN pay_budgets.started_at BETWEEN $4 AND $6 THEN pay_budgets.started_at ELSE $2 END
            WHERE pay_budgets.started_at NOT BETWEEN $4 AND $6 OR pay_budgets.used + $3 <= $5";
        let now = self.now();
        // It began within the time of the budget, or in the future of a clock that was ahead a little.
        let (first, last) = (before(now, budget.per), now.checked_add(budget.per));
        let values = [
            budget.name.as_str().into(),
            now.into(),
            i64::from(calls).into(),
            first.into(),
            i64::from(budget.calls).into(),
            last.unwrap_or(now).into(),
        ];
        let mut tx = self.begin().await?;
        let is_taken = tx.execute(sql, &values).await? > 0;
        tx.commit().await?;
        Ok(is_taken)
    }
}

/// The first moment that is less than this time ago.
fn before(now: Timestamp, time: Duration) -> Timestamp {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Timestamp::from_millis((now.as_millis() + 1).saturating_sub(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_adjacent_minutes_keep_to_the_documented_limit() {
        let limit = |requests, secs| {
            within(RateLimit {
                requests,
                per: Duration::from_secs(secs),
            })
        };
        assert_eq!(limit(100, 1), 50);
        assert_eq!(limit(60, 60), 30);
        // An hour meets up to 61 minutes.
        assert_eq!(limit(610, 3_600), 10);
        assert_eq!(limit(1, 1), 1);
    }
}
