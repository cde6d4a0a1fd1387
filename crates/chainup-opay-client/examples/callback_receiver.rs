//! Receives a callback, verifies it, and queries its order for the coin. Runs against a local sandbox.
//!
//! `cargo run -p chainup-opay-client --example callback_receiver`
#![allow(clippy::print_stdout)]

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::Response;
use axum::{Router, routing::post};
use chainup_opay_client::{Client, Config, CreateOrder, Payer, nack};
use payments_core::MerchantRef;
use payments_sandbox::Sandbox;

async fn notify(State(client): State<Client>, body: Bytes) -> Response<Body> {
    // Every failure gets the same reply: a difference would help an attacker to decrypt messages.
    let Ok(event) = client.webhooks().receive(&body) else {
        return nack().map(Body::from);
    };
    let Ok(confirmed) = client.confirm(&event).await else {
        return nack().map(Body::from);
    };
    // Here a shop compares amount and coin with its record, and commits once for each number and status.
    println!(
        "{} is {}: {} {}",
        event.app_order_id, confirmed.status, confirmed.amount, confirmed.coin
    );
    client.webhooks().ack().map(Body::from)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let test = &sandbox.credentials().chainup_opay;
    let config = Config::new(
        sandbox.base_url(),
        &*test.app_id,
        &test.merchant_private_key,
        &test.platform_public_key,
    )?;
    let client = Client::new(&config)?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let notify_page = format!("http://{}/notify", listener.local_addr()?);
    let routes = Router::new().route("/notify", post(notify));
    tokio::spawn(axum::serve(listener, routes.with_state(client.clone())).into_future());

    let order = CreateOrder::new(
        MerchantRef::new("order-1001")?,
        Payer::by_user_id("22033390"),
        "10.50".parse()?,
        "USDT1742",
        "https://shop.example/return",
        notify_page,
    );
    let created = client.create_order(order).await?;
    sandbox.pay(created.order_num.as_str(), None).await?;
    sandbox.webhooks_quiet().await;
    Ok(())
}
