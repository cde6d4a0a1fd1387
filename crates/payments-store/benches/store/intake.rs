//! Intake of webhooks: beside a bare log, in groups and one at a time, new and repeated.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use cpu_time::ProcessTime;
use payments_testkit::FakeWebhook;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::Size;
use crate::database::{Database, gateway, receive, webhooks};
use crate::log::Log;
use crate::ratio::{Ratios, Target, median};

/// How many deliveries are on the way at one time, and the least part of the log's speed.
const IN_FLIGHT: [(usize, f64); 3] = [(16, 0.9), (64, 0.65), (256, 0.5)];

pub(crate) async fn measure(size: Size, ratios: &mut Ratios) {
    let gateway = gateway("intake");
    let database = Database::sqlite().await;
    let store = database.store(16).await;
    let folder = TempDir::new().unwrap();
    let log = Log::open(&folder.path().join("log"));
    // With few in flight, the disk decides, and fewer are enough.
    let count = |in_flight: usize| (size.events * in_flight / 256).max(size.events / 8);
    for (in_flight, least) in IN_FLIGHT {
        let mut rounds = Vec::new();
        for _ in 0..size.rounds {
            let webhooks = webhooks(&gateway, count(in_flight));
            let ours = receive(&store, &gateway, &webhooks, in_flight).await;
            rounds.push((ours, keep(&log, &webhooks, in_flight).await));
        }
        print_speed(&format!("intake, {in_flight} in flight"), &rounds);
        let name = format!("SQLite intake / bare log with fdatasync, {in_flight} in flight");
        ratios.add(&name, Target::AtLeast(least), &rounds);
    }

    let mut rounds = Vec::new();
    for _ in 0..size.rounds {
        let webhooks_of_group = webhooks(&gateway, count(64));
        let group = receive(&store, &gateway, &webhooks_of_group, 64).await;
        let webhooks_alone = webhooks(&gateway, count(64) / 16);
        rounds.push((group, receive(&store, &gateway, &webhooks_alone, 1).await));
    }
    let name = "SQLite intake in groups, 64 in flight / each committed alone";
    ratios.add(name, Target::AtLeast(4.0), &rounds);

    let mut rounds = Vec::new();
    for _ in 0..size.rounds {
        let webhooks = webhooks(&gateway, size.events);
        let start = ProcessTime::now();
        receive(&store, &gateway, &webhooks, 64).await;
        let new = start.elapsed().as_secs_f64();
        let start = ProcessTime::now();
        receive(&store, &gateway, &webhooks, 64).await;
        rounds.push((start.elapsed().as_secs_f64(), new));
    }
    let name = "SQLite intake, processor time of a repeat / of a new delivery";
    ratios.add(name, Target::AtMost(1.0), &rounds);
}

fn print_speed(name: &str, rounds: &[(f64, f64)]) {
    let (ours, bare) = (
        median(rounds.iter().map(|it| it.0)),
        median(rounds.iter().map(|it| it.1)),
    );
    println!("  {name}: {ours:.0} per second, the log {bare:.0} per second");
}

/// Writes all bodies to the log, so many at one time. Returns the bodies per second.
async fn keep(log: &Log, webhooks: &Arc<Vec<FakeWebhook>>, in_flight: usize) -> f64 {
    let start = Instant::now();
    let next = Arc::new(AtomicUsize::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..in_flight {
        let (log, webhooks, next) = (log.clone(), Arc::clone(webhooks), Arc::clone(&next));
        senders.spawn(async move {
            while let Some(webhook) = webhooks.get(next.fetch_add(1, Ordering::Relaxed)) {
                log.keep(webhook.body.clone()).await;
            }
        });
    }
    senders.join_all().await;
    webhooks.len() as f64 / start.elapsed().as_secs_f64()
}
