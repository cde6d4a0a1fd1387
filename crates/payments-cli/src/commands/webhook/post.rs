//! Sends a POST request, and shows the response.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, Method, Request, Response};
use payments_core::{Transport as _, TransportError};
use payments_facade::GatewayId;
use payments_reqwest::ReqwestTransport;
use serde::Serialize;
use url::Url;

use crate::failure::Failure;
use crate::url as target;

/// Sends to one URL.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) url: Url,
    uri: http::Uri,
    transport: ReqwestTransport,
}

/// `{"status":200,"body":"OK"}`
#[derive(Serialize)]
pub(super) struct Answered {
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
    /// For people.
    pub(super) fn shown(&self) -> String {
        let body = crate::output::printable(self.body.trim());
        format!("HTTP {}: {body}", self.status)
    }
}

impl Post {
    /// Fails for a URL that is neither `https` nor `http` on this machine.
    pub(super) fn to(url: &Url) -> Result<Self, Failure> {
        target::check(url).map_err(|why| Failure::bad(format!("{}: {why}", target::shown(url))))?;
        let transport = ReqwestTransport::builder()
            .user_agent(concat!("payments-cli/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Failure::failed("the HTTP client cannot be set up", error))?;
        Self::new(url.clone(), transport)
    }

    /// With the account's name at the end of the path: `/webhooks` becomes `/webhooks/cpay/main`.
    pub(super) fn for_account(&self, id: &GatewayId) -> Result<Self, Failure> {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(id.provider()).push(id.account());
        }
        Self::new(url, self.transport.clone())
    }

    fn new(url: Url, transport: ReqwestTransport) -> Result<Self, Failure> {
        let uri = url.as_str().parse();
        let uri = uri.map_err(|error| Failure::bad(format!("{}: {error}", target::shown(&url))))?;
        Ok(Self {
            url,
            uri,
            transport,
        })
    }

    /// Sends the body unchanged, with these headers except those of the connection.
    pub(super) async fn send(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_its_own_path() {
        let id = "cpay/main".parse().unwrap();
        for (forward, expected) in [
            (
                "http://127.0.0.1:3000/webhooks",
                "http://127.0.0.1:3000/webhooks/cpay/main",
            ),
            (
                "http://127.0.0.1:3000/webhooks/",
                "http://127.0.0.1:3000/webhooks/cpay/main",
            ),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000/cpay/main"),
            (
                "http://u:p@[::1]:3000/a?b=1",
                "http://u:p@[::1]:3000/a/cpay/main?b=1",
            ),
        ] {
            let post = Post::to(&forward.parse().unwrap()).unwrap();
            let url = post.for_account(&id).unwrap().url;
            assert_eq!(url.to_string(), expected);
        }
    }
}
