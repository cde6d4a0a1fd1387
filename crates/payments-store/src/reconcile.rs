//! The reconciler: compares what is stored with what the providers say.

mod arrive;
mod balance;
mod budget;
mod check;
mod cursor;
mod day;
mod due;
mod poll;
mod query;
mod run;
mod schedule;
mod settings;
mod statement;
mod unread;
mod wrong;

pub use schedule::{Schedule, Step};
pub use settings::{Problem, ReconcileReport, ReconcileSettings};

use std::future::Future;
use std::pin::pin;

use payments_facade::Gateways;

use self::run::Run;
use crate::backoff;
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// Compares what is stored with what the providers say, once: everything that is due by now. Any number of processes can call
    /// it at the same time; they share the work.
    ///
    /// - Intents of unknown outcome are queried, as by [`resolve_due`](Self::resolve_due).
    /// - Payments are queried by the [schedule](ReconcileSettings::schedule): while they are open, and for 72 hours after they
    ///   ended, because money may come late. What the answers state is merged. An event that no webhook has reported is stored
    ///   like one from a webhook, so that [`run`](Self::run) hands it to the handler exactly once, under its effect key.
    /// - If the answers have no effect keys, as at CCPayment v1, the webhooks are requested again instead.
    /// - Statements and balances are read where the provider has them.
    /// - What is wrong is recorded as a [finding](crate::Finding), once.
    ///
    /// A crash or a dropped future loses nothing: what was not finished is due again within
    /// [`longest_call`](crate::Settings::longest_call).
    ///
    /// Effect: read, except that webhooks are requested again, and that
    /// [a checkout order is repeated](payments_facade::facts::Strategy::Repeat) to resolve its intent. No money moves.
    ///
    /// # Errors
    /// [`StoreError`]. A failed call of a provider is not an error: it is one of the [`problems`](ReconcileReport::problems) of the
    /// report.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use payments_core::Clock;
    /// # use payments_reqwest::{SystemClock, SystemEntropy};
    /// # use payments_store::engine::Sqlite;
    /// # use payments_store::schema;
    /// use payments_facade::{Gateways, Money};
    /// use payments_store::{ReconcileSettings, Store};
    /// use payments_testkit::FakeGateway;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let clock = Arc::new(SystemClock::new());
    /// # let engine = Sqlite::in_memory()?;
    /// # schema::migrate(&engine, clock.now()).await?;
    /// # let store = Store::open(engine, clock, Arc::new(SystemEntropy)).await?;
    /// let mut gateways = Gateways::new();
    /// gateways.add(FakeGateway::new("fake", "main")?)?;
    /// let report = store.reconcile(&gateways, &ReconcileSettings::default()).await?;
    /// assert_eq!((report.findings, report.problems.len()), (0, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn reconcile(
        &self,
        gateways: &Gateways,
        settings: &ReconcileSettings,
    ) -> Result<ReconcileReport, StoreError> {
        let mut run = Run::new(self, settings);
        run.resolve_intents(gateways).await?;
        for gateway in gateways.iter() {
            run.read_statements(gateway).await?;
            run.poll(gateway).await?;
            run.read_balances(gateway).await?;
        }
        run.report.findings += self.find_missed_webhooks(settings).await?;
        Ok(run.report)
    }

    /// Calls [`reconcile`](Self::reconcile) again and again, until `shutdown` is ready. `watch` gets the result of each run, for
    /// logs and metrics; after an error of the database it goes on.
    ///
    /// A run that is under way at `shutdown` is dropped, which loses nothing.
    pub async fn run_reconciler(
        &self,
        gateways: &Gateways,
        settings: &ReconcileSettings,
        mut watch: impl FnMut(&Result<ReconcileReport, StoreError>) + Send,
        shutdown: impl Future<Output = ()>,
    ) {
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                result = self.reconcile(gateways, settings) => watch(&result),
            }
            let wait = backoff::jittered(settings.every, &*self.entropy);
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = self.clock.sleep(wait) => {}
            }
        }
    }
}
