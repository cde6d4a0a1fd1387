//! The process that is killed: it receives, handles and pays as fast as it can.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use payments_facade::layer::Call;
use payments_facade::{Gateways, PayoutOrder};
use payments_store::Store;
use payments_store::engine::{Engine, Postgres, Sqlite};
use payments_testkit::{FakeFault, FakeGateway};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::breaking::{Break, Breaking};
use crate::intercepted::{Intercepted, Recorder};
use crate::support::{Book, deposit, gateway, money, payout, post, store};

/// How many webhooks are on the way at one time.
pub(super) const SENDERS: usize = 3;

/// What a child does, and when it is killed.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub(super) url: String,
    /// Where payouts are recorded.
    pub(super) folder: PathBuf,
    /// How many webhooks it receives, and how many payouts it makes.
    pub(super) rounds: usize,
    pub(super) end: End,
}

#[derive(Clone, Debug)]
pub(super) enum End {
    /// It ends when everything is done.
    Done,
    /// It kills itself when a point is reached for this time.
    Point(String, i64),
    /// It is killed this long after its first acknowledgement.
    Moment(Duration),
}

/// What a child left behind.
#[derive(Debug, Default)]
pub(super) struct Remains {
    /// The numbers of the webhooks that it acknowledged.
    pub(super) acknowledged: Vec<usize>,
    /// How often it passed each point, if it was not killed.
    pub(super) points: BTreeMap<String, i64>,
    pub(super) was_killed: bool,
}

impl Life {
    /// Runs a child to its end.
    pub(super) fn run(&self) -> Remains {
        let (point, time) = match &self.end {
            End::Point(point, time) => (point.as_str(), *time),
            _ => ("", 0),
        };
        let (rounds, url, folder) = (self.rounds, &self.url, self.folder.display());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child::child", "--ignored", "--nocapture"])
            .env(
                "STORE_CRASH",
                format!("{point}\n{time}\n{rounds}\n{url}\n{folder}"),
            )
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut remains = Remains::default();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(number) = line.strip_prefix("ACK ") {
                if let (End::Moment(wait), true) = (&self.end, remains.acknowledged.is_empty()) {
                    std::thread::sleep(*wait);
                    child.kill().unwrap();
                }
                remains.acknowledged.push(number.parse().unwrap());
            } else if let Some(point) = line.strip_prefix("POINT ") {
                let (times, name) = point.split_once(' ').unwrap();
                let times = times.parse().unwrap();
                remains.points.insert(name.to_owned(), times);
            }
        }
        remains.was_killed = !child.wait().unwrap().success();
        remains
    }
}

pub(super) async fn connect(url: &str) -> Arc<dyn Engine> {
    match url.starts_with("postgres") {
        true => Arc::new(Postgres::connect(url).await.unwrap()),
        false => Arc::new(Sqlite::open(url).unwrap()),
    }
}

/// One line, even if other lines are written at the same time.
fn report(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of another test"]
async fn child() {
    let Ok(settings) = std::env::var("STORE_CRASH") else {
        return;
    };
    let settings: Vec<&str> = settings.lines().collect();
    let [point, time, rounds, url, folder] = settings[..] else {
        panic!("{settings:?}");
    };
    let rounds: usize = rounds.parse().unwrap();
    let engine = connect(url).await;
    let breaking = match point {
        "" => Breaking::counting(engine),
        point => Breaking::at(engine, Break::Kill, point, time.parse().unwrap()),
    };
    let engine: Arc<dyn Engine> = Arc::new(breaking.clone());
    let store = store(&engine, 2).await;
    let payer = Arc::new(Payer::new(Path::new(folder), Some(breaking.clone())));
    let stop = Arc::new(Notify::new());
    let worker = tokio::spawn({
        let (store, stop) = (store.clone(), Arc::clone(&stop));
        async move { store.run(Book::default(), stop.notified()).await }
    });

    let sender = gateway();
    let webhooks: Vec<_> = (1..=rounds)
        .map(|amount| deposit(&sender, &amount.to_string()))
        .collect();
    let (webhooks, next) = (Arc::new(webhooks), Arc::new(AtomicUsize::new(0)));
    let mut senders = JoinSet::new();
    for _ in 0..SENDERS {
        let (store, sender, payer) = (store.clone(), sender.clone(), Arc::clone(&payer));
        let (webhooks, next) = (Arc::clone(&webhooks), Arc::clone(&next));
        senders.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                let Some(webhook) = webhooks.get(number) else {
                    return;
                };
                if post(&store, &sender, webhook).await {
                    report(&format!("ACK {number}"));
                }
                payer.pay(&store, number).await;
            }
        });
    }
    senders.join_all().await;
    stop.notify_one();
    worker.await.unwrap();
    for (name, times) in breaking.steps() {
        report(&format!("POINT {times} {name}"));
    }
}

/// Makes payouts, and records them in a file before they leave, which survives the process.
#[derive(Debug)]
pub(super) struct Payer {
    gateway: Intercepted<Recorder>,
    gateways: Gateways,
}

impl Payer {
    pub(super) fn new(folder: &Path, breaking: Option<Breaking>) -> Self {
        let inner = FakeGateway::builder("fake", "main")
            .balance(&money("1000000"))
            .clock(Arc::new(payments_reqwest::SystemClock::new()));
        let inner = inner.build().unwrap();
        let mut gateways = Gateways::new();
        gateways.add(inner.clone()).unwrap();
        let file = folder.join("sent");
        let by = Recorder { file, breaking };
        Self {
            gateway: Intercepted { inner, by },
            gateways,
        }
    }

    /// Makes the payout of this number. The answer of every third one is lost.
    async fn pay(&self, store: &Store, number: usize) {
        if number.is_multiple_of(3) {
            let lost = FakeFault::Lost { applied: true };
            self.gateway.inner.script(Call::CreatePayout, lost);
        }
        // Senders share the script, so any of them may lose its answer.
        let _ = store.payout(&self.gateway, &order(number)).await;
        store.resolve_due(&self.gateways).await.unwrap();
    }

    /// Makes the payout of this number again. Whether a request left, here or before, is in the file.
    pub(super) async fn pay_again(&self, store: &Store, number: usize) {
        let _ = store.payout(&self.gateway, &order(number)).await;
    }

    /// The references of all requests that left.
    pub(super) fn sent(&self) -> Vec<String> {
        let sent = std::fs::read_to_string(&self.gateway.by.file).unwrap_or_default();
        sent.lines().map(str::to_owned).collect()
    }
}

fn order(number: usize) -> PayoutOrder {
    payout(&format!("p-{number}"), "1")
}
