//! `shop-axum ACCOUNT [KEY]...`: sells these licence keys through an account of `payments.toml`.

use std::sync::Arc;

use anyhow::Context as _;
use payments_facade::Gateways;
use payments_facade::config::SystemSecrets;
use payments_server::{Limits, serve_tower};
use payments_store::engine::Sqlite;
use shop_axum::Shop;
use tokio::net::TcpListener;
use tokio::sync::watch;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: shop-axum ACCOUNT [KEY]...";
    let account = arguments.next().context(usage)?.parse()?;
    let file = std::fs::read_to_string("payments.toml").context("cannot read payments.toml")?;
    let gateways = Gateways::from_toml(&file, &SystemSecrets::new()).context("payments.toml")?;
    let address = std::env::var("SHOP_ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let database = Arc::new(Sqlite::open("shop.db")?);
    let shop = Shop::open(database, gateways, &account, &format!("http://{address}")).await?;
    shop.stock(arguments).await?;
    let listener = TcpListener::bind(&address).await;
    let listener = listener.with_context(|| format!("cannot listen on {address}"))?;
    let (stop, stopped) = watch::channel(false);
    let stopping = async move { payments_server::stop_signal().await.map(|()| drop(stop)) };
    let server = serve_tower(listener, Limits::webhooks(), stopped.clone(), shop.router());
    let (signal, ..) = tokio::join!(stopping, server, shop.work(stopped));
    Ok(signal?)
}
