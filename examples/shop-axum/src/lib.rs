//! A shop that sells licence keys for USDT. Orders, keys and everything of `payments-store` are in one SQLite file.

mod orders;

use std::future::pending;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{self, DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use payments_core::{BoxError, Clock as _};
use payments_facade::{Gateway, GatewayId, Gateways};
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_store::engine::Sqlite;
use payments_store::{ReconcileReport, ReconcileSettings, Store, StoreError, schema};

/// The shop. Clones share everything.
#[derive(Clone)]
pub struct Shop {
    database: Sqlite,
    store: Store,
    gateways: Gateways,
    /// Where customers pay.
    gateway: Arc<dyn Gateway>,
    /// How customers and gateways reach this shop.
    url: String,
}

impl Shop {
    /// Opens the database and makes the tables that it lacks.
    pub async fn open(
        file: &Path,
        gateways: Gateways,
        account: &GatewayId,
        url: &str,
    ) -> Result<Self, BoxError> {
        let clock = Arc::new(SystemClock::new());
        let database = Sqlite::open(file)?;
        schema::migrate(&database, clock.now()).await?;
        for table in orders::TABLES {
            orders::write(&database, table, &[]).await?;
        }
        let gateway = gateways.get_shared(account).ok_or("no such account")?;
        Ok(Self {
            store: Store::open(database.clone(), clock, Arc::new(SystemEntropy)).await?,
            database,
            gateways,
            gateway,
            url: url.to_owned(),
        })
    }

    /// Delivers what is paid, and queries what no webhook reported, until `shutdown` is ready.
    pub async fn work(&self, shutdown: impl Future<Output = ()>) {
        let (store, settings) = (&self.store, ReconcileSettings::default());
        tokio::select! {
            () = store.run(orders::Deliver, shutdown) => {}
            () = store.run_reconciler(&self.gateways, &settings, log, pending()) => {}
        }
    }

    /// What customers and gateways see.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(shelf))
            .route("/orders", post(order))
            .route("/orders/{reference}", get(status))
            .route("/webhooks/{*account}", post(webhook))
            .layer(DefaultBodyLimit::max(64 * 1024))
            .with_state(self.clone())
    }
}

async fn shelf() -> Html<String> {
    let button = "<form method=post action=/orders><button>Buy</button></form>";
    page(&format!("A licence for {} USDT {button}", orders::PRICE))
}

async fn order(State(shop): State<Shop>) -> Response {
    match shop.order().await {
        Ok(url) => Redirect::to(&url).into_response(),
        // No one can pay an order without its page, so the customer may order again.
        Err(problem) => failed(&*problem),
    }
}

async fn status(State(shop): State<Shop>, reference: extract::Path<String>) -> Response {
    match shop.key(&reference).await {
        Ok(Some(key)) => page(&format!("Your licence key: {key}")).into_response(),
        Ok(None) => page("Your key appears here when the order is paid.").into_response(),
        Err(problem) => failed(&*problem),
    }
}

/// Headers and body go to the store as they came. The reply is the provider's acknowledgement, or asks to send again.
async fn webhook(
    State(shop): State<Shop>,
    account: extract::Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let gateway = account.parse().map(|id| shop.gateways.get_shared(&id));
    match gateway {
        Ok(Some(gateway)) => shop.store.receive(&*gateway, &headers, &body).await,
        _ => return StatusCode::NOT_FOUND.into_response(),
    }
    .map(Body::from)
}

fn page(text: &str) -> Html<String> {
    Html(format!("<!doctype html><title>Licences</title>{text}"))
}

/// What failed is tried again by the next run.
#[allow(clippy::print_stderr, reason = "the log of the example")]
fn log(run: &Result<ReconcileReport, StoreError>) {
    eprintln!("reconciled: {run:?}");
}

#[allow(clippy::print_stderr, reason = "the log of the example")]
fn failed(problem: &dyn std::error::Error) -> Response {
    eprintln!("{problem}");
    (StatusCode::SERVICE_UNAVAILABLE, page("Please try again.")).into_response()
}
