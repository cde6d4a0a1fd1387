//! How a sandbox starts, stops, and gives up slow clients.

use std::time::Duration;

use payments_sandbox::{Credentials, Sandbox, StartError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::support::shop::Shop;

#[tokio::test]
async fn two_sandboxes_are_independent() {
    let (one, two) = (Shop::open().await, Shop::open().await);
    let id = one.order_id(&[]).await;
    assert_eq!(
        id,
        two.order_id(&[]).await,
        "one seed and one time give one id"
    );
    one.sandbox.pay(&id, None).await.unwrap();
    assert_eq!(two.sandbox.order(&id).unwrap().status.as_str(), "pending");
    let base = one.sandbox.base_url().to_owned();
    let address = one.sandbox.local_addr();
    one.sandbox.shutdown().await;
    assert!(
        TcpStream::connect(address).await.is_err(),
        "{base} is closed"
    );
    assert_eq!(two.get("/_sandbox/health").await.status, 200);
}

#[tokio::test]
async fn a_dropped_sandbox_stops() {
    let shop = Shop::open().await;
    let address = shop.sandbox.local_addr();
    drop(shop);
    // The accept loop ends at its next turn; one that does not fails the test instead of hanging it.
    let closed = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), closed)
        .await
        .expect("the port is closed");
}

#[tokio::test]
async fn an_idle_connection_does_not_delay_a_shutdown() {
    let shop = Shop::open().await;
    let address = shop.sandbox.local_addr();
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut kept = TcpStream::connect(address).await.unwrap();
    kept.write_all(b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut answer = [0; 1_024];
    assert!(kept.read(&mut answer).await.unwrap() > 0);

    // From here on time passes only where something waits for it, as a shutdown does that has to use its grace.
    tokio::time::pause();
    let start = Instant::now();
    shop.sandbox.shutdown().await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    tokio::time::resume();
    for idle in [&mut silent, &mut kept] {
        assert_eq!(idle.read(&mut answer).await.unwrap(), 0, "closed");
    }
}

#[tokio::test]
async fn gives_up_a_body_that_does_not_arrive() {
    let shop = Shop::open().await;
    for path in ["/_sandbox/clock", "/payment/pay", "/openapi/v1/createOrder"] {
        let mut stream = TcpStream::connect(shop.sandbox.local_addr()).await.unwrap();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        // The server sends this when it begins to wait for the body. Then the time is advanced.
        let mut go_on = [0; 25];
        stream.read_exact(&mut go_on).await.unwrap();
        assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        tokio::time::pause();
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer);
        let read = tokio::time::timeout(Duration::from_secs(3_600), read).await;
        tokio::time::resume();
        read.expect("an answer").unwrap();
        assert!(answer.contains("within 10 seconds") || path.starts_with("/openapi"));
        let status = if path.starts_with("/openapi") {
            200
        } else {
            408
        };
        let line = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&line), "{answer}");
    }
}

#[tokio::test]
async fn refuses_to_start_with_invalid_settings() {
    let remote = Sandbox::builder()
        .listen("0.0.0.0:0".parse().unwrap())
        .start()
        .await;
    assert!(matches!(remote, Err(StartError::RemoteListen(_))));
    let allowed = Sandbox::builder()
        .listen("0.0.0.0:0".parse().unwrap())
        .allow_remote_listen(true)
        .start()
        .await
        .unwrap();
    assert!(
        allowed.base_url().starts_with("http://127.0.0.1:"),
        "{}",
        allowed.base_url()
    );

    let mut credentials = Credentials::test();
    credentials.cpay.secret.clear();
    let error = Sandbox::builder()
        .credentials(credentials)
        .start()
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "cpay.secret is empty");

    let taken = Sandbox::builder().start().await.unwrap();
    let again = Sandbox::builder().listen(taken.local_addr()).start().await;
    assert!(matches!(again, Err(StartError::Bind { .. })));
}
