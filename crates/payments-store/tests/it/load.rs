//! Many workers, short leases, and webhooks in any order.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Amount, BoxError};
use payments_facade::{CheckoutOrder, Gateway, Payment};
use payments_reqwest::SystemClock;
use payments_store::engine::{Engine, Postgres, Transaction};
use payments_store::{DeliveryState, DetachedHandler, Handler, Settings, StoredEvent};
use payments_testkit::{FakeGateway, FakeWebhook};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::cluster;
use crate::proof::{Proof, size};
use crate::support::{
    LateClock, TestEngine, change, engines, entropy, gateway, money, number, open, post, reference,
    store, until, until_idle,
};

/// All engines, and PostgreSQL with transactions that fail rather than see what others change.
async fn all() -> Vec<TestEngine> {
    let mut all = engines().await;
    if let Some(url) = cluster::new_url().await {
        let url = format!("{url}%20-c%20default_transaction_isolation%3Dserializable");
        let engine: Arc<dyn Engine> = Arc::new(Postgres::connect(&url).await.unwrap());
        let strict = TestEngine::new("postgres, serializable", engine);
        strict.prepare().await;
        all.push(strict);
    }
    all
}

/// Books by how much an event raises what was received.
pub(crate) struct Raise;

fn received(payment: &Payment) -> Amount {
    payment
        .funds()
        .received
        .map_or(Amount::ZERO, |money| money.amount)
}

#[async_trait]
impl Handler for Raise {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let before = event
            .before()
            .iter()
            .map(received)
            .max()
            .unwrap_or(Amount::ZERO);
        let raised = received(event.after())
            .checked_sub(before)
            .ok_or("it never falls")?;
        let sql = "INSERT INTO app_effects (effect_key, amount) VALUES ($1, $2)";
        let values = [
            event.effect_key().as_str().into(),
            raised.to_string().into(),
        ];
        tx.execute(sql, &values).await?;
        Ok(())
    }
}

/// How many orders an account has: the fake gateway looks through all of them for each change.
const ORDERS: usize = 100;
/// How often each webhook is sent.
const COPIES: usize = 3;
/// How many webhooks are on the way at one time.
const IN_FLIGHT: usize = 128;

/// A webhook, and the account that receives it.
type Sent = (FakeGateway, FakeWebhook);

/// The webhooks of orders that are paid in parts, and the exact sum of what was paid.
pub(crate) async fn webhooks(gateway: &FakeGateway, orders: usize) -> (Vec<FakeWebhook>, Amount) {
    let mut all = Vec::new();
    let mut sum = Amount::ZERO;
    for number in 0..orders {
        let name = format!("order-{number}");
        let price = format!("{}.{:018}", number + 1, 7 * number);
        let order = CheckoutOrder::hosted(reference(&name), money(&price));
        gateway.checkout().unwrap().create(&order).await.unwrap();
        all.push(gateway.underpay(&name, "0.000000000000000001").unwrap());
        all.push(gateway.pay(&name).unwrap());
        if number % 3 == 0 {
            all.push(gateway.overpay(&name, "0.5").unwrap());
            sum = sum.checked_add("0.5".parse().unwrap()).unwrap();
        }
        sum = sum.checked_add(price.parse().unwrap()).unwrap();
    }
    (all, sum)
}

/// Webhooks of as many accounts as are needed for so many deliveries, and the exact sum of what was paid.
async fn webhooks_of_accounts(deliveries: usize) -> (Vec<Sent>, Amount) {
    let (mut all, mut sum) = (Vec::new(), Amount::ZERO);
    while all.len() * COPIES < deliveries {
        let account = format!("account-{}", all.len());
        let gateway = FakeGateway::new("fake", &account).unwrap();
        let missing = (deliveries / COPIES - all.len()).div_ceil(2);
        let (webhooks, paid) = webhooks(&gateway, missing.clamp(1, ORDERS)).await;
        all.extend(webhooks.into_iter().map(|it| (gateway.clone(), it)));
        sum = sum.checked_add(paid).unwrap();
    }
    (all, sum)
}

