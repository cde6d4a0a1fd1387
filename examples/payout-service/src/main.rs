//! `payout-service ACCOUNT...`: makes payouts through these accounts of `payments.toml`.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use payments_facade::Gateways;
use payments_facade::config::SystemSecrets;
use payments_reqwest::SystemClock;
use payout_service::Service;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let accounts: Result<Vec<_>, _> = std::env::args().skip(1).map(|id| id.parse()).collect();
    let accounts = accounts?;
    ensure!(!accounts.is_empty(), "usage: payout-service ACCOUNT...");
    let database = std::env::var("DATABASE_URL").context("DATABASE_URL is not set")?;
    let file = std::fs::read_to_string("payments.toml").context("cannot read payments.toml")?;
    let gateways = Gateways::from_toml(&file, &SystemSecrets::new()).context("payments.toml")?;
    let clock = Arc::new(SystemClock::new());
    let service = Service::connect(&database, gateways, accounts, clock).await?;
    let api = listen("API_ADDRESS", "127.0.0.1:4001").await?;
    let webhooks = listen("WEBHOOKS_ADDRESS", "127.0.0.1:4101").await?;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let stopping = async move { payments_server::stop_signal().await.map(|()| drop(stop)) };
    let (signal, ()) = tokio::join!(stopping, service.run(api, webhooks, stopped));
    Ok(signal?)
}

/// Listens on the address in this variable, or on this one.
async fn listen(variable: &str, default: &str) -> anyhow::Result<TcpListener> {
    let address = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    let listener = TcpListener::bind(&address).await;
    listener.with_context(|| format!("{variable}: cannot listen on {address}"))
}
