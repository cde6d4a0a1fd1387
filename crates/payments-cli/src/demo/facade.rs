//! The three gateways through one API: the same lines of code for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use payments_core::{Clock as _, MerchantRef, Outcome, Reach, Transport, TransportError};
use payments_facade::checkout::CheckoutKind;
use payments_facade::config::{GatewaysConfig, SystemSecrets};
use payments_facade::payout::PayeeKind;
use payments_facade::{
    Capabilities, CheckoutOrder, Destination, Fee, Gateway, Gateways, Lookup, Money, Payee,
    Payment, PayoutOrder, Phase, Resolution, Settlement, Ticket, cpay, network, standard_executor,
};
use payments_reqwest::SystemClock;
use payments_sandbox::{Order, Sandbox};

use super::receiver::Receiver;
use super::story::{Result, Story, TRON_ADDRESS, ensure};
use crate::accounts_file;

pub(crate) const ABOUT: &str = "all three providers through one API";

const CUSTOMER: &str = "customer-7";
const CPAY: &str = "cpay/sandbox";
const OPAY: &str = "chainup-opay/sandbox";
const CCPAYMENT: &str = "ccpayment/sandbox";

/// Step, gateway, asset, the customer's id, and what is paid if it is not the price of 10.50.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const CHECKOUTS: [Case; 4] = [
    ("checkout_cpay", CPAY, "USDT", CUSTOMER, None),
    ("checkout_chainup", OPAY, "USDT1742", "22033390", None),
    ("checkout_ccpayment", CCPAYMENT, "USD", "", None),
    ("underpaid", CPAY, "USDT", CUSTOMER, Some("10")),
];

const PAYOUTS: [(&str, &str); 2] = [("payout_cpay", CPAY), ("payout_ccpayment", CCPAYMENT)];

struct Shop {
    sandbox: Sandbox,
    gateways: Gateways,
}

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    let sandbox = Sandbox::builder().start().await?;
    let accounts = accounts_file::text(&sandbox)?;
    let gateways = GatewaysConfig::read(&accounts, &SystemSecrets::new())?.connect()?;
    let shop = Shop { sandbox, gateways };
    let mut result = "capabilities:".to_owned();
    for gateway in shop.gateways.iter() {
        let count = Capabilities::of(gateway).iter().count();
        result += &format!(" {} ({count})", gateway.id());
    }
    story.step("gateways", result);

    for case in CHECKOUTS {
        let payment = checkout(&shop, case).await?;
        let (step, _, asset, _, paid) = case;
        let received = payment.funds().received.ok_or("no amount was received")?;
        let reports = payment.observations().len();
        let result = match (paid, payment.funds().settlement()) {
            (Some(_), Settlement::Missing(missing)) => format!("{missing} is missing"),
            (None, _) if payment.status().is_paid_in_full() => "paid in full".to_owned(),
            (_, other) => return Err(format!("the settlement is {other:?}").into()),
        };
        let price = format!("price 10.50 {asset}, received {received}: {result}");
        story.step(step, format!("{price} ({reports} reports)"));
    }
    for (step, name) in PAYOUTS {
        payout(&shop, step, name).await?;
        story.step(step, "4 USDT sent, confirmed by a query");
    }
    lost_response(story, &shop).await
}

impl Shop {
    fn gateway(&self, name: &str) -> Result<Arc<dyn Gateway>> {
        let gateway = self.gateways.get_shared(&name.parse()?);
        Ok(gateway.ok_or("there is no such gateway")?)
    }
}

/// Creates an order, pays it, and merges the response, the webhook and a query into one payment.
async fn checkout(shop: &Shop, case: Case) -> Result<Payment> {
    let (reference, gateway, asset, customer, paid) = case;
    let gateway = shop.gateway(gateway)?;
    let endpoint = Arc::clone(&gateway);
    let nack = gateway.webhooks().nack();
    let receiver = Receiver::start(nack, move |headers, body| {
        let now = SystemClock::new().now();
        let received = endpoint.webhooks().receive(headers, body, now).ok()?;
        let ack = received.ack();
        Some((received.into_event(), ack))
    });
    let mut receiver = receiver.await?;
    let checkout = gateway.checkout().ok_or("the gateway has no checkout")?;
    let offered = checkout
        .supported_options(CheckoutKind::Hosted)
        .ok_or("no page")?;
    let price = Money::of("10.50", asset)?;
    let mut order = CheckoutOrder::hosted(MerchantRef::new(reference)?, price)
        .notify_url(receiver.url())
        .success_url("https://shop.example/return");
    if offered.contains(&"customer") {
        order = order.customer(customer);
    }
    if offered.contains(&"title") {
        order = order.title("Green tea, 500 g");
    }
    let created = checkout.create(&order).await?;
    created.next.url().ok_or("there is no page to pay on")?;
    let mut payment = created.into_inner().payment;
    if gateway.id().provider() == "ccpayment" {
        // The customer chooses USDT on the page.
        let usdt = "0912e09a-d8e2-41d7-a0bc-a25530892988";
        shop.sandbox.ccpayment_choose(reference, usdt).await?;
    }
    shop.sandbox.pay(reference, paid).await?;
    let event = receiver.event().await?;
    let id = event.provider_ref().cloned().map(Lookup::from);
    payment.merge(event.into_payment())?;
    let reference = Lookup::from(order.reference().clone());
    let mut lookups = [Some(reference), id].into_iter().flatten();
    let by = lookups.find(|by| checkout.finds_by(by.kind()));
    let by = by.ok_or("no way to query it")?;
    let found = checkout.find(&by).await?.ok_or("the order is not found")?;
    payment.merge(found.into_inner())?;
    Ok(payment)
}

