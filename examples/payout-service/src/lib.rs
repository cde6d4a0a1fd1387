//! A service that makes payouts through one of several accounts. Any number of instances share one PostgreSQL database.

mod http;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{BoxError, Clock};
use payments_facade::payment::{PaymentKind, Phase};
use payments_facade::router::{Router, Rule, UnknownGateway};
use payments_facade::{GatewayId, Gateways};
use payments_reqwest::SystemEntropy;
use payments_store::engine::{Engine as _, Postgres, Transaction};
use payments_store::{Handler, Store, StoreError, StoredEvent, schema};

/// What the service books: each payout that reached its payee, once.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS paid_out
    (reference TEXT PRIMARY KEY, gateway TEXT NOT NULL)";

/// One instance. Clones share everything.
#[derive(Clone)]
pub struct Service {
    store: Store,
    gateways: Gateways,
    /// Which account makes a payout: the first that can.
    accounts: Vec<GatewayId>,
    clock: Arc<dyn Clock>,
}

impl Service {
    /// Connects to the database and makes the tables that it lacks.
    pub async fn connect(
        database: &str,
        gateways: Gateways,
        accounts: Vec<GatewayId>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BoxError> {
        let engine = Postgres::connect(database).await?;
        schema::migrate(&engine, clock.now()).await?;
        let mut tx = engine.begin().await?;
        tx.execute(TABLE, &[]).await?;
        tx.commit().await?;
        let store = Store::open(engine, Arc::clone(&clock), Arc::new(SystemEntropy)).await?;
        let service = Self {
            store,
            gateways,
            accounts,
            clock,
        };
        service.router()?; // refuses unknown accounts at the start
        Ok(service)
    }

    /// A router that remembers nothing: what earlier ones know is in the database, where other instances and operators
    /// change it.
    fn router(&self) -> Result<Router, UnknownGateway> {
        let journal = Arc::new(self.store.clone());
        let router = Router::new(self.gateways.clone(), Arc::clone(&self.clock), journal);
        let mut accounts = self.accounts.iter().cloned();
        accounts.try_fold(router, |router, id| router.then(Rule::new(id)))
    }

    /// Books webhooks, and queries what became of calls without an answer, until `shutdown` is ready.
    #[allow(clippy::print_stderr, reason = "the log of the example")]
    pub async fn work(&self, shutdown: impl Future<Output = ()>) {
        let resolve = async {
            loop {
                if let Err(problem) = self.resolve_due().await {
                    eprintln!("{problem}"); // the next minute may do
                }
                self.clock.sleep(Duration::from_secs(60)).await;
            }
        };
        tokio::select! {
            () = self.store.run(Book, shutdown) => {}
            () = resolve => {}
        }
    }

    /// Queries the gateways about every call whose outcome is due to be known. Returns how many are known now.
    pub async fn resolve_due(&self) -> Result<usize, StoreError> {
        self.store.resolve_due(&self.gateways).await
    }

    /// The API for other services, and the webhooks.
    pub fn routes(&self) -> axum::Router {
        http::routes(self.clone())
    }
}

/// Books completed payouts, in the transaction that books the event.
struct Book;

#[async_trait]
impl Handler for Book {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let payment = event.after();
        let is_paid = payment.kind() == PaymentKind::Payout && payment.phase() == Phase::Completed;
        if let (true, Some(reference)) = (is_paid, payment.reference()) {
            let sql =
                "INSERT INTO paid_out (reference, gateway) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            let values = [reference.as_str().into(), event.gateway().as_str().into()];
            tx.execute(sql, &values).await?;
        }
        Ok(())
    }
}
