//! What a database must do for the store: transactions with SQL, and nothing else.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod value;

#[cfg(feature = "postgres")]
#[cfg_attr(docsrs, doc(cfg(feature = "postgres")))]
pub use postgres::Postgres;
#[cfg(feature = "sqlite")]
#[cfg_attr(docsrs, doc(cfg(feature = "sqlite")))]
pub use sqlite::Sqlite;
pub use value::{Row, Value};

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::BoxError;

/// A database. All logic of the store is SQL over this trait, so every engine runs the same statements.
///
/// Implement it to wrap an engine, for example to count or to break transactions in a test.
#[async_trait]
pub trait Engine: fmt::Debug + Send + Sync + 'static {
    /// Starts a transaction that may write.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed.
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError>;

    /// The SQL that it understands.
    fn dialect(&self) -> Dialect;
}

/// A shared engine.
#[async_trait]
impl<E: Engine + ?Sized> Engine for Arc<E> {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        (**self).begin().await
    }

    fn dialect(&self) -> Dialect {
        (**self).dialect()
    }
}

/// An open transaction. Dropping it rolls it back, at any time.
///
/// Parameters are written `$1`, `$2` and so on, in both dialects. After a statement failed, the transaction can only be dropped:
/// the engines differ in what would become of it.
#[async_trait]
pub trait Transaction: Send {
    /// Executes one statement. Returns the number of rows that it changed.
    ///
    /// # Errors
    /// [`EngineError`].
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError>;

    /// Executes one statement that returns rows.
    ///
    /// # Errors
    /// [`EngineError`], also if a column is neither an integer, nor text, nor bytes: cast it in the statement.
    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError>;

    /// As [`query`](Self::query), once for each element of `values`, in this order. Returns the rows of all.
    ///
    /// # Errors
    /// [`EngineError`] of the first that fails.
    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError>;

    /// Makes the changes durable.
    ///
    /// # Errors
    /// [`EngineError`]. If the connection broke, the changes may have been committed nevertheless.
    async fn commit(self: Box<Self>) -> Result<(), EngineError>;
}

/// A dialect of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite 3.51.3 or later.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// The end of a query that takes a row which no other transaction is taking. Only speed depends on it.
    pub(crate) const fn skip_locked(self) -> &'static str {
        match self {
            // It has one writer at a time.
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// How many handlers of one [`run`](crate::Store::run) have a transaction at the same time at most. The engine's other connections
    /// receive webhooks.
    pub(crate) const fn most_handlers(self) -> usize {
        match self {
            Self::Sqlite => usize::MAX,
            Self::Postgres => 12,
        }
    }
}

/// Starts a transaction that sees what others commit meanwhile, whatever the server's default is. It is for those whose only
/// safeguards are unique keys and fences: under a stricter isolation they would lose against every handler, and be right all the same.
pub(crate) async fn begin_read_committed(
    engine: &dyn Engine,
) -> Result<Box<dyn Transaction>, EngineError> {
    let mut tx = engine.begin().await?;
    if engine.dialect() == Dialect::Postgres {
        let sql = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
        tx.execute(sql, &[]).await?;
    }
    Ok(tx)
}

/// Waits for the database this long at most. A commit that is dropped then may have been done, or may still be.
///
/// It counts the time of the machine, as the limits of the drivers do, and not that of the store's clock: the clock of a test may run a
/// thousand times as fast, and the database does not.
pub(crate) async fn within<T, E: From<EngineError>>(
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => {
            let text = format!("no answer within {} seconds", limit.as_secs());
            Err(EngineError::new(EngineErrorKind::Unavailable, text).into())
        }
    }
}

/// Why the database did not do what was asked.
#[derive(Debug)]
pub struct EngineError {
    kind: EngineErrorKind,
    source: BoxError,
}

/// The kinds of [`EngineError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EngineErrorKind {
    /// Another transaction was in the way. The store repeats its own transactions itself.
    Conflict,
    /// No space is left.
    Full,
    /// The database may not be written to.
    ReadOnly,
    /// The URL is invalid, or the server is set up so that a commit may be lost.
    Misconfigured,
    /// The database cannot be opened or reached, or the connection broke.
    Unavailable,
    /// The statement was refused: any other error of the database.
    Statement,
}

impl EngineError {
    /// An error of this kind.
    pub fn new(kind: EngineErrorKind, source: impl Into<BoxError>) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> EngineErrorKind {
        self.kind
    }

    /// The text of the driver's error.
    pub(crate) fn cause(&self) -> String {
        self.source.to_string()
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            EngineErrorKind::Conflict => "another transaction was in the way, try again",
            EngineErrorKind::Full => "the database is full, make space for it",
            EngineErrorKind::ReadOnly => "the database cannot be written to, check its permissions",
            EngineErrorKind::Misconfigured => "the database is misconfigured",
            EngineErrorKind::Unavailable => "the database cannot be opened or reached",
            EngineErrorKind::Statement => "the database refused a statement",
        };
        write!(f, "{what}: {}", self.source)
    }
}

/// `Display` includes the text of the driver's error, so the source is the one below it.
impl std::error::Error for EngineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.source()
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no connection")]
    struct NoConnection(#[source] io::Error);

    /// Whoever prints the chain prints each text once.
    #[test]
    fn the_source_of_an_error_is_the_one_below_the_error_that_its_text_includes() {
        let of_driver = NoConnection(io::Error::other("the cable is unplugged"));
        let error = EngineError::new(EngineErrorKind::Unavailable, of_driver);
        assert!(error.to_string().ends_with(": no connection"), "{error}");
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("the cable is unplugged"));
    }
}
