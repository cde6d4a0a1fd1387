//! Answers that are not the API's: what the errors state, for a read and for a write.

use http::{HeaderMap, HeaderValue, StatusCode};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, NextStep, Outcome};

use crate::support::{self, payout, rate, recorded};

struct Foreign {
    status: u16,
    header: Option<(&'static str, &'static str)>,
    body: &'static [u8],
    /// What the error shows.
    expected: &'static str,
    next: NextStep,
}

const fn foreign(
    status: u16,
    header: Option<(&'static str, &'static str)>,
    body: &'static [u8],
    expected: &'static str,
    next: NextStep,
) -> Foreign {
    Foreign {
        status,
        header,
        body,
        expected,
        next,
    }
}

const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xab\x56\x4a";

const FOREIGN: [Foreign; 11] = [
    foreign(
        403,
        None,
        b"<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head>",
        "an HTML page, title \"Attention Required! | Cloudflare\", HTTP 403 from a proxy or firewall",
        NextStep::FixConfiguration,
    ),
    foreign(
        301,
        Some(("location", "https://www.gateway.example/home?sign=5e1f")),
        b"",
        "a redirect to \"https://www.gateway.example/home\", HTTP 301: check base_url",
        NextStep::FixConfiguration,
    ),
    foreign(
        404,
        None,
        b"<html><h1>404 Not Found</h1><hr>nginx</html>",
        "an HTML page, heading \"404 Not Found\", HTTP 404: check base_url",
        NextStep::FixConfiguration,
    ),
    foreign(
        401,
        None,
        br#"{"message":"Unauthorized"}"#,
        "its message is \"Unauthorized\", HTTP 401 from a proxy or firewall",
        NextStep::FixConfiguration,
    ),
    foreign(
        403,
        None,
        b"error code: 1020",
        "not JSON, starts with \"error code: 1020\", HTTP 403 from a proxy or firewall",
        NextStep::FixConfiguration,
    ),
    foreign(
        502,
        None,
        b"<html><h1>502 Bad Gateway</h1></html>",
        "an HTML page, heading \"502 Bad Gateway\", HTTP 502",
        NextStep::RetryLater,
    ),
    foreign(
        200,
        None,
        b"<html><title>We will be back soon</title>",
        "an HTML page (maintenance, or a wrong base_url), title \"We will be back soon\", HTTP 200",
        NextStep::RetryLater,
    ),
    foreign(
        200,
        None,
        b"<br />\n<b>Notice</b>: Undefined index",
        "a PHP message before or instead of JSON, starts with \"<br />",
        NextStep::RetryLater,
    ),
    foreign(
        200,
        Some(("content-encoding", "gzip")),
        GZIP,
        "the answer cannot be read: it is compressed with gzip, which was not requested, HTTP 200",
        NextStep::Investigate,
    ),
    foreign(
        429,
        Some(("retry-after", "3600")),
        b"",
        "the gateway is busy: 429 too many requests, asks to wait 3600 s, HTTP 429",
        NextStep::RetryLater,
    ),
    foreign(
        200,
        None,
        br#"{"code":10000,"msg":"success","data":{}}"#,
        "the answer is not signed, HTTP 200",
        NextStep::FixConfiguration,
    ),
];

impl Foreign {
    fn answer(&self) -> http::Response<bytes::Bytes> {
        let mut answer = http::Response::new(bytes::Bytes::from_static(self.body));
        *answer.status_mut() = StatusCode::from_u16(self.status).unwrap();
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = self.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        *answer.headers_mut() = headers;
        answer
    }

    /// A script that answers so three times.
    fn script(&self) -> ScriptedTransport {
        (0..3).fold(ScriptedTransport::new(), |script, _| {
            let answer = self.answer();
            script.respond(move |_| Ok(answer))
        })
    }
}

#[test]
fn an_error_states_what_came_instead_of_an_answer() {
    for foreign in &FOREIGN {
        let client = support::scripted(&foreign.script());
        let read: Error = block_on(client.token_rate(rate())).unwrap_err();
        let line = read.to_string();
        assert!(line.contains(foreign.expected), "{line}");
        assert_eq!(read.outcome(), Outcome::NotApplied, "{line}");
        assert_eq!(read.next_step(), foreign.next, "{line}");
        assert!(!line.contains("5e1f"), "{line}");

        let client = support::scripted(&foreign.script());
        let write: Error = block_on(client.withdraw(payout())).unwrap_err();
        assert!(write.to_string().contains(foreign.expected), "{write}");
        assert_eq!(
            (write.outcome(), write.next_step()),
            (Outcome::Unknown, NextStep::Query),
            "{write}"
        );
        assert_eq!(write.retry_after(), read.retry_after());
    }
}

#[test]
fn parse_judges_an_answer_as_the_client_does() {
    for foreign in &FOREIGN {
        let client = support::scripted(&foreign.script());
        let sent: Error = block_on(client.withdraw(payout())).unwrap_err();
        let fault = client
            .parse(&payout(), &foreign.answer(), support::now())
            .map(drop)
            .unwrap_err();
        assert_eq!(fault.kind(), sent.kind(), "{sent}");
        assert_eq!(fault.retry_after(), sent.retry_after());
        let parsed = Error::from_fault(
            "ccpayment",
            "withdraw",
            payments_core::Effect::Unkeyed,
            fault,
            None,
        );
        assert_eq!(parsed.outcome(), sent.outcome(), "{sent}");
    }
}

/// A proxy may repeat or cache an answer: only status 200 is documented.
#[test]
fn parse_believes_no_answer_under_another_status() {
    let client = support::scripted(&ScriptedTransport::new());
    for status in [201, 301, 403, 404, 429, 500, 502, 503] {
        for body in [
            recorded("withdraw"),
            br#"{"code":225213,"msg":"no"}"#.to_vec(),
        ] {
            let mut answer = support::signed(body);
            let is_success = client.parse(&payout(), &answer, support::now()).is_ok();
            *answer.status_mut() = StatusCode::from_u16(status).unwrap();
            let fault = client
                .parse(&payout(), &answer, support::now())
                .map(drop)
                .unwrap_err();
            let error = Error::from_fault(
                "ccpayment",
                "withdraw",
                payments_core::Effect::Unkeyed,
                fault,
                None,
            );
            assert_eq!(
                error.outcome(),
                Outcome::Unknown,
                "{status}, success: {is_success}"
            );
        }
    }
}
