//! PgBouncer between the store and the server: a transaction gets any of a few connections.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use payments_facade::layer::Call;
use payments_store::IntentError;
use payments_store::engine::{Engine, Postgres};
use payments_testkit::FakeGateway;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::cluster::{self, Cluster};
use crate::load::{Raise, webhooks};
use crate::support::{TestEngine, gateway, money, number, payout, post, store, until_idle};

/// How many connections to the server all clients share.
const CONNECTIONS: usize = 3;

/// PgBouncer in transaction mode. It ends with this value.
struct Bouncer {
    process: Child,
    url: String,
    _folder: TempDir,
}

impl Bouncer {
    /// `None` if it is not installed.
    async fn start(server: &Cluster) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let server_port = server.url.rsplit(':').next().unwrap();
        let server_port = server_port.split('/').next().unwrap();
        let users = folder.path().join("users.txt");
        std::fs::write(&users, "\"postgres\" \"\"\n").unwrap();
        let settings = format!(
            "[databases]\n\
            postgres = host=127.0.0.1 port={server_port} dbname=postgres\n\
            [pgbouncer]\n\
            listen_addr = 127.0.0.1\n\
            listen_port = {port}\n\
            unix_socket_dir =\n\
            auth_type = trust\n\
            auth_file = {}\n\
            pool_mode = transaction\n\
            default_pool_size = {CONNECTIONS}\n",
            users.display()
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new("pgbouncer");
        command.arg("--quiet").arg(&file);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // It refuses to run as root.
        if cluster::number("id", &["-u"]) == Some(0) {
            let (uid, gid) = cluster::service_user();
            for path in [folder.path(), &users, &file] {
                std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
            }
            std::os::unix::process::CommandExt::uid(&mut command, uid);
            std::os::unix::process::CommandExt::gid(&mut command, gid);
        }
        let process = match command.spawn() {
            Ok(process) => process,
            Err(_) => {
                cluster::skip::without("pgbouncer");
                return None;
            }
        };
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        cluster::connect(&url).await;
        Some(Self {
            process,
            url,
            _folder: folder,
        })
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_through_a_pool_that_gives_each_transaction_another_connection() {
    let Some(server) = Cluster::new(&[], &[]) else {
        return;
    };
    cluster::connect(&server.url).await;
    let Some(bouncer) = Bouncer::start(&server).await else {
        return;
    };
    let connect = || async {
        let engine: Arc<dyn Engine> = Arc::new(Postgres::connect(&bouncer.url).await.unwrap());
        engine
    };
    let engine = connect().await;
    TestEngine::new("pgbouncer", Arc::clone(&engine))
        .prepare()
        .await;
    let engines = [engine, connect().await, connect().await];
    let mut stores = Vec::new();
    for engine in &engines {
        stores.push(store(engine, 4).await);
    }
    let gateway = gateway();
    let (webhooks, sum) = webhooks(&gateway, 30).await;
    let mut senders = JoinSet::new();
    for (number, webhook) in webhooks.iter().chain(&webhooks).cloned().enumerate() {
        let (store, gateway) = (stores[number % 3].clone(), gateway.clone());
        senders.spawn(async move { post(&store, &gateway, &webhook).await });
    }
    assert!(senders.join_all().await.iter().all(|is_stored| *is_stored));
    let [one, two, three] = &stores[..] else {
        panic!("three stores");
    };
    tokio::join!(
        one.run(Raise, until_idle(one)),
        two.run(Raise, until_idle(two)),
        three.run(Raise, until_idle(three)),
    );
    let booked = "SELECT COUNT(*) FROM app_effects";
    let booked = number(&*engines[0], booked).await;
    assert_eq!(usize::try_from(booked).unwrap(), webhooks.len());
    let mut tx = engines[0].begin().await.unwrap();
    let total = "SELECT CAST(SUM(CAST(amount AS NUMERIC)) AS TEXT) FROM app_effects";
    let rows = tx.query(total, &[]).await.unwrap();
    let total: payments_core::Amount = rows[0].text(0).unwrap().parse().unwrap();
    assert_eq!(total, sum);
    drop(tx);

    let rich = FakeGateway::builder("fake", "rich").balance(&money("100"));
    let rich = rich.build().unwrap();
    let order = payout("p-1", "4");
    let (first, second) = tokio::join!(one.payout(&rich, &order), two.payout(&rich, &order));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(rich.sent(Call::CreatePayout), 1);
    let again = three.payout(&rich, &order).await.unwrap_err();
    assert!(matches!(again, IntentError::AlreadyMade(_)), "{again}");
    println!("{booked} events of 3 stores over a pool of {CONNECTIONS} connections, 0 violations");
}
