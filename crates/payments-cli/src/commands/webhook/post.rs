//! One POST, and its answer as it is shown.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Request, Response, Uri};
use payments_core::{Transport as _, TransportError};
use payments_facade::GatewayId;
use payments_reqwest::ReqwestTransport;
use serde::Serialize;

use crate::failure::Failure;
use crate::url;

/// Sends to one URL.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) url: Uri,
    transport: ReqwestTransport,
}

/// `{"status":200,"body":"OK"}`
#[derive(Serialize)]
pub(super) struct Answered {
    status: u16,
    body: String,
}

/// What is shown of a body.
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
    pub(super) fn told(&self) -> String {
        let body = crate::output::printable(self.body.trim());
        format!("answered HTTP {}: {body}", self.status)
    }
}

impl Post {
    /// To `url`: https, or http that stays on this machine.
    pub(super) fn to(url: &Uri) -> Result<Self, Failure> {
        url::check(url).map_err(|why| Failure::bad(format!("{}: {why}", url::shown(url))))?;
        let transport = ReqwestTransport::builder()
            .user_agent(concat!("payments-cli/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Failure::failed("the HTTP client cannot be set up", error))?;
        Ok(Self {
            url: url.clone(),
            transport,
        })
    }

    /// The same with an account's name behind the path: `/webhooks` becomes `/webhooks/cpay/main`.
    pub(super) fn for_account(&self, id: &GatewayId) -> Result<Self, Failure> {
        let path = self.url.path().trim_end_matches('/');
        let query = self.url.query();
        let (mark, query) = query.map_or(("", ""), |query| ("?", query));
        let mut parts = self.url.clone().into_parts();
        let whole = PathAndQuery::try_from(format!("{path}/{id}{mark}{query}"));
        let url = whole.map_err(http::Error::from).and_then(|whole| {
            parts.path_and_query = Some(whole);
            Uri::from_parts(parts).map_err(http::Error::from)
        });
        let shown = || url::shown(&self.url);
        let url = url.map_err(|error| Failure::bad(format!("{}: {error}", shown())))?;
        Ok(Self {
            url,
            transport: self.transport.clone(),
        })
    }

    /// The body as it is, under these headers but those of a connection.
    pub(super) async fn send(
        &self,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response<Bytes>, TransportError> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
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
    fn each_account_has_a_path_of_its_own() {
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
