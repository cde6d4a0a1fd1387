//! Sends one POST over a new connection: no proxy, no redirects, no keep-alive. Or without a connection, to a receiver in this process.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use axum::http::{Request, Response, header};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;

use super::target::{Rules, Target, is_this_machine};
use crate::shared::provider::{Message, Reply};

/// The longest reply that is read. `OK` has two bytes.
const REPLY_LIMIT: usize = 16 * 1024;

/// Receives webhooks in this process.
pub(crate) type Receiver =
    Box<dyn Fn(Request<Bytes>) -> Pin<Box<dyn Future<Output = Received> + Send>> + Send + Sync>;

/// The reply of a receiver, or why it did not reply.
pub(crate) type Received = Result<Response<Bytes>, String>;

/// Sends the message and reads the reply. `receiver` gets it instead of the target's host.
pub(super) async fn post(
    target: &Target,
    message: Message,
    rules: Rules,
    receiver: Option<&Receiver>,
) -> Result<Reply, String> {
    let request = request(target, message)?;
    let replied = async {
        match receiver {
            Some(receiver) => hand_over(receiver, request).await,
            None => exchange(target, request, rules).await,
        }
    };
    match tokio::time::timeout(rules.timeout(), replied).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("no complete reply within {} ms", rules.timeout_ms)),
    }
}

fn request(target: &Target, message: Message) -> Result<Request<Bytes>, String> {
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
    request
        .body(Bytes::from(message.body))
        .map_err(|error| failed("the request cannot be written", &error))
}

async fn hand_over(receiver: &Receiver, request: Request<Bytes>) -> Result<Reply, String> {
    // A panic would end the task of the attempt, and the delivery would never be over. What the receiver shares is its owner's.
    let received = AssertUnwindSafe(async { receiver(request).await });
    let received = received.catch_unwind().await;
    let reply = received.unwrap_or_else(|_| Err("the receiver of webhooks panicked".to_owned()))?;
    if reply.body().len() > REPLY_LIMIT {
        return Err(format!("the reply is longer than {REPLY_LIMIT} bytes"));
    }
    Ok(Reply {
        status: reply.status().as_u16(),
        body: reply.into_body().to_vec(),
    })
}

async fn exchange(target: &Target, request: Request<Bytes>, rules: Rules) -> Result<Reply, String> {
    let stream = connect(target, rules.remote).await?;
    let (mut sender, connection) = http1::Builder::new()
        // As in the documents: some receivers look for exactly these spellings.
        .title_case_headers(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| failed("the connection broke", &error))?;
    // Dropped, and so aborted, together with this future.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let reply = sender
        .send_request(request.map(Full::new))
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
