//! Creates an order and prints the URL of its pay page. Runs against a local sandbox.
//!
//! `cargo run -p chainup-opay-client --example create_order`
#![allow(clippy::print_stdout)]

use chainup_opay_client::{Client, Config, CreateOrder, OrderQuery, PayPage, Payer};
use payments_core::MerchantRef;
use payments_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let test = &sandbox.credentials().chainup_opay;
    // For a real gateway: `Config::from_env()`.
    let config = Config::new(
        sandbox.base_url(),
        &*test.app_id,
        &test.merchant_private_key,
        &test.platform_public_key,
    )?;
    let client = Client::new(&config)?;

    // Store the reference before the call, so that the same order can be sent again after a crash.
    let payer = Payer::by_user_id("22033390");
    let order = CreateOrder::new(
        MerchantRef::new("order-1001")?,
        payer.clone(),
        "10.50".parse()?,
        "USDT1742",
        "https://shop.example/return",
        "https://shop.example/notify",
    );
    let created = client.create_order(order).await?;
    println!("order number: {}", created.order_num);

    // Only this example prints the URL: whoever has it can open the order.
    let page = client.pay_page_url(&PayPage::new(created.order_num.clone(), payer))?;
    println!("pay page:     {}", page.as_str());

    // The payer confirms the order on that page.
    sandbox.pay(created.order_num.as_str(), None).await?;
    let query = OrderQuery::new(created.order_num);
    println!("status:       {}", client.order_detail(query).await?.status);
    Ok(())
}
