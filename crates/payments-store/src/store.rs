//! The store, and its settings.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use payments_core::{Clock, Entropy, Timestamp};
use tokio::sync::{Notify, Semaphore, mpsc};

use crate::engine::{Engine, EngineError, Transaction};
use crate::error::StoreError;
use crate::inbox::writer::{Intake, Writer, write_intake};
use crate::retry::retry;
use crate::schema;

/// Queries for unsigned hints at one time. Anyone can cause one, and each costs a request of the merchant's rate limit.
const UNSIGNED_QUERIES: usize = 2;

/// A durable inbox of webhooks, the payments that are merged from them, and intents: calls that move money, recorded before
/// they are sent.
///
/// Clones share everything. It needs a Tokio runtime with timers.
#[derive(Clone)]
pub struct Store {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) settings: Settings,
    /// To the task that writes what arrives.
    pub(crate) intake: mpsc::Sender<Intake>,
    /// Limit the queries that hints cause. Strangers cannot use up those of signed hints.
    pub(crate) signed_queries: Arc<Semaphore>,
    pub(crate) unsigned_queries: Arc<Semaphore>,
    /// Wakes workers when something was written.
    pub(crate) arrived: Arc<Notify>,
}

/// Settings of a [`Store`], with their defaults.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// How many events one process handles at a time, and how many staged payouts it sends: 4. Over PostgreSQL at most 12
    /// handlers have a transaction, because webhooks need some of the 16 connections.
    pub workers: usize,
    /// How many events that wait a [`Handler`](crate::Handler) books in one transaction at most: 16. A commit takes as long for
    /// 16 events as for one.
    pub batch: usize,
    /// How long a handler may take for one event: 60 seconds. Then it is dropped, or another process takes over if this one is
    /// gone.
    pub lease: Duration,
    /// How long running handlers may take to finish after a shutdown was asked for: 10 seconds.
    pub grace: Duration,
    /// How often to look for events that other processes received: every second.
    pub poll: Duration,
    /// How many attempts for one event may fail before the event is dead: 12, which takes about a day.
    pub attempts: u32,
    /// How many webhooks may wait to be written before further ones are refused: 1024.
    pub queue: usize,
    /// How many signed hints are queried at one time: 8. Further ones wait. Of unsigned ones, which anyone can send, 2 are
    /// queried at one time, and further ones are refused.
    pub queries: usize,
    /// How long a hint may wait for the answer of the provider before it is refused: 10 seconds.
    pub query_time: Duration,
    /// The longest time that a call of a gateway may take, above the deadline of its executor: 5 minutes. A call that has not
    /// recorded its result by then is unknown.
    pub longest_call: Duration,
    /// How long a staged payout is sent again after calls that had no effect: a day.
    pub send_within: Duration,
    /// Whether every handled event adds a row to the table `pay_outbox`: no.
    pub outbox: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            workers: 4,
            batch: 16,
            lease: Duration::from_secs(60),
            grace: Duration::from_secs(10),
            poll: Duration::from_secs(1),
            attempts: 12,
            queue: 1024,
            queries: 8,
            query_time: Duration::from_secs(10),
            longest_call: Duration::from_secs(300),
            send_within: Duration::from_secs(24 * 3_600),
            outbox: false,
        }
    }
}

impl Store {
    /// Opens a store over a database that has the tables of this release, with the default settings.
    ///
    /// # Errors
    /// [`StoreError::MissingMigration`], [`StoreError::NewerSchema`], or a failure of the database.
    pub async fn open(
        engine: impl Engine,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        Self::open_with(engine, clock, entropy, Settings::default()).await
    }

    /// As [`open`](Self::open), with other settings.
    ///
    /// # Errors
    /// As there.
    pub async fn open_with(
        engine: impl Engine,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        schema::check(&engine).await?;
        let engine: Arc<dyn Engine> = Arc::new(engine);
        let (intake, waiting) = mpsc::channel(settings.queue.max(1));
        let arrived = Arc::new(Notify::new());
        // It ends when the last clone of the store is dropped.
        let writer = Writer {
            engine: Arc::clone(&engine),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            arrived: Arc::clone(&arrived),
        };
        tokio::spawn(write_intake(writer, waiting));
        let permits = settings.queries.clamp(1, Semaphore::MAX_PERMITS);
        Ok(Self {
            engine,
            clock,
            entropy,
            settings,
            intake,
            signed_queries: Arc::new(Semaphore::new(permits)),
            unsigned_queries: Arc::new(Semaphore::new(UNSIGNED_QUERIES)),
            arrived,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// As [`retry`].
    pub(crate) async fn retry<T, F>(&self, transaction: impl FnMut() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        retry(&*self.clock, &*self.entropy, transaction).await
    }

    pub(crate) async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        self.engine.begin().await
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("engine", &self.engine)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