#[tokio::test(flavor = "multi_thread")]
async fn shuffled_and_repeated_webhooks_add_up_to_the_last_digit() {
    let deliveries = size(300, 1_000_000);
    let (distinct, sum) = webhooks_of_accounts(deliveries).await;
    for it in all().await {
        // Serializable transactions that conflict all the time say no more in a longer run.
        if it.name.contains("serializable") && deliveries > 10_000 {
            continue;
        }
        let mut sent: Vec<usize> = (0..COPIES).flat_map(|_| 0..distinct.len()).collect();
        fastrand::Rng::with_seed(7).shuffle(&mut sent);
        let proof = Proof::of(format!("shuffled deliveries over {}", it.name));
        let (refused, violations) = add_up(&it, &distinct, &sent, sum).await;
        proof.add_runs(sent.len(), it.name, violations);
        let distinct = distinct.len();
        println!("{distinct} events, sum {sum}, {refused} deliveries refused");
        proof.finish();
    }
}

/// Sends all of `sent` once, and handles them meanwhile. Returns how many were refused, and what does not add up.
async fn add_up(
    it: &TestEngine,
    distinct: &[Sent],
    sent: &[usize],
    expected: Amount,
) -> (usize, Vec<String>) {
    let stores = [store(&it.engine, 4).await, store(&it.engine, 4).await];
    let waiting: Vec<Sent> = sent.iter().map(|it| distinct[*it].clone()).collect();
    let waiting = Arc::new(Mutex::new(waiting.into_iter()));
    let mut senders = JoinSet::new();
    for number in 0..IN_FLIGHT {
        let (store, waiting) = (stores[number % 2].clone(), Arc::clone(&waiting));
        senders.spawn(async move {
            let mut refused = 0;
            loop {
                let next = waiting.lock().unwrap().next();
                let Some(next) = next else {
                    return refused;
                };
                let (gateway, webhook) = next;
                refused += usize::from(!post(&store, &gateway, &webhook).await);
            }
        });
    }
    let (ended, has_ended) = watch::channel(false);
    let until_sent = || {
        let mut has_ended = has_ended.clone();
        async move { drop(has_ended.wait_for(|it| *it).await) }
    };
    let (first, second) = (
        stores[0].run(Raise, until_sent()),
        stores[1].run(Raise, until_sent()),
    );
    let sending = async {
        let refused = senders.join_all().await;
        ended.send(true).unwrap();
        refused.iter().sum::<usize>()
    };
    let (refused, (), ()) = tokio::join!(sending, first, second);
    // What arrived after the workers had stopped.
    stores[0].run(Raise, until_handled(&it.engine)).await;

    let mut tx = it.engine.begin().await.unwrap();
    let rows = tx
        .query("SELECT amount, effect_key FROM app_effects", &[])
        .await
        .unwrap();
    let booked = rows.iter().fold(Amount::ZERO, |sum, row| {
        sum.checked_add(row.text(0).unwrap().parse().unwrap())
            .unwrap()
    });
    drop(tx);
    let repeats = "SELECT CAST(SUM(repeats) AS BIGINT) FROM pay_deliveries";
    let least = sent.len() - distinct.len();
    // Those that came while a handler had the event are counted later.
    until(|| async { number(&*it.engine, repeats).await as usize >= least }).await;
    let repeats = number(&*it.engine, repeats).await;
    let counts = [
        ("refused", refused, 0),
        ("effects", rows.len(), distinct.len()),
        ("repeats", repeats as usize, least),
    ];
    let mut violations: Vec<String> = counts
        .into_iter()
        .filter(|(_, found, expected)| found != expected)
        .map(|(what, found, expected)| format!("{found} {what} instead of {expected}"))
        .collect();
    if booked != expected {
        violations.push(format!("the sum is {booked} instead of {expected}"));
    }
    (refused, violations)
}

