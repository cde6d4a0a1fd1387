//! SQLite: one file, or memory for tests.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as StdMutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, ffi};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task;

use super::{Dialect, Engine, EngineError, EngineErrorKind, Row, Transaction, Value};

/// How long a transaction waits for that of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements that stay prepared: more than those of the store and of a handler, so that none is parsed for every event.
const PREPARED: usize = 128;

/// An SQLite database: one file that any number of processes on one machine share, or memory.
///
/// SQLite has one writer at a time, so the transactions of a process take turns on one connection: a handler that waits for
/// something else holds up the intake of webhooks. A commit is on the disk when it returns (`synchronous=FULL`). Statements
/// run on the thread that calls them, so keep those of a handler short; starts and commits of transactions wait elsewhere.
///
/// A new file is readable by its owner only. Do not put it on a network file system: SQLite's locks do not work there.
#[derive(Clone)]
pub struct Sqlite {
    target: Arc<Target>,
    /// The connection, while no transaction has it. A dropped future may lose it; then the next transaction opens another.
    connection: Arc<Mutex<Option<Connection>>>,
}

struct Target {
    /// A path, or the URI of a database in memory.
    name: PathBuf,
    flags: OpenFlags,
    /// Keeps a database in memory alive. `None` for a file.
    anchor: Option<StdMutex<Connection>>,
}

impl Sqlite {
    /// The database in this file, which is created if it does not exist. It blocks for a moment.
    ///
    /// # Errors
    /// [`EngineError`] if the file cannot be opened, or is not a database.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, EngineError> {
        let path = path.as_ref();
        create_private(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::connect(path.to_owned(), flags, None)
    }

    /// A new database in memory, for tests. It ends with the last clone of this value.
    ///
    /// Its statements run on the caller's thread. So a test on a runtime with one thread and a paused clock takes the same course
    /// every time.
    ///
    /// # Errors
    /// [`EngineError`] if there is no memory.
    pub fn in_memory() -> Result<Self, EngineError> {
        /// Distinguishes the databases of a process.
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = PathBuf::from(format!("file:/payments-store-{number}?vfs=memdb"));
        // To read and write what the URI names, without a mutex.
        let flags = OpenFlags::default();
        let anchor = Connection::open_with_flags(&name, flags).map_err(error)?;
        Self::connect(name, flags, Some(StdMutex::new(anchor)))
    }

    fn connect(
        name: PathBuf,
        flags: OpenFlags,
        anchor: Option<StdMutex<Connection>>,
    ) -> Result<Self, EngineError> {
        let target = Target {
            name,
            flags,
            anchor,
        };
        let connection = target.connect()?;
        Ok(Self {
            target: Arc::new(target),
            connection: Arc::new(Mutex::new(Some(connection))),
        })
    }
}

impl Target {
    fn connect(&self) -> Result<Connection, EngineError> {
        let connection = Connection::open_with_flags(&self.name, self.flags).map_err(error)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(error)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        // A plan never depends on the values, or SQLite would prepare some statements again for every new value.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(error)?;
        // A database in memory ignores the first. A checkpoint synchronises two more files, so it waits for 4,000 pages (16 MiB).
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
                PRAGMA wal_autocheckpoint = 4000;",
            )
            .map_err(error)?;
        Ok(connection)
    }

    /// Does work that waits for other processes or for the disk. It goes on if the future is dropped.
    async fn wait<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        if self.anchor.is_some() {
            return work();
        }
        match task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => Err(EngineError::new(EngineErrorKind::Unavailable, error)),
        }
    }
}

/// Creates the file so that only its owner can read it. SQLite gives its other files the same permissions.
fn create_private(path: &Path) -> Result<(), EngineError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(EngineError::new(EngineErrorKind::Unavailable, error)),
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sqlite({})", self.target.name.display())
    }
}

#[async_trait]
impl Engine for Sqlite {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        let mut slot = Arc::clone(&self.connection).lock_owned().await;
        let idle = slot.take();
        let target = Arc::clone(&self.target);
        let connection = self.target.wait(move || {
            let connection = idle.map_or_else(|| target.connect(), Ok)?;
            // Immediate, because a transaction that reads first cannot wait for another writer later. Of a file that may only be
            // read, nothing else is possible.
            let begin = match connection.is_readonly("main").map_err(error)? {
                true => "BEGIN",
                false => "BEGIN IMMEDIATE",
            };
            execute(&connection, begin, &[])?;
            Ok(connection)
        });
        *slot = Some(connection.await?);
        Ok(Box::new(SqliteTransaction {
            target: Arc::clone(&self.target),
            slot,
            failed: false,
        }))
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

struct SqliteTransaction {
    target: Arc<Target>,
    /// The connection, except during the commit.
    slot: OwnedMutexGuard<Option<Connection>>,
    failed: bool,
}

impl SqliteTransaction {
    /// Executes a statement on this thread: it has the lock already and works on cached pages, which takes less time than to wake
    /// another thread.
    async fn run<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let result = match &*self.slot {
            Some(connection) if !self.failed => work(connection),
            _ => Err(failed_before()),
        };
        // If this future is dropped now, its caller does not know that the statement was executed.
        self.failed = true;
        // Others get their turn at every statement.
        task::yield_now().await;
        self.failed = result.is_err();
        result
    }
}

