//! Sends a request once and reports how far it got.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::uri::Scheme;
use payments_core::endpoint::is_loopback;
use payments_core::{RawAnswer, Reach, Transport, TransportError};

use crate::origin::Origin;

/// A [`Transport`] over reqwest. Cloning is cheap; clones share one connection pool.
///
/// Dropping the future of [`send`](Transport::send) closes the connection; whether the gateway got the
/// request is then unknown.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    origin: Arc<Origin>,
    max_answer_bytes: usize,
    plain_http_anywhere: bool,
}

impl ReqwestTransport {
    pub(crate) fn new(
        client: reqwest::Client,
        max_answer_bytes: usize,
        plain_http_anywhere: bool,
    ) -> Self {
        Self {
            client,
            origin: Arc::default(),
            max_answer_bytes,
            plain_http_anywhere,
        }
    }

    /// Refuses requests that must not leave the machine; nothing is sent then.
    fn admit(&self, uri: &http::Uri) -> Result<(), TransportError> {
        let refusal = match (uri.scheme(), uri.host()) {
            (Some(scheme), Some(_)) if *scheme == Scheme::HTTPS => return Ok(()),
            (Some(scheme), Some(host)) if *scheme == Scheme::HTTP => {
                if self.plain_http_anywhere || is_loopback(host) {
                    return Ok(());
                }
                "plain http:// goes to loopback addresses only; use https:// or switch allow_plain_http on"
            }
            _ => "the URL is not an absolute http:// or https:// one",
        };
        Err(TransportError::refused(refusal))
    }

    /// The same request in reqwest's own type.
    fn convert(&self, request: http::Request<Bytes>) -> Option<reqwest::Request> {
        let (parts, body) = request.into_parts();
        let mut request = reqwest::Request::new(parts.method, self.origin.url(&parts.uri)?);
        *request.headers_mut() = parts.headers;
        *request.version_mut() = parts.version;
        *request.body_mut() = Some(body.into());
        Some(request)
    }

    async fn collect(
        &self,
        mut response: reqwest::Response,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let declared = response
            .content_length()
            .and_then(|length| usize::try_from(length).ok());
        let body = self.read_body(&mut response, declared.unwrap_or(0)).await?;
        let mut answer = http::Response::new(body);
        *answer.status_mut() = response.status();
        *answer.version_mut() = response.version();
        std::mem::swap(answer.headers_mut(), response.headers_mut());
        Ok(answer)
    }

    /// Most answers arrive as one chunk, which is returned without a copy.
    async fn read_body(
        &self,
        response: &mut reqwest::Response,
        declared: usize,
    ) -> Result<Bytes, TransportError> {
        let status = response.status();
        let mut first = Bytes::new();
        let mut joined = BytesMut::new();
        let failed = loop {
            let so_far = first.len() + joined.len();
            match response.chunk().await {
                Ok(None) if joined.is_empty() => return Ok(first),
                Ok(None) => return Ok(joined.freeze()),
                Ok(Some(chunk)) if so_far + chunk.len() > self.max_answer_bytes => break None,
                Ok(Some(chunk)) if so_far == 0 => first = chunk,
                Ok(Some(chunk)) => {
                    if joined.is_empty() {
                        let whole = declared.min(self.max_answer_bytes);
                        joined.reserve(whole.max(so_far + chunk.len()));
                        joined.extend_from_slice(&first);
                        first = Bytes::new();
                    }
                    joined.extend_from_slice(&chunk);
                }
                Err(error) => break Some(error),
            }
        };
        let body = if joined.is_empty() {
            first
        } else {
            joined.freeze()
        };
        let partial = RawAnswer::partial(status, body);
        Err(match failed {
            None => TransportError::too_large(partial),
            Some(error) if error.is_timeout() => {
                TransportError::timeout(Reach::ResponseStarted).with_partial(partial)
            }
            Some(error) => TransportError::io(Reach::ResponseStarted, error.without_url())
                .with_partial(partial),
        })
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.admit(request.uri())?;
        let request = self
            .convert(request)
            .ok_or_else(|| TransportError::refused("the URL cannot be read"))?;
        match self.client.execute(request).await {
            Ok(response) => self.collect(response).await,
            Err(error) => Err(failed(error)),
        }
    }
}

impl std::fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReqwestTransport")
            .field("max_answer_bytes", &self.max_answer_bytes)
            .field("plain_http_anywhere", &self.plain_http_anywhere)
            .finish_non_exhaustive()
    }
}

/// Only a failure to connect proves that nothing was sent; after any other failure the gateway may have received the
/// request. The URL is removed from the error: a C-Pay query contains its signature.
fn failed(error: reqwest::Error) -> TransportError {
    if error.is_builder() {
        return TransportError::refused("the URL cannot be used");
    }
    let (connect, timeout) = (error.is_connect(), error.is_timeout());
    let cause = error.without_url();
    match (connect, timeout) {
        (true, true) => TransportError::timeout(Reach::NotSent).with_source(cause),
        (true, false) => TransportError::connect(cause),
        (false, true) => TransportError::timeout(Reach::MaybeSent).with_source(cause),
        (false, false) => TransportError::io(Reach::MaybeSent, cause),
    }
}