/// A payout of 4 USDT. At C-Pay the order states what arrives, CCPayment takes the fee in addition.
fn payout_order(gateway: &dyn Gateway, reference: &str) -> Result<PayoutOrder> {
    let payouts = gateway.payouts().ok_or("the gateway has no payouts")?;
    let offered = payouts.supported_options(PayeeKind::Chain);
    let offered = offered.ok_or("no payouts on a chain")?;
    let payee = Payee::Chain(Destination::new(TRON_ADDRESS, network::TRON)?);
    let (money, arrives) = (Money::of("4", "USDT")?, "3".parse()?);
    let fee = match gateway.id().provider() {
        "cpay" => Fee::Split { arrives },
        _ => Fee::OnTop,
    };
    let order = PayoutOrder::new(MerchantRef::new(reference)?, payee, money, fee);
    Ok(match offered.contains(&"customer") {
        true => order.customer(CUSTOMER),
        false => order,
    })
}

async fn payout(shop: &Shop, reference: &str, name: &str) -> Result<()> {
    let gateway = shop.gateway(name)?;
    let payouts = gateway.payouts().ok_or("the gateway has no payouts")?;
    let order = payout_order(&*gateway, reference)?;
    let mut payment = payouts.create(&order).await?.into_inner();
    shop.sandbox.complete(reference).await?;
    let found = payouts.find(&order.reference().clone().into()).await?;
    payment.merge(found.ok_or("the payout is not found")?.into_inner())?;
    ensure(payment.phase() == Phase::Completed, payment.status())
}

/// Delivers every request and loses the first response.
#[derive(Debug)]
struct LossyNetwork {
    inner: Arc<dyn Transport>,
    lost: AtomicBool,
}

#[async_trait]
impl Transport for LossyNetwork {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let response = self.inner.send(request).await?;
        match self.lost.swap(true, Ordering::Relaxed) {
            true => Ok(response),
            false => Err(TransportError::timeout(Reach::MaybeSent)),
        }
    }
}

/// A ticket finds out what happened to a payout whose response is lost, and nothing is sent twice.
async fn lost_response(story: &mut Story, shop: &Shop) -> Result<()> {
    let lossy = standard_executor()?.map_transport(|inner| {
        let lost = AtomicBool::new(false);
        Arc::new(LossyNetwork { inner, lost })
    });
    let test = &shop.sandbox.credentials().cpay;
    let config = cpay::Config::new(shop.sandbox.base_url(), &*test.merchant_id, &*test.secret)?;
    let gateway = cpay::Cpay::new("sandbox", &config, lossy)?;
    let payouts = gateway.payouts().ok_or("the gateway has no payouts")?;
    let order = payout_order(&gateway, "payout-lost")?;
    let made = payouts.create(&order).await;
    let error = made.err().ok_or("the response was not lost")?;
    ensure(error.outcome() == Outcome::Unknown, &error)?;
    let ticket = error.ticket().ok_or("the error has no ticket")?;
    story.step("lost_answer", format!("outcome unknown, ticket {ticket}"));

    // As after a restart: only the ticket's text is left.
    let ticket: Ticket = ticket.export().expose().parse()?;
    let now = SystemClock::new().now();
    let resolved = ticket.resolve(&shop.gateways, now).await?;
    let Resolution::Found(found) = resolved else {
        return Err("the payout is not found".into());
    };
    ensure(found.phase() == Phase::Processing, found.phase())?;
    let orders = shop.sandbox.orders();
    let is_ours = |order: &&Order| order.merchant_ref == "payout-lost";
    let made = orders.iter().filter(is_ours).count();
    ensure(made == 1, made)?;
    story.step("resolve_ticket", "the payout was made, and once only");
    Ok(())
}
