//! A PostgreSQL server that is stopped, and connections that are cut in a commit.

mod silence;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use payments_facade::Gateway;
use payments_facade::layer::Call;
use payments_reqwest::SystemClock;
use payments_store::engine::{Engine, EngineErrorKind, Postgres};
use payments_store::{IntentError, Settings, StoreError};
use payments_testkit::FakeGateway;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::cluster::{self, Cluster};
use crate::support::{
    Book, TestEngine, deposit, gateway, money, number, open, payout, post, store, until_idle,
};

/// Stops the server under load, and starts it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_stopped_at_once_loses_nothing_that_was_acknowledged() {
    let Some(mut server) = Cluster::new(&[], &[]) else {
        return;
    };
    let engine: Arc<dyn Engine> = Arc::new(cluster::connect(&server.url).await);
    TestEngine::new("postgres", Arc::clone(&engine))
        .prepare()
        .await;
    let mut settings = Settings::default();
    settings.poll = Duration::from_millis(20);
    // Attempts whose end could not be recorded are due after it.
    settings.lease = Duration::from_secs(2);
    let store = open(&engine, Arc::new(SystemClock::new()), settings).await;
    let gateway = gateway();
    let ended = Notify::new();
    let outages = async {
        let (mut acknowledged, mut refused) = (0, 0);
        let (mut acknowledging, mut handling) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..3 {
            for _ in 0..20 {
                assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
                acknowledged += 1;
            }
            server.stop();
            let late = loop {
                let webhook = deposit(&gateway, "5");
                match post(&store, &gateway, &webhook).await {
                    true => acknowledged += 1,
                    false => break webhook,
                }
            };
            refused += 1;
            server.start();
            cluster::connect(&server.url).await;
            let up = Instant::now();
            // The connections of before are broken, and the first webhook gets a new one.
            assert!(post(&store, &gateway, &late).await);
            acknowledged += 1;
            acknowledging = acknowledging.max(up.elapsed());
            until_idle(&store).await;
            handling = handling.max(up.elapsed());
        }
        ended.notify_one();
        (acknowledged, refused, acknowledging, handling)
    };
    let ((acknowledged, refused, acknowledging, handling), ()) =
        tokio::join!(outages, store.run(Book::default(), ended.notified()));
    let count = |sql: &'static str| number(&*engine, sql);
    let stored = count("SELECT COUNT(*) FROM pay_deliveries").await;
    let effects = count("SELECT COUNT(*) FROM app_effects").await;
    let keys = count("SELECT COUNT(DISTINCT effect_key) FROM app_effects").await;
    assert!(
        stored >= acknowledged,
        "{acknowledged} acknowledged, {stored} stored"
    );
    assert_eq!((effects, keys), (stored, stored));
    println!("3 outages, {acknowledged} acknowledged, {refused} refused, 0 lost");
    println!(
        "when the server accepts connections again, a webhook is acknowledged after {acknowledging:?} and everything that \
        waited is handled after {handling:?}, at most; of that up to 2 s are leases of attempts that were cut off"
    );
}

/// The disk of the server is full, and has space again later.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_disk_is_full_loses_nothing_that_was_acknowledged() {
    let Some(mut server) = Cluster::on_small_disk("160m") else {
        return;
    };
    let engine: Arc<dyn Engine> = Arc::new(cluster::connect(&server.url).await);
    TestEngine::new("postgres", Arc::clone(&engine))
        .prepare()
        .await;
    let (store, gateway) = (store(&engine, 2).await, gateway());
    let mut acknowledged = 0;
    server.fill();
    let (refused, error) = loop {
        let webhook = deposit(&gateway, "5");
        let now = payments_core::Clock::now(&SystemClock::new());
        let received = Gateway::webhooks(&gateway).receive(&webhook.headers, &webhook.body, now);
        match store.keep(&received.unwrap()).await {
            Ok(()) => acknowledged += 1,
            Err(error) => break (webhook, error),
        }
        assert!(acknowledged < 100_000, "the disk is not full");
    };
    let StoreError::Engine(error) = error else {
        panic!("{error}");
    };
    let is_named = error.kind() == EngineErrorKind::Full;
    // The server ends itself if it cannot write its log.
    assert!(
        is_named || error.kind() == EngineErrorKind::Unavailable,
        "{error}"
    );
    let text = error.to_string();
    assert_eq!(
        text.matches("make space").count(),
        usize::from(is_named),
        "{text}"
    );
    assert!(!post(&store, &gateway, &refused).await);

    server.free();
    server.stop();
    server.start();
    cluster::connect(&server.url).await;
    assert!(post(&store, &gateway, &refused).await);
    store.run(Book::default(), until_idle(&store)).await;
    let effects = number(&*engine, "SELECT COUNT(*) FROM app_effects").await;
    let keys = number(
        &*engine,
        "SELECT COUNT(DISTINCT effect_key) FROM app_effects",
    )
    .await;
    // The answer to a commit may have been lost.
    assert!(
        keys > acknowledged,
        "{acknowledged} acknowledged, {keys} booked"
    );
    assert_eq!(effects, keys);
    println!("a full disk: {acknowledged} acknowledged, refused with \"{text}\", 0 lost");
}

