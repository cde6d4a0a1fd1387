//! Answers that are not the API's, and what a client has to make of each.

use super::ScriptedTransport;
use crate::{Effect, Error, Fault, NextStep, Outcome};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};

/// An answer of a proxy, a firewall or a page, and what the error about it states.
#[derive(Clone, Copy, Debug)]
pub struct ForeignAnswer {
    status: u16,
    header: Option<(&'static str, &'static str)>,
    body: &'static [u8],
    expected: &'static str,
    next: NextStep,
}

const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xab\x56\x4a";

impl ForeignAnswer {
    /// An answer under status 200, which a gateway sends and its client does not believe.
    pub const fn of_gateway(body: &'static [u8], expected: &'static str, next: NextStep) -> Self {
        Self::new(200, body, expected, next)
    }

    const fn new(status: u16, body: &'static [u8], expected: &'static str, next: NextStep) -> Self {
        Self {
            status,
            header: None,
            body,
            expected,
            next,
        }
    }

    const fn with(self, name: &'static str, value: &'static str) -> Self {
        Self {
            header: Some((name, value)),
            ..self
        }
    }

    /// Those that any gateway can have in front of it.
    pub const COMMON: [Self; 10] = [
        Self::new(
            403,
            b"<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head>",
            "an HTML page, title \"Attention Required! | Cloudflare\", HTTP 403 from a proxy or firewall",
            NextStep::FixConfiguration,
        ),
        Self::new(
            301,
            b"",
            "a redirect to \"https://www.gateway.example/home\", HTTP 301: check base_url",
            NextStep::FixConfiguration,
        )
        .with(
            "location",
            "https://www.gateway.example/home?sign=5e1f",
        ),
        Self::new(
            404,
            b"<html><h1>404 Not Found</h1><hr>nginx</html>",
            "an HTML page, heading \"404 Not Found\", HTTP 404: check base_url",
            NextStep::FixConfiguration,
        ),
        Self::new(
            401,
            br#"{"message":"Unauthorized"}"#,
            "its message is \"Unauthorized\", HTTP 401 from a proxy or firewall",
            NextStep::FixConfiguration,
        ),
        Self::new(
            403,
            b"error code: 1020",
            "not JSON, starts with \"error code: 1020\", HTTP 403 from a proxy or firewall",
            NextStep::FixConfiguration,
        ),
        Self::new(
            502,
            b"<html><h1>502 Bad Gateway</h1></html>",
            "an HTML page, heading \"502 Bad Gateway\", HTTP 502",
            NextStep::RetryLater,
        ),
        Self::new(
            200,
            b"<html><title>We will be back soon</title>",
            "an HTML page (maintenance, or a wrong base_url), title \"We will be back soon\", HTTP 200",
            NextStep::RetryLater,
        ),
        Self::new(
            200,
            b"<br />\n<b>Notice</b>: Undefined index",
            "a PHP message before or instead of JSON, starts with \"<br />",
            NextStep::RetryLater,
        ),
        Self::new(
            200,
            GZIP,
            "the answer cannot be read: it is compressed with gzip, which was not requested, HTTP 200",
            NextStep::Investigate,
        )
        .with("content-encoding", "gzip"),
        Self::new(
            429,
            b"",
            "the gateway is busy: 429 too many requests, asks to wait 3600 s, HTTP 429",
            NextStep::RetryLater,
        )
        .with("retry-after", "3600"),
    ];

    fn answer(&self) -> Response<Bytes> {
        let mut answer = Response::new(Bytes::from_static(self.body));
        *answer.status_mut() = status(self.status);
        if let Some((name, value)) = self.header {
            let headers = answer.headers_mut();
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        answer
    }

    /// A script that answers so three times.
    fn script(&self) -> ScriptedTransport {
        (0..3).fold(ScriptedTransport::new(), |script, _| {
            let answer = self.answer();
            script.respond(move |_| Ok(answer))
        })
    }

    /// A read that gets this answer states what came, had no effect, and names the next step; a write is unknown and has to be
    /// queried. `parse` is the client's own reading of an answer to the write, and must agree.
    ///
    /// # Panics
    /// If that is not so.
    pub fn check(
        &self,
        read: impl Fn(&ScriptedTransport) -> Error,
        write: impl Fn(&ScriptedTransport) -> Error,
        effect: Effect,
        parse: impl Fn(&Response<Bytes>) -> Fault,
    ) {
        let read = read(&self.script());
        let line = read.to_string();
        assert!(line.contains(self.expected), "{line}");
        assert_eq!(read.outcome(), Outcome::NotApplied, "{line}");
        assert_eq!(read.next_step(), self.next, "{line}");
        assert!(!line.contains("5e1f"), "{line}");

        let write = write(&self.script());
        assert!(write.to_string().contains(self.expected), "{write}");
        let found = (write.outcome(), write.next_step());
        assert_eq!(found, (Outcome::Unknown, NextStep::Query), "{write}");
        assert_eq!(write.retry_after(), read.retry_after());

        let fault = parse(&self.answer());
        assert_eq!(fault.kind(), write.kind(), "{write}");
        assert_eq!(fault.retry_after(), write.retry_after());
        let parsed = Error::from_fault("test", "write", effect, fault, None);
        assert_eq!(parsed.outcome(), write.outcome(), "{write}");
    }
}

/// The gateway's own answer to a write proves nothing under another status than 200: a proxy may repeat or cache it.
///
/// # Panics
/// If it does.
pub fn check_other_statuses(
    answer: &Response<Bytes>,
    effect: Effect,
    parse: impl Fn(&Response<Bytes>) -> Result<(), Fault>,
) {
    for number in [201, 301, 403, 404, 429, 500, 502, 503] {
        let mut answer = answer.clone();
        *answer.status_mut() = status(number);
        let outcome = parse(&answer)
            .err()
            .map(|fault| Error::from_fault("test", "write", effect, fault, None).outcome());
        assert_eq!(outcome, Some(Outcome::Unknown), "{number}");
    }
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
