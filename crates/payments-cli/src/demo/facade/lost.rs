//! The answer to a payout is lost. A ticket finds out what became of it, and nothing is sent twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use payments_core::{Executor, Outcome, Reach, Transport, TransportError};
use payments_facade::{
    Destination, Fee, Gateway as _, Payee, PayoutOrder, Phase, Resolution, Ticket, cpay, network,
    standard_executor,
};

use super::{Shop, money, reference, text};
use crate::demo::story::{Stopped, Story};

const PAYOUT: &str = "payout-lost";

/// Carries every request there, and loses the first answer.
#[derive(Debug)]
struct LossyNetwork {
    inner: Arc<dyn Transport>,
    lost: AtomicBool,
}

#[async_trait]
impl Transport for LossyNetwork {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let answer = self.inner.send(request).await?;
        if self.lost.swap(true, Ordering::Relaxed) {
            Ok(answer)
        } else {
            Err(TransportError::timeout(Reach::MaybeSent))
        }
    }
}

fn lossy() -> Result<Executor, String> {
    let lossy = |inner| {
        let lost = AtomicBool::new(false);
        Arc::new(LossyNetwork { inner, lost }) as Arc<dyn Transport>
    };
    Ok(standard_executor().map_err(text)?.map_transport(lossy))
}

pub(super) async fn tell(story: &mut Story, shop: &Shop) -> Result<(), Stopped> {
    let ticket = story.step("lost_answer", lose(shop)).await?;
    story
        .step("resolve_ticket", async {
            // As after a restart: nothing but the text is left.
            let ticket: Ticket = ticket.parse().map_err(text)?;
            let resolved = ticket.resolve(&shop.gateways, shop.now()).await;
            let Resolution::Found(found) = resolved.map_err(text)? else {
                return Err("the payout is not found".to_owned());
            };
            let orders = shop.sandbox.orders();
            let made = orders.iter().filter(|order| order.merchant_ref == PAYOUT);
            match (found.phase(), made.count()) {
                (Phase::Processing, 1) => {
                    Ok::<_, String>(((), "found, under way, and sent once".to_owned()))
                }
                (phase, made) => Err(format!("{made} payouts, {phase:?}")),
            }
        })
        .await
}

async fn lose(shop: &Shop) -> Result<(String, String), String> {
    let test = &shop.sandbox.credentials().cpay;
    let config = cpay::Config::new(shop.sandbox.base_url(), &*test.merchant_id, &*test.secret);
    let gateway = cpay::Cpay::new("main", &config.map_err(text)?, lossy()?).map_err(text)?;
    let payouts = gateway.payouts().ok_or("the gateway has no payouts")?;
    let payee = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON);
    let fee = Fee::Split {
        arrives: "3".parse().map_err(text)?,
    };
    let payout = PayoutOrder::new(
        reference(PAYOUT)?,
        Payee::Chain(payee.map_err(text)?),
        money("4", "USDT")?,
        fee,
    )
    .customer("customer-7");
    match payouts.create(&payout).await {
        Err(error) if error.outcome() == Outcome::Unknown => {
            let ticket = error.ticket().ok_or("there is no ticket")?;
            let told = format!("nobody knows whether it was made: {ticket}");
            Ok((ticket.export().expose().to_owned(), told))
        }
        Err(error) => Err(error.to_string()),
        Ok(_) => Err("the answer was not lost".to_owned()),
    }
}
