//! Sends a POST request, and shows the response.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, Method, Request, Response};
use payments_core::{Transport as _, TransportError};
use payments_reqwest::ReqwestTransport;
use serde::Serialize;
use url::Url;

use crate::failure::Failure;
use crate::url as target;

/// What webhooks are sent with; one serves for any number of URLs.
pub(crate) fn transport() -> Result<ReqwestTransport, Failure> {
    ReqwestTransport::builder()
        // As the providers' documents print them: some receivers look for exactly these spellings.
        .title_case_headers(true)
        .user_agent(concat!("payments-cli/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| Failure::failed("the HTTP client cannot be set up", error))
}

/// Sends to one URL.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(super) url: Url,
    uri: http::Uri,
    transport: ReqwestTransport,
}

/// `{"status":200,"body":"OK"}`
#[derive(Serialize)]
pub(crate) struct Answered {
    status: u16,
    body: String,
}

/// How much of a body is shown.
const SHOWN_CHARS: usize = 2_000;

impl From<&Response<Bytes>> for Answered {
    fn from(answer: &Response<Bytes>) -> Self {
        let text = String::from_utf8_lossy(answer.body());
        Self {
            status: answer.status().as_u16(),
            body: text.chars().take(SHOWN_CHARS).collect(),
        }
    }
}

impl Answered {
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    /// For people.
    pub(crate) fn shown(&self) -> String {
        let body = crate::output::printable(self.body.trim());
        format!("HTTP {}: {body}", self.status)
    }
}

impl Post {
    /// Fails for a URL that is neither `https` nor `http` on this machine.
    pub(super) fn to(url: &Url, transport: ReqwestTransport) -> Result<Self, Failure> {
        target::check(url).map_err(|why| Failure::bad(format!("{}: {why}", target::shown(url))))?;
        let uri = url.as_str().parse();
        let uri = uri.map_err(|error| Failure::bad(format!("{}: {error}", target::shown(url))))?;
        Ok(Self {
            url: url.clone(),
            uri,
            transport,
        })
    }

    /// Sends the body unchanged, with these headers except those of the connection.
    pub(crate) async fn send(
        &self,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response<Bytes>, TransportError> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        let sent = request.headers_mut();
        for (name, value) in headers {
            if ![HOST, CONTENT_LENGTH, CONNECTION, TRANSFER_ENCODING].contains(name) {
                sent.append(name, value.clone());
            }
        }
        self.transport.send(request).await
    }
}
