//! Several processes with several workers each, whose leases expire.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use payments_core::Clock;
use payments_reqwest::SystemClock;
use payments_store::Settings;
use payments_store::engine::{Engine, Postgres, Sqlite};
use tempfile::TempDir;

use crate::cluster;
use crate::load::{Late, webhooks};
use crate::support::{LateClock, TestEngine, change, gateway, number, open, post, until_idle};

const PROCESSES: usize = 4;
const WORKERS: usize = 4;

async fn connect(url: &str) -> Arc<dyn Engine> {
    match url.starts_with("postgres") {
        true => Arc::new(Postgres::connect(url).await.unwrap()),
        false => Arc::new(Sqlite::open(url).unwrap()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_with_expiring_leases_book_every_effect_once() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("payments.db");
    let file = file.to_str().unwrap().to_owned();
    let urls = [Some(file), cluster::new_url().await];
    let mut repeated = 0;
    for url in urls.into_iter().flatten() {
        let engine = connect(&url).await;
        TestEngine::new("shared", Arc::clone(&engine))
            .prepare()
            .await;
        let (expected, attempts) = handle_in_processes(&engine, &url, "attached").await;
        let count = |sql: &'static str| number(&*engine, sql);
        let effects = count("SELECT COUNT(*) FROM app_effects").await;
        let keys = count("SELECT COUNT(DISTINCT effect_key) FROM app_effects").await;
        assert_eq!((effects, keys), (expected, expected), "{url}");
        println!("{PROCESSES} processes, {expected} events, {attempts} attempts, 0 violations");
        repeated += attempts - expected;

        for table in ["pay_deliveries", "pay_effects"] {
            change(&*engine, &format!("DELETE FROM {table}")).await;
        }
        let (expected, attempts) = handle_in_processes(&engine, &url, "detached").await;
        let effects = count("SELECT COUNT(*) FROM pay_effects").await;
        assert_eq!(effects, expected, "{url}");
        println!("{PROCESSES} processes, {expected} events, {attempts} attempts, 0 violations");
        repeated += attempts - expected;
    }
    assert!(repeated > 0, "no lease expired");
}

/// Stores events, and lets the processes handle them. Returns how many events there are, and how many attempts were made.
async fn handle_in_processes(engine: &Arc<dyn Engine>, url: &str, mode: &str) -> (i64, i64) {
    let clock = Arc::new(LateClock(SystemClock::new()));
    let store = open(engine, clock, Settings::default()).await;
    let gateway = gateway();
    let (webhooks, _) = webhooks(&gateway, 40).await;
    for webhook in &webhooks {
        assert!(post(&store, &gateway, webhook).await);
    }
    let start = |number: usize| {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "processes::child",
                "--ignored",
                "--test-threads=1",
            ])
            .env("STORE_WORKERS", format!("{number}\n{mode}\n{url}"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..PROCESSES).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let done = "SELECT COUNT(*) FROM pay_deliveries WHERE state = 'done'";
    let expected = i64::try_from(webhooks.len()).unwrap();
    assert_eq!(number(&**engine, done).await, expected, "{url} {mode}");
    let attempts = "SELECT CAST(SUM(attempts) AS BIGINT) FROM pay_deliveries";
    (expected, number(&**engine, attempts).await)
}

/// One of the processes. It is started by the test above.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of another test"]
async fn child() {
    let Ok(settings) = std::env::var("STORE_WORKERS") else {
        return;
    };
    let settings: Vec<&str> = settings.lines().collect();
    let [number, mode, url] = settings[..] else {
        panic!("{settings:?}");
    };
    let engine = connect(url).await;
    let mut settings = Settings::default();
    settings.workers = WORKERS;
    settings.poll = Duration::from_millis(5);
    let clock = SystemClock::new();
    // By the clocks of the others, every lease that two of the processes give is over.
    let is_late = number.parse::<usize>().unwrap() % 2 == 0;
    let clock: Arc<dyn Clock> = match is_late {
        true => Arc::new(LateClock(clock)),
        false => Arc::new(clock),
    };
    let store = open(&engine, clock, settings).await;
    match mode {
        "detached" => store.run_detached(Late, until_idle(&store)).await,
        _ => store.run(Late, until_idle(&store)).await,
    }
}
