//! The tables, and the SQL that makes and uses them.

use payments_core::Timestamp;
use payments_store::engine::{Dialect, Engine, Sqlite};
use payments_store::{StoreError, schema};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

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
