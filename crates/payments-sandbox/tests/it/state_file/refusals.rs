//! Files that cannot be used, and a disk that is full.

use std::path::Path;
use std::time::Duration;

use payments_sandbox::{Credentials, DeliveryState, Sandbox, StartError, StateFileError};
use rusqlite::Connection;

use super::{builder, folder};
use crate::support::http::{FORM, JSON, Receiver};
use crate::support::shop::{START_MS, Shop};

const START_S: u64 = START_MS / 1_000;

async fn refused(file: &Path) -> StateFileError {
    match Sandbox::builder().state_file(file).start().await {
        Err(StartError::StateFile(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// A state file with an order, that no sandbox has open.
async fn made(file: &Path) {
    let shop = Shop {
        sandbox: builder(file, START_S).start().await.unwrap(),
    };
    shop.order_id(&[]).await;
    shop.sandbox.shutdown().await;
}

#[tokio::test]
async fn says_what_is_wrong_with_a_file_before_anything_listens() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(
        path("text"),
        "not a database, but long enough to be read as one".repeat(20),
    )
    .unwrap();
    assert!(matches!(
        refused(&path("text")).await,
        StateFileError::Foreign(_)
    ));
    let other = Connection::open(path("other.db")).unwrap();
    other
        .execute_batch("CREATE TABLE payments (id TEXT)")
        .unwrap();
    drop(other);
    let error = refused(&path("other.db")).await;
    assert_eq!(
        error.to_string(),
        format!(
            "{} is not a state file of the sandbox; name another file",
            path("other.db").display()
        )
    );
    assert!(matches!(
        refused(&path("no/such/folder.db")).await,
        StateFileError::Open { .. }
    ));
    assert!(matches!(
        refused(folder.path()).await,
        StateFileError::Open { .. }
    ));

    made(&path("state.db")).await;
    let state = || Connection::open(path("state.db")).unwrap();
    state().execute_batch("PRAGMA user_version = 2").unwrap();
    assert!(matches!(
        refused(&path("state.db")).await,
        StateFileError::Newer(_)
    ));
    state().execute_batch("PRAGMA user_version = 1").unwrap();
    state()
        .execute("UPDATE documents SET body = '[1]' WHERE kind = 'order'", ())
        .unwrap();
    let error = refused(&path("state.db")).await.to_string();
    assert!(
        error.contains("a document of the kind `order` cannot be read"),
        "{error}"
    );
}

#[tokio::test]
async fn a_file_belongs_to_one_sandbox_its_accounts_and_its_seed() {
    let folder = folder();
    let file = folder.path().join("state.db");
    let first = builder(&file, START_S).start().await.unwrap();
    assert!(matches!(refused(&file).await, StateFileError::InUse(_)));
    first.shutdown().await;

    let mut credentials = Credentials::test();
    credentials.cpay.merchant_id = "20003093".to_owned();
    let other = builder(&file, START_S)
        .credentials(credentials)
        .start()
        .await;
    let error = other.unwrap_err().to_string();
    assert!(
        error.contains("other credentials (cpay.merchant_id)"),
        "{error}"
    );
    // A new secret is not another account.
    let mut credentials = Credentials::test();
    credentials.cpay.secret = "another-secret".to_owned();
    let rotated = builder(&file, START_S)
        .credentials(credentials)
        .start()
        .await;
    rotated.unwrap().shutdown().await;
    let seeded = builder(&file, START_S).seed(8).start().await.unwrap_err();
    assert!(matches!(
        seeded,
        StartError::StateFile(StateFileError::OtherSeed(_))
    ));
    let secret = Credentials::test().cpay.secret.clone();
    let bytes = std::fs::read(&file).unwrap();
    assert!(
        !bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes())
    );
}

/// What cannot be written is not acknowledged, and nothing after it either, until it is written or forgotten.
#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_refused() {
    let folder = folder();
    let file = folder.path().join("state.db");
    made(&file).await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON documents WHEN NEW.kind = 'user'
        BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END";
    Connection::open(&file)
        .unwrap()
        .execute_batch(full)
        .unwrap();
    let shop = Shop {
        sandbox: builder(&file, START_S).start().await.unwrap(),
    };
    let wallets = shop.signed(&[("merchantId", "20003092"), ("userId", "1001")]);
    let wallets = format!("/openapi/v1/getWalletAddress?{wallets}");
    let refused = shop.get(&wallets).await;
    assert_eq!(refused.status, 507, "{refused:?}");
    let error = refused.json()["error"].as_str().unwrap().to_owned();
    for part in ["in memory only", "disk is full"] {
        assert!(error.contains(part), "{error}");
    }
    let open = [("merchantTradeNo", "open")];
    assert_eq!(shop.create(&open).await.status, 507);
    // The record shows what the client saw, and that the request was carried out.
    let record = shop.sandbox.requests().remove(0);
    let answer = record.answer.unwrap();
    assert_eq!((record.code, answer.http_status), (0, 507));
    assert!(answer.message.body.contains("in memory only"), "{answer:?}");
    // A call gets JSON, also if its client accepts pages.
    let browser = ("Accept", "text/html,application/xhtml+xml");
    let answer = shop.page(&wallets).await;
    assert_eq!(answer.status, 507, "{answer:?}");
    assert!(
        answer.json()["error"].as_str().unwrap().contains(&error),
        "{answer:?}"
    );
    // A person gets a page, with its style and with what to do.
    let opened = shop.page("/_sandbox").await;
    let sent = shop
        .post("/_sandbox/faults", &[FORM, browser], "gateway=cpay")
        .await;
    for (page, advice) in [
        (opened, "Make room, then load this page again."),
        (
            sent,
            "It has taken effect: make room, and do not send the form again.",
        ),
    ] {
        assert_eq!(page.status, 507, "{page:?}");
        let heading = "<h1>The state file cannot be written</h1>";
        for part in [heading, "disk is full", advice] {
            assert!(page.body.contains(part), "{part}: {page:?}");
        }
    }
    assert_eq!(shop.get("/_sandbox/style.css").await.status, 200);
    // A reset forgets the user that could not be written.
    let reset = shop.post("/_sandbox/reset", &[JSON], "{}").await;
    assert_eq!(reset.status, 200, "{reset:?}");
    let id = shop.order_id(&open).await;
    let sandbox = super::restarted(shop.sandbox, &file, START_S).await;
    assert_eq!(sandbox.orders().len(), 1);
    assert!(sandbox.order(&id).is_some());
}

/// Whoever stops the sandbox learns that the last things are lost.
#[tokio::test]
async fn closing_says_that_the_last_state_could_not_be_written() {
    let folder = folder();
    let file = folder.path().join("state.db");
    made(&file).await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON documents WHEN NEW.kind = 'user'
        BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END";
    let set = |sql| Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    set(full);
    let shop = Shop {
        sandbox: builder(&file, START_S).start().await.unwrap(),
    };
    let wallets = shop.signed(&[("merchantId", "20003092"), ("userId", "1001")]);
    let wallets = format!("/openapi/v1/getWalletAddress?{wallets}");
    assert_eq!(shop.get(&wallets).await.status, 507);
    let error = shop.sandbox.close().await.unwrap_err();
    assert!(
        matches!(&error, StateFileError::Write { reason, .. } if reason.contains("disk is full")),
        "{error}"
    );
    // The file is free again, and has what was written before.
    set("DROP TRIGGER full");
    let sandbox = builder(&file, START_S).start().await.unwrap();
    sandbox.close().await.unwrap();
}

/// What a restart would forget is not announced: the attempt says so, and the next one follows.
#[tokio::test]
async fn a_webhook_that_cannot_be_kept_is_not_sent() {
    let folder = folder();
    let file = folder.path().join("state.db");
    let receiver = Receiver::start(&[]).await;
    let shop = Shop {
        sandbox: builder(&file, START_S).start().await.unwrap(),
    };
    let id = shop.order_id(&[("callBackURL", &receiver.url())]).await;
    shop.sandbox.shutdown().await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON documents WHEN NEW.kind = 'delivery'
        BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END";
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch(full).unwrap();
    drop(connection);
    let sandbox = builder(&file, START_S).start().await.unwrap();
    sandbox.pay(&id, None).await.unwrap();
    sandbox.webhooks_quiet().await;
    let delivery = sandbox.deliveries().remove(0);
    assert_eq!(delivery.state, DeliveryState::Waiting);
    assert!(delivery.due_ms > Some(sandbox.clock().now_ms()));
    let problem = delivery.attempts[0].problem.as_deref().unwrap();
    assert!(
        problem.starts_with("not sent: ") && problem.ends_with("disk is full"),
        "{problem}"
    );
    assert_eq!(receiver.requests().len(), 0);
}

#[tokio::test]
async fn settings_are_checked_before_the_file_is_made() {
    let folder = folder();
    let file = folder.path().join("state.db");
    let builder = || Sandbox::builder().state_file(&file);
    for wrong in [
        builder().public_url("http://sandbox/#a"),
        builder().cpay_balance("FOO", "1"),
        builder().cpay_payouts_complete_after(Duration::MAX),
    ] {
        wrong.start().await.unwrap_err();
        assert!(!file.exists());
    }
}
