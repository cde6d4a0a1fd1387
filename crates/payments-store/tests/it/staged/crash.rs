//! A process that stages and sends is killed at every point of it. Another one continues.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use payments_store::engine::{Postgres, Sqlite};
use payments_store::schema;
use tempfile::TempDir;

use super::*;
use crate::cluster;
use crate::intercepted::{Intercepted, Recorder};

/// How many payouts a process stages and sends.
const ROUNDS: usize = 2;

fn recorded(folder: &Path, breaking: Option<Breaking>) -> Intercepted<Recorder> {
    let file = folder.join("sent");
    Intercepted {
        inner: rich().build().unwrap(),
        by: Recorder { file, breaking },
    }
}

async fn send_recorded(store: &Store, folder: &Path, breaking: Option<Breaking>) {
    let mut gateways = Gateways::new();
    gateways.add(recorded(folder, breaking)).unwrap();
    let staged = [IntentState::Staged];
    let ended = until(|| async { store.intents(&staged, 1).await.unwrap().is_empty() });
    store.run_staged(&gateways, ended).await;
}

async fn connect(url: &str) -> Arc<dyn Engine> {
    match url.starts_with("postgres") {
        true => Arc::new(Postgres::connect(url).await.unwrap()),
        false => Arc::new(Sqlite::open(url).unwrap()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_any_point_loses_no_staged_payout_and_sends_none_twice() {
    let (mut runs, mut killed) = (0, 0);
    for engine in ["sqlite", "postgres"] {
        let Some(alive) = crash(engine, "", 0).await else {
            continue;
        };
        assert!(!alive.was_killed, "{engine}");
        assert!(alive.points.len() >= 8, "{engine}: {:?}", alive.points);
        for point in alive.points.keys() {
            let crash = crash(engine, point, 1).await.unwrap();
            assert!(crash.was_killed, "{engine}: {point} was not reached");
            runs += 1;
            killed += usize::from(crash.was_killed);
        }
    }
    println!("staged payouts: {runs} runs, {killed} processes killed, 0 violations");
}

struct Crash {
    was_killed: bool,
    /// How often each point was passed.
    points: BTreeMap<String, i64>,
}

/// Runs a process that is killed at a point, and continues its work. `None` if the engine cannot be had here.
async fn crash(engine: &str, point: &str, time: i64) -> Option<Crash> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("payments.db");
    let url = match engine {
        "postgres" => cluster::new_url().await?,
        _ => file.to_str().unwrap().to_owned(),
    };
    let engine = connect(&url).await;
    schema::migrate(&*engine, NOW).await.unwrap();
    let settings = format!("{point}\n{time}\n{url}\n{}", folder.path().display());
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "staged::crash::child",
            "--ignored",
            "--nocapture",
        ])
        .env("STORE_STAGED", settings)
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let lines = |start: &'static str| printed.lines().filter_map(move |it| it.strip_prefix(start));
    let points = lines("POINT ").map(|line| {
        let (times, name) = line.split_once(' ').unwrap();
        (name.to_owned(), times.parse().unwrap())
    });

    let store = system(&engine).await;
    send_recorded(&store, folder.path(), None).await;
    let sent = std::fs::read_to_string(folder.path().join("sent")).unwrap_or_default();
    for name in lines("STAGED ") {
        let times = sent.lines().filter(|it| *it == name).count();
        assert!(times <= 1, "{point}: {name} was sent {times} times");
        let state = state(&store, name).await;
        match state {
            IntentState::Applied => assert_eq!(times, 1, "{point}: {name}"),
            // It was being sent when the process was killed, and is resolved by a query.
            IntentState::Sending => {}
            other => panic!("{point}: {name} is {other:?}"),
        }
    }
    Some(Crash {
        was_killed: !output.status.success(),
        points: points.collect(),
    })
}

fn report(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// The process that is killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of another test"]
async fn child() {
    let Ok(settings) = std::env::var("STORE_STAGED") else {
        return;
    };
    let settings: Vec<&str> = settings.lines().collect();
    let [point, time, url, folder] = settings[..] else {
        panic!("{settings:?}");
    };
    let engine = connect(url).await;
    let breaking = match point {
        "" => Breaking::counting(engine),
        point => Breaking::at(engine, Break::Kill, point, time.parse().unwrap()),
    };
    let engine: Arc<dyn Engine> = Arc::new(breaking.clone());
    let (store, folder) = (system(&engine).await, Path::new(folder));
    let gateway = recorded(folder, None);
    for round in 0..ROUNDS {
        let name = format!("s-{round}");
        stage(&*engine, &store, &gateway, &name).await.unwrap();
        report(&format!("STAGED {name}"));
    }
    send_recorded(&store, folder, Some(breaking.clone())).await;
    for (name, times) in breaking.steps() {
        report(&format!("POINT {times} {name}"));
    }
}
