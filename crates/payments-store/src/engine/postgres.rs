//! PostgreSQL, and servers that speak its protocol.

mod error;
mod tls;
mod value;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::try_join_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::config::Host;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use self::error::{error, failed, misconfigured, unavailable};
use self::tls::ConnectionUrl;
use self::value::{read, type_of};
use super::{Dialect, Engine, EngineError, Row, Transaction, Value, within};

/// How many connections are open at most.
const CONNECTIONS: usize = 16;

/// The limits of a connection that names none.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// After which silence a server is asked for a sign of life, how often, and how many times. A server that owes an answer has
/// acknowledged everything, so [`SILENCE_TIMEOUT`] does not apply to it.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(10), Duration::from_secs(5), 3);

/// A PostgreSQL database, tested with version 15, that any number of machines share.
///
/// It works through PgBouncer in transaction mode: nothing is prepared, and nothing lives longer than a transaction. It has up
/// to 16 connections.
///
/// TLS always verifies the server and its name, against the roots of the platform or the PEM file of `sslrootcert`. Without
/// `sslmode` in the URL, it is used if the server offers it, and always with `sslrootcert`; with `sslmode=require` or
/// `sslmode=verify-full` it is used always.
#[derive(Clone)]
pub struct Postgres(Arc<Inner>);

struct Inner {
    config: Config,
    tls: MakeRustlsConnect,
    /// How long a connection and the start of a transaction may take.
    limit: Duration,
    /// Connections without an open transaction.
    idle: Mutex<Vec<Client>>,
    permits: Arc<Semaphore>,
}

impl Postgres {
    /// The database of a URL: `postgres://user:password@host/database?sslmode=verify-full&sslrootcert=ca.pem`. Connects once, to
    /// check it.
    ///
    /// # Errors
    /// [`EngineError`] if the URL is malformed, the server cannot be reached, or it acknowledges a commit before it is on
    /// the disk (`synchronous_commit` or `fsync` is off).
    pub async fn connect(url: &str) -> Result<Self, EngineError> {
        let (mut config, root_cert) = Self::read_url(url)?;
        let limit = limit_silence(&mut config);
        let engine = Self(Arc::new(Inner {
            config,
            limit,
            tls: MakeRustlsConnect::new(tls::client(root_cert.as_deref())?),
            idle: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
        }));
        within(limit, engine.check_durability()).await?;
        Ok(engine)
    }

    /// Whether [`connect`](Self::connect) can read the URL. It connects to nothing and reads no file.
    ///
    /// # Errors
    /// [`EngineError`] if the URL is malformed, with the name of the option that is, and without its values.
    pub fn check_url(url: &str) -> Result<(), EngineError> {
        Self::read_url(url).map(drop)
    }

    fn read_url(url: &str) -> Result<(Config, Option<PathBuf>), EngineError> {
        let url = ConnectionUrl::read(url)?;
        let config = url.text.parse::<Config>();
        // The driver's cause names the option, and not its value. One that it does not know may be the rest of a password.
        let config = config.map_err(|error| match std::error::Error::source(&error) {
            Some(cause) if cause.to_string().starts_with("unknown option") => misconfigured(
                "the URL has an option that is not known; `?` in a password is written %3F",
            ),
            Some(cause) => misconfigured(format!("the URL cannot be read: {cause}")),
            None => misconfigured("the URL cannot be read"),
        })?;
        let is_named = |host: &Host| !matches!(host, Host::Tcp(name) if name.is_empty());
        if !config.get_hosts().iter().any(is_named) && config.get_hostaddrs().is_empty() {
            return Err(misconfigured("the URL names no host"));
        }
        Ok((config, url.root_cert))
    }

    async fn check_durability(&self) -> Result<(), EngineError> {
        let sql = "SELECT name FROM pg_settings
            WHERE name IN ('synchronous_commit', 'fsync') AND setting = 'off'";
        let rows = self.begin().await?.query(sql, &[]).await?;
        let names: Result<Vec<&str>, _> = rows.iter().map(|row| row.text(0)).collect();
        match names?.as_slice() {
            [] => Ok(()),
            names => Err(misconfigured(format!(
                "the server acknowledges commits that are not on the disk: set {} to on for this user",
                names.join(" and ")
            ))),
        }
    }
}

/// Sets the limits that the URL does not name. Returns how long a connection and the start of a transaction may take: the driver
/// limits the time of each address, and not that of TLS and the startup, which may take as long again.
fn limit_silence(config: &mut Config) -> Duration {
    let timeout = config.get_connect_timeout().copied();
    let timeout = timeout.unwrap_or(CONNECT_TIMEOUT);
    config.connect_timeout(timeout);
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE_TIMEOUT);
    }
    let (idle, interval, retries) = KEEPALIVE;
    if config.get_keepalives_idle() == Config::new().get_keepalives_idle() {
        config.keepalives_idle(idle);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(interval);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(retries);
    }
    let addresses = config.get_hosts().len().max(config.get_hostaddrs().len());
    timeout.saturating_mul(u32::try_from(addresses + 1).unwrap_or(u32::MAX))
}

impl Inner {
    fn pop(&self) -> Option<Client> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| idle.pop()).find(|client| !client.is_closed())
    }

    fn clear(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.clear();
    }

    fn push(&self, client: Client) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(client);
    }

    /// A new connection with an open transaction.
    async fn connect(&self) -> Result<Client, EngineError> {
        let (client, connection) = self.config.connect(self.tls.clone()).await.map_err(error)?;
        // It ends when the client is dropped. Its error is that of the client's calls.
        tokio::spawn(connection);
        client.batch_execute("BEGIN").await.map_err(error)?;
        Ok(client)
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = &self.0.config;
        write!(f, "Postgres({:?}", config.get_hosts())?;
        write!(f, ", {:?})", config.get_dbname().unwrap_or_default())
    }
}

