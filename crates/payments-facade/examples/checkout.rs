//! An order, the webhook of its payment, and its status, against a local sandbox.
//!
//! `cargo run -p payments-facade --example checkout`
#![allow(clippy::print_stdout)] // the output is the purpose

use bytes::Bytes;
use http::HeaderMap;
use payments_core::{MerchantRef, Timestamp};
use payments_facade::cpay::{Config, Cpay};
use payments_facade::{CheckoutOrder, Gateway, Money, standard_executor};
use payments_sandbox::Sandbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder()
        .cpay_callback_url("http://127.0.0.1:9/webhooks")
        .start()
        .await?;
    let test = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)?;
    let gateway = Cpay::new("main", &config, standard_executor()?)?;
    let checkout = gateway.checkout().ok_or("no checkout")?;

    // Store the reference before the call.
    let reference = MerchantRef::new("order-1001")?;
    let order = CheckoutOrder::hosted(reference.clone(), Money::of("10.50", "USDT")?)
        .customer("customer-7");
    let created = checkout.create(&order).await?;
    println!("the customer pays at {:?}", created.next.url());
    let mut payment = created.into_inner().payment;

    // The customer pays too little. A web server would receive this webhook.
    sandbox.pay("order-1001", Some("10")).await?;
    let webhook = sandbox.deliveries().pop().ok_or("no webhook")?;
    let body = Bytes::from(webhook.body);
    let webhooks = gateway.webhooks();
    let received = webhooks.receive(&HeaderMap::new(), &body, Timestamp::from_secs(0))?;
    println!("book it under the key {}", received.event().effect_key());
    println!("reply with {:?}", received.ack().body());
    payment.merge(received.into_event().into_payment())?;

    // A query returns the same, in case the webhook is lost.
    if let Some(found) = checkout.find(&reference.into()).await? {
        payment.merge(found.into_inner())?;
    }
    let status = payment.status();
    println!("{:?}, {:?}", status.phase, status.funds.settlement());
    println!("deliver: {}", status.is_paid_in_full());
    Ok(())
}
