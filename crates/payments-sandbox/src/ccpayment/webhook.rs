//! How a webhook is sent: its headers, its attempts and its acknowledgement. The bodies are in `messages`.

use payments_signing::ccpayment::{APP_ID_HEADER, SIGN_HEADER, TIMESTAMP_HEADER};

use super::account::Account;
use crate::shared::provider::{Message, Reply, Signing};

/// The most pushes that can be set.
pub(super) const MOST_PUSHES: u32 = 7;

/// The waits of version 2 in seconds (assumed: those of version 1 are not published).
pub(super) const WAITS_S: [u64; MOST_PUSHES as usize - 1] = [30, 60, 120, 240, 480, 960];

/// Signs one attempt. Every attempt has its own timestamp, because a timestamp is valid for two minutes (assumed).
pub(super) fn sign(account: &Account, now_ms: u64, body: String, signing: Signing) -> Message {
    let mut headers = vec![(APP_ID_HEADER, account.key.app_id().to_owned())];
    let now_ms = signing.at_ms(now_ms);
    if let Some((timestamp, sign)) = account.sign(now_ms, body.as_bytes())
        && let Some(sign) = signing.sign(sign.as_str())
    {
        headers.push((TIMESTAMP_HEADER, timestamp.to_string()));
        headers.push((SIGN_HEADER, sign));
    }
    Message {
        headers,
        content_type: "application/json; charset=utf-8",
        body,
    }
}

/// Acknowledged by HTTP 200 with exactly `success`, in upper or lower case. Whether other text around it is allowed is not
/// documented.
pub(crate) fn acknowledge(reply: &Reply) -> Result<(), String> {
    match reply.ok_body() {
        Some(text) if text.eq_ignore_ascii_case(b"success") => Ok(()),
        _ => Err(reply.refusal("`success`")),
    }
}
