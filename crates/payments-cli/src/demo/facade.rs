//! All gateways through one API: the same lines of code for each.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use payments_core::{Clock as _, Outcome, Reach, Transport, TransportError};
use payments_facade::config::{GatewaysConfig, SystemSecrets};
use payments_facade::*;
use payments_reqwest::SystemClock;
use payments_sandbox::{Order, Sandbox};

use super::shop::Receiver;
use super::story::{CUSTOMER, Result, Story, TRON_ADDRESS, ensure_eq, unexpected};
use crate::accounts_file::{self, CCPAYMENT_V2};

const CPAY: &str = "cpay/sandbox";
const OPAY: &str = "chainup-opay/sandbox";
const CCPAYMENT: &str = "ccpayment/sandbox";

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    story.say("Facade: all providers through one API\n")?;
    let sandbox = Sandbox::builder().start().await?;
    let accounts = accounts_file::text(&sandbox)?;
    let config = GatewaysConfig::read(&accounts, &SystemSecrets::new())?;
    let gateways = config.connect()?;
    let counts = gateways.iter().map(|gateway| {
        let count = Capabilities::of(gateway).iter().count();
        format!(" {} ({count})", gateway.id())
    });
    let counts: String = counts.collect();
    story.step("gateways", format!("capabilities:{counts}"))?;

    // The step, the gateway, the asset, the customer, and what is paid if it is not the price.
    for (step, name, asset, customer, paid) in [
        ("checkout_cpay", CPAY, "USDT", Some(CUSTOMER), None),
        ("checkout_chainup", OPAY, "USDT1742", Some("22033390"), None),
        ("checkout_ccpayment", CCPAYMENT, "USD", None, None),
        ("underpaid", CPAY, "USDT", Some(CUSTOMER), Some("10")),
    ] {
        let order = CheckoutOrder::hosted(step.parse()?, Money::of("10.50", asset)?);
        let order = match customer {
            Some(customer) => order.customer(customer),
            None => order.title("Green tea, 500 g"),
        };
        let payment = checkout(&sandbox, find(&gateways, name)?, order, paid).await?;
        let received = payment.funds().received.ok_or("no amount was received")?;
        let result = match (paid, payment.funds().settlement()) {
            (Some(_), Settlement::Missing(missing)) => format!("{missing} is missing"),
            (None, _) if payment.status().is_paid_in_full() => "paid in full".to_owned(),
            (_, other) => return Err(format!("the settlement is {other:?}").into()),
        };
        let reports = payment.observations().len();
        let price = format!("price 10.50 {asset}, received {received}: {result}");
        story.step(step, format!("{price} ({reports} reports)"))?;
    }
    for (step, name) in [
        ("payout_cpay", CPAY),
        ("payout_ccpayment", CCPAYMENT),
        ("payout_ccpayment_v2", CCPAYMENT_V2),
    ] {
        let gateway = find(&gateways, name)?;
        let payouts = gateway.payouts().ok_or("the gateway has no payouts")?;
        let order = payout_order(name, step)?;
        let mut payment = payouts.create(&order).await?.into_inner();
        sandbox.complete(step).await?;
        let found = payouts.find(&order.reference().clone().into()).await?;
        payment.merge(found.ok_or("the payout is not found")?.into_inner())?;
        ensure_eq(payment.phase(), Phase::Completed)?;
        story.step(step, "4 USDT sent, confirmed by a query")?;
    }

    let lossy = standard_executor()?.map_transport(|inner| Arc::new(LossyNetwork(inner)));
    let unreliable = find(&config.build(|_| lossy.clone())?, CPAY)?;
    let ticket = lost_response(&*unreliable).await?;
    story.step("lost_answer", format!("outcome unknown, ticket {ticket}"))?;
    // As after a restart: only the ticket's text is left.
    let ticket: Ticket = ticket.export().expose().parse()?;
    let resolved = ticket.resolve(&gateways, SystemClock::new().now()).await?;
    let Resolution::Found(found) = resolved else {
        return unexpected(resolved);
    };
    ensure_eq(found.phase(), Phase::Processing)?;
    let is_ours = |order: &Order| order.merchant_ref == "payout-lost";
    ensure_eq(sandbox.orders().into_iter().filter(is_ours).count(), 1)?;
    story.step("resolve_ticket", "the payout was made, and once only")
}

