//! Makes a call with a blocking HTTP client, through `prepare` and `parse`. Runs against a local sandbox.
//!
//! `cargo run -p chainup-opay-client --no-default-features --example own_http_stack`
#![allow(clippy::print_stdout)]

use std::time::SystemTime;

use chainup_opay_client::{Call, Client, Config, CreateOrder, OrderQuery, Payer};
use payments_core::scripted::{ManualClock, ScriptedTransport};
use payments_core::{MerchantRef, Timestamp};
use payments_sandbox::Sandbox;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Sends a call once. Errors have no outcome here: a failed write may have taken effect.
fn send<C: Call>(client: &Client, call: &C) -> Result<C::Output, Error> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = Timestamp::from_secs(now.as_secs());
    let (parts, body) = client.prepare(call, now)?.into_parts();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let answer = agent.run(http::Request::from_parts(parts, &*body))?;
    let (parts, mut body) = answer.into_parts();
    let body = body.read_to_vec()?.into();
    Ok(client.parse(call, &http::Response::from_parts(parts, body), now)?)
}

fn run(config: &Config) -> Result<(), Error> {
    // The client's own transport is not used.
    let executor = ScriptedTransport::new().executor(&ManualClock::new());
    let client = Client::with_executor(config, executor);
    let order = CreateOrder::new(
        MerchantRef::new("order-1001")?,
        Payer::by_user_id("22033390"),
        "10.50".parse()?,
        "USDT1742",
        "https://shop.example/return",
        "https://shop.example/notify",
    );
    let created = send(&client, &order)?;
    let detail = send(&client, &OrderQuery::new(created.order_num))?;
    println!("{} is {}", detail.order_num, detail.status);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let sandbox = Sandbox::builder().start().await?;
    let test = &sandbox.credentials().chainup_opay;
    let config = Config::new(
        sandbox.base_url(),
        &*test.app_id,
        &test.merchant_private_key,
        &test.platform_public_key,
    )?;
    tokio::task::spawn_blocking(move || run(&config)).await?
}