#[async_trait]
impl Engine for Postgres {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        let permits = Arc::clone(&self.0.permits);
        let permit = permits.acquire_owned().await.map_err(unavailable)?;
        // An idle connection may be broken without being known to be. So may the others be then, each after the longest silence.
        if let Some(client) = self.0.pop() {
            let begun = async { client.batch_execute("BEGIN").await.map_err(error) };
            if within(self.0.limit, begun).await.is_ok() {
                return Ok(self.transaction(client, permit));
            }
            self.0.clear();
        }
        let client = within(self.0.limit, self.0.connect()).await?;
        Ok(self.transaction(client, permit))
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }
}

impl Postgres {
    fn transaction(&self, client: Client, permit: OwnedSemaphorePermit) -> Box<dyn Transaction> {
        Box::new(PostgresTransaction {
            pool: Arc::clone(&self.0),
            client: Some(client),
            permit: Some(permit),
            state: State::Ready,
        })
    }
}

/// A connection goes back to the pool only if its transaction is known to have ended. Otherwise it is closed, and the server
/// rolls back. It counts as open until the server has done so, or did not answer.
struct PostgresTransaction {
    pool: Arc<Inner>,
    client: Option<Client>,
    permit: Option<OwnedSemaphorePermit>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    /// A statement is under way, or its future was dropped.
    Busy,
    /// A statement failed.
    Failed,
}

impl PostgresTransaction {
    /// The connection, for one statement, which [`ended`](Self::ended) ends.
    fn client(&mut self) -> Result<&Client, EngineError> {
        match (&self.client, self.state) {
            (Some(client), State::Ready) => {
                self.state = State::Busy;
                Ok(client)
            }
            _ => Err(failed("an earlier statement of this transaction failed")),
        }
    }

    fn ended<T>(&mut self, result: Result<T, EngineError>) -> Result<T, EngineError> {
        self.state = match result {
            Ok(_) => State::Ready,
            Err(_) => State::Failed,
        };
        result
    }
}

/// Nothing is prepared: each value goes with its type in one round trip.
fn typed(values: &[Value]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    let pairs = values.iter().map(|value| {
        let sql: &(dyn ToSql + Sync) = value;
        (sql, type_of(value))
    });
    pairs.collect()
}

#[async_trait]
impl Transaction for PostgresTransaction {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        let client = self.client()?;
        let changed = client.execute_typed(sql, &typed(values)).await;
        self.ended(changed.map_err(error))
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        let client = self.client()?;
        let rows = client.query_typed(sql, &typed(values)).await;
        let rows = rows.map_err(error);
        let rows = rows.and_then(|rows| rows.iter().map(read).collect());
        self.ended(rows)
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        let client = self.client()?;
        // Polled together, they are sent together, in this order: one round trip for all.
        let all = values.iter().map(|values| async move {
            let rows = client.query_typed(sql, &typed(values)).await;
            let rows = rows.map_err(error)?;
            rows.iter().map(read).collect::<Result<Vec<_>, _>>()
        });
        let rows = try_join_all(all).await;
        self.ended(rows.map(|rows| rows.into_iter().flatten().collect()))
    }

    async fn commit(mut self: Box<Self>) -> Result<(), EngineError> {
        self.client()?;
        // Out of reach of `drop`, which would cancel it: a commit that waits for its replication is done when it is cancelled.
        if let Some(client) = self.client.take() {
            client.batch_execute("COMMIT").await.map_err(error)?;
            self.pool.push(client);
        }
        Ok(())
    }
}

impl Drop for PostgresTransaction {
    fn drop(&mut self) {
        let runtime = tokio::runtime::Handle::try_current();
        let (Some(client), Ok(runtime)) = (self.client.take(), runtime) else {
            return;
        };
        let (pool, permit, state) = (Arc::clone(&self.pool), self.permit.take(), self.state);
        if state == State::Failed {
            return;
        }
        runtime.spawn(async move {
            // The statement may wait for a lock, and holds others until then.
            if state == State::Busy {
                let cancel = client.cancel_token();
                let cancelled =
                    async { cancel.cancel_query(pool.tls.clone()).await.map_err(error) };
                let _ = within(pool.limit, cancelled).await;
            }
            let ended = async { client.batch_execute("ROLLBACK").await.map_err(error) };
            let ended = within(pool.limit, ended).await;
            // The request to cancel may arrive so late that it meets the next statement.
            if ended.is_ok() && state == State::Ready {
                pool.push(client);
            }
            drop(permit);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::EngineErrorKind;

    #[test]
    fn a_url_is_read_or_refused_without_a_connection() {
        for url in [
            "postgres://shop:secret@db.example/payments?sslmode=require",
            "postgres:///payments?host=/run/postgresql",
            "postgres:///payments?hostaddr=192.0.2.1",
            "host=db.example user=shop",
        ] {
            Postgres::check_url(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        }
        for (url, problem) in [
            (
                "postgres://shop@db.example/payments?timeout=5",
                "an option that is not known",
            ),
            (
                "postgres://db.example/payments?connect_timeout=soon",
                "option `connect_timeout`",
            ),
            ("postgres:///payments", "the URL names no host"),
            ("user=shop", "the URL names no host"),
        ] {
            let error = Postgres::check_url(url).expect_err(url);
            assert_eq!(
                error.kind(),
                EngineErrorKind::Misconfigured,
                "{url}: {error}"
            );
            assert!(error.to_string().contains(problem), "{url}: {error}");
        }
    }
}
