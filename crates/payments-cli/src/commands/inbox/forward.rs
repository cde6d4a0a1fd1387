//! Forwards events to a program, each until the program takes it.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request};
use payments_core::{BoxError, Transport as _};
use payments_reqwest::ReqwestTransport;
use payments_store::{DetachedHandler, StoredEvent};
use url::Url;

use super::event_json::event_json;
use crate::failure::Failure;
use crate::url as target;

/// The longest wait for a response. It is shorter than the lease of an event.
const LONGEST: Duration = Duration::from_secs(30);

/// Posts each event to one URL.
pub(super) struct Forward {
    uri: http::Uri,
    transport: ReqwestTransport,
}

impl Forward {
    pub(super) fn to(url: &Url) -> Result<Self, Failure> {
        let transport = ReqwestTransport::builder()
            .user_agent(concat!("payments-cli/", env!("CARGO_PKG_VERSION")))
            .attempt_timeout(LONGEST)
            .build()
            .map_err(|error| Failure::failed("the HTTP client cannot be set up", error))?;
        let uri = url.as_str().parse();
        let uri = uri.map_err(|error| Failure::bad(format!("{}: {error}", target::shown(url))))?;
        Ok(Self { uri, transport })
    }
}

#[async_trait]
impl DetachedHandler for Forward {
    /// Any status of success means that the program has booked the event.
    async fn handle(&self, event: &StoredEvent) -> Result<(), BoxError> {
        let key = event.effect_key().as_str();
        let request = Request::post(self.uri.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("Idempotency-Key", HeaderValue::from_str(key)?)
            .body(Bytes::from(event_json(event)?))?;
        let answer = self.transport.send(request).await?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("the program replied with HTTP {}", status.as_u16()).into()),
        }
    }
}

/// A URL that events may be posted to.
pub(super) fn destination(text: &str) -> Result<Url, String> {
    let url = target::absolute(text)?;
    target::check(&url)?;
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_as_long_as_is_documented() {
        let url = destination("http://127.0.0.1:9/events").unwrap();
        let forward = Forward::to(&url).unwrap();
        assert_eq!(
            forward.transport.time_limit(),
            Some(Duration::from_secs(30))
        );
    }
}
