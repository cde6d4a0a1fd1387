//! Random sequences of actions: money comes only from payers and goes only to payees and fees.

use std::collections::BTreeMap;
use std::time::Duration;

use payments_sandbox::{Deposit, Order, OrderKind, OrderStatus};
use proptest::prelude::*;

use crate::support::shop::Shop;

/// Units of 10⁻¹⁸: another way than the sandbox's to count its texts.
fn units(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<18}").parse().unwrap()
}

#[derive(Clone, Debug)]
enum Step {
    Order(u32),
    Card(u32),
    Pwpp(u32),
    Deposit(u32),
    Withdraw(u32, u32),
    Fiat(u32),
    Exchange(&'static str, &'static str, u32),
    Pay(usize, Option<u32>),
    Process(usize),
    Expire(usize),
    Complete(usize),
    Reject(usize),
    Later(u64),
    Reset,
}

fn step() -> impl Strategy<Value = Step> {
    let cents = 1_u32..20_000;
    let coin = || prop::sample::select(vec!["USDT", "USD", "EUR", "BTC", "ETH", "TRX"]);
    prop_oneof![
        1 => cents.clone().prop_map(Step::Order),
        1 => cents.clone().prop_map(Step::Card),
        1 => cents.clone().prop_map(Step::Pwpp),
        1 => cents.clone().prop_map(Step::Deposit),
        4 => (cents.clone(), cents.clone()).prop_map(|(total, got)| Step::Withdraw(total, got)),
        2 => cents.clone().prop_map(Step::Fiat),
        3 => (coin(), coin(), cents.clone()).prop_map(|(from, to, sum)| Step::Exchange(from, to, sum)),
        4 => (any::<usize>(), prop::option::of(cents)).prop_map(|(at, sum)| Step::Pay(at, sum)),
        1 => any::<usize>().prop_map(Step::Process),
        1 => any::<usize>().prop_map(Step::Expire),
        2 => any::<usize>().prop_map(Step::Complete),
        2 => any::<usize>().prop_map(Step::Reject),
        1 => (0_u64..40).prop_map(Step::Later),
        1 => Just(Step::Reset),
    ]
}

