//! A service that makes payouts through one of several accounts. Any number of instances share one PostgreSQL database.

mod http;

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::{BoxError, Clock};
use payments_facade::payment::PaymentKind;
use payments_facade::router::{Router, Rule, UnknownGateway};
use payments_facade::{GatewayId, Gateways};
use payments_reqwest::SystemEntropy;
use payments_server::{Limits, serve_tower};
use payments_store::engine::{Postgres, Transaction};
use payments_store::{Handler, ReconcileSettings, Store, StoredEvent, schema};
use tokio::net::TcpListener;
use tokio::sync::watch::Receiver;
use tokio_util::task::TaskTracker;

/// What the service books: how each payout ended.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS ended_payouts
    (reference TEXT, gateway TEXT, phase TEXT NOT NULL, PRIMARY KEY (reference, gateway))";

/// One instance. Clones share everything.
#[derive(Clone)]
pub struct Service {
    store: Store,
    gateways: Gateways,
    /// Which account makes a payout: the first that can.
    accounts: Vec<GatewayId>,
    clock: Arc<dyn Clock>,
    /// Calls that go on although their caller hangs up.
    under_way: TaskTracker,
}

impl Service {
    /// Connects to the database and makes the tables that it lacks.
    pub async fn connect(
        database: &str,
        gateways: Gateways,
        accounts: Vec<GatewayId>,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let engine = Postgres::connect(database).await?;
        schema::migrate(&engine, clock.now()).await?;
        schema::make_tables(&engine, &[TABLE]).await?;
        let service = Self {
            store: Store::open(engine, Arc::clone(&clock), Arc::new(SystemEntropy)).await?,
            gateways,
            accounts,
            clock,
            under_way: TaskTracker::new(),
        };
        service.router()?; // refuses unknown accounts at the start
        Ok(service)
    }

    /// It remembers nothing: what is known is in the database, where other instances and operators change it.
    fn router(&self) -> Result<Router, UnknownGateway> {
        let journal = Arc::new(self.store.clone());
        let router = Router::new(self.gateways.clone(), Arc::clone(&self.clock), journal);
        let mut accounts = self.accounts.iter().cloned();
        accounts.try_fold(router, |router, id| router.then(Rule::new(id)))
    }

    /// Works until the sender of `stopped` is dropped, and until the calls under way have ended. Whoever reaches `api` can pay.
    #[allow(clippy::print_stderr, reason = "the log of the example")]
    pub async fn run(&self, api: TcpListener, webhooks: TcpListener, stopped: Receiver<bool>) {
        let (store, settings) = (&self.store, ReconcileSettings::default());
        let [payouts, events] = http::routes(self);
        let until = async |mut stopped: Receiver<bool>| drop(stopped.wait_for(|it| *it).await);
        let log = |run: &Result<_, _>| match run {
            Ok(report) => eprintln!("reconciled: {report:#}"),
            Err(problem) => eprintln!("not reconciled: {problem}"), // the next run may do
        };
        tokio::join!(
            serve_tower(api, Limits::webhooks(), stopped.clone(), payouts),
            serve_tower(webhooks, Limits::webhooks(), stopped.clone(), events),
            store.run(Book, until(stopped.clone())),
            store.run_reconciler(&self.gateways, &settings, log, until(stopped)),
        );
        self.under_way.close();
        self.under_way.wait().await;
    }
}

/// Books how a payout ended, in the transaction that books the event.
struct Book;

#[async_trait]
impl Handler for Book {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let payment = event.after();
        let has_ended = payment.kind() == PaymentKind::Payout && payment.phase().is_final();
        if let (true, Some(reference)) = (has_ended, payment.reference()) {
            let sql = "INSERT INTO ended_payouts (reference, gateway, phase) VALUES ($1, $2, $3)
                ON CONFLICT (reference, gateway) DO UPDATE SET phase = $3";
            let contested = payment.is_contested().then_some("contested");
            let phase = contested.unwrap_or(payment.phase().as_str());
            let names = [reference.as_str(), event.gateway().as_str(), phase];
            tx.execute(sql, &names.map(Into::into)).await?;
        }
        Ok(())
    }
}
