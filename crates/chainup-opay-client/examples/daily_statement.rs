//! Reads all rows of a day's statement as a stream. Runs against a local sandbox.
//!
//! `cargo run -p chainup-opay-client --example daily_statement`
#![allow(clippy::print_stdout)]

use std::time::Duration;

use chainup_opay_client::{Client, Config, CreateOrder, DailyStatement, Date, Payer};
use payments_core::MerchantRef;
use payments_sandbox::{Clock, Sandbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The sandbox's clock is set to 2024-05-10, 11:00 in its time zone.
    let sandbox = Sandbox::builder()
        .clock(Clock::manual(1_715_310_000_000))
        .chainup_opay_time_window(Duration::MAX)
        .start()
        .await?;
    let test = &sandbox.credentials().chainup_opay;
    let config = Config::new(
        sandbox.base_url(),
        &*test.app_id,
        &test.merchant_private_key,
        &test.platform_public_key,
    )?;
    let client = Client::new(&config)?;
    for number in 1..=5 {
        let order = CreateOrder::new(
            MerchantRef::new(format!("order-{number}"))?,
            Payer::by_user_id("22033390"),
            format!("{number}.50").parse()?,
            "USDT1742",
            "https://shop.example/return",
            "https://shop.example/notify",
        );
        let created = client.create_order(order).await?;
        sandbox.pay(created.order_num.as_str(), None).await?;
    }

    // Pages are fetched on demand. The stream fails if rows are missing.
    let statement = DailyStatement::new(Date::new(2024, 5, 10)?).page_size(2);
    let mut rows = client.daily_statement_rows(statement);
    while let Some(row) = rows.next().await {
        let row = row?;
        println!("{} {} {}", row.app_order_id, row.amount, row.coin);
    }
    Ok(())
}
