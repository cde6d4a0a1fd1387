//! What the store lists and reports has no secret, no card and no person.

use std::net::TcpListener;
use std::sync::Arc;

use payments_core::Timestamp;
use payments_store::engine::{Engine, Postgres, Sqlite};
use payments_store::{FindingFilter, Store, StoreError, schema};

use crate::cluster::{self, Cluster};
use crate::support::{NOW, store};

#[path = "../../../../fixtures/leaks.rs"]
mod looking;

/// Looks through everything that an operator can list.
pub(crate) async fn check_lists(store: &Store) {
    let deliveries = store.deliveries(1_000).await.unwrap();
    looking::check("deliveries", &format!("{deliveries:#?}"));
    for delivery in &deliveries {
        let content = store.delivery_content(&delivery.effect_key).await.unwrap();
        looking::check("the content of a delivery", &format!("{content:#?}"));
    }
    let filter = FindingFilter {
        with_resolved: true,
        ..FindingFilter::default()
    };
    let findings = store.findings_by(&filter, 1_000).await.unwrap();
    looking::check("findings", &format!("{findings:#?}"));
    let intents = store.open_intents(1_000).await.unwrap();
    looking::check("intents", &format!("{intents:#?}"));
    let overview = store.overview().await.unwrap();
    looking::check("the overview", &format!("{overview:#?}"));
    let prunable = store.prunable(Timestamp::from_secs(0)).await.unwrap();
    looking::check("what can be pruned", &format!("{prunable:#?}"));
}

#[tokio::test]
async fn no_error_of_a_database_shows_its_password() {
    // Nothing listens there any more.
    let unused = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let port = unused.port();
    let secret = "sentinel-password";
    for url in [
        format!("postgres://shop:{secret}@{unused}/payments"),
        format!(
            "postgres://shop:{secret}@{unused}/payments?sslmode=verify-full&sslrootcert=/nowhere/ca.pem"
        ),
        format!("postgres://shop:{secret}@{unused}/payments?sslmode={secret}"),
        format!("postgres://shop:{secret}@{unused}/payments?{secret}=1"),
        format!("postgres://shop:pa?{secret}@{unused}/payments"),
        format!("postgres://shop:{secret}@127.0.0.1:{secret}/payments"),
        format!("postgres://shop:{secret}%zz@{unused}/payments"),
        format!("postgres//shop:{secret}@{unused}/payments"),
        format!("mysql://shop:{secret}@{unused}/payments"),
        format!("host=127.0.0.1 port={port} user=shop password={secret}"),
        format!("host=127.0.0.1 port={port} user=shop password='{secret}"),
        format!("host=127.0.0.1 port={secret} user=shop password={secret}"),
        secret.to_owned(),
    ] {
        let error = Postgres::connect(&url).await.unwrap_err();
        looking::check_error("an error of the engine", &error);
        looking::check_error("an error of the store", &StoreError::from(error));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_debug_text_of_a_store_names_its_database_and_no_password() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("payments.db");
    let local: Arc<dyn Engine> = Arc::new(Sqlite::open(&file).unwrap());
    let mut engines = vec![(local, format!("Sqlite({})", file.display()))];
    let cluster = Cluster::new(&[], &[]);
    if let Some(cluster) = &cluster {
        cluster::connect(&cluster.url).await;
        let url = cluster
            .url
            .replace("postgres@", "postgres:sentinel-password@");
        let server: Arc<dyn Engine> = Arc::new(Postgres::connect(&url).await.unwrap());
        engines.push((
            server,
            "Postgres([Tcp(\"127.0.0.1\")], \"postgres\")".to_owned(),
        ));
    }
    for (engine, name) in engines {
        schema::migrate(&*engine, NOW).await.unwrap();
        let text = format!("{:?}", store(&engine, 7).await);
        assert!(text.contains(&name), "{text}");
        assert!(text.contains("workers: 7"), "{text}");
        looking::check("the debug text of a store", &text);
    }
}
