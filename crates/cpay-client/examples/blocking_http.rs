//! Uses the client with a blocking HTTP crate (`ureq`): `prepare` signs the request, `parse` checks the answer.
//!
//! `cargo run -p cpay-client --no-default-features --example blocking_http`
#![allow(clippy::print_stdout)]

use std::time::SystemTime;

use bytes::Bytes;
use cpay_client::{Call, Client, Config, CreateOrder, OrderQuery};
use payments_core::{Executor, MerchantRef, Timestamp};
use payments_sandbox::Sandbox;

fn send<C: Call>(
    client: &Client,
    agent: &ureq::Agent,
    call: &C,
) -> Result<C::Output, Box<dyn std::error::Error>> {
    let request = client.prepare(call, Timestamp::from(SystemTime::now()))?;
    // A failure from here on leaves the outcome of a write unknown: query the order.
    let mut response = agent.run(request.map(|body| body.to_vec()))?;
    let body = Bytes::from(response.body_mut().read_to_vec()?);
    let answer = http::Response::from_parts(response.into_parts().0, body);
    Ok(client.parse(call, &answer, Timestamp::from(SystemTime::now()))?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?; // for the sandbox only
    let sandbox = runtime.block_on(Sandbox::builder().start())?;
    let test = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)?;
    let client = Client::with_executor(&config, Executor::offline());
    // Every HTTP status is an answer for `parse` to judge, and nothing is sent twice.
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();

    let reference = MerchantRef::new("order-1001")?; // stored before the call
    let order = CreateOrder::new(reference.clone(), "customer-7", "10.50".parse()?, "USDT");
    let created = send(&client, &agent, &order)?;
    println!("redirect the customer to {:?}", created.cashier_url);

    let detail = send(&client, &agent, &OrderQuery::by_trade_no(reference))?;
    println!("{}", detail.status);
    assert_eq!(detail.order_id, created.order_id);
    Ok(())
}
