//! The connections to PostgreSQL that an engine keeps open.

use std::collections::BTreeSet;

use payments_store::engine::{Engine as _, Postgres, Transaction};

use crate::cluster;

/// The number of the server's process, of which each connection has one.
async fn process(tx: &mut dyn Transaction) -> i64 {
    let rows = tx.query("SELECT pg_backend_pid()", &[]).await.unwrap();
    rows[0].integer(0).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_leaves_its_connection_unless_a_statement_failed() {
    let Some(url) = cluster::new_url().await else {
        return;
    };
    let engine = Postgres::connect(&url).await.unwrap();
    let (mut open, mut known) = (Vec::new(), BTreeSet::new());
    // More than these would have to wait.
    for _ in 0..16 {
        let mut tx = engine.begin().await.unwrap();
        known.insert(process(&mut *tx).await);
        open.push(tx);
    }
    assert_eq!(known.len(), 16);
    let mut broken = open.pop().unwrap();
    drop(open.pop());
    let mut next = engine.begin().await.unwrap();
    assert!(known.contains(&process(&mut *next).await));

    broken.query("SELECT nothing", &[]).await.unwrap_err();
    drop(broken);
    let mut next = engine.begin().await.unwrap();
    assert!(!known.contains(&process(&mut *next).await));
}
