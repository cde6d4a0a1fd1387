//! The tables, as numbered SQL.

use payments_core::Timestamp;

use crate::engine::{Dialect, Engine, EngineError, EngineErrorKind, Transaction};
use crate::error::StoreError;
use crate::retry::retry_at_once;

const SQLITE: &[&str] = &[
    include_str!("../schema/sqlite/0001_tables.sql"),
    include_str!("../schema/sqlite/0002_reconciliation.sql"),
    include_str!("../schema/sqlite/0003_uncounted_attempts.sql"),
    include_str!("../schema/sqlite/0004_reports_and_unread_days.sql"),
];
const POSTGRES: &[&str] = &[
    include_str!("../schema/postgres/0001_tables.sql"),
    include_str!("../schema/postgres/0002_reconciliation.sql"),
    include_str!("../schema/postgres/0003_uncounted_attempts.sql"),
    include_str!("../schema/postgres/0004_reports_and_unread_days.sql"),
];

/// The table that names the migrations that were applied.
const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS pay_schema (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)";

/// The migrations of a dialect: the text of each numbered file, the first is number 1.
///
/// Every table has the prefix `pay_`, so that it can be in the application's database.
#[must_use]
pub const fn migrations(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    }
}

/// Applies the migrations that the database lacks, all in one transaction. Returns how many that were. Any number of processes
/// can call it at the same time.
///
/// # Errors
/// [`StoreError::NewerSchema`], or a failure of the database. If the connection failed, it may have taken effect: call it again.
pub async fn migrate(engine: &dyn Engine, now: Timestamp) -> Result<usize, StoreError> {
    retry_at_once(|| migrate_once(engine, now)).await
}

async fn migrate_once(engine: &dyn Engine, now: Timestamp) -> Result<usize, StoreError> {
    let all = migrations(engine.dialect());
    let mut tx = engine.begin().await?;
    tx.execute(VERSIONS, &[]).await?;
    let current = applied(&mut *tx).await?;
    let missing = all.get(current..).ok_or(StoreError::NewerSchema {
        found: current,
        supported: all.len(),
    })?;
    for (migration, number) in missing.iter().zip(current + 1..) {
        for statement in statements(migration) {
            tx.execute(statement, &[]).await?;
        }
        let version = i64::try_from(number).unwrap_or(i64::MAX);
        let insert = "INSERT INTO pay_schema (version, applied_at) VALUES ($1, $2)";
        tx.execute(insert, &[version.into(), now.into()]).await?;
    }
    tx.commit().await?;
    Ok(missing.len())
}

/// Executes statements that make the application's own tables beside those of the store, as `CREATE TABLE IF NOT EXISTS …`, all in one
/// transaction. Any number of processes can call it at the same time: PostgreSQL refuses such a statement if another transaction makes
/// the same table at that moment, and then the transaction is repeated.
///
/// # Errors
/// A failure of the database. If the connection failed, it may have taken effect: call it again.
pub async fn make_tables(engine: &dyn Engine, statements: &[&str]) -> Result<(), StoreError> {
    retry_at_once(|| make_tables_once(engine, statements)).await
}

async fn make_tables_once(engine: &dyn Engine, statements: &[&str]) -> Result<(), StoreError> {
    let mut tx = engine.begin().await?;
    for statement in statements {
        tx.execute(statement, &[]).await?;
    }
    Ok(tx.commit().await?)
}

/// Checks that the database has exactly the tables of this release. Effect: read.
///
/// # Errors
/// [`StoreError::MissingMigration`] or [`StoreError::NewerSchema`].
pub async fn check(engine: &dyn Engine) -> Result<(), StoreError> {
    let supported = migrations(engine.dialect()).len();
    let found = match retry_at_once(|| read_version(engine)).await {
        Ok(found) => found,
        Err(StoreError::Engine(error)) if error.kind() == EngineErrorKind::Statement => 0,
        Err(error) => return Err(error),
    };
    match found {
        _ if found < supported => Err(StoreError::MissingMigration { found, supported }),
        _ if found > supported => Err(StoreError::NewerSchema { found, supported }),
        _ => Ok(()),
    }
}

async fn read_version(engine: &dyn Engine) -> Result<usize, StoreError> {
    let mut tx = engine.begin().await?;
    Ok(applied(&mut *tx).await?)
}

async fn applied(tx: &mut dyn Transaction) -> Result<usize, EngineError> {
    let rows = tx.query("SELECT COUNT(*) FROM pay_schema", &[]).await?;
    let count = rows.first().map_or(Ok(0), |row| row.integer(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// The statements of a migration. Each ends with a semicolon at the end of a line.
fn statements(migration: &str) -> impl Iterator<Item = &str> {
    migration
        .split(";\n")
        .map(str::trim)
        .filter(|one| !one.is_empty())
}