/// Ready when nothing is pending, however long it takes.
async fn until_handled(engine: &Arc<dyn Engine>) {
    let sql = "SELECT COUNT(*) FROM pay_deliveries WHERE state = 'pending'";
    loop {
        // A serializable transaction may lose against those of the workers, also one that only reads.
        let mut tx = engine.begin().await.unwrap();
        let pending = tx.query(sql, &[]).await;
        drop(tx);
        if pending.is_ok_and(|rows| rows[0].integer(0).unwrap() == 0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Takes so long for every fourth event that a worker of another process takes over.
pub(crate) struct Late;

async fn delay(event: &StoredEvent) {
    let key = event
        .effect_key()
        .as_str()
        .bytes()
        .map(u64::from)
        .sum::<u64>();
    if key % 4 == 0 && event.attempt() < 3 {
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

#[async_trait]
impl Handler for Late {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        delay(event).await;
        Raise.handle(event, tx).await
    }
}

#[async_trait]
impl DetachedHandler for Late {
    async fn handle(&self, event: &StoredEvent) -> Result<(), BoxError> {
        delay(event).await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_whose_leases_expire_book_every_event_once() {
    for it in all().await {
        for detached in [false, true] {
            let mut settings = Settings::default();
            settings.poll = Duration::from_millis(5);
            let late = Arc::new(LateClock(SystemClock::new()));
            let clock = Arc::new(SystemClock::new());
            let stores = [
                open(&it.engine, late, settings.clone()).await,
                open(&it.engine, clock, settings).await,
            ];
            let gateway = gateway();
            let (webhooks, _) = webhooks(&gateway, 12).await;
            change(&*it.engine, "DELETE FROM pay_deliveries").await;
            change(&*it.engine, "DELETE FROM pay_effects").await;
            change(&*it.engine, "DELETE FROM app_effects").await;
            for webhook in &webhooks {
                assert!(post(&stores[0], &gateway, webhook).await);
            }
            let [first, second] = &stores;
            match detached {
                false => {
                    tokio::join!(
                        first.run(Late, until_idle(first)),
                        second.run(Late, until_idle(second))
                    );
                }
                true => {
                    tokio::join!(
                        first.run_detached(Late, until_idle(first)),
                        second.run_detached(Late, until_idle(second))
                    );
                }
            }
            let all = first.deliveries(1_000).await.unwrap();
            let is_done = all.iter().all(|it| it.state == DeliveryState::Done);
            assert!(
                is_done && all.len() == webhooks.len(),
                "{}: {all:?}",
                it.name
            );
            let effects = number(&*it.engine, "SELECT COUNT(*) FROM pay_effects").await;
            assert_eq!(
                effects,
                i64::try_from(webhooks.len()).unwrap(),
                "{}",
                it.name
            );
            if !detached {
                let rows = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
                let keys = number(
                    &*it.engine,
                    "SELECT COUNT(DISTINCT effect_key) FROM app_effects",
                )
                .await;
                assert_eq!((rows, keys), (effects, effects), "{}", it.name);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_that_wait_together_are_committed_together() {
    for it in engines().await {
        let counting = crate::breaking::Breaking::counting(Arc::clone(&it.engine));
        let engine: Arc<dyn Engine> = Arc::new(counting.clone());
        let mut settings = Settings::default();
        settings.queue = 2_000;
        let clock = Arc::new(SystemClock::new());
        let store = payments_store::Store::open_with(engine, clock, entropy(), settings)
            .await
            .unwrap();
        let gateway = gateway();
        let mut senders = JoinSet::new();
        let before = counting.commits();
        for number in 1..=1_000 {
            let webhook = gateway.deposit(&money(&number.to_string())).unwrap();
            let (store, gateway) = (store.clone(), gateway.clone());
            senders.spawn(async move { post(&store, &gateway, &webhook).await });
        }
        assert!(
            senders
                .join_all()
                .await
                .into_iter()
                .all(|is_stored| is_stored),
            "{}",
            it.name
        );
        let commits = counting.commits() - before;
        assert!(
            commits <= 250,
            "{}: {commits} commits for 1,000 deliveries",
            it.name
        );
    }
}
