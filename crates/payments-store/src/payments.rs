//! Stored payments: everything that was observed, grouped by shared names.
//!
//! A row holds all observations that are connected by a reference or by a provider's id. An observation that names both
//! unites two rows. So every order of arrival leads to the same rows, and `Payments` groups the observations of a row into
//! payments. Versions fence concurrent changes. A changed row is due for the reconciler at once.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::{MerchantRef, ProviderRef, Timestamp};
use payments_facade::payment::Payments;
use payments_facade::{GatewayId, Lookup, Payment};

use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Transaction, Value};
use crate::error::StoreError;
use crate::reconcile::moved::{self, Moved};
use crate::retry::retry;
use crate::store::Store;

const REFERENCE: &str = "reference";
const PROVIDER: &str = "provider";

/// What a merge changed.
#[derive(Debug)]
pub(crate) struct Merged {
    /// The row's name.
    pub(crate) id: String,
    /// The payments of which the merged one consisted. Usually one or none.
    pub(crate) before: Vec<Payment>,
    /// The payment with the new observations.
    pub(crate) after: Payment,
    /// The other payments that share a name with it.
    pub(crate) related: Vec<Payment>,
}

/// A stored row.
pub(crate) struct Stored {
    pub(crate) id: String,
    version: i64,
    pub(crate) payments: Vec<Payment>,
}

/// Adds the observations of `new`. `fallback` names the row of a payment that has neither a reference nor an id.
pub(crate) async fn merge(
    tx: &mut dyn Transaction,
    new: &Payment,
    fallback: &str,
    now: Timestamp,
) -> Result<Merged, StoreError> {
    let gateway = new.gateway().as_str();
    let names = names(new);
    let mut rows = BTreeMap::new();
    let mut known = BTreeSet::new();
    for (kind, name) in &names {
        if let Some(row) = row_of(tx, gateway, kind, name).await? {
            known.insert((*kind, name.as_str()));
            rows.insert(row.id.clone(), row);
        }
    }
    let old: Vec<Payment> = rows.values().flat_map(|row| row.payments.clone()).collect();
    let old = Payments::from_iter(old);
    let mut all = old.clone();
    let is_new = all.add(new.clone());
    let grouped = all.all();

    let first = names
        .first()
        .map(|(kind, name)| format!("{gateway}:{kind}:{name}"));
    let created = first.unwrap_or_else(|| format!("{gateway}:effect:{fallback}"));
    let mut rows = rows.into_values();
    let row = rows.next();
    let id = row.as_ref().map_or(created, |row| row.id.clone());
    for other in rows {
        absorb(tx, &other, &id).await?;
    }
    match row {
        Some(row) if is_new => replace(tx, &row, &grouped, now).await?,
        Some(_) => {}
        None => insert(tx, &id, gateway, &grouped, now).await?,
    }
    for (kind, name) in &names {
        if !known.contains(&(*kind, name.as_str())) {
            let sql = "INSERT INTO pay_names (gateway, kind, name, payment) VALUES ($1, $2, $3, $4)
                ON CONFLICT (gateway, kind, name) DO NOTHING";
            let values = [
                gateway.into(),
                (*kind).into(),
                name.as_str().into(),
                id.as_str().into(),
            ];
            changed_one(tx.execute(sql, &values).await?)?;
        }
    }

    let is_of = |payment: &Payment| {
        let added = new.observations();
        payment.observations().iter().any(|one| added.contains(one))
    };
    let (mut own, related): (Vec<Payment>, Vec<Payment>) = grouped.into_iter().partition(is_of);
    let after = match own.is_empty() {
        true => new.clone(),
        false => own.swap_remove(0),
    };
    let is_part = |payment: &Payment| {
        let all = after.observations();
        payment.observations().iter().any(|one| all.contains(one))
    };
    Ok(Merged {
        id,
        before: old.all().into_iter().filter(is_part).collect(),
        after,
        related,
    })
}

/// The names under which other observations of this payment are found.
fn names(payment: &Payment) -> BTreeSet<(&'static str, String)> {
    let reference = payment.reference().map(MerchantRef::as_str);
    let ids = payment.provider_refs().map(ProviderRef::as_str);
    let reference = reference.map(|name| (REFERENCE, name.to_owned()));
    ids.map(|name| (PROVIDER, name.to_owned()))
        .chain(reference)
        .collect()
}

