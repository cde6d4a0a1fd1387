//! The tables, and the SQL that makes and uses them.

use std::sync::Arc;

use payments_facade::Gateway;
use payments_facade::layer::Call;
use payments_store::engine::{Dialect, Engine, EngineErrorKind, Postgres, Sqlite, Value};
use payments_store::{FindingKind, IntentError, StoreError, schema};
use payments_testkit::FakeGateway;

use crate::breaking::{Break, Breaking};
use crate::cluster;
use crate::support::{
    Book, NOW, TestEngine, change, local_engines, money, number, payout, post, store, until_idle,
};

#[tokio::test]
async fn migrates_once_and_then_matches_this_release() {
    let engine = Sqlite::in_memory().unwrap();
    let error = schema::check(&engine).await.unwrap_err();
    assert!(
        matches!(error, StoreError::MissingMigration { found: 0, .. }),
        "{error}"
    );
    let all = schema::migrations(Dialect::Sqlite).len();
    assert_eq!(schema::migrate(&engine, NOW).await.unwrap(), all);
    assert_eq!(schema::migrate(&engine, NOW).await.unwrap(), 0);
    schema::check(&engine).await.unwrap();
}

#[tokio::test]
async fn refuses_the_tables_of_a_later_release() {
    let engine = Sqlite::in_memory().unwrap();
    schema::migrate(&engine, NOW).await.unwrap();
    let mut tx = engine.begin().await.unwrap();
    let insert = "INSERT INTO pay_schema (version, applied_at) VALUES ($1, $2)";
    tx.execute(insert, &[99.into(), NOW.into()]).await.unwrap();
    tx.commit().await.unwrap();
    for result in [
        schema::check(&engine).await,
        schema::migrate(&engine, NOW).await.map(drop),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, StoreError::NewerSchema { .. }), "{error}");
    }
}

/// A server that is away has not lost its tables, and only who lost against another transaction tries again at once.
#[tokio::test]
async fn a_database_that_cannot_be_reached_is_no_database_without_tables() {
    let engine: Arc<dyn Engine> = Arc::new(Sqlite::in_memory().unwrap());
    schema::migrate(&*engine, NOW).await.unwrap();
    let breaking = |kind| Breaking::new(Arc::clone(&engine), Break::Fail(kind), 1);

    let away = EngineErrorKind::Unavailable;
    for result in [
        schema::check(&breaking(away)).await,
        schema::migrate(&breaking(away), NOW).await.map(drop),
    ] {
        let is_away = matches!(&result, Err(StoreError::Engine(error)) if error.kind() == away);
        assert!(is_away, "{result:?}");
    }
    let lost = EngineErrorKind::Conflict;
    schema::check(&breaking(lost)).await.unwrap();
    schema::migrate(&breaking(lost), NOW).await.unwrap();

    // Not for ever.
    let mut losing = breaking(lost);
    for _ in 1..10 {
        losing = Breaking::new(Arc::new(losing), Break::Fail(lost), 1);
    }
    let result = schema::migrate(&losing, NOW).await;
    let has_lost = matches!(&result, Err(StoreError::Engine(error)) if error.kind() == lost);
    assert!(has_lost, "{result:?}");
}

#[tokio::test]
async fn the_tables_of_an_application_are_made_all_or_not_at_all() {
    for it in local_engines().await {
        let tables = ["CREATE TABLE shop (name TEXT)", "CREATE TABLE ("];
        schema::make_tables(&*it.engine, &tables).await.unwrap_err();
        schema::make_tables(&*it.engine, &tables[..1])
            .await
            .unwrap();
        assert_eq!(
            number(&*it.engine, "SELECT COUNT(*) FROM shop").await,
            0,
            "{}",
            it.name
        );
    }
}

