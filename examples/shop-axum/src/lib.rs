//! A shop that sells licence keys for USDT. Orders, keys and everything of `payments-store` are in one database.
#![allow(clippy::print_stderr, reason = "the log of the example")]

mod orders;

use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use payments_core::Clock as _;
use payments_facade::{Gateway, GatewayId, Gateways};
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_store::engine::Engine;
use payments_store::{ReconcileSettings, Store, schema};
use tokio::sync::watch::Receiver;

/// The shop. Clones share everything.
#[derive(Clone)]
pub struct Shop {
    database: Arc<dyn Engine>,
    store: Store,
    gateways: Gateways,
    /// Where customers pay.
    gateway: Arc<dyn Gateway>,
    /// How customers and gateways reach this shop.
    url: String,
}

impl Shop {
    /// Makes the tables that the database lacks.
    pub async fn open(
        database: Arc<dyn Engine>,
        gateways: Gateways,
        account: &GatewayId,
        url: &str,
    ) -> anyhow::Result<Self> {
        let clock = Arc::new(SystemClock::new());
        schema::migrate(&database, clock.now()).await?;
        schema::make_tables(&database, &orders::TABLES).await?;
        let gateway = gateways.get_shared(account).context("no such account")?;
        Ok(Self {
            store: Store::open(Arc::clone(&database), clock, Arc::new(SystemEntropy)).await?,
            database,
            gateways,
            gateway,
            url: url.to_owned(),
        })
    }

    /// Delivers what is paid, and queries what no webhook reported, until the sender of `stopped` is dropped.
    pub async fn work(&self, stopped: Receiver<bool>) {
        let (store, settings) = (&self.store, ReconcileSettings::default());
        let until = async |mut stopped: Receiver<bool>| drop(stopped.wait_for(|it| *it).await);
        let log = |run: &Result<_, _>| match run {
            Ok(report) => eprintln!("reconciled: {report:#}"),
            Err(problem) => eprintln!("not reconciled: {problem}"), // the next run may do
        };
        tokio::join!(
            store.run(orders::Deliver, until(stopped.clone())),
            store.run_reconciler(&self.gateways, &settings, log, until(stopped)),
        );
    }

    /// What customers and gateways see.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(shelf))
            .route("/orders", post(order))
            .route("/orders/{reference}", get(status))
            .route("/webhooks/{*account}", post(webhook))
            .with_state(self.clone())
    }
}

async fn shelf() -> Html<String> {
    let button = "<form method=post action=/orders><button>Buy</button></form>";
    page(&format!("A licence for {} USDT {button}", orders::PRICE))
}

async fn order(State(shop): State<Shop>) -> Response {
    let url = shop.order().await;
    // No one can pay an order without its page, so the customer may order again.
    url.map_or_else(failed, |url| Redirect::to(&url).into_response())
}

async fn status(State(shop): State<Shop>, Path(reference): Path<String>) -> Response {
    match shop.key(&reference).await {
        Ok(Some(key)) => page(&format!("Your licence key: {key}")).into_response(),
        Ok(None) => page("Your key appears here when the order is paid.").into_response(),
        Err(problem) => failed(problem),
    }
}

/// Headers and body go to the store as they came. The reply is the provider's acknowledgement, or asks to send again.
async fn webhook(
    State(shop): State<Shop>,
    Path(account): Path<GatewayId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, StatusCode> {
    let gateway = shop.gateways.get(&account);
    let gateway = gateway.ok_or(StatusCode::NOT_FOUND)?;
    let reply = shop.store.receive(gateway, &headers, &body).await;
    Ok(reply.map(Body::from))
}

fn page(text: &str) -> Html<String> {
    Html(format!("<!doctype html><title>Licences</title>{text}"))
}

fn failed(problem: anyhow::Error) -> Response {
    eprintln!("{problem:#}");
    (StatusCode::SERVICE_UNAVAILABLE, page("Please try again.")).into_response()
}
