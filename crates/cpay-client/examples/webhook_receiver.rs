//! Receives webhooks with axum: verifies the raw body, handles the event, acknowledges it.
//!
//! `cargo run -p cpay-client --example webhook_receiver`
#![allow(clippy::print_stdout)]

use axum::{Router, body::Body, extract::State, routing::post};
use bytes::Bytes;
use cpay_client::{Client, Config, CreateOrder, Event, OrderStatus, Verified, Webhooks, ack, nack};
use payments_core::MerchantRef;
use payments_sandbox::Sandbox;

/// The body must be the bytes as received, so it is extracted as `Bytes` and not as JSON.
async fn receive(State(webhooks): State<Webhooks>, body: Bytes) -> http::Response<Body> {
    let reply = match webhooks.receive(&body) {
        Ok(event) => {
            handle(&event); // commit to the database here, once per order id and status
            ack()
        }
        Err(error) => {
            println!("{error}");
            nack()
        }
    };
    reply.map(Body::from)
}

/// Takes a [`Verified`] event, so that nothing unverified can be passed in.
fn handle(event: &Verified<Event>) {
    if event.status == OrderStatus::Completed {
        println!(
            "credit {:?} for order {:?}",
            event.received_amount, event.order_id
        );
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let test = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/webhooks/cpay", listener.local_addr()?);
    let app = Router::new()
        .route("/webhooks/cpay", post(receive))
        .with_state(Webhooks::new(&config));
    tokio::spawn(async move { axum::serve(listener, app).await });

    let reference = MerchantRef::new("order-1001")?;
    let order =
        CreateOrder::new(reference, "customer-7", "10.50".parse()?, "USDT").callback_url(url);
    let created = Client::new(&config)?.create_order(order).await?;
    sandbox.pay(created.order_id.as_str(), None).await?;
    sandbox.webhooks_quiet().await; // until every webhook is acknowledged
    Ok(())
}
