//! The balances add up after any sequence of steps.

use std::collections::BTreeMap;

use payments_core::scripted::block_on;
use payments_core::{Amount, MerchantRef};
use payments_facade::{Fee, Gateway, Lookup, Payment};
use proptest::prelude::*;

use super::{balance, exchange, fake, receive};
use crate::support::{checkout_order, money, payout_order};

/// A step of an application or a test.
#[derive(Clone, Copy, Debug)]
enum Step {
    Order(u8),
    Payout(u8, u8),
    Pay(u8),
    Underpay(u8),
    Overpay(u8),
    Expire(u8),
    Complete(u8),
    Reject(u8),
    Exchange(u8),
    Deposit(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let name = 0_u8..6;
    prop_oneof![
        name.clone().prop_map(Step::Order),
        (name.clone(), 1_u8..60).prop_map(|(name, sum)| Step::Payout(name, sum)),
        name.clone().prop_map(Step::Pay),
        name.clone().prop_map(Step::Underpay),
        name.clone().prop_map(Step::Overpay),
        name.clone().prop_map(Step::Expire),
        name.clone().prop_map(Step::Complete),
        name.clone().prop_map(Step::Reject),
        name.clone().prop_map(Step::Exchange),
        (1_u8..9).prop_map(Step::Deposit),
    ]
}

proptest! {
    /// Incoming minus outgoing money is the balance, and webhooks and queries report the same.
    #[test]
    fn balances_add_up(steps in prop::collection::vec(step(), 0..60)) {
        let fake = fake();
        let mut merged: BTreeMap<String, Payment> = BTreeMap::new();
        let (mut incoming, mut outgoing) = (Amount::from(100), Amount::ZERO);
        let order = |name: u8| format!("o-{name}");
        let payout = |name: u8| format!("p-{name}");
        let paid = |name: &str| {
            let paid = fake.order(name).and_then(|order| order.paid);
            paid.map_or(Amount::ZERO, |paid| paid.amount)
        };
        for step in steps {
            let name = match step {
                Step::Pay(name) | Step::Underpay(name) | Step::Overpay(name) | Step::Expire(name) => order(name),
                _ => String::new(),
            };
            let before = paid(&name);
            let webhook = match step {
                Step::Order(name) => {
                    let _ = block_on(fake.checkout().unwrap().create(&checkout_order(&order(name))));
                    None
                }
                Step::Payout(name, sum) => {
                    let order = payout_order(&payout(name), &sum.to_string(), Fee::OnTop);
                    let _ = block_on(fake.payouts().unwrap().create(&order));
                    None
                }
                Step::Exchange(name) => {
                    let exchanged = block_on(fake.exchange().unwrap().execute(&exchange(&format!("x-{name}"))));
                    if exchanged.is_ok() {
                        outgoing = outgoing.checked_add(Amount::from(60)).unwrap();
                    }
                    None
                }
                Step::Deposit(sum) => {
                    incoming = incoming.checked_add(Amount::from(u64::from(sum))).unwrap();
                    fake.deposit(&money(&sum.to_string(), "USDT")).ok();
                    None
                }
                Step::Pay(_) => fake.pay(&name).ok(),
                Step::Underpay(_) => fake.underpay(&name, "3").ok(),
                Step::Overpay(_) => fake.overpay(&name, "3").ok(),
                Step::Expire(_) => fake.expire(&name).ok(),
                Step::Complete(name) => {
                    let webhook = fake.complete(payout(name)).ok();
                    if webhook.is_some() {
                        outgoing = outgoing.checked_add(paid(&payout(name))).unwrap();
                    }
                    webhook
                }
                Step::Reject(name) => fake.reject(payout(name)).ok(),
            };
            incoming = incoming.checked_add(paid(&name).checked_sub(before).unwrap()).unwrap();
            if let Some(webhook) = webhook {
                let payment = receive(&fake, &webhook);
                let name = payment.reference().unwrap().to_string();
                match merged.get_mut(&name) {
                    Some(known) => { known.merge(payment).unwrap(); }
                    None => { merged.insert(name, payment); }
                }
            }
            let (available, held) = balance(&fake, "USDT");
            let (available, held): (Amount, Amount) = (available.parse().unwrap(), held.parse().unwrap());
            let total = available.checked_add(held).unwrap();
            prop_assert_eq!(total.checked_add(outgoing), Some(incoming));
        }
        for (name, payment) in merged {
            let by = Lookup::Reference(MerchantRef::new(name.as_str()).unwrap());
            let found = block_on(async {
                match fake.checkout().unwrap().find(&by).await.unwrap() {
                    Some(found) => found,
                    None => fake.payouts().unwrap().find(&by).await.unwrap().unwrap(),
                }
            });
            prop_assert_eq!(payment.phase(), found.phase(), "{}", name);
            prop_assert_eq!(payment.funds().received, found.funds().received, "{}", name);
        }
    }
}