fn money(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Carries a step out; true when it was taken.
async fn take(shop: &Shop, number: usize, step: &Step) -> bool {
    let own = number.to_string();
    let order = ("merchantTradeNo", own.as_str());
    let ask = async |name: &str, changes: &[(&str, &str)]| {
        let answer = shop.ask(name, &[changes, &[order]].concat()).await;
        answer.json()["code"] == 0
    };
    let orders = shop.sandbox.orders();
    let id = |at: usize| {
        let found = at.checked_rem(orders.len()).and_then(|at| orders.get(at));
        found.map_or("none".to_owned(), |order| order.order_id.clone())
    };
    match step {
        Step::Order(sum) => ask("createOrder", &[("amount", &money(*sum))]).await,
        Step::Card(sum) => ask("createOrderByCreditCard", &[("amount", &money(*sum))]).await,
        Step::Pwpp(sum) => ask("pwpp", &[("amount", &money(*sum))]).await,
        Step::Deposit(sum) => {
            let deposit = Deposit::new("1001", "USDT", "TRON", money(*sum));
            shop.sandbox.deposit(&deposit).await.is_ok()
        }
        Step::Withdraw(total, got) => {
            let (total, got) = (money(*total), money(*got));
            ask(
                "withdraw",
                &[("totalAmount", &total), ("receivedAmount", &got)],
            )
            .await
        }
        Step::Fiat(sum) => ask("createFiatPayoutOrder", &[("amount", &money(*sum))]).await,
        Step::Exchange(from, to, sum) => {
            let sum = money(*sum);
            let coins = [
                ("sourceCurrency", *from),
                ("targetCurrency", *to),
                ("sourceAmount", &sum),
            ];
            ask("exchange", &coins).await
        }
        Step::Pay(at, sum) => {
            let sum = sum.map(money);
            shop.sandbox.pay(&id(*at), sum.as_deref()).await.is_ok()
        }
        Step::Process(at) => shop.sandbox.process(&id(*at)).await.is_ok(),
        Step::Expire(at) => shop.sandbox.expire(&id(*at)).await.is_ok(),
        Step::Complete(at) => shop.sandbox.complete(&id(*at)).await.is_ok(),
        Step::Reject(at) => shop.sandbox.reject(&id(*at)).await.is_ok(),
        Step::Later(seconds) => {
            shop.sandbox.clock().advance(Duration::from_secs(*seconds));
            true
        }
        Step::Reset => {
            shop.sandbox.reset();
            true
        }
    }
}

/// The expected balances, computed from the orders alone: available and frozen together, and frozen.
fn expected(start: &BTreeMap<String, i128>, orders: &[Order]) -> BTreeMap<String, (i128, i128)> {
    let mut sums: BTreeMap<String, (i128, i128)> = start
        .iter()
        .map(|(currency, sum)| (currency.clone(), (*sum, 0)))
        .collect();
    for order in orders {
        let (amount, received) = (units(&order.amount), units(&order.received_amount));
        let fee = units(&order.fee);
        let sum = sums.get_mut(&order.currency).unwrap();
        let actual = units(&order.actual_amount);
        match (order.kind, order.status) {
            (OrderKind::Payout | OrderKind::FiatPayout, OrderStatus::Processing) => {
                assert_eq!((actual, received), (0, 0), "{order:?}");
                assert_eq!(units(&order.net_amount) + fee, amount, "{order:?}");
                sum.1 += amount;
            }
            (OrderKind::Payout | OrderKind::FiatPayout, OrderStatus::Completed) => {
                assert_eq!(actual, amount, "{order:?}");
                assert_eq!(order.received_amount, order.net_amount, "{order:?}");
                assert_eq!(received + fee, amount, "{order:?}");
                sum.0 -= amount;
            }
            (OrderKind::Exchange, OrderStatus::Completed) => {
                assert_eq!(received + fee, amount, "{order:?}");
                sum.0 += received;
                let given = order.exchanged.as_ref().unwrap();
                sums.get_mut(&given.currency).unwrap().0 -= units(&given.amount);
            }
            (_, OrderStatus::Completed) => sum.0 += received,
            (_, OrderStatus::Closed) => assert_eq!((actual, received, fee), (0, 0, 0), "{order:?}"),
            _ => assert_eq!((actual, received), (0, 0), "{order:?}"),
        }
    }
    sums
}

async fn run(steps: &[Step]) {
    let shop = Shop::with(|builder| {
        ["USDT", "USD", "EUR", "TRX", "BRL"]
            .iter()
            .fold(builder, |builder, currency| {
                builder.cpay_balance(*currency, "300")
            })
            .cpay_payouts_complete_after(Duration::from_secs(60))
    })
    .await;
    let start: BTreeMap<_, _> = shop
        .sandbox
        .balances()
        .into_iter()
        .map(|balance| (balance.currency, units(&balance.available)))
        .collect();
    for (number, step) in steps.iter().enumerate() {
        let before = shop.sandbox.balances();
        let taken = take(&shop, number, step).await;
        let after = shop.sandbox.balances();
        if !taken {
            assert_eq!(before, after, "a refused {step:?} moved money");
        }
        let expected = expected(&start, &shop.sandbox.orders());
        for balance in &after {
            let (available, frozen) = (units(&balance.available), units(&balance.frozen));
            assert!(available >= 0 && frozen >= 0, "{balance:?} after {step:?}");
            assert_eq!(
                (available + frozen, frozen),
                expected[&balance.currency],
                "{balance:?} after {step:?}"
            );
        }
    }
    // The call returns what the sandbox's own API returns.
    let rows = shop.data("getMerchantBalance", &[]).await;
    for (row, balance) in rows.as_array().unwrap().iter().zip(shop.sandbox.balances()) {
        assert_eq!(row["availableBalance"], balance.available);
        assert_eq!(row["freezeBalance"], balance.frozen);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_money_appears_or_disappears(steps in prop::collection::vec(step(), 1..50)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(&steps));
    }
}
