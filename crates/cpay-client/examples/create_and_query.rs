//! Creates an order, pays it in the sandbox and queries its state.
//!
//! `cargo run -p cpay-client --example create_and_query`
#![allow(clippy::print_stdout)]

use cpay_client::{Client, Config, CreateOrder, OrderQuery, OrderStatus};
use payments_core::{MerchantRef, Outcome};
use payments_sandbox::Sandbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Against the real gateway: `Config::from_env()`.
    let sandbox = Sandbox::builder().start().await?;
    let test = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)?;
    let client = Client::new(&config)?;

    // Store the reference before the call: after a failure you query the order by it.
    let reference = MerchantRef::new("order-1001")?;
    let order = CreateOrder::new(reference.clone(), "customer-7", "10.50".parse()?, "USDT");
    match client.create_order(order).await {
        Ok(created) => {
            println!("redirect the customer to {:?}", created.cashier_url);
            sandbox.pay(created.order_id.as_str(), None).await?; // what the customer does there
        }
        Err(error) if error.outcome() == Outcome::Unknown => {
            println!("{error}: the query below shows whether the order exists");
        }
        Err(error) => return Err(error.into()),
    }

    let detail = client
        .order_detail(OrderQuery::by_trade_no(reference))
        .await?;
    println!("{}: received {:?}", detail.status, detail.received_amount);
    assert_eq!(detail.status, OrderStatus::Completed);
    Ok(())
}
