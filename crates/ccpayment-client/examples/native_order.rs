//! Creates an order on the merchant's own page, shows what the customer has to pay, and checks whether it is paid.
//!
//! `cargo run -p ccpayment-client --example native_order`
#![allow(clippy::print_stdout)] // a program that prints

use ccpayment_client::v1::{Client, Config, CreateOrder, Price};
use payments_core::MerchantRef;
use payments_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let test = &sandbox.credentials().ccpayment;
    let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
    let client = Client::new(&Config::new(base_url, &*test.app_id, &*test.app_secret)?)?;

    // A token is a coin on a network.
    let coins = client.coins().await?;
    let usdt = coins
        .token("USDT", "TRX")
        .ok_or("USDT on TRC20 is not enabled")?;

    // Store the reference before the call: after a failure it is the way to query the order.
    let reference = MerchantRef::new("order-1001")?;
    let order = CreateOrder::new(
        reference.clone(),
        Price::usd("25.50".parse()?),
        &*usdt.token_id,
    )
    .remark("one teapot");
    let due = client.amount_due(&order).await?;
    let query = order.query();
    let created = client.create_order(order).await?;

    let network = created
        .network
        .as_deref()
        .ok_or("no network in the answer")?;
    println!("pay {due} USDT on {network} to {}", created.pay_address);
    if let Some(memo) = &created.memo {
        println!("with the memo {memo}: without it the payment is lost");
    }

    // What the customer does: half of it, then the other half.
    for amount in ["12.75", "12.75"] {
        sandbox.pay(created.order_id.as_str(), Some(amount)).await?;
        let deposits = client.deposits(query.clone()).await?;
        let order = deposits.find(&reference).ok_or("not found yet")?;
        let paid = order.paid_amount().ok_or("no amount in the answer")?;
        println!("paid {paid}; deliver: {}", order.is_paid());
    }
    Ok(())
}
