//! What a request and its answer looked like on the wire, for the pages: headers and bodies within limits, secrets masked.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context as Task, Poll};

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as _, Frame, SizeHint};
use payments_server::Verbatim;
use serde::{Deserialize, Serialize};

use super::api_request::ApiRequest;
use super::context::{Context, lock};
use super::html;
use super::masking::{self, Masked};
use super::provider::{Message, Provider};
use super::text::{shorten, shortened};

/// Characters kept of a body.
const LONGEST_BODY: usize = 8 * 1024;
/// Bytes of a body that are read for it. A value at the end of them may be cut off, and is masked all the same.
const READ_BYTES: usize = 64 * 1024;
const MOST_HEADERS: usize = 40;
const LONGEST_HEADER: usize = 300;

/// A request or an answer as it was sent, secrets masked and long texts shortened.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WireMessage {
    /// The headers, at most 40.
    pub headers: Vec<(String, String)>,
    /// The body; of an answer what was sent of it.
    pub body: String,
    /// The length of the body in bytes.
    pub bytes: usize,
}

impl WireMessage {
    /// A webhook, without the headers that every request has.
    pub(crate) fn of(message: &Message) -> Self {
        let kind = [("Content-Type", message.content_type)];
        let more = message.headers.iter();
        let more = more.map(|(name, value)| (*name, value.as_str()));
        let headers = kind.into_iter().chain(more);
        Self {
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: shorten(&message.body, LONGEST_BODY),
            bytes: message.body.len(),
        }
    }

    /// Whether nothing was sent. A message has at least a header.
    pub(crate) fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// The lengths of all texts.
    pub(crate) fn text_bytes(&self) -> usize {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| name.len() + value.len());
        self.body.len() + headers.sum::<usize>()
    }
}

/// The answer to a request.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SentAnswer {
    /// The HTTP status.
    pub http_status: u16,
    /// Whether the body was sent to its end. `false` if the connection was closed before, or nothing was sent at all.
    pub complete: bool,
    /// Headers and body.
    #[serde(flatten)]
    pub message: WireMessage,
}

/// What the record shows of a request.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) query: String,
    pub(crate) message: WireMessage,
    pub(crate) references: Vec<String>,
}

/// A request that is being handled: what was received, and later the number of its record.
#[derive(Debug)]
pub(crate) struct Received {
    shown: Mutex<Shown>,
    /// Texts that are masked wherever they are.
    pub(crate) secrets: Arc<[String]>,
    /// Set when the request is recorded.
    pub(crate) record: OnceLock<u64>,
}

impl Received {
    /// What was received, for the one record of the request.
    pub(crate) fn take(&self) -> Shown {
        std::mem::take(&mut *lock(&self.shown))
    }
}

/// A body as the pages show it.
fn masked(
    secrets: &[String],
    headers: &HeaderMap,
    body: &[u8],
    hides: &dyn Fn(&str) -> bool,
) -> Masked {
    let read = body.get(..READ_BYTES).unwrap_or(body);
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some(text) = text_of(read) else {
        return Masked {
            text: format!("({} bytes that are not UTF-8 text)", body.len()),
            references: Vec::new(),
        };
    };
    let mut masked = if text.trim_start().starts_with(['{', '[']) {
        masking::json(text, hides)
    } else if kind.contains("x-www-form-urlencoded") {
        masking::form(text, hides)
    } else if text.trim_start().starts_with('<') {
        Masked {
            text: text.to_owned(),
            references: Vec::new(),
        }
    } else {
        // It cannot be masked by names.
        let text = match text {
            "" => String::new(),
            text if masking::is_plain(text) => text.to_owned(),
            _ => format!("({} bytes that are neither JSON nor a form)", body.len()),
        };
        Masked {
            text,
            references: Vec::new(),
        }
    };
    masked.text = masking::without(secrets, masked.text);
    masked.text = shortened(masked.text, LONGEST_BODY);
    let is_shown = |text: &String| !masking::has_secret(secrets, text);
    masked.references.retain(is_shown);
    masked
}

/// Headers as the pages show them.
fn shown_headers(secrets: &[String], headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = headers.iter().take(MOST_HEADERS).map(|(name, value)| {
        let value = match name.as_str() {
            name if masking::is_secret(name) => "***".to_owned(),
            _ => {
                let text = value.to_str().map(str::to_owned);
                let text =
                    text.unwrap_or_else(|_| String::from_utf8_lossy(value.as_bytes()).into_owned());
                shortened(masking::without(secrets, text), LONGEST_HEADER)
            }
        };
        (name.as_str().to_owned(), value)
    });
    shown.collect()
}

