//! How a webhook is sent: its headers, its tries, and what counts as delivered. The bodies are in [`notice`](super::notice).

use payments_signing::ccpayment::{APP_ID_HEADER, SIGN_HEADER, TIMESTAMP_HEADER};

use crate::app::App;
use crate::webhook::{Answer, Message};

/// "Up to 6 times". Another page has 7, which is the most that can be set.
pub(super) const PUSHES: usize = 6;
pub(crate) const MOST_PUSHES: usize = WAITS_S.len() + 1;

/// Version 2's waits in seconds; those of this version are not published (assumed).
pub(crate) const WAITS_S: [u64; 6] = [30, 60, 120, 240, 480, 960];

/// Signs a try: every one has a timestamp of its own, or the two minutes of its validity would be over (assumed).
pub(crate) fn dress(app: &App, body: String) -> Message {
    let account = &app.ccpayment;
    let mut headers = vec![(APP_ID_HEADER, account.key.app_id().to_owned())];
    if let Some((timestamp, sign)) = account.sign(app.clock.now_ms(), body.as_bytes()) {
        headers.push((TIMESTAMP_HEADER, timestamp.to_string()));
        headers.push((SIGN_HEADER, sign.as_str().to_owned()));
    }
    Message {
        headers,
        content_type: "application/json; charset=utf-8",
        body,
    }
}

/// Delivered is HTTP 200 with `success` and nothing else, in any case. Whether more text around it would do is not
/// documented.
pub(crate) fn acknowledged(answer: &Answer) -> Result<(), String> {
    if answer.status != 200 {
        return Err(format!("answered with HTTP {}, not 200", answer.status));
    }
    if answer.body.trim_ascii().eq_ignore_ascii_case(b"success") {
        Ok(())
    } else {
        Err("the answer's body is not success".to_owned())
    }
}
