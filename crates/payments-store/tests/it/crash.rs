//! A process is killed at every step of its transactions. Another one continues.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};
use payments_facade::facts::Facts;
use payments_facade::lookup::LookupKind;
use payments_facade::payout::{PayeeKind, Payouts};
use payments_facade::recovery::Recovery;
use payments_facade::ticket::MoneyCall;
use payments_facade::webhook::Webhooks;
use payments_facade::{
    Answer, Error, Fee, Gateway, GatewayId, Gateways, Lookup, Payment, PayoutOrder, Ticket,
};
use payments_store::engine::{Engine, Postgres, Sqlite};
use payments_store::{IntentError, IntentState, Store, schema};
use payments_testkit::{FakeGateway, FakeWebhook};
use tempfile::TempDir;

use crate::breaking::{Break, Breaking};
use crate::cluster;
use crate::support::{
    Book, NOW, change, deposit, gateway, money, number, payout, post, reference, store, until,
    until_idle,
};

/// How many webhooks and payouts a process has to take care of.
const ROUNDS: usize = 2;

/// The names of the steps are their numbers, which a failure shows. A run that is not killed has passed all of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_any_step_loses_no_acknowledged_event_and_repeats_no_effect() {
    let (mut runs, mut killed) = (0, 0);
    for step in 1.. {
        let was_killed = [crash("sqlite", step).await, crash("postgres", step).await];
        let was_killed: Vec<bool> = was_killed.into_iter().flatten().collect();
        runs += was_killed.len();
        killed += was_killed.iter().filter(|was| **was).count();
        if !was_killed.contains(&true) {
            break;
        }
    }
    println!("{runs} runs, {killed} processes killed, 0 violations");
    assert!(killed >= 40, "only {killed} processes were killed");
}

/// Runs a process that is killed at this step, and continues its work. Returns whether it was killed.
async fn crash(engine: &str, step: i64) -> Option<bool> {
    let folder = TempDir::new().unwrap();
    let url = match engine {
        "postgres" => cluster::new_url().await?,
        _ => folder
            .path()
            .join("payments.db")
            .to_str()
            .unwrap()
            .to_owned(),
    };
    let engine = connect(&url).await;
    schema::migrate(&*engine, NOW).await.unwrap();
    change(
        &*engine,
        "CREATE TABLE app_effects (effect_key TEXT NOT NULL, amount TEXT)",
    )
    .await;
    let sender = gateway();
    for round in 0..ROUNDS {
        let body = deposit(&sender, &format!("{}", round + 1)).body;
        std::fs::write(folder.path().join(format!("webhook-{round}")), body).unwrap();
    }

    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::child",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(
            "STORE_CRASH",
            format!("{step}\n{url}\n{}", folder.path().display()),
        )
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(child.stdout).unwrap();
    let acknowledged: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("ACK "))
        .collect();
    let was_killed = !child.status.success();
    assert!(
        was_killed || acknowledged.len() == ROUNDS,
        "step {step}: {printed}"
    );

    // Another process: the events that were not acknowledged are sent again.
    let store = store(&engine, 2).await;
    for round in 0..ROUNDS {
        let key = stored_key(&store, folder.path(), round).await;
        let is_stored = key.is_some();
        assert!(
            is_stored || !acknowledged.contains(&round.to_string().as_str()),
            "step {step} lost {round}"
        );
        assert!(post(&store, &gateway(), &webhook(folder.path(), round)).await);
    }
    // A killed process has not given its leases back.
    change(
        &*engine,
        "UPDATE pay_deliveries SET due_at = 0 WHERE state = 'pending'",
    )
    .await;
    store.run(Book::default(), until_idle(&store)).await;
    let effects = number(&*engine, "SELECT COUNT(*) FROM app_effects").await;
    let keys = number(
        &*engine,
        "SELECT COUNT(DISTINCT effect_key) FROM app_effects",
    )
    .await;
    let rounds = i64::try_from(ROUNDS).unwrap();
    assert_eq!((effects, keys), (rounds, rounds), "step {step}");

    // Every payout is tried again, and none reaches the provider twice.
    let recorder = Recorder::new(folder.path());
    for round in 0..ROUNDS {
        let again = store
            .payout(&recorder, &payout(&format!("p-{round}"), "1"))
            .await;
        assert!(
            matches!(
                again,
                Ok(_) | Err(IntentError::AlreadyMade(_) | IntentError::Unresolved(_))
            ),
            "step {step}: {again:?}"
        );
    }
    let staged = printed
        .lines()
        .filter_map(|line| line.strip_prefix("STAGED "));
    let staged: Vec<&str> = staged.collect();
    assert!(
        was_killed || staged.len() == ROUNDS,
        "step {step}: {printed}"
    );
    send_staged(&store, folder.path()).await;
    for (reference, sent) in recorder.sent() {
        assert_eq!(sent, 1, "step {step}: {reference} was sent {sent} times");
    }
    for round in staged {
        let reference = reference(&format!("s-{round}"));
        let intent = store.intent(MoneyCall::Payout, &reference).await.unwrap();
        // What was being sent stays so until the longest call is over.
        let state = intent.map(|intent| intent.state);
        let is_kept = matches!(state, Some(IntentState::Applied | IntentState::Sending));
        assert!(is_kept, "step {step}: {reference} is {state:?}");
    }
    Some(was_killed)
}

