//! A payout whose response is lost: the error has a ticket, and the ticket finds the payout. Against a local sandbox.
//!
//! `cargo run -p payments-facade --example lost_payout`
#![allow(clippy::print_stdout)] // the output is the purpose

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use payments_core::{Clock, Executor, MerchantRef, Reach, Transport, TransportError};
use payments_facade::cpay::{Config, Cpay};
use payments_facade::{
    Destination, Fee, Gateways, Money, Payee, PayoutOrder, Resolution, Ticket, network,
};
use payments_reqwest::{ReqwestTransport, SystemClock, SystemEntropy};
use payments_sandbox::Sandbox;

/// Delivers every request, and loses the first response.
#[derive(Debug)]
struct LossyNetwork {
    inner: ReqwestTransport,
    has_lost: AtomicBool,
}

#[async_trait]
impl Transport for LossyNetwork {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let response = self.inner.send(request).await?;
        if self.has_lost.swap(true, Ordering::Relaxed) {
            Ok(response)
        } else {
            Err(TransportError::timeout(Reach::MaybeSent))
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder()
        .cpay_balance("USDT", "10")
        .start()
        .await?;
    let test = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)?;
    let network = LossyNetwork {
        inner: ReqwestTransport::builder().build()?,
        has_lost: AtomicBool::new(false),
    };
    let clock = SystemClock::new();
    let executor = Executor::new(Arc::new(network), Arc::new(clock), Arc::new(SystemEntropy));
    let mut gateways = Gateways::new();
    gateways.add(Cpay::new("main", &config, executor)?)?;

    // 4 USDT leave the account, 3 arrive, 1 is the fee.
    let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON)?;
    let payout = PayoutOrder::new(
        MerchantRef::new("payout-7")?,
        Payee::Chain(to),
        Money::of("4", "USDT")?,
        Fee::Split {
            arrives: "3".parse()?,
        },
    )
    .customer("customer-7");
    let gateway = gateways.get(&"cpay/main".parse()?).ok_or("no gateway")?;
    let payouts = gateway.payouts().ok_or("no payouts")?;
    let error = match payouts.create(&payout).await {
        Ok(_) => return Err("the response was not lost".into()),
        Err(error) => error,
    };
    println!("{error}");

    // Store the ticket. It is resolved later, in any process. The payout is never sent again.
    let stored = error.ticket().ok_or("no ticket")?.export();
    let ticket: Ticket = stored.expose().parse()?;
    match ticket.resolve(&gateways, SystemClock::new().now()).await? {
        Resolution::Found(found) => {
            let is_confirmed = ticket.is_confirmed_by(&found);
            println!(
                "found: {:?}, confirmed by the provider: {is_confirmed}",
                found.phase()
            );
        }
        Resolution::Conflict { differences, .. } => println!("another order: {differences:?}"),
        Resolution::Absent => println!("the payout was not made: it may be made again"),
        Resolution::Pending(pending) => println!("unknown until {:?}", pending.until),
    }
    println!("requests for payouts: {}", sandbox.orders().len());
    Ok(())
}
