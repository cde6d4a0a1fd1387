//! A process is killed, at every point of its transactions and at any moment under load. Another one continues.

mod child;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payments_core::Amount;
use payments_facade::Gateway;
use payments_store::engine::Engine;
use payments_store::{Store, schema};
use payments_testkit::FakeWebhook;
use tempfile::TempDir;
use tokio::task::JoinSet;

use self::child::{End, Life, Payer, Remains, SENDERS, connect};
use crate::cluster;
use crate::proof::{Proof, size};
use crate::support::{Book, NOW, change, deposit, gateway, post, store, until_idle};

/// How many webhooks and payouts a process takes care of if it is not killed.
const ROUNDS: usize = 6;

/// How many processes live at one time: they mostly wait for the disk.
const PROCESSES: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_any_point_loses_no_acknowledged_event_and_repeats_no_effect() {
    let proof = Proof::of("killed at a named point");
    let runs = size(1, 20);
    let mut lives = Vec::new();
    for engine in ["sqlite", "postgres"] {
        let Some(alive) = crash(engine, ROUNDS, End::Done).await else {
            continue;
        };
        assert!(!alive.remains.was_killed, "{engine}: {:?}", alive.remains);
        let points = alive.remains.points;
        assert!(points.len() >= 20, "{engine}: {points:?}");
        let names: Vec<&str> = points.keys().map(String::as_str).collect();
        println!("{engine}: {} points: {}", names.len(), names.join(", "));
        for (point, times) in &points {
            // Any time that is reached for sure.
            let times = (1..=(times / 2).max(1)).cycle().take(runs);
            let ends = times.map(|time| End::Point(point.clone(), time));
            lives.extend(ends.map(|end| (engine, 2 * ROUNDS, end)));
        }
    }
    let killed = run_all(lives, &proof).await;
    println!("{runs} at each point");
    proof.finish();
    let missed = killed.iter().filter(|was_killed| !**was_killed).count();
    assert_eq!(missed, 0, "processes that did not reach their point");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_any_moment_loses_no_acknowledged_event_and_repeats_no_effect() {
    let proof = Proof::of("killed at a random moment under load");
    let moments = size(6, 200);
    let lives = (0..moments).map(|number| {
        let engine = ["sqlite", "postgres"][number % 2];
        let moment = Duration::from_micros(fastrand::u64(0..800_000));
        (engine, 1_000, End::Moment(moment))
    });
    run_all(lives.collect(), &proof).await;
    proof.finish();
}

/// Runs all of them, some at the same time. Returns which were killed.
async fn run_all(lives: Vec<(&'static str, usize, End)>, proof: &Proof) -> Vec<bool> {
    let lives = Arc::new(Mutex::new(lives.into_iter()));
    let mut processes = JoinSet::new();
    for _ in 0..PROCESSES {
        let lives = Arc::clone(&lives);
        processes.spawn(async move {
            let mut all = Vec::new();
            loop {
                let next = lives.lock().unwrap().next();
                let Some((engine, rounds, end)) = next else {
                    return all;
                };
                let name = format!("{engine}, {end:?}");
                all.push((name, crash(engine, rounds, end).await));
            }
        });
    }
    let mut killed = Vec::new();
    for (name, crash) in processes.join_all().await.into_iter().flatten() {
        // No PostgreSQL is installed.
        if let Some(crash) = crash {
            proof.add_run(&name, crash.violations);
            killed.push(crash.remains.was_killed);
        }
    }
    killed
}

/// A process that was killed, and what another one found.
#[derive(Debug)]
struct Crash {
    remains: Remains,
    violations: Vec<String>,
}

/// Lets a process live until its end, and continues its work. `None` if the engine cannot be had here.
async fn crash(engine: &str, rounds: usize, end: End) -> Option<Crash> {
    let folder = TempDir::new().unwrap();
    let url = match engine {
        "postgres" => cluster::new_url().await?,
        _ => folder.path().join("payments.db").display().to_string(),
    };
    let engine = connect(&url).await;
    schema::migrate(&*engine, NOW).await.unwrap();
    let table = "CREATE TABLE app_effects (effect_key TEXT NOT NULL, amount TEXT)";
    change(&*engine, table).await;
    let life = Life {
        url,
        folder: folder.path().to_owned(),
        rounds,
        end,
    };
    let remains = tokio::task::spawn_blocking(move || life.run())
        .await
        .unwrap();
    let last = remains.acknowledged.iter().max().map_or(0, |last| last + 1);
    // What may have been on its way when the process was killed, and more.
    let seen = rounds.min(last + 2 * SENDERS);
    let store = store(&engine, 2).await;
    let mut violations = lost(&store, &remains).await;
    violations.extend(events(&store, &*engine, seen).await);
    violations.extend(payouts(&store, folder.path(), seen).await);
    Some(Crash {
        remains,
        violations,
    })
}

/// The webhooks of the first so many deposits, which are the same in every process.
fn webhooks(count: usize) -> Vec<FakeWebhook> {
    let sender = gateway();
    let amounts = (1..=count).map(|amount| amount.to_string());
    amounts.map(|amount| deposit(&sender, &amount)).collect()
}

/// Acknowledged events that are not stored.
async fn lost(store: &Store, remains: &Remains) -> Vec<String> {
    let sender = gateway();
    let count = remains.acknowledged.iter().max().map_or(0, |last| last + 1);
    let webhooks = webhooks(count);
    let mut lost = Vec::new();
    for number in &remains.acknowledged {
        let FakeWebhook { headers, body } = &webhooks[*number];
        let received = sender.webhooks().receive(headers, body, NOW).unwrap();
        let key = received.event().effect_key();
        if store.delivery(key).await.unwrap().is_none() {
            lost.push(format!("the acknowledged event {number} is lost"));
        }
    }
    lost
}

/// Sends every webhook again, as a provider does that had no answer, and compares the effects with what was sent.
async fn events(store: &Store, engine: &dyn Engine, count: usize) -> Vec<String> {
    let sender = gateway();
    let mut senders = JoinSet::new();
    for webhook in webhooks(count) {
        let (store, sender) = (store.clone(), sender.clone());
        senders.spawn(async move { post(&store, &sender, &webhook).await });
    }
    let refused = senders.join_all().await.iter().filter(|it| !**it).count();
    // A killed process has not given its leases back.
    let due = "UPDATE pay_deliveries SET due_at = 0 WHERE state = 'pending'";
    change(engine, due).await;
    store.run(Book::default(), until_idle(store)).await;

    let sql = "SELECT effect_key, amount FROM app_effects";
    let rows = engine.begin().await.unwrap().query(sql, &[]).await.unwrap();
    let keys: BTreeSet<&str> = rows.iter().map(|row| row.text(0).unwrap()).collect();
    let amounts = rows
        .iter()
        .map(|row| row.text(1).unwrap().parse::<Amount>().unwrap());
    let sum = amounts.fold(Amount::ZERO, |sum, it| sum.checked_add(it).unwrap());
    let expected = Amount::from((count * (count + 1) / 2) as u64);
    let mut violations = Vec::new();
    if refused > 0 {
        violations.push(format!("{refused} webhooks were refused afterwards"));
    }
    if rows.len() != keys.len() {
        violations.push(format!("{} rows of {} effects", rows.len(), keys.len()));
    }
    if keys.len() != count || sum != expected {
        let found = keys.len();
        violations.push(format!(
            "{found} effects of {sum}, but {count} of {expected} were sent"
        ));
    }
    violations
}

/// Makes every payout again. None may have reached the provider twice.
async fn payouts(store: &Store, folder: &std::path::Path, count: usize) -> Vec<String> {
    let payer = Payer::new(folder, None);
    for number in 0..count {
        payer.pay_again(store, number).await;
    }
    let mut sent = BTreeMap::<String, usize>::new();
    for reference in payer.sent() {
        *sent.entry(reference).or_default() += 1;
    }
    let twice = sent.into_iter().filter(|(_, times)| *times > 1);
    twice
        .map(|(reference, times)| format!("{reference} was sent {times} times"))
        .collect()
}
