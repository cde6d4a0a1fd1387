//! The rows that a transaction reads at once, changes in memory, and writes at once.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::Timestamp;
use payments_facade::Payment;
use payments_facade::payment::Payments;

use super::moved::{self, Moved};
use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Row, Transaction, Value};
use crate::error::StoreError;

pub(super) const REFERENCE: &str = "reference";
pub(super) const PROVIDER: &str = "provider";

/// A gateway, a kind of name, and the reference or id.
pub(super) type Name = (String, &'static str, String);

/// A row of `pay_payments`.
#[derive(Debug, Default)]
struct Stored {
    /// `None` if it is new.
    version: Option<i64>,
    payments: Payments,
    /// What the row contained when it was read.
    read: Payments,
}

/// Rows by their ids, with the names that belong to them.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: BTreeMap<String, Stored>,
    names: BTreeMap<Name, String>,
    new_names: BTreeSet<Name>,
    /// Rows whose observations now belong to another one, in this order.
    absorbed: Vec<Absorbed>,
}

#[derive(Debug)]
struct Absorbed {
    id: String,
    version: Option<i64>,
    /// What the row contained.
    read: Payments,
    into: String,
}

impl Rows {
    /// Reads the rows with these names, and those with these ids.
    pub(super) async fn read(
        tx: &mut dyn Transaction,
        names: &BTreeSet<Name>,
        ids: BTreeSet<&str>,
    ) -> Result<Self, StoreError> {
        let mut all = Self::default();
        let sql = "SELECT p.id, p.version, p.document, n.gateway, n.kind, n.name FROM pay_names n
            JOIN pay_payments p ON p.id = n.payment
            WHERE n.gateway = $1 AND n.kind = $2 AND n.name = $3";
        let values = names.iter().map(|(gateway, kind, name)| {
            vec![
                gateway.as_str().into(),
                (*kind).into(),
                name.as_str().into(),
            ]
        });
        for row in query(tx, sql, values).await? {
            let kind = match row.text(4)? {
                REFERENCE => REFERENCE,
                _ => PROVIDER,
            };
            let name = (row.text(3)?.to_owned(), kind, row.text(5)?.to_owned());
            all.names.insert(name, row.text(0)?.to_owned());
            all.add(&row)?;
        }
        let sql = "SELECT id, version, document FROM pay_payments WHERE id = $1";
        for row in query(tx, sql, ids.into_iter().map(|id| vec![id.into()])).await? {
            all.add(&row)?;
        }
        Ok(all)
    }

