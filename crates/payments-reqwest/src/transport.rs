//! Sends a request once and reports how far it got.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::uri::Scheme;
use payments_core::endpoint::is_loopback;
use payments_core::{Effect, RawAnswer, Transport, TransportError};

use crate::failure::{self, Limits, Place};
use crate::origin::Origin;

/// A [`Transport`] over reqwest. Cloning is cheap; clones share TLS sessions.
///
/// Every request runs on a new connection, which is closed after the answer: a kept connection may have been closed by the server, so
/// that the outcome would be unknown although nothing arrived, or a late answer to an earlier request may be on it. With
/// [`Builder::keep_connections`](crate::Builder::keep_connections), requests with [`Effect::Read`] in their extensions use
/// a connection pool, which clones share.
///
/// Dropping the future of [`send`](Transport::send) closes the connection; whether the gateway got the
/// request is then unknown.
#[derive(Clone)]
pub struct ReqwestTransport {
    /// Makes a connection for each request.
    unpooled: reqwest::Client,
    /// Keeps connections, for reads.
    pooled: Option<reqwest::Client>,
    origin: Arc<Origin>,
    settings: Settings,
}

/// What the transport needs besides the HTTP clients.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) max_answer_bytes: usize,
    pub(crate) plain_http_anywhere: bool,
    /// Host and port of the proxy.
    pub(crate) proxy: Option<String>,
    pub(crate) limits: Limits,
}

impl ReqwestTransport {
    pub(crate) fn new(
        unpooled: reqwest::Client,
        pooled: Option<reqwest::Client>,
        settings: Settings,
    ) -> Self {
        Self {
            unpooled,
            pooled,
            origin: Arc::default(),
            settings,
        }
    }

    fn place(&self, uri: &http::Uri) -> Place {
        let is_local = uri.host().is_some_and(is_loopback);
        let proxy = self.settings.proxy.clone().filter(|_| !is_local);
        Place::new(uri, proxy, self.settings.limits)
    }

    /// Refuses requests that must not leave the machine; nothing is sent then.
    fn admit(&self, uri: &http::Uri) -> Result<(), TransportError> {
        let refusal = match (uri.scheme(), uri.host()) {
            (Some(scheme), Some(_)) if *scheme == Scheme::HTTPS => return Ok(()),
            (Some(scheme), Some(host)) if *scheme == Scheme::HTTP => {
                if self.settings.plain_http_anywhere || is_loopback(host) {
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
        uri: &http::Uri,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let declared = response
            .content_length()
            .and_then(|length| usize::try_from(length).ok());
        let body = self
            .read_body(&mut response, declared.unwrap_or(0), uri)
            .await?;
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
        uri: &http::Uri,
    ) -> Result<Bytes, TransportError> {
        let status = response.status();
        let max = self.settings.max_answer_bytes;
        let mut first = Bytes::new();
        let mut joined = BytesMut::new();
        let failed = loop {
            let so_far = first.len() + joined.len();
            match response.chunk().await {
                Ok(None) if joined.is_empty() => return Ok(first),
                Ok(None) => return Ok(joined.freeze()),
                Ok(Some(chunk)) if so_far + chunk.len() > max => break None,
                Ok(Some(chunk)) if so_far == 0 => first = chunk,
                Ok(Some(chunk)) => {
                    if joined.is_empty() {
                        let whole = declared.min(max);
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
            None => TransportError::too_large(partial)
                .with_reason(format!("it has more than {max} bytes")),
            Some(error) => failure::reading(error, partial, &self.place(uri)),
        })
    }

    /// Neither path nor query: both may contain what must not be in a log. The place is written inside the macros, which do so only
    /// if the event is recorded.
    #[cfg(feature = "tracing")]
    fn report(
        &self,
        uri: &http::Uri,
        may_be_kept: bool,
        result: &Result<http::Response<Bytes>, TransportError>,
    ) {
        let connection = if may_be_kept { "new or kept" } else { "new" };
        match result {
            Ok(answer) => {
                let (status, body_bytes) = (answer.status().as_u16(), answer.body().len());
                tracing::debug!(
                    target: "payments_reqwest",
                    server = self.place(uri).target(), connection, status, body_bytes, "answered"
                );
            }
            Err(error) => tracing::debug!(
                target: "payments_reqwest",
                server = self.place(uri).target(), connection, %error, "no usable answer"
            ),
        }
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.admit(request.uri())?;
        let is_read = request.extensions().get() == Some(&Effect::Read);
        let pooled = self.pooled.as_ref().filter(|_| is_read);
        let client = pooled.unwrap_or(&self.unpooled);
        let uri = request.uri().clone();
        let request = self
            .convert(request)
            .ok_or_else(|| TransportError::refused("the URL cannot be read"))?;
        let result = match client.execute(request).await {
            Ok(response) => self.collect(response, &uri).await,
            Err(error) => Err(failure::sending(error, &self.place(&uri))),
        };
        #[cfg(feature = "tracing")]
        self.report(&uri, pooled.is_some(), &result);
        result
    }

    fn time_limit(&self) -> Option<Duration> {
        Some(self.settings.limits.attempt)
    }
}

impl std::fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReqwestTransport")
            .field("max_answer_bytes", &self.settings.max_answer_bytes)
            .field("plain_http_anywhere", &self.settings.plain_http_anywhere)
            .finish_non_exhaustive()
    }
}
