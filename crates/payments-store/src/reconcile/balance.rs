//! Reads balances, and compares how they changed with what payments moved.

use std::collections::BTreeMap;
use std::time::Duration;

use payments_core::{Amount, Asset, Timestamp};
use payments_facade::balance::Balance;
use payments_facade::{Gateway, Money};
use serde::{Deserialize, Serialize};

use super::cursor::Task;
use super::run::Run;
use super::settings::ReconcileSettings;
use super::wrong::{RECONCILER, record};
use crate::document;
use crate::engine::Transaction;
use crate::error::StoreError;
use crate::finding::record::{Found, end};
use crate::finding::{FindingId, FindingKind};
use crate::payments::moved::{Amounts, sums};
use crate::store::Store;

/// When balances are read again that could not be read, or not be compared.
const RETRY: Duration = Duration::from_secs(5 * 60);

/// The balance of an asset.
#[derive(Clone, Copy, Debug)]
struct Total {
    amount: Amount,
    /// Whether it contains what payouts hold.
    has_held: bool,
}

/// The first balance of an asset, with the sums at that time.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Baseline {
    total: Amount,
    came_in: Amount,
    /// With what was on hold, if the balance is without it.
    went_out: Amount,
    /// The difference of the latest reading, with its direction.
    #[serde(default)]
    difference: Option<String>,
}

/// What a comparison found.
#[derive(Default)]
struct Compared {
    findings: usize,
    /// Whether a difference was seen for the first time.
    is_new: bool,
}

impl Run<'_> {
    /// Reads the balances, if that is due. A difference counts if the next reading shows it as well: money may have moved whose
    /// webhook is under way.
    pub(super) async fn read_balances(&mut self, gateway: &dyn Gateway) -> Result<(), StoreError> {
        let (store, settings) = (self.store, self.settings);
        let Some(balances) = gateway.balances() else {
            return Ok(());
        };
        let longest_wait = settings.balances_every.max(settings.webhook_grace);
        let claimed = store.claim_task(gateway.id(), Task::Balances, longest_wait);
        let Some(cursor) = claimed.await? else {
            return Ok(());
        };
        if !self.take(gateway, 1).await? {
            self.report.waiting += 1;
            return store.end_task(&cursor, RETRY).await;
        }
        let before = store.retry(|| store.moved_state(gateway)).await?;
        let listed = match balances.list().await {
            Ok(listed) => listed.into_inner(),
            Err(error) => {
                self.problem(gateway, format!("the balances cannot be read: {error}"));
                return store.end_task(&cursor, RETRY).await;
            }
        };
        let totals = totals(&listed);
        let compared = store
            .retry(|| store.compare(gateway, &totals, &before, settings))
            .await?;
        let wait = match compared {
            None => RETRY,
            Some(compared) => {
                self.report.findings += compared.findings;
                match compared.is_new {
                    true => settings.webhook_grace,
                    false => settings.balances_every,
                }
            }
        };
        store.end_task(&cursor, wait).await
    }
}

/// The totals by symbol. One that cannot be read completely is left out.
fn totals(balances: &[Balance]) -> BTreeMap<String, Total> {
    let mut all: BTreeMap<String, Option<Total>> = BTreeMap::new();
    for one in balances {
        let has_held = one.held.is_some();
        let start = Total {
            amount: Amount::ZERO,
            has_held,
        };
        let symbol = one.asset.symbol().to_ascii_uppercase();
        let total = all.entry(symbol).or_insert(Some(start));
        *total = total.and_then(|total| {
            let with_held = one.available?.checked_add(one.held.unwrap_or_default())?;
            let amount = total.amount.checked_add(with_held)?;
            (total.has_held == has_held).then_some(Total { amount, has_held })
        });
    }
    let known = all.into_iter();
    known
        .filter_map(|(symbol, total)| Some((symbol, total?)))
        .collect()
}

impl Store {
    /// A text that changes when payments of this gateway move money. `None` while events wait for a handler.
    async fn moved_state(&self, gateway: &dyn Gateway) -> Result<Option<String>, StoreError> {
        let mut tx = self.begin().await?;
        moved_state(&mut *tx, gateway).await
    }

