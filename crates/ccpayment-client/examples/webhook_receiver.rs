//! A webhook endpoint: verifies each webhook, handles each event once, and acknowledges it.
//!
//! `cargo run -p ccpayment-client --example webhook_receiver`
#![allow(clippy::print_stdout)] // a program that prints

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use axum::{Router, body::Body, body::Bytes, http::HeaderMap, http::Response, routing::post};
use ccpayment_client::v1::{Client, Config, CreateOrder, Price, Webhooks, ack, nack};
use payments_core::{Clock as _, MerchantRef};
use payments_reqwest::SystemClock;
use payments_sandbox::Sandbox;

/// In production a unique key in the database, committed together with the effects of the event.
static HANDLED: Mutex<Option<HashSet<(String, String)>>> = Mutex::new(None);

fn receive(webhooks: &Webhooks, headers: &HeaderMap, body: &[u8]) -> Response<Body> {
    let event = match webhooks.receive(headers, body, SystemClock::new().now()) {
        Ok(event) => event,
        Err(error) => {
            println!("{error}");
            return nack().map(Body::from);
        }
    };
    let (record, status) = event.dedup_key();
    let mut handled = HANDLED.lock().unwrap_or_else(PoisonError::into_inner);
    let handled = handled.get_or_insert_default();
    if handled.insert((record.to_owned(), status.to_owned())) && event.is_credit() {
        let amount = event.transfer().amount;
        println!("credit {amount:?} for {:?}", event.merchant_order_id());
    }
    ack().map(Body::from)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/webhook", listener.local_addr()?);
    let sandbox = Sandbox::builder()
        .ccpayment_webhook_url(url)
        .start()
        .await?;
    let test = &sandbox.credentials().ccpayment;
    let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
    let config = Config::new(base_url, &*test.app_id, &*test.app_secret)?;

    let webhooks = Webhooks::new(&config);
    let handler =
        |headers: HeaderMap, body: Bytes| async move { receive(&webhooks, &headers, &body) };
    let app = Router::new().route("/webhook", post(handler));
    tokio::spawn(async move { axum::serve(listener, app).await });

    let client = Client::new(&config)?;
    let coins = client.coins().await?;
    let usdt = coins
        .token("USDT", "TRX")
        .ok_or("USDT on TRC20 is not enabled")?;
    let (id, price) = (MerchantRef::new("order-1001")?, Price::usd("10".parse()?));
    let order = CreateOrder::new(id, price, &*usdt.token_id);
    let created = client.create_order(order).await?;
    sandbox.pay(created.order_id.as_str(), None).await?;
    sandbox.webhooks_quiet().await;
    Ok(())
}