    fn add(&mut self, row: &Row) -> Result<(), StoreError> {
        let id = row.text(0)?;
        if !self.rows.contains_key(id) {
            let payments: Vec<Payment> = document::read(document::PAYMENT, id, row.text(2)?)?;
            let payments = Payments::from_iter(payments);
            let stored = Stored {
                version: Some(row.integer(1)?),
                read: payments.clone(),
                payments,
            };
            self.rows.insert(id.to_owned(), stored);
        }
        Ok(())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Payments> {
        self.rows.values().map(|row| &row.payments)
    }

    /// The payments of a row, which may be changed.
    pub(super) fn payments(&mut self, id: &str) -> &mut Payments {
        &mut self.rows.entry(id.to_owned()).or_default().payments
    }

    /// The id of the one row that has all these names from now on. Without any row so far, it is a new one.
    pub(super) fn unite(&mut self, names: &BTreeSet<Name>, new_id: String) -> String {
        let known: BTreeSet<String> = names
            .iter()
            .filter_map(|name| self.names.get(name).cloned())
            .collect();
        let mut known = known.into_iter();
        let id = known.next().unwrap_or(new_id);
        for other in known {
            self.absorb(other, &id);
        }
        for name in names {
            if self.names.insert(name.clone(), id.clone()).is_none() {
                self.new_names.insert(name.clone());
            }
        }
        id
    }

    fn absorb(&mut self, other: String, id: &str) {
        let absorbed = self.rows.remove(&other).unwrap_or_default();
        self.payments(id).extend(absorbed.payments.all());
        let moved = self.names.values_mut().filter(|row| **row == other);
        moved.for_each(|row| id.clone_into(row));
        self.absorbed.push(Absorbed {
            id: other,
            version: absorbed.version,
            read: absorbed.read,
            into: id.to_owned(),
        });
    }

    /// Writes what was changed.
    pub(super) async fn write(
        self,
        tx: &mut dyn Transaction,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for absorbed in &self.absorbed {
            absorbed.write(tx).await?;
        }
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for (id, row) in &self.rows {
            if row.version.is_some() && row.payments == row.read {
                continue;
            }
            let payments = row.payments.all();
            let document = document::write(document::PAYMENT, id, &payments)?;
            let mut values = vec![id.as_str().into(), document.into(), now.into()];
            match row.version {
                Some(version) => {
                    values.push(version.into());
                    changed.push(values);
                }
                None => {
                    let gateway = payments.first().map(|it| it.gateway().as_str());
                    values.push(gateway.unwrap_or_default().into());
                    new.push(values);
                }
            }
        }
        let sql = "INSERT INTO pay_payments (id, document, version, changed_at, gateway, seen_at, poll_at)
            VALUES ($1, $2, 1, $3, $4, $3, $3) ON CONFLICT (id) DO NOTHING RETURNING id";
        change(tx, sql, new).await?;
        let sql = "UPDATE pay_payments SET document = $2, version = version + 1, changed_at = $3, poll_at = $3
            WHERE id = $1 AND version = $4 RETURNING id";
        change(tx, sql, changed).await?;
        let sql = "INSERT INTO pay_names (gateway, kind, name, payment) VALUES ($1, $2, $3, $4)
            ON CONFLICT (gateway, kind, name) DO NOTHING RETURNING name";
        let names = self.new_names.iter().map(|name| {
            let (gateway, kind, text) = name;
            let row = self.names.get(name).map(String::as_str);
            vec![
                gateway.as_str().into(),
                (*kind).into(),
                text.as_str().into(),
                row.into(),
            ]
        });
        change(tx, sql, names.collect()).await?;
        Ok(())
    }
}

impl Absorbed {
    async fn write(&self, tx: &mut dyn Transaction) -> Result<(), StoreError> {
        if let Some(version) = self.version {
            let sql =
                "DELETE FROM pay_payments WHERE id = $1 AND version = $2 RETURNING gateway, moved";
            let values = [self.id.as_str().into(), version.into()];
            let deleted = tx.query(sql, &values).await?;
            let deleted = deleted.first().ok_or_else(conflict)?;
            // The row that has its observations now counts them when the reconciler looks at it.
            let counted = Moved::read(&self.id, deleted.optional_text(1)?);
            // Whoever can read its payments is not to wait for someone who repairs its sums.
            let counted = counted.unwrap_or_else(|_| Moved::of(&self.read.all()));
            match moved::replace(tx, deleted.text(0)?, &counted, &Moved::default()).await {
                // Nor for someone who repairs those of the balance.
                Err(StoreError::Unreadable { .. }) => {}
                replaced => replaced?,
            }
        }
        let sql = "UPDATE pay_names SET payment = $2 WHERE payment = $1";
        let values = [self.id.as_str().into(), self.into.as_str().into()];
        tx.execute(sql, &values).await?;
        Ok(())
    }
}

/// Executes a query for each of these values.
async fn query(
    tx: &mut dyn Transaction,
    sql: &str,
    values: impl Iterator<Item = Vec<Value>>,
) -> Result<Vec<Row>, EngineError> {
    let values: Vec<Vec<Value>> = values.collect();
    match values.is_empty() {
        true => Ok(Vec::new()),
        false => tx.query_each(sql, &values).await,
    }
}

/// Executes a statement for each of these values, which has to change one row each time. Otherwise another transaction was faster.
async fn change(
    tx: &mut dyn Transaction,
    sql: &str,
    values: Vec<Vec<Value>>,
) -> Result<(), EngineError> {
    let expected = values.len();
    if query(tx, sql, values.into_iter()).await?.len() == expected {
        return Ok(());
    }
    Err(conflict())
}

fn conflict() -> EngineError {
    let text = "another transaction changed the same payment";
    EngineError::new(EngineErrorKind::Conflict, text)
}
