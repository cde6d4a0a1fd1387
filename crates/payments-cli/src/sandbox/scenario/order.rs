//! The orders and payouts of a scenario, with what each provider requires beside the amount.

use payments_facade::{CheckoutOrder, Destination, Fee, Money, Payee, PayoutOrder, network};

use super::at::At;
use super::step::{Create, Payout};
use crate::commands::input::with;
use crate::demo::story::{CUSTOMER, TRON_ADDRESS};

/// `notify_url` receives the webhooks. `None` leaves them to the account's URL.
pub(super) fn checkout(at: At, create: &Create, notify_url: Option<&str>) -> CheckoutOrder {
    let money = Money::new(create.amount, create.asset.clone());
    let hosted = || CheckoutOrder::hosted(create.order.clone(), money.clone());
    let order = match (at, &create.pay_with) {
        (At::ChainupOpay, _) => hosted()
            .customer("22033390")
            .title("Scenario")
            .success_url("http://127.0.0.1/thanks"),
        (At::Cpay, _) => hosted().customer(CUSTOMER),
        (_, None) => hosted().title("Scenario"),
        (_, Some(asset)) => {
            CheckoutOrder::native(create.order.clone(), money.clone()).pay_with(asset.clone())
        }
    };
    with!(order, notify_url: notify_url)
}

pub(super) fn payout(
    at: At,
    payout: &Payout,
    notify_url: Option<&str>,
) -> Result<PayoutOrder, String> {
    let money = Money::new(payout.amount, payout.asset.clone());
    let destination = Destination::new(TRON_ADDRESS, network::TRON);
    let payee = Payee::Chain(destination.map_err(|error| error.to_string())?);
    let fee = match payout.arrives {
        Some(arrives) => Fee::Split { arrives },
        None => Fee::OnTop,
    };
    let order = PayoutOrder::new(payout.reference.clone(), payee, money, fee);
    Ok(match at {
        At::Cpay => with!(order.customer(CUSTOMER), notify_url: notify_url),
        // Version 1 knows the account's URL only.
        At::Ccpayment | At::ChainupOpay => order,
        At::CcpaymentV2 => with!(order, notify_url: notify_url),
    })
}