    /// Compares the balances with the sums. `None` if payments changed since `before`, so that they cannot be compared.
    async fn compare(
        &self,
        gateway: &dyn Gateway,
        totals: &BTreeMap<String, Total>,
        before: &Option<String>,
        settings: &ReconcileSettings,
    ) -> Result<Option<Compared>, StoreError> {
        let now = self.now();
        let mut tx = self.begin().await?;
        let after = moved_state(&mut *tx, gateway).await?;
        if after.is_none() || after != *before {
            return Ok(None);
        }
        let mut compared = Compared::default();
        for (asset, total) in totals {
            let found = compare_one(&mut *tx, gateway, asset, *total, &mut compared, now).await;
            let found = match found {
                // Other assets must not wait for it.
                Err(error @ StoreError::Unreadable { .. }) => {
                    let id = gateway.id().as_str();
                    Some(Found::unreadable(id, &subject(asset), &error))
                }
                found => found?,
            };
            let found = found.as_slice();
            compared.findings += record(&mut *tx, found, settings, now).await?;
        }
        tx.commit().await?;
        Ok(Some(compared))
    }
}

async fn moved_state(
    tx: &mut dyn Transaction,
    gateway: &dyn Gateway,
) -> Result<Option<String>, StoreError> {
    let id = [gateway.id().as_str().into()];
    let sql = "SELECT 1 FROM pay_deliveries WHERE gateway = $1 AND state = 'pending' LIMIT 1";
    let waits = !tx.query(sql, &id).await?.is_empty();
    let sql = "SELECT asset, came_in, went_out, on_hold FROM pay_balances WHERE gateway = $1 ORDER BY asset";
    let mut state = String::new();
    for row in tx.query(sql, &id).await? {
        for column in 0..4 {
            state.push_str(row.text(column)?);
            state.push(' ');
        }
    }
    Ok((!waits).then_some(state))
}

async fn compare_one(
    tx: &mut dyn Transaction,
    gateway: &dyn Gateway,
    asset: &str,
    total: Total,
    compared: &mut Compared,
    now: Timestamp,
) -> Result<Option<Found>, StoreError> {
    let id = gateway.id().as_str();
    let known = sums(tx, id, asset).await?;
    if known.is_none() && total.amount.is_zero() {
        return Ok(None);
    }
    let Amounts {
        came_in,
        went_out,
        on_hold,
    } = known.unwrap_or_default();
    let held = if total.has_held {
        Amount::ZERO
    } else {
        on_hold
    };
    let Some(went_out) = went_out.checked_add(held) else {
        return Ok(None);
    };
    let new = Baseline {
        total: total.amount,
        came_in,
        went_out,
        difference: None,
    };
    let sql = "SELECT baseline FROM pay_balances WHERE gateway = $1 AND asset = $2 AND baseline IS NOT NULL";
    let rows = tx.query(sql, &[id.into(), asset.into()]).await?;
    let Some(row) = rows.first() else {
        write(tx, id, asset, &new).await?;
        return Ok(None);
    };
    let mut baseline: Baseline = document::read("baseline of", asset, row.text(0)?)?;
    let difference = difference(&baseline, &new);
    let direction = difference.map(|(amount, direction)| format!("{amount} {direction}"));
    if direction == baseline.difference {
        return Ok(difference.and_then(|(amount, direction)| {
            let detail = format!(
                "the balance of {asset} is {amount} {direction} than its first reading and what payments moved since: \
                compare the account with the provider's list of transactions"
            );
            let money = Money::new(amount, Asset::new(asset).ok()?);
            let found = Found::new(FindingKind::SumDifference, id, subject(asset), detail);
            Some(found.with_money(Some(money)))
        }));
    }
    compared.is_new |= direction.is_some();
    if direction.is_none() {
        let id = FindingId {
            kind: FindingKind::SumDifference,
            gateway: gateway.id().clone(),
            subject: subject(asset),
        };
        end(tx, &id, RECONCILER, "the difference has gone", now).await?;
    }
    baseline.difference = direction;
    write(tx, id, asset, &baseline).await?;
    Ok(None)
}

fn subject(asset: &str) -> String {
    format!("balance {asset}")
}

/// How the balance differs from what is expected. `None` if it does not, or if the amounts are too large to be real.
fn difference(first: &Baseline, now: &Baseline) -> Option<(Amount, &'static str)> {
    let actual = now.total.checked_add(now.went_out)?;
    let actual = actual.checked_add(first.came_in)?;
    let expected = first.total.checked_add(now.came_in)?;
    let expected = expected.checked_add(first.went_out)?;
    match actual.checked_sub(expected) {
        Some(more) if more.is_zero() => None,
        Some(more) => Some((more, "more")),
        None => Some((expected.checked_sub(actual)?, "less")),
    }
}

async fn write(
    tx: &mut dyn Transaction,
    gateway: &str,
    asset: &str,
    baseline: &Baseline,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO pay_balances (gateway, asset, came_in, went_out, on_hold, baseline)
        VALUES ($1, $2, '0', '0', '0', $3)
        ON CONFLICT (gateway, asset) DO UPDATE SET baseline = $3";
    let values = [
        gateway.into(),
        asset.into(),
        document::write("baseline of", asset, baseline)?.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}
