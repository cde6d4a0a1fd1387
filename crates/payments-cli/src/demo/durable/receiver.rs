//! What the started process does: it takes webhooks and delivers goods, over the database in a folder.

use std::future::pending;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::Full;
use payments_core::BoxError;
use payments_facade::Gateways;
use payments_facade::config::SystemSecrets;
use payments_facade::payment::Phase;
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_server::{Limits, Received};
use payments_store::engine::{Engine as _, EngineError, Sqlite, Transaction};
use payments_store::{Handler, Settings, Store, StoredEvent};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::demo::story::Result;
use crate::failure::Failure;
use crate::output::say;
use crate::runtime::runtime;

pub(super) const ACCOUNTS: &str = "payments.toml";
pub(super) const DATABASE: &str = "payments.db";

/// The lines that it prints.
pub(super) const LISTENING: &str = "listening";
pub(super) const HANDLING: &str = "handling";

/// How soon another process takes over.
const LEASE: Duration = Duration::from_secs(2);

pub(super) async fn make_table(engine: &Sqlite) -> Result<(), EngineError> {
    let mut tx = engine.begin().await?;
    // Without a unique key: a second delivery would show.
    tx.execute("CREATE TABLE goods (reference TEXT NOT NULL)", &[])
        .await?;
    tx.commit().await
}

/// Runs until it is killed, or until the process that started it is gone.
pub(in crate::demo) fn run(folder: &Path, address: SocketAddr) -> Result<(), Failure> {
    let failed = |error: Box<dyn std::error::Error>| Failure::Failed(error.to_string());
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        tokio::select! {
            result = serve(folder.to_owned(), address) => result,
            _ = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())) => Ok(()),
        }
    });
    runtime.shutdown_background();
    served.map_err(failed)
}

async fn serve(folder: PathBuf, address: SocketAddr) -> Result<()> {
    let accounts = std::fs::read_to_string(folder.join(ACCOUNTS))?;
    let gateways = Arc::new(Gateways::from_toml(&accounts, &SystemSecrets::new())?);
    let engine = Sqlite::open(folder.join(DATABASE))?;
    let (clock, entropy) = (Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
    let mut settings = Settings::default();
    settings.lease = LEASE;
    settings.poll = Duration::from_millis(100);
    let store = Store::open_with(engine, clock, entropy, settings).await?;
    let listener = TcpListener::bind(address).await?;
    let inbox = store.clone();
    let answer = move |received: Received| {
        let (store, gateways) = (inbox.clone(), Arc::clone(&gateways));
        async move {
            let Received { parts, body, .. } = received;
            let path = parts.uri.path().strip_prefix("/webhooks/");
            let id = path.and_then(|id| id.parse().ok());
            let gateway = id.and_then(|id| gateways.get(&id));
            let reply = match (gateway, body) {
                (Some(gateway), Ok(body)) => store.receive(gateway, &parts.headers, &body).await,
                _ => http::Response::default(),
            };
            reply.map(Full::new)
        }
    };
    let (_stop, stopped) = watch::channel(false);
    tokio::spawn(payments_server::serve(
        listener,
        Limits::webhooks(),
        stopped,
        answer,
    ));
    say!("{LISTENING}")?;
    store.run(Deliver, pending()).await;
    Ok(())
}

struct Deliver;

#[async_trait]
impl Handler for Deliver {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let payment = event.after();
        if let (Phase::Completed, Some(reference)) = (payment.phase(), payment.reference()) {
            let sql = "INSERT INTO goods (reference) VALUES ($1)";
            tx.execute(sql, &[reference.as_str().into()]).await?;
        }
        if event.attempt() == 1 {
            // The goods are in the transaction, which is not committed. This process is killed now.
            say!("{HANDLING}")?;
            pending::<()>().await;
        }
        Ok(())
    }
}
