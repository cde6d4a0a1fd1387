//! One POST, and its answer as it is shown.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, Method, Request, Response, Uri};
use payments_core::{Transport as _, TransportError};
use payments_reqwest::ReqwestTransport;
use serde::Serialize;

use crate::failure::Failure;

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

/// A URL for people and scripts: without a user name and password that may be in it.
pub(super) fn shown(url: &Uri) -> String {
    let text = url.to_string();
    let authority = url.authority().map_or("", |authority| authority.as_str());
    match authority.rsplit_once('@') {
        Some((_, host)) => text.replacen(authority, host, 1),
        None => text,
    }
}

impl Post {
    /// To `url`: https, or http that stays on this machine.
    pub(super) fn to(url: &Uri) -> Result<Self, Failure> {
        if url.host().is_none() || !matches!(url.scheme_str(), Some("http" | "https")) {
            return Err(Failure::bad(format!(
                "{} is no URL to send to: write it as http://127.0.0.1:3000/webhooks",
                shown(url)
            )));
        }
        let transport = ReqwestTransport::builder()
            .user_agent(concat!("payments-cli/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Failure::failed("the HTTP client cannot be set up", error))?;
        Ok(Self {
            url: url.clone(),
            transport,
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
    fn a_password_in_a_url_is_not_shown() {
        for (url, expected) in [
            (
                "http://u:p@127.0.0.1:3000/a?b=@",
                "http://127.0.0.1:3000/a?b=@",
            ),
            ("https://u@shop.example/", "https://shop.example/"),
            ("https://shop.example/a@b", "https://shop.example/a@b"),
            ("/a@b", "/a@b"),
        ] {
            assert_eq!(shown(&url.parse().unwrap()), expected);
        }
    }
}
