//! `shop-axum ACCOUNT [KEY]...`: sells these licence keys through an account of `payments.toml`.

use std::path::Path;

use payments_core::BoxError;
use payments_facade::Gateways;
use payments_facade::config::SystemSecrets;
use shop_axum::Shop;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: shop-axum ACCOUNT [KEY]...";
    let account = arguments.next().ok_or(usage)?.parse()?;
    let file = Path::new("payments.toml");
    let accounts = std::fs::read_to_string(file)?;
    let gateways = Gateways::from_toml(&accounts, &SystemSecrets::beside(file))?;
    let url = "http://127.0.0.1:3000";
    let shop = Shop::open(Path::new("shop.db"), gateways, &account, url).await?;
    shop.stock(arguments).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let stopped = || async { drop(tokio::signal::ctrl_c().await) };
    let server = axum::serve(listener, shop.router()).with_graceful_shutdown(stopped());
    let (served, ()) = tokio::join!(server.into_future(), shop.work(stopped()));
    Ok(served?)
}