/// Makes the tables as an earlier release did that had so many migrations.
async fn migrate_to(engine: &dyn Engine, version: i64) {
    let mut tx = engine.begin().await.unwrap();
    let table =
        "CREATE TABLE pay_schema (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)";
    tx.execute(table, &[]).await.unwrap();
    for (migration, number) in schema::migrations(engine.dialect()).iter().zip(1..=version) {
        let statements = migration.split(";\n").filter(|it| !it.trim().is_empty());
        for statement in statements {
            tx.execute(statement, &[]).await.unwrap();
        }
        let insert = "INSERT INTO pay_schema (version, applied_at) VALUES ($1, $2)";
        let values = [number.into(), NOW.into()];
        tx.execute(insert, &values).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The numbers of the migrations that earlier releases ended with.
fn earlier() -> std::ops::Range<i64> {
    1..i64::try_from(schema::migrations(Dialect::Sqlite).len()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_release_stored_is_handled_and_heeded_after_an_upgrade() {
    // The row of an event, as any release stores it.
    let gateway = FakeGateway::builder("fake", "main").balance(&money("1000"));
    let gateway = gateway.build().unwrap();
    let order = payout("p-1", "4");
    gateway.payouts().unwrap().create(&order).await.unwrap();
    let webhook = gateway.complete("p-1").unwrap();
    let current = &local_engines().await[0].engine;
    assert!(post(&store(current, 1).await, &gateway, &webhook).await);
    let mut tx = current.begin().await.unwrap();
    let sql = "SELECT effect_key, gateway, source, body, event FROM pay_deliveries";
    let rows = tx.query(sql, &[]).await.unwrap();
    let event: Vec<Value> = (0..5).map(|it| rows[0].get(it).unwrap().clone()).collect();

    for version in earlier() {
        let mut engines = vec![TestEngine::new(
            "memory",
            Arc::new(Sqlite::in_memory().unwrap()),
        )];
        if let Some(url) = cluster::new_url().await {
            let server = Postgres::connect(&url).await.unwrap();
            engines.push(TestEngine::new("postgres", Arc::new(server)));
        }
        for it in engines {
            let case = format!("{} {version}", it.name);
            migrate_to(&*it.engine, version).await;
            let mut tx = it.engine.begin().await.unwrap();
            let sql = "INSERT INTO pay_deliveries
                (effect_key, gateway, source, body, event, received_at, repeats, state, attempts, due_at)
                VALUES ($1, $2, $3, $4, $5, 0, 0, 'pending', 0, 0)";
            tx.execute(sql, &event).await.unwrap();
            tx.commit().await.unwrap();
            let sql = "INSERT INTO pay_findings (kind, subject, gateway, detail, found_at)
                VALUES ('conflict', 'p-0', 'fake/main', 'look', 0)";
            change(&*it.engine, sql).await;

            it.prepare().await;
            let store = store(&it.engine, 1).await;
            let refused = store.payout(&gateway, &order).await;
            assert!(
                matches!(refused, Err(IntentError::Unresolved(_))),
                "{case}: {refused:?}"
            );
            assert_eq!(gateway.sent(Call::CreatePayout), 1, "{case}");
            store.run(Book::default(), until_idle(&store)).await;
            let booked = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
            assert_eq!(booked, 1, "{case}");
            let found = store.findings(10).await.unwrap();
            let found: Vec<_> = found.iter().map(|it| (it.kind, &*it.subject)).collect();
            assert_eq!(found, [(FindingKind::Conflict, "p-0")], "{case}");
        }
    }
}

/// Each reads the same version, and waits for what the first one adds.
#[tokio::test(flavor = "multi_thread")]
async fn instances_that_migrate_at_the_same_time_all_start() {
    for version in std::iter::once(0).chain(earlier()) {
        let Some(url) = cluster::new_url().await else {
            return;
        };
        let connect = async || Postgres::connect(&url).await.unwrap();
        let (first, second, third) = (connect().await, connect().await, connect().await);
        if version > 0 {
            migrate_to(&first, version).await;
        }
        let (one, two, three) = tokio::join!(
            schema::migrate(&first, NOW),
            schema::migrate(&second, NOW),
            schema::migrate(&third, NOW),
        );
        let applied =
            [one, two, three].map(|it| it.unwrap_or_else(|error| panic!("{version}: {error}")));
        let missing = i64::try_from(schema::migrations(Dialect::Postgres).len()).unwrap() - version;
        let applied: usize = applied.iter().sum();
        assert_eq!(i64::try_from(applied).unwrap(), missing, "{version}");
        schema::check(&first).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_make_their_tables_at_the_same_time_all_start() {
    let Some(url) = cluster::new_url().await else {
        return;
    };
    let connect = async || Postgres::connect(&url).await.unwrap();
    let (first, second, third) = (connect().await, connect().await, connect().await);
    for number in 0..20 {
        let table = format!("CREATE TABLE IF NOT EXISTS shop_{number} (name TEXT PRIMARY KEY)");
        let tables = [table.as_str()];
        let (one, two, three) = tokio::join!(
            schema::make_tables(&first, &tables),
            schema::make_tables(&second, &tables),
            schema::make_tables(&third, &tables),
        );
        for made in [one, two, three] {
            made.unwrap_or_else(|error| panic!("{number}: {error}"));
        }
    }
}

/// Time comes from the caller, and nothing depends on features that only one server has.
#[test]
fn the_sql_reads_no_clock_and_needs_no_special_feature() {
    const FORBIDDEN: [&str; 12] = [
        "now()",
        "current_timestamp",
        "current_time",
        "datetime(",
        "strftime",
        "clock_timestamp",
        "unixepoch",
        "serial ",
        "autoincrement",
        "listen ",
        "notify",
        "advisory",
    ];
    let root = concat!(env!("CARGO_MANIFEST_DIR"));
    let mut pending: Vec<_> = ["schema", "src"]
        .map(|folder| format!("{root}/{folder}").into())
        .to_vec();
    let mut read = 0;
    while let Some(path) = pending.pop() {
        let path: std::path::PathBuf = path;
        if path.is_dir() {
            pending.extend(
                std::fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        read += 1;
        let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
        // In Rust files only the text literals can be SQL.
        let is_sql = path.extension().is_some_and(|extension| extension == "sql");
        let parts: Vec<&str> = match is_sql {
            true => vec![&text],
            false => text.split('"').skip(1).step_by(2).collect(),
        };
        for word in FORBIDDEN {
            assert!(
                !parts.iter().any(|part| part.contains(word)),
                "{word} in {}",
                path.display()
            );
        }
    }
    assert!(read >= 5, "only {read} files were read");
}
