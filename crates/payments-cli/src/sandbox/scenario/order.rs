//! The orders and payouts of a scenario, with what each provider requires beside the amount.

use payments_facade::{CheckoutOrder, Destination, Fee, Money, Payee, PayoutOrder, network};

use super::step::{Create, Payout};
use crate::demo::story::{CUSTOMER, TRON_ADDRESS};

/// `notify_url` receives the webhooks where each order names their address.
pub(super) fn checkout(provider: &str, create: &Create, notify_url: &str) -> CheckoutOrder {
    let money = Money::new(create.amount, create.asset.clone());
    let hosted = || CheckoutOrder::hosted(create.order.clone(), money.clone());
    match (provider, &create.pay_with) {
        ("chainup-opay", _) => hosted()
            .customer("22033390")
            .title("Scenario")
            .success_url("http://127.0.0.1/thanks")
            .notify_url(notify_url),
        ("cpay", _) => hosted().customer(CUSTOMER),
        (_, None) => hosted().title("Scenario"),
        (_, Some(asset)) => {
            CheckoutOrder::native(create.order.clone(), money.clone()).pay_with(asset.clone())
        }
    }
}

pub(super) fn payout(provider: &str, payout: &Payout) -> Result<PayoutOrder, String> {
    let money = Money::new(payout.amount, payout.asset.clone());
    let destination = Destination::new(TRON_ADDRESS, network::TRON);
    let payee = Payee::Chain(destination.map_err(|error| error.to_string())?);
    let fee = match payout.arrives {
        Some(arrives) => Fee::Split { arrives },
        None => Fee::OnTop,
    };
    let order = PayoutOrder::new(payout.reference.clone(), payee, money, fee);
    Ok(match provider {
        "cpay" => order.customer(CUSTOMER),
        _ => order,
    })
}
