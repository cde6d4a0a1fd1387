//! A withdrawal whose answer is lost: its outcome is unknown, and a query resolves it.
//!
//! `cargo run -p ccpayment-client --example lost_answer`
#![allow(clippy::print_stdout)] // a program that prints

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use ccpayment_client::v1::{Client, Config, Withdraw};
use payments_core::{Executor, MerchantRef, NextStep, Outcome, Reach, Transport, TransportError};
use payments_reqwest::{ReqwestTransport, SystemClock, SystemEntropy};
use payments_sandbox::Sandbox;

/// Loses every answer to `withdraw`, after the gateway has carried it out.
#[derive(Debug)]
struct LosingTransport(ReqwestTransport);

#[async_trait]
impl Transport for LosingTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let is_withdrawal = request.uri().path().ends_with("/withdraw");
        let answer = self.0.send(request).await?;
        if is_withdrawal {
            return Err(TransportError::timeout(Reach::MaybeSent));
        }
        Ok(answer)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let test = &sandbox.credentials().ccpayment;
    let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
    let transport = Arc::new(LosingTransport(ReqwestTransport::builder().build()?));
    let clock = Arc::new(SystemClock::new());
    let executor = Executor::new(transport, clock, Arc::new(SystemEntropy));
    let config = Config::new(base_url, &*test.app_id, &*test.app_secret)?;
    let client = Client::with_executor(&config, executor);

    let coins = client.coins().await?;
    let usdt = coins
        .token("USDT", "TRX")
        .ok_or("USDT on TRC20 is not enabled")?;
    let id = MerchantRef::new("withdrawal-1001")?; // stored before the call
    let address = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";
    let withdrawal = Withdraw::new(id.clone(), &*usdt.token_id, address, "4".parse()?);
    let query = withdrawal.query();
    let Err(error) = client.withdraw(withdrawal).await else {
        return Err("the answer was not lost".into());
    };
    println!("{error}");
    assert_eq!(
        (error.outcome(), error.next_step()),
        (Outcome::Unknown, NextStep::Query)
    );

    // Never a second withdrawal. A withdrawal that is not found may still appear: query again later.
    let found = client.withdrawals(query).await?;
    match found.find(&id) {
        Some(withdrawal) => println!("it was made: {}", withdrawal.status),
        None => println!("not found yet"),
    }
    Ok(())
}