fn find(gateways: &Gateways, name: &str) -> Result<Arc<dyn Gateway>> {
    let gateway = gateways.get_shared(&name.parse()?);
    Ok(gateway.ok_or("there is no such gateway")?)
}

/// Creates an order, pays it, and merges the response, the webhook and a query into one payment.
async fn checkout(
    sandbox: &Sandbox,
    gateway: Arc<dyn Gateway>,
    order: CheckoutOrder,
    paid: Option<&str>,
) -> Result<Payment> {
    let endpoint = Arc::clone(&gateway);
    let nack = gateway.webhooks().nack();
    let mut receiver = Receiver::start(nack, move |headers, body| {
        let now = SystemClock::new().now();
        let received = endpoint.webhooks().receive(headers, body, now).ok()?;
        let ack = received.ack();
        Some((received.into_event(), ack))
    })?;
    let checkout = gateway.checkout().ok_or("the gateway has no checkout")?;
    let order = order.notify_url(receiver.url());
    let order = order.success_url("https://shop.example/return");
    let created = checkout.create(&order).await?;
    created.next.url().ok_or("there is no page to pay on")?;
    let mut payment = created.into_inner().payment;
    let reference = order.reference();
    if gateway.id().provider() == "ccpayment" {
        // The customer chooses USDT on the page.
        let usdt = "0912e09a-d8e2-41d7-a0bc-a25530892988";
        sandbox.ccpayment_choose(reference.as_str(), usdt).await?;
    }
    sandbox.pay(reference.as_str(), paid).await?;
    let event = receiver.event().await?;
    let id = event.provider_ref().cloned().map(Lookup::from);
    payment.merge(event.into_payment())?;
    let mut lookups = [Some(reference.clone().into()), id].into_iter().flatten();
    let by = lookups.find(|by| checkout.finds_by(by.kind()));
    let by = by.ok_or("no way to query it")?;
    let found = checkout.find(&by).await?.ok_or("the order is not found")?;
    payment.merge(found.into_inner())?;
    Ok(payment)
}

/// A payout of 4 USDT. At C-Pay the order states what arrives, CCPayment takes the fee in addition.
fn payout_order(gateway: &str, reference: &str) -> Result<PayoutOrder> {
    let payee = Payee::Chain(Destination::new(TRON_ADDRESS, network::TRON)?);
    let (id, money, arrives) = (reference.parse()?, Money::of("4", "USDT")?, "3".parse()?);
    Ok(match gateway {
        CPAY => PayoutOrder::new(id, payee, money, Fee::Split { arrives }).customer(CUSTOMER),
        _ => PayoutOrder::new(id, payee, money, Fee::OnTop),
    })
}

/// Delivers every request and loses every response.
#[derive(Debug)]
struct LossyNetwork(Arc<dyn Transport>);

#[async_trait]
impl Transport for LossyNetwork {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.0.send(request).await?;
        Err(TransportError::timeout(Reach::MaybeSent))
    }
}

/// The ticket of a payout whose response is lost.
async fn lost_response(gateway: &dyn Gateway) -> Result<Ticket> {
    let payouts = gateway.payouts().ok_or("the gateway has no payouts")?;
    let made = payouts.create(&payout_order(CPAY, "payout-lost")?).await;
    let error = made.err().ok_or("the response was not lost")?;
    ensure_eq(error.outcome(), Outcome::Unknown)?;
    Ok(error.ticket().cloned().ok_or("the error has no ticket")?)
}
