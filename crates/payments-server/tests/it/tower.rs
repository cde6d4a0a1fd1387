//! A router of axum within the limits.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use axum::Router;
use axum::routing::post;
use payments_server::{Limits, serve_tower};
use tokio::net::TcpListener;
use tokio::sync::watch;

fn send(address: SocketAddr, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_gets_complete_bodies_and_no_others() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().route("/echo", post(async |body: String| format!("got {body}")));
    let limits = Limits {
        body_bytes: 10,
        ..Limits::webhooks()
    };
    let (stop, stopped) = watch::channel(false);
    let server = tokio::spawn(serve_tower(listener, limits, stopped, routes));
    let answers = tokio::task::spawn_blocking(move || {
        ["/echo", "/other", "/echo"]
            .into_iter()
            .zip(["short", "short", "longer than ten"])
            .map(|(path, body)| send(address, path, body))
            .collect::<Vec<_>>()
    });
    let answers = answers.await.unwrap();
    assert!(
        answers[0].starts_with("HTTP/1.1 200 ") && answers[0].ends_with("got short"),
        "{answers:?}"
    );
    assert!(answers[1].starts_with("HTTP/1.1 404 "), "{answers:?}");
    assert!(
        answers[2].starts_with("HTTP/1.1 413 ")
            && answers[2].ends_with("the body is larger than 10 bytes"),
        "{answers:?}"
    );
    stop.send_replace(true);
    server.await.unwrap();
}
