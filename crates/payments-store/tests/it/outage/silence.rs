//! Servers that accept what they are sent, and say nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use payments_store::engine::{EngineErrorKind, Postgres};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;

use super::connections;
use crate::support::{deposit, gateway, number, post, store};

/// Passes nothing on any more over a connection from the first `COMMIT`, and leaves it open.
#[derive(Clone, Default)]
struct Silence {
    has_begun: Arc<AtomicBool>,
    begins: Arc<Notify>,
}

impl Silence {
    async fn requests(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            let is_commit = bytes[..count].windows(7).any(|it| it == b"COMMIT\0");
            let begins = is_commit && !self.has_begun.swap(true, Ordering::SeqCst);
            if begins {
                self.begins.notify_one();
                std::future::pending::<()>().await;
            }
            to.write_all(&bytes[..count]).await.unwrap();
        }
    }
}

/// The connections of a server that was cut off stay open for hours, and nothing arrives over them.
#[tokio::test]
async fn a_server_that_falls_silent_holds_up_the_intake_for_a_limited_time() {
    let silence = Silence::default();
    let requests = silence.clone();
    let requests = move |from, to| requests.clone().requests(from, to);
    let Some((direct, proxied)) = connections(requests).await else {
        return;
    };
    let (store, gateway) = (store(&proxied, 1).await, gateway());
    let (first, second) = (deposit(&gateway, "5"), deposit(&gateway, "7"));
    let silent = async {
        silence.begins.notified().await;
        // From here, time passes at once whenever everything waits.
        tokio::time::pause();
        let is_acknowledged = post(&store, &gateway, &second).await;
        // By then the writer has given up as well.
        tokio::time::sleep(Duration::from_secs(30)).await;
        tokio::time::resume();
        is_acknowledged
    };
    let acknowledged = tokio::join!(post(&store, &gateway, &first), silent);
    assert_eq!(acknowledged, (false, false));
    assert!(post(&store, &gateway, &second).await);
    let all = number(&*direct.engine, "SELECT COUNT(*) FROM pay_deliveries").await;
    assert_eq!(all, 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_accepts_connections_and_says_nothing_cannot_be_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let silent = tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((client, _)) = listener.accept().await {
            open.push(client);
        }
    });
    let url = format!("postgres://shop@127.0.0.1:{port}/payments");
    let error = Postgres::connect(&url).await.unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Unavailable, "{error}");
    silent.abort();
}
