//! The JSON under `/_sandbox` of a running sandbox.

use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use payments_core::{Reach, Transport as _, TransportError};
use payments_reqwest::ReqwestTransport;
use serde_json::Value;
use url::Url;

use crate::failure::Failure;
use crate::url as target;

/// The variable with the sandbox's URL.
const VARIABLE: &str = "PAYMENTS_SANDBOX_URL";

/// Which sandbox, and how its answers are printed.
#[derive(Args, Clone, Debug)]
pub(crate) struct Target {
    /// The sandbox's URL [default: $PAYMENTS_SANDBOX_URL, or http://127.0.0.1:8420]
    #[arg(long, value_name = "URL", value_parser = base_url)]
    url: Option<Url>,
    /// Print JSON for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

/// The sandbox's URL if the command line has none.
fn usual_url() -> Result<Url, Failure> {
    let text = match std::env::var(VARIABLE) {
        Ok(text) if !text.is_empty() => text,
        _ => "http://127.0.0.1:8420".to_owned(),
    };
    base_url(&text).map_err(|error| Failure::bad(format!("{VARIABLE}: {error}")))
}

pub(super) fn base_url(text: &str) -> Result<Url, String> {
    let url = target::absolute(text)?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err("not an http:// or https:// URL".to_owned()),
    }
}

/// A client of the admin API.
pub(crate) struct Admin {
    base: String,
    transport: ReqwestTransport,
}

impl Target {
    pub(crate) fn admin(&self) -> Result<Admin, Failure> {
        match &self.url {
            Some(url) => Admin::of(url),
            None => Admin::of(&usual_url()?),
        }
    }
}

impl Admin {
    pub(super) fn of(url: &Url) -> Result<Self, Failure> {
        Self::at(target::shown(url).trim_end_matches('/'))
    }

    pub(crate) fn at(base: &str) -> Result<Self, Failure> {
        let transport = ReqwestTransport::builder()
            // In a network of containers. Nothing that is sent is secret.
            .allow_plain_http(true)
            .attempt_timeout(Duration::from_secs(10))
            .max_answer_bytes(64 * 1024 * 1024)
            .build();
        Ok(Self {
            base: base.to_owned(),
            transport: transport
                .map_err(|error| Failure::failed("the HTTP client cannot be set up", error))?,
        })
    }

    /// The sandbox's URL, without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// `path` begins after `/_sandbox`, as `/orders`.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        let answer = self.send(Method::GET, path, Bytes::new()).await;
        self.read(answer.map_err(|error| self.unreachable(&error))?)
    }

    /// Acts. An answer that does not arrive leaves it open whether the sandbox acted.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let answer = self.send(Method::POST, path, body.to_string().into()).await;
        let answer = answer.map_err(|error| match error.reach() {
            Reach::NotSent => self.unreachable(&error),
            _ => Failure::Failed(format!(
                "{error}: the sandbox at {} may have done it; look at `payments sandbox {}`",
                self.base,
                shown_by(path)
            )),
        });
        self.read(answer?)
    }

    /// The rows of a list such as `orders`, oldest first, and whether there are more. `query` selects them.
    pub(crate) async fn list(
        &self,
        name: &str,
        query: &[(&str, &str)],
    ) -> Result<(Vec<Value>, bool), Failure> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        let mut answer = self.get(&format!("/{name}?{query}")).await?;
        let has_more = answer.get("next").is_some_and(|next| !next.is_null());
        match answer.get_mut(name) {
            Some(Value::Array(rows)) => {
                let mut rows = std::mem::take(rows);
                // The sandbox begins with the newest, and with the oldest after a cursor.
                if !query.contains("after=") {
                    rows.reverse();
                }
                Ok((rows, has_more))
            }
            _ => Err(self.not_a_sandbox()),
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Response<Bytes>, TransportError> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        let uri = format!("{}/_sandbox{path}", self.base);
        *request.uri_mut() = uri
            .parse()
            .map_err(|error: http::uri::InvalidUri| TransportError::connect(error))?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        self.transport.send(request).await
    }

    /// The sandbox's JSON, or its own sentence about what is wrong.
    fn read(&self, answer: Response<Bytes>) -> Result<Value, Failure> {
        let status = answer.status();
        let value: Value =
            serde_json::from_slice(answer.body()).map_err(|_| self.not_a_sandbox())?;
        if status.is_success() {
            return Ok(value);
        }
        let sentence = value.get("error").and_then(Value::as_str);
        let sentence = sentence.ok_or_else(|| self.not_a_sandbox())?.to_owned();
        Err(match status {
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
                Failure::BadInput(sentence)
            }
            _ => Failure::Failed(sentence),
        })
    }

    fn unreachable(&self, error: &TransportError) -> Failure {
        Failure::Failed(format!(
            "no sandbox answers at {} ({error}). Start one with `payments dev` or `payments sandbox`, or name another with --url",
            self.base
        ))
    }

    fn not_a_sandbox(&self) -> Failure {
        Failure::Failed(format!(
            "{} answers, but not as a sandbox of this version. Name another with --url",
            self.base
        ))
    }
}

/// The command that shows whether a call of this path took effect.
fn shown_by(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("faults") => "fault --list",
        Some("settings") => "settings list",
        Some("clock") => "clock",
        Some("deliveries") => "deliveries list",
        _ => "orders list",
    }
}

/// A part of a path, such as an order's reference.
pub(crate) fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_stays_one_part_of_a_path() {
        assert_eq!(segment("order1"), "order1");
        assert_eq!(segment("a/b?c#d e."), "a%2Fb%3Fc%23d%20e%2E");
    }
}
