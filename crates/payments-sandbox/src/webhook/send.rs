//! One POST over a fresh connection: no proxy, no redirect, nothing kept alive.

use std::net::SocketAddr;

use axum::http::{Request, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;

use super::target::{Target, is_this_machine};
use super::{Answer, Failure, Message, Rules};

/// The most of an answer that is read. `OK` has two bytes.
const ANSWER_LIMIT: usize = 16 * 1024;

/// Sends the message and reads the answer.
pub(super) async fn post(
    target: &Target,
    message: Message,
    rules: Rules,
) -> Result<Answer, Failure> {
    match tokio::time::timeout(rules.timeout, exchange(target, message, rules)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::Passing(format!(
            "no full answer within {} ms",
            rules.timeout.as_millis()
        ))),
    }
}

async fn exchange(target: &Target, message: Message, rules: Rules) -> Result<Answer, Failure> {
    let stream = connect(target, rules.remote).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
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
    let answer = sender
        .send_request(request)
        .await
        .map_err(|error| failed("the request got no answer", &error))?;
    let status = answer.status().as_u16();
    let body = Limited::new(answer.into_body(), ANSWER_LIMIT)
        .collect()
        .await
        .map_err(|error| {
            Failure::Passing(format!(
                "the answer (HTTP {status}) broke off or is longer than {ANSWER_LIMIT} bytes: {error}"
            ))
        })?;
    Ok(Answer {
        status,
        body: body.to_bytes().to_vec(),
    })
}

async fn connect(target: &Target, remote: bool) -> Result<TcpStream, Failure> {
    let found: Vec<SocketAddr> = lookup_host((target.host.as_str(), target.port))
        .await
        .map_err(|error| failed("the host cannot be found", &error))?
        // A machine may be told to find `localhost` elsewhere.
        .filter(|address| remote || is_this_machine(&address.ip().to_string()))
        .collect();
    TcpStream::connect(found.as_slice())
        .await
        .map_err(|error| failed("no connection", &error))
}

fn failed(what: &str, error: &dyn std::error::Error) -> Failure {
    Failure::Passing(format!("{what}: {error}"))
}