impl Received {
    fn new(provider: &dyn Provider, secrets: &Arc<[String]>, head: &Parts, body: &[u8]) -> Self {
        let hides = provider.hides(head.uri.path());
        let query = masking::form(head.uri.query().unwrap_or_default(), &hides);
        let masked = masked(secrets, &head.headers, body, &hides);
        let mut references = query.references;
        references.extend(masked.references);
        let query = masking::without(secrets, query.text);
        Self {
            shown: Mutex::new(Shown {
                query: shortened(query, LONGEST_BODY),
                message: WireMessage {
                    headers: shown_headers(secrets, &head.headers),
                    body: masked.text,
                    bytes: body.len(),
                },
                references,
            }),
            secrets: Arc::clone(secrets),
            record: OnceLock::new(),
        }
    }
}

/// The text of bytes that may be cut off within a character.
fn text_of(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => bytes
            .get(..error.valid_up_to())
            .and_then(|bytes| std::str::from_utf8(bytes).ok()),
        Err(_) => None,
    }
}

/// Lets a gateway answer a request to its API. `secrets` are masked wherever they are. The answer that is sent, this one or another, is
/// to be [recorded].
pub(crate) async fn answer(
    context: &Context,
    provider: &dyn Provider,
    secrets: &Arc<[String]>,
    request: payments_server::Received,
) -> (Response, Arc<Received>) {
    let (head, body) = (request.parts, request.body);
    let shown = body.as_deref().unwrap_or_default();
    let received = Arc::new(Received::new(provider, secrets, &head, shown));
    let is_visit = head.method == Method::GET && html::is_wanted(&head.headers);
    let request = ApiRequest {
        peer: request.peer.ip(),
        head,
        body,
        received: Arc::clone(&received),
    };
    let mut response = provider.receive(request).await;
    if is_visit && let Some(reason) = no_such_call(context, &received) {
        response = html::notice(StatusCode::NOT_FOUND, "No call at this address", &reason);
    }
    (response, received)
}

/// Keeps what is sent of an answer, for the record of its request.
pub(crate) fn recorded(
    context: &Arc<Context>,
    received: Arc<Received>,
    response: Response,
) -> Response {
    let (head, body) = response.into_parts();
    let sent = Sent {
        status: head.status,
        headers: head.headers.clone(),
        kept: Vec::new(),
        bytes: 0,
        verbatim: head.extensions.get::<Verbatim>().is_some(),
        complete: body.is_end_stream(),
        body,
        received,
        context: Arc::clone(context),
    };
    Response::from_parts(head, Body::new(sent))
}

/// Why a person with a browser finds nothing at this address. `None` for the calls of the API.
fn no_such_call(context: &Context, received: &Received) -> Option<String> {
    let requests = context.requests();
    let record = requests.get(*received.record.get()?)?;
    let is_call = record.operation.is_some();
    record.reason.clone().filter(|_| !is_call)
}

/// The body of an answer. Keeps what was sent of it, and records that when it ends.
struct Sent {
    body: Body,
    status: StatusCode,
    headers: HeaderMap,
    kept: Vec<u8>,
    bytes: usize,
    /// Whether the body is everything that is sent, from the status line on.
    verbatim: bool,
    complete: bool,
    received: Arc<Received>,
    context: Arc<Context>,
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(task);
        match &polled {
            Poll::Ready(None) => self.complete = true,
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    let room = READ_BYTES.saturating_sub(self.kept.len());
                    let part = data.get(..room).unwrap_or(data);
                    self.kept.extend_from_slice(part);
                    self.bytes += data.len();
                }
                self.complete = self.body.is_end_stream();
            }
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        let Some(record) = self.received.record.get() else {
            return;
        };
        let secrets = &self.received.secrets;
        let mut body = self.kept.as_slice();
        if self.verbatim {
            // A fault: what was written instead of an answer, without its own head.
            self.complete = false;
            let end = body.windows(4).position(|four| four == b"\r\n\r\n");
            body = end.and_then(|end| body.get(end + 4..)).unwrap_or(body);
        }
        let masked = masked(secrets, &self.headers, body, &masking::is_secret);
        let answer = SentAnswer {
            http_status: self.status.as_u16(),
            complete: self.complete,
            message: WireMessage {
                headers: shown_headers(secrets, &self.headers),
                body: masked.text,
                bytes: self.bytes,
            },
        };
        let mut requests = self.context.requests();
        requests.answered(*record, answer, masked.references);
        drop(requests);
        self.context.changed();
    }
}