/// Passes connections on to a server, with their requests by `requests`. Returns its port.
async fn proxy<F>(
    server: String,
    requests: impl Fn(OwnedReadHalf, OwnedWriteHalf) -> F + Clone + Send + 'static,
) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (server, requests) = (server.clone(), requests.clone());
            tokio::spawn(async move {
                let server = TcpStream::connect(server).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                // Both directions end when one of them does.
                tokio::select! {
                    () = requests(from_client, to_server) => {}
                    () = copy(from_server, to_client) => {}
                }
            });
        }
    });
    port
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let _ = tokio::io::copy(&mut from, &mut to).await;
}

/// Cuts the connection at one `COMMIT`.
#[derive(Clone)]
struct Cut {
    /// How many commits come before the one that is cut.
    left: Arc<AtomicUsize>,
    /// Whether the server gets the `COMMIT`.
    passes_on: bool,
}

impl Cut {
    async fn requests(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            // With its end, to tell it from `READ COMMITTED`.
            let is_commit = bytes[..count].windows(7).any(|it| it == b"COMMIT\0");
            let is_cut = is_commit && self.left.fetch_sub(1, Ordering::SeqCst) == 1;
            if !is_cut || self.passes_on {
                to.write_all(&bytes[..count]).await.unwrap();
            }
            if is_cut {
                // The server executes it, and its answer arrives nowhere.
                let _ = to.flush().await;
                return;
            }
        }
    }
}

/// The store's own connection, and one over a proxy that treats requests like this.
async fn connections<F>(
    requests: impl Fn(OwnedReadHalf, OwnedWriteHalf) -> F + Clone + Send + 'static,
) -> Option<(TestEngine, Arc<dyn Engine>)>
where
    F: Future<Output = ()> + Send + 'static,
{
    let url = cluster::new_url().await?;
    let engine = TestEngine::new("postgres", Arc::new(Postgres::connect(&url).await.unwrap()));
    engine.prepare().await;
    let (_, rest) = url.split_once('@').unwrap();
    let (server, _) = rest.split_once('/').unwrap();
    let port = proxy(server.to_owned(), requests).await;
    let url = url.replace(server, &format!("127.0.0.1:{port}"));
    let proxied: Arc<dyn Engine> = Arc::new(Postgres::connect(&url).await.unwrap());
    Some((engine, proxied))
}