#[async_trait]
impl Transaction for SqliteTransaction {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        self.run(|connection| execute(connection, sql, values))
            .await
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        self.run(|connection| query(connection, sql, values)).await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.run(|connection| {
            let mut all = Vec::with_capacity(values.len());
            for values in values {
                all.extend(query(connection, sql, values)?);
            }
            Ok(all)
        })
        .await
    }

    async fn commit(mut self: Box<Self>) -> Result<(), EngineError> {
        let connection = self.slot.take().filter(|_| !self.failed);
        let connection = connection.ok_or_else(failed_before)?;
        let committed = self.target.wait(move || {
            let result = execute(&connection, "COMMIT", &[]);
            Ok((connection, result))
        });
        let (connection, result) = committed.await?;
        *self.slot = Some(connection);
        result.map(|_| ())
    }
}

fn failed_before() -> EngineError {
    refused("an earlier statement of this transaction failed")
}

/// Rolls back, unless the transaction was committed.
impl Drop for SqliteTransaction {
    fn drop(&mut self) {
        let Some(connection) = self.slot.take() else {
            return;
        };
        if connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok() {
            *self.slot = Some(connection);
        }
    }
}

fn execute(connection: &Connection, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
    let mut statement = connection.prepare_cached(sql).map_err(error)?;
    bind(&mut statement, values)?;
    let changed = statement.raw_execute().map_err(error)?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

fn query(connection: &Connection, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
    let mut statement = connection.prepare_cached(sql).map_err(error)?;
    bind(&mut statement, values)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(error)? {
        let values = (0..columns).map(|column| read(column, row.get_ref(column).map_err(error)?));
        all.push(Row::new(values.collect::<Result<_, _>>()?));
    }
    Ok(all)
}

/// Binds by the number in a parameter's name, because SQLite numbers the names by their first appearance.
fn bind(statement: &mut rusqlite::Statement<'_>, values: &[Value]) -> Result<(), EngineError> {
    let mut highest = 0;
    for index in 1..=statement.parameter_count() {
        let name = statement
            .parameter_name(index)
            .and_then(|name| name.get(1..));
        let number = name.map_or(Some(index), |digits| digits.parse().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value = value.ok_or_else(|| refused("a parameter of the statement has no value"))?;
        statement.raw_bind_parameter(index, value).map_err(error)?;
        highest = highest.max(number.unwrap_or(index));
    }
    if highest < values.len() {
        return Err(refused("a value has no parameter in the statement"));
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn read(column: usize, value: ValueRef<'_>) -> Result<Value, EngineError> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text);
            Value::Text(text.map_err(|_| refused("a text is not UTF-8"))?.to_owned())
        }
        ValueRef::Blob(bytes) => Value::Bytes(Bytes::copy_from_slice(bytes)),
        ValueRef::Real(_) => {
            let text = format!("column {column} is a floating-point number: cast it to text");
            return Err(refused(text));
        }
    })
}

fn refused(text: impl Into<String>) -> EngineError {
    EngineError::new(EngineErrorKind::Statement, text.into())
}

fn error(error: rusqlite::Error) -> EngineError {
    let extended = error.sqlite_error().map(|error| error.extended_code);
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => EngineErrorKind::Conflict,
        Some(ErrorCode::DiskFull) => EngineErrorKind::Full,
        // There is no space for the file that its processes share.
        Some(ErrorCode::SystemIoFailure) if extended == Some(ffi::SQLITE_IOERR_SHMSIZE) => {
            EngineErrorKind::Full
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => EngineErrorKind::ReadOnly,
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure
            | ErrorCode::NotADatabase
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::FileLockingProtocolFailed,
        ) => EngineErrorKind::Unavailable,
        _ => EngineErrorKind::Statement,
    };
    EngineError::new(kind, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_of_sqlite_has_the_kind_that_says_what_to_do() {
        use EngineErrorKind::{Conflict, Full, ReadOnly, Statement, Unavailable};
        for (code, expected) in [
            (ffi::SQLITE_BUSY, Conflict),
            (ffi::SQLITE_LOCKED, Conflict),
            (ffi::SQLITE_FULL, Full),
            (ffi::SQLITE_IOERR_SHMSIZE, Full),
            (ffi::SQLITE_IOERR_READ, Unavailable),
            (ffi::SQLITE_CORRUPT, Unavailable),
            (ffi::SQLITE_READONLY, ReadOnly),
            (ffi::SQLITE_PERM, ReadOnly),
            (ffi::SQLITE_CONSTRAINT, Statement),
        ] {
            let of_driver = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(error(of_driver).kind(), expected, "{code}");
        }
    }

    #[tokio::test]
    async fn a_statement_has_as_many_parameters_as_values() {
        let engine = Sqlite::in_memory().unwrap();
        for (sql, values) in [
            ("SELECT $1", &[][..]),
            ("SELECT $1", &[1, 2]),
            ("SELECT 1", &[1]),
        ] {
            let values: Vec<Value> = values.iter().map(|it: &i64| (*it).into()).collect();
            let mut tx = engine.begin().await.unwrap();
            let error = tx.query(sql, &values).await.unwrap_err();
            assert_eq!(error.kind(), EngineErrorKind::Statement, "{sql} {values:?}");
        }
    }
}
