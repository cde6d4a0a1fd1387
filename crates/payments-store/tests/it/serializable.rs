//! PostgreSQL that lets transactions fail rather than see what others change (40001).

use std::sync::Arc;

use payments_store::engine::{Engine, EngineErrorKind, Postgres, Transaction};
use tokio::task::JoinSet;

use crate::cluster;
use crate::load::{Late, webhooks};
use crate::support::{TestEngine, gateway, number, post, store, until_idle};
use crate::watched::Watched;

async fn strict() -> Option<Arc<dyn Engine>> {
    let url = cluster::new_url().await?;
    let url = format!("{url}%20-c%20default_transaction_isolation%3Dserializable");
    let engine: Arc<dyn Engine> = Arc::new(Postgres::connect(&url).await.unwrap());
    TestEngine::new("postgres", Arc::clone(&engine))
        .prepare()
        .await;
    Some(engine)
}

async fn count(tx: &mut dyn Transaction, key: &str) {
    let sql = "SELECT COUNT(*) FROM app_effects WHERE effect_key <> $1";
    tx.query(sql, &[key.into()]).await.unwrap();
    let sql = "INSERT INTO app_effects (effect_key, amount) VALUES ($1, '1')";
    tx.execute(sql, &[key.into()]).await.unwrap();
}

/// Each reads what the other one writes, so no order of the two explains both results.
#[tokio::test(flavor = "multi_thread")]
async fn a_serialization_failure_is_a_conflict() {
    let Some(engine) = strict().await else {
        return;
    };
    let (mut first, mut second) = (engine.begin().await.unwrap(), engine.begin().await.unwrap());
    count(&mut *first, "first").await;
    count(&mut *second, "second").await;
    first.commit().await.unwrap();
    let error = second.commit().await.unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Conflict, "{error}");
    assert!(error.to_string().contains("40001"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_under_load_refuse_no_webhook_and_repeat_no_effect() {
    let Some(engine) = strict().await else {
        return;
    };
    let watched = Watched::new(Arc::clone(&engine));
    let engine: Arc<dyn Engine> = Arc::new(watched.clone());
    let stores = [store(&engine, 4).await, store(&engine, 4).await];
    let gateway = gateway();
    let (webhooks, _) = webhooks(&gateway, 40).await;
    let mut senders = JoinSet::new();
    for (number, webhook) in webhooks.iter().cloned().enumerate() {
        let (store, gateway) = (stores[number % 2].clone(), gateway.clone());
        senders.spawn(async move { post(&store, &gateway, &webhook).await });
    }
    let [first, second] = &stores;
    let (replies, (), ()) = tokio::join!(
        senders.join_all(),
        first.run(Late, until_idle(first)),
        second.run(Late, until_idle(second))
    );
    first.run(Late, until_idle(first)).await;
    let refused = replies.iter().filter(|is_acknowledged| !**is_acknowledged);
    assert_eq!(refused.count(), 0);
    let expected = i64::try_from(webhooks.len()).unwrap();
    let effects = number(&*engine, "SELECT COUNT(*) FROM app_effects").await;
    let keys = "SELECT COUNT(DISTINCT effect_key) FROM app_effects";
    let keys = number(&*engine, keys).await;
    assert_eq!((effects, keys), (expected, expected));
    let conflicts = watched.conflicts();
    println!("{expected} events, {conflicts} conflicts, 0 violations");
    assert!(conflicts > 0, "the load forces no conflict");
}
