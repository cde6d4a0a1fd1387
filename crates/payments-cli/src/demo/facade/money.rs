//! Money in and out, told by answers, webhooks and queries that make one payment.

use payments_facade::checkout::CheckoutKind;
use payments_facade::payout::PayeeKind;
use payments_facade::{
    CheckoutOrder, Destination, Fee, Money, Payee, Payment, PayoutOrder, Phase, Settlement, network,
};

use super::{Endpoint, Shop, money, reference, text};
use crate::demo::story::{Stopped, Story};

/// Step, gateway, what is asked for, and the customer as the gateway knows him.
const CHECKOUTS: [(&str, &str, [&str; 2], &str); 3] = [
    (
        "checkout_cpay",
        "cpay/main",
        ["10.50", "USDT"],
        "customer-7",
    ),
    (
        "checkout_chainup",
        "chainup-opay/main",
        ["10.50", "USDT1742"],
        "22033390",
    ),
    ("checkout_ccpayment", "ccpayment/main", ["10.50", "USD"], ""),
];

const PAYEE: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";

pub(super) async fn tell(story: &mut Story, shop: &Shop) -> Result<(), Stopped> {
    for (step, name, [amount, asset], customer) in CHECKOUTS {
        let paid = async {
            let asked = money(amount, asset)?;
            let payment = checkout(shop, name, asked, customer).await?;
            let told = format!(
                "{} of {amount} {asset}, told {} times, is {:?}",
                payment
                    .funds()
                    .received
                    .map_or_else(String::new, |money| money.to_string()),
                payment.observations().len(),
                payment.phase()
            );
            Ok::<_, String>(((), told))
        };
        story.step(step, paid).await?;
    }
    story.step("underpaid", underpaid(shop)).await?;
    for (step, name, fee) in [
        ("payout_cpay", "cpay/main", "3"),
        ("payout_ccpayment", "ccpayment/main", ""),
    ] {
        let made = async {
            let payment = payout(shop, name, fee).await?;
            Ok::<_, String>(((), format!("4 USDT, {:?}", payment.phase())))
        };
        story.step(step, made).await?;
    }
    Ok(())
}

/// The same lines for every gateway: an option is set where the gateway offers it.
async fn checkout(
    shop: &Shop,
    name: &str,
    asked: Money,
    customer: &str,
) -> Result<Payment, String> {
    let gateway = shop.gateway(name)?;
    let mut receiver = Endpoint::start(shop, name).await?;
    let checkout = gateway.checkout().ok_or("the gateway has no checkout")?;
    let offered = checkout
        .supported_options(CheckoutKind::Hosted)
        .ok_or("the gateway has no page")?;

    let merchant_ref = reference(&format!("{}-order-1", gateway.id().provider()))?;
    let mut order = CheckoutOrder::hosted(merchant_ref.clone(), asked)
        .notify_url(receiver.url())
        .success_url("https://shop.example/return");
    if offered.contains(&"customer") {
        order = order.customer(customer);
    }
    if offered.contains(&"title") {
        order = order.title("Green tea, 500 g");
    }
    let created = checkout.create(&order).await.map_err(text)?;
    created.next.url().ok_or("there is no page to pay on")?;
    let mut payment = created.into_inner().payment;

    if name.starts_with("ccpayment") {
        // The customer chooses the coin on the page.
        let usdt = "0912e09a-d8e2-41d7-a0bc-a25530892988";
        let chosen = shop.sandbox.ccpayment_choose(merchant_ref.as_str(), usdt);
        chosen.await.map_err(text)?;
    }
    let paid = shop.sandbox.pay(merchant_ref.as_str(), None);
    paid.await.map_err(text)?;
    let event = receiver.event().await?;
    let id = event.provider_ref().cloned();
    payment.merge(event.into_payment()).map_err(text)?;

    let lookups = [Some(merchant_ref.into()), id.map(Into::into)];
    let by = lookups
        .into_iter()
        .flatten()
        .find(|by: &payments_facade::Lookup| checkout.finds_by(by.kind()));
    let found = checkout.find(&by.ok_or("it cannot be asked for")?).await;
    let found = found.map_err(text)?.ok_or("the order is not found")?;
    payment.merge(found.into_inner()).map_err(text)?;
    if !payment.status().is_paid_in_full() {
        return Err(format!("the payment is {:?}", payment.status()));
    }
    Ok(payment)
}

/// Too little is no failure: it says how much is missing.
async fn underpaid(shop: &Shop) -> Result<((), String), String> {
    let gateway = shop.gateway("cpay/main")?;
    let checkout = gateway.checkout().ok_or("the gateway has no checkout")?;
    let order = CheckoutOrder::hosted(reference("order-under")?, money("10.50", "USDT")?);
    let created = checkout.create(&order.customer("customer-7")).await;
    let mut payment = created.map_err(text)?.into_inner().payment;
    let paid = shop.sandbox.pay("order-under", Some("10"));
    paid.await.map_err(text)?;
    let found = checkout.find(&reference("order-under")?.into()).await;
    let found = found.map_err(text)?.ok_or("the order is not found")?;
    payment.merge(found.into_inner()).map_err(text)?;
    match payment.funds().settlement() {
        Settlement::Missing(money) => Ok(((), format!("{money} are missing, nothing failed"))),
        other => Err(format!("the settlement is {other:?}")),
    }
}

async fn payout(shop: &Shop, name: &str, arrives: &str) -> Result<Payment, String> {
    let gateway = shop.gateway(name)?;
    let payouts = gateway.payouts().ok_or("the gateway has no payouts")?;
    let fee = match arrives {
        "" => Fee::OnTop,
        text_of => Fee::Split {
            arrives: text_of.parse().map_err(text)?,
        },
    };
    let merchant_ref = reference(&format!("{}-payout-1", gateway.id().provider()))?;
    let payee = Payee::Chain(Destination::new(PAYEE, network::TRON).map_err(text)?);
    let mut order = PayoutOrder::new(merchant_ref.clone(), payee, money("4", "USDT")?, fee);
    let offered = payouts
        .supported_options(PayeeKind::Chain)
        .ok_or("not on a chain")?;
    if offered.contains(&"customer") {
        order = order.customer("customer-7");
    }
    let mut payment = payouts.create(&order).await.map_err(text)?.into_inner();
    let completed = shop.sandbox.complete(merchant_ref.as_str());
    completed.await.map_err(text)?;
    let found = payouts.find(&merchant_ref.into()).await.map_err(text)?;
    let found = found.ok_or("the payout is not found")?;
    payment.merge(found.into_inner()).map_err(text)?;
    if payment.phase() != Phase::Completed {
        return Err(format!("the payout is {:?}", payment.status()));
    }
    Ok(payment)
}