/// As [`connections`], with a proxy that cuts the commit of this number.
async fn cut_at(commit: usize, passes_on: bool) -> Option<(TestEngine, Arc<dyn Engine>)> {
    let cut = Cut {
        left: Arc::new(AtomicUsize::new(commit)),
        passes_on,
    };
    connections(move |from, to| cut.clone().requests(from, to)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_whose_commit_has_no_answer_is_sent_again_and_booked_once() {
    for passes_on in [false, true] {
        let Some((direct, cut)) = cut_at(1, passes_on).await else {
            return;
        };
        let (intact, broken) = (store(&direct.engine, 1).await, store(&cut, 1).await);
        let gateway = gateway();
        let webhook = deposit(&gateway, "5");
        assert!(!post(&broken, &gateway, &webhook).await, "{passes_on}");
        // The connection is new.
        assert!(post(&broken, &gateway, &webhook).await, "{passes_on}");
        let all = intact.deliveries(10).await.unwrap();
        assert_eq!(all.len(), 1, "{passes_on}");
        assert_eq!(all[0].repeats, u64::from(passes_on), "{passes_on}");
        intact.run(Book::default(), until_idle(&intact)).await;
        let effects = number(&*direct.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(effects, 1, "{passes_on}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_effect_whose_commit_has_no_answer_is_booked_once() {
    for passes_on in [false, true] {
        // The second commit is that of the handler, after that of the claim.
        let Some((direct, cut)) = cut_at(2, passes_on).await else {
            return;
        };
        let (intact, gateway) = (store(&direct.engine, 1).await, gateway());
        for _ in 0..3 {
            assert!(post(&intact, &gateway, &deposit(&gateway, "5")).await);
        }
        let broken = store(&cut, 1).await;
        broken.run(Book::default(), until_idle(&broken)).await;
        let count = |sql: &'static str| number(&*direct.engine, sql);
        let effects = count("SELECT COUNT(*) FROM app_effects").await;
        let keys = count("SELECT COUNT(DISTINCT effect_key) FROM app_effects").await;
        assert_eq!((effects, keys), (3, 3), "{passes_on}");
        let all = intact.deliveries(10).await.unwrap();
        assert!(
            all.iter().all(|it| it.attempts == 1),
            "{passes_on}: {all:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_whose_first_commit_has_no_answer_is_not_sent() {
    for passes_on in [false, true] {
        let Some((direct, cut)) = cut_at(1, passes_on).await else {
            return;
        };
        let (intact, broken) = (store(&direct.engine, 1).await, store(&cut, 1).await);
        let gateway = FakeGateway::builder("fake", "main").balance(&money("1000"));
        let gateway = gateway.build().unwrap();
        let order = payout("p-1", "4");
        let lost = broken.payout(&gateway, &order).await;
        assert!(matches!(lost, Err(IntentError::NotRecorded(_))), "{lost:?}");
        assert_eq!(gateway.sent(Call::CreatePayout), 0, "{passes_on}");
        // Whatever became of the record, the payout is never sent twice.
        let again = intact.payout(&gateway, &order).await;
        let is_blocked = matches!(again, Err(IntentError::Unresolved(_)));
        assert!(again.is_ok() || is_blocked, "{passes_on}: {again:?}");
        assert!(gateway.sent(Call::CreatePayout) <= 1, "{passes_on}");
    }
}

/// After a failover the connections of before lead nowhere.
#[derive(Clone, Default)]
struct Failover {
    /// How many there were.
    count: Arc<AtomicUsize>,
    /// How many of the connections of before were used.
    tried: Arc<AtomicUsize>,
}

impl Failover {
    async fn requests(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let began = self.count.load(Ordering::SeqCst);
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            if self.count.load(Ordering::SeqCst) > began {
                // One that is closed says so.
                let is_tried = bytes[..count].windows(5).any(|it| it == b"BEGIN");
                self.tried
                    .fetch_add(usize::from(is_tried), Ordering::SeqCst);
                return;
            }
            to.write_all(&bytes[..count]).await.unwrap();
        }
    }
}

/// Each of them may take as long to fail as a silent server may.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_failover_one_idle_connection_is_tried_and_not_all_of_them() {
    let Some(url) = cluster::new_url().await else {
        return;
    };
    let failover = Failover::default();
    let (_, rest) = url.split_once('@').unwrap();
    let (server, _) = rest.split_once('/').unwrap();
    let connections = failover.clone();
    let requests = move |from, to| connections.clone().requests(from, to);
    let port = proxy(server.to_owned(), requests).await;
    let url = url.replace(server, &format!("127.0.0.1:{port}"));
    let engine = Postgres::connect(&url).await.unwrap();
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(engine.begin().await.unwrap());
    }
    for tx in open {
        tx.commit().await.unwrap();
    }
    failover.count.fetch_add(1, Ordering::SeqCst);
    // At the same time, so that none gets the connection of the one before.
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(engine.begin().await.unwrap());
    }
    assert_eq!(failover.tried.load(Ordering::SeqCst), 1);
}

/// PgBouncer in transaction mode gives a connection to another program after each transaction.
#[tokio::test(flavor = "multi_thread")]
async fn leaves_nothing_in_the_session_of_a_connection() {
    let Some(url) = cluster::new_url().await else {
        return;
    };
    let engine: Arc<dyn Engine> = Arc::new(Postgres::connect(&url).await.unwrap());
    TestEngine::new("postgres", Arc::clone(&engine))
        .prepare()
        .await;
    let settings = "SELECT CAST(md5(string_agg(name || setting, ',' ORDER BY name)) AS TEXT)
        FROM pg_settings";
    let read = async || {
        let mut tx = engine.begin().await.unwrap();
        tx.query(settings, &[]).await.unwrap()[0]
            .text(0)
            .unwrap()
            .to_owned()
    };
    let before = read().await;
    let (store, gateway) = (store(&engine, 1).await, gateway());
    assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
    store.run(Book::default(), until_idle(&store)).await;
    store.overview().await.unwrap();
    for of_session in [
        "SELECT COUNT(*) FROM pg_prepared_statements",
        "SELECT COUNT(*) FROM pg_cursors WHERE is_holdable",
        "SELECT COUNT(*) FROM pg_listening_channels()",
        "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
        "SELECT COUNT(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()",
    ] {
        assert_eq!(number(&*engine, of_session).await, 0, "{of_session}");
    }
    assert_eq!(read().await, before);
}