async fn row_of(
    tx: &mut dyn Transaction,
    gateway: &str,
    kind: &str,
    name: &str,
) -> Result<Option<Stored>, StoreError> {
    let sql = "SELECT p.id, p.version, p.document FROM pay_names n
        JOIN pay_payments p ON p.id = n.payment
        WHERE n.gateway = $1 AND n.kind = $2 AND n.name = $3";
    let rows = tx
        .query(sql, &[gateway.into(), kind.into(), name.into()])
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = row.text(0)?;
    Ok(Some(Stored {
        id: id.to_owned(),
        version: row.integer(1)?,
        payments: document::read("payment", id, row.text(2)?)?,
    }))
}

async fn insert(
    tx: &mut dyn Transaction,
    id: &str,
    gateway: &str,
    payments: &[Payment],
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO pay_payments (id, gateway, document, version, changed_at, seen_at, poll_at)
        VALUES ($1, $2, $3, 1, $4, $4, $4) ON CONFLICT (id) DO NOTHING";
    let document = document::write("payment", id, &payments)?;
    let values = [id.into(), gateway.into(), document.into(), now.into()];
    Ok(changed_one(tx.execute(sql, &values).await?)?)
}

async fn replace(
    tx: &mut dyn Transaction,
    row: &Stored,
    payments: &[Payment],
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE pay_payments SET document = $3, version = version + 1, changed_at = $4, poll_at = $4
        WHERE id = $1 AND version = $2";
    let document = document::write("payment", &row.id, &payments)?;
    let values: [Value; 4] = [
        row.id.as_str().into(),
        row.version.into(),
        document.into(),
        now.into(),
    ];
    Ok(changed_one(tx.execute(sql, &values).await?)?)
}

/// The rows with which this payment shares a name.
pub(crate) async fn rows_of(
    tx: &mut dyn Transaction,
    payment: &Payment,
) -> Result<Vec<Stored>, StoreError> {
    let mut rows = BTreeMap::new();
    for (kind, name) in &names(payment) {
        if let Some(row) = row_of(tx, payment.gateway().as_str(), kind, name).await? {
            rows.insert(row.id.clone(), row);
        }
    }
    Ok(rows.into_values().collect())
}

/// Removes a row whose observations belong to the row `id`.
async fn absorb(tx: &mut dyn Transaction, row: &Stored, id: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM pay_payments WHERE id = $1 AND version = $2 RETURNING gateway, moved";
    let values = [row.id.as_str().into(), row.version.into()];
    let deleted = tx.query(sql, &values).await?;
    let Some(deleted) = deleted.first() else {
        return Ok(changed_one(0)?);
    };
    // The row that has its observations now counts them when the reconciler looks at it.
    let (gateway, moved) = (deleted.text(0)?, deleted.optional_text(1)?);
    moved::replace(tx, gateway, moved, &Moved::default()).await?;
    let sql = "UPDATE pay_names SET payment = $2 WHERE payment = $1";
    tx.execute(sql, &[row.id.as_str().into(), id.into()])
        .await?;
    Ok(())
}

/// Another transaction was faster if the row did not change.
fn changed_one(changed: u64) -> Result<(), EngineError> {
    match changed {
        0 => Err(EngineError::new(
            EngineErrorKind::Conflict,
            "another transaction changed the same payment",
        )),
        _ => Ok(()),
    }
}

impl Store {
    /// The payments that share this name, merged from everything that was received and answered so far: usually one, and two
    /// if an order was refunded. By reference or by the provider's id; no payment is found by a transaction. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payments(
        &self,
        gateway: &GatewayId,
        by: &Lookup,
    ) -> Result<Vec<Payment>, StoreError> {
        let (kind, name) = match by {
            Lookup::Reference(reference) => (REFERENCE, reference.as_str()),
            Lookup::Provider(id) => (PROVIDER, id.as_str()),
            _ => return Ok(Vec::new()),
        };
        retry(|| self.read_payments(gateway, kind, name)).await
    }

    async fn read_payments(
        &self,
        gateway: &GatewayId,
        kind: &str,
        name: &str,
    ) -> Result<Vec<Payment>, StoreError> {
        let mut tx = self.begin().await?;
        let row = row_of(&mut *tx, gateway.as_str(), kind, name).await?;
        Ok(row.map_or_else(Vec::new, |row| Payments::from_iter(row.payments).all()))
    }
}