/// Sends what is staged, until nothing is.
async fn send_staged(store: &Store, folder: &Path) {
    let mut gateways = Gateways::new();
    gateways.add(Recorder::new(folder)).unwrap();
    let staged = [IntentState::Staged];
    let ended = until(|| async { store.intents(&staged, 1).await.unwrap().is_empty() });
    store.run_staged(&gateways, ended).await;
}

async fn stored_key(store: &Store, folder: &Path, round: usize) -> Option<String> {
    let webhook = webhook(folder, round);
    let gateway = gateway();
    let received = gateway
        .webhooks()
        .receive(&webhook.headers, &webhook.body, NOW)
        .unwrap();
    let found = store.delivery(received.event().effect_key()).await.unwrap();
    found.map(|delivery| delivery.effect_key.as_str().to_owned())
}

fn webhook(folder: &Path, round: usize) -> FakeWebhook {
    let body = std::fs::read(folder.join(format!("webhook-{round}"))).unwrap();
    FakeWebhook {
        headers: http::HeaderMap::new(),
        body: body.into(),
    }
}

async fn connect(url: &str) -> Arc<dyn Engine> {
    match url.starts_with("postgres") {
        true => Arc::new(Postgres::connect(url).await.unwrap()),
        false => Arc::new(Sqlite::open(url).unwrap()),
    }
}

/// The process that is killed. It is started by the test above.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of another test"]
async fn child() {
    let Ok(settings) = std::env::var("STORE_CRASH") else {
        return;
    };
    let mut settings = settings.lines();
    let step = settings.next().unwrap().parse().unwrap();
    let engine = connect(settings.next().unwrap()).await;
    let folder = Path::new(settings.next().unwrap()).to_owned();
    let engine: Arc<dyn Engine> = Arc::new(Breaking::new(engine, Break::Kill, step));
    let store = store(&engine, 1).await;
    let recorder = Recorder::new(&folder);
    for round in 0..ROUNDS {
        if post(&store, &gateway(), &webhook(&folder, round)).await {
            println!("\nACK {round}");
            std::io::stdout().flush().unwrap();
        }
        store.run(Book::default(), until_idle(&store)).await;
        store
            .payout(&recorder, &payout(&format!("p-{round}"), "1"))
            .await
            .unwrap();
        let mut tx = engine.begin().await.unwrap();
        let order = payout(&format!("s-{round}"), "1");
        store
            .stage_payout(&mut *tx, &recorder, &order)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        println!("\nSTAGED {round}");
        std::io::stdout().flush().unwrap();
        send_staged(&store, &folder).await;
    }
}

/// A gateway that records every payout in a file, which survives its process.
#[derive(Debug)]
struct Recorder {
    inner: FakeGateway,
    file: std::path::PathBuf,
}

impl Recorder {
    fn new(folder: &Path) -> Self {
        let inner = FakeGateway::builder("fake", "main").balance(&money("1000"));
        Self {
            inner: inner.build().unwrap(),
            file: folder.join("sent"),
        }
    }

    fn sent(&self) -> BTreeMap<String, usize> {
        let mut all = BTreeMap::new();
        for line in std::fs::read_to_string(&self.file).unwrap().lines() {
            *all.entry(line.to_owned()).or_default() += 1;
        }
        all
    }
}

impl Gateway for Recorder {
    fn id(&self) -> &GatewayId {
        self.inner.id()
    }

    fn facts(&self) -> &Facts {
        self.inner.facts()
    }

    fn webhooks(&self) -> &dyn Webhooks {
        self.inner.webhooks()
    }

    fn recovery(&self) -> &dyn Recovery {
        self.inner.recovery()
    }

    fn payouts(&self) -> Option<&dyn Payouts> {
        Some(self)
    }
}

#[async_trait]
impl Payouts for Recorder {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        Payouts::supported_options(&self.inner, kind)
    }

    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        self.inner.takes_fee(kind, fee)
    }

    fn takes_memo(&self) -> bool {
        self.inner.takes_memo()
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        Payouts::finds_by(&self.inner, kind)
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        Payouts::check(&self.inner, payout)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        Payouts::ticket(&self.inner, payout, now)
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.file)
            .unwrap();
        writeln!(file, "{}", payout.reference()).unwrap();
        Payouts::create(&self.inner, payout).await
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        Payouts::find(&self.inner, by).await
    }
}
