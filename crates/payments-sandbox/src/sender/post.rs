//! Sends one POST over a new connection: no proxy, no redirects, no keep-alive.

use std::net::SocketAddr;

use axum::http::{Request, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;

use super::target::{Rules, Target, is_this_machine};
use crate::shared::provider::{Message, Reply};

/// The longest reply that is read. `OK` has two bytes.
const REPLY_LIMIT: usize = 16 * 1024;

/// Sends the message and reads the reply.
pub(super) async fn post(target: &Target, message: Message, rules: Rules) -> Result<Reply, String> {
    match tokio::time::timeout(rules.timeout(), exchange(target, message, rules)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("no complete reply within {} ms", rules.timeout_ms)),
    }
}

async fn exchange(target: &Target, message: Message, rules: Rules) -> Result<Reply, String> {
    let stream = connect(target, rules.remote).await?;
    let (mut sender, connection) = http1::Builder::new()
        // As in the documents: some receivers look for exactly these spellings.
        .title_case_headers(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| failed("the connection broke", &error))?;
    let mut request = Request::post(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::CONTENT_TYPE, message.content_type)
        .header(
            header::USER_AGENT,
            concat!("payments-sandbox/", env!("CARGO_PKG_VERSION")),
        )
        .header(header::CONNECTION, "close");
    for (name, value) in message.headers {
        request = request.header(name, value);
    }
    let request = request
        .body(Full::new(Bytes::from(message.body)))
        .map_err(|error| failed("the request cannot be written", &error))?;

    // Dropped, and so aborted, together with this future.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let reply = sender
        .send_request(request)
        .await
        .map_err(|error| failed("no reply", &error))?;
    let status = reply.status().as_u16();
    let body = Limited::new(reply.into_body(), REPLY_LIMIT)
        .collect()
        .await
        .map_err(|error| {
            format!(
                "the reply (HTTP {status}) broke off or is longer than {REPLY_LIMIT} bytes: {error}"
            )
        })?;
    Ok(Reply {
        status,
        body: body.to_bytes().to_vec(),
    })
}

async fn connect(target: &Target, remote: bool) -> Result<TcpStream, String> {
    let found: Vec<SocketAddr> = lookup_host((target.host.as_str(), target.port))
        .await
        .map_err(|error| failed("the host cannot be found", &error))?
        // A hosts file may send `localhost` elsewhere.
        .filter(|address| remote || is_this_machine(&address.ip().to_string()))
        .collect();
    TcpStream::connect(found.as_slice())
        .await
        .map_err(|error| failed("no connection", &error))
}

fn failed(what: &str, error: &dyn std::error::Error) -> String {
    format!("{what}: {error}")
}
