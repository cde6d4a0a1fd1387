//! `payout-service LISTEN ACCOUNT...`: makes payouts through these accounts of `payments.toml`.

use std::path::Path;
use std::sync::Arc;

use payments_core::BoxError;
use payments_facade::Gateways;
use payments_facade::config::SystemSecrets;
use payments_reqwest::SystemClock;
use payout_service::Service;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: DATABASE_URL=postgres://... payout-service LISTEN ACCOUNT...";
    let (listen, database) = (
        arguments.next().ok_or(usage)?,
        std::env::var("DATABASE_URL")?,
    );
    let accounts = arguments.map(|id| id.parse()).collect::<Result<_, _>>()?;
    let file = Path::new("payments.toml");
    let gateways = std::fs::read_to_string(file)?;
    let gateways = Gateways::from_toml(&gateways, &SystemSecrets::beside(file))?;
    let clock = Arc::new(SystemClock::new());
    let service = Service::connect(&database, gateways, accounts, clock).await?;
    let listener = tokio::net::TcpListener::bind(&listen).await?;
    let stopped = || async { drop(tokio::signal::ctrl_c().await) };
    let server = axum::serve(listener, service.routes()).with_graceful_shutdown(stopped());
    let (served, ()) = tokio::join!(server.into_future(), service.work(stopped()));
    Ok(served?)
}
