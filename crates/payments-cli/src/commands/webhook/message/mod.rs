//! Test events as the providers send them, by the documents and not by the clients' own code.

mod ccpayment;
mod chainup_opay;
mod cpay;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header::CONTENT_TYPE};
use payments_core::{Amount, Timestamp};
use payments_facade::config::{AccountConfig, CcpaymentAccount, ChainupOpayAccount, CpayAccount};
use payments_sandbox::Credentials;

use super::send::{Kind, Status};
use crate::failure::Failure;

/// What the event is to tell.
pub(super) struct TestEvent<'a> {
    pub(super) kind: Kind,
    pub(super) status: Status,
    pub(super) reference: &'a str,
    pub(super) provider_id: String,
    pub(super) amount: Amount,
    pub(super) symbol: &'a str,
    pub(super) network: Option<&'a str>,
    pub(super) customer: &'a str,
    pub(super) transaction: &'a str,
    pub(super) now: Timestamp,
}

/// A request as the provider makes it.
pub(super) struct Message {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Whether an answer is an acknowledgement to this provider.
    pub(super) is_ack: fn(&Response<Bytes>) -> bool,
    /// What to do should the account refuse it.
    pub(super) hint: &'static str,
}

impl Message {
    fn json(body: String, is_ack: fn(&Response<Bytes>) -> bool) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            headers,
            body: body.into(),
            is_ack,
            hint: "",
        }
    }
}

/// A test event signed for the account. `sandbox` gives the credentials that only a provider has.
pub(super) fn compose(
    account: &AccountConfig,
    event: &TestEvent<'_>,
    sandbox: impl FnOnce() -> Result<Credentials, Failure>,
) -> Result<Message, Failure> {
    if let Some(account) = account.provider::<CpayAccount>() {
        cpay::compose(account, event)
    } else if let Some(account) = account.provider::<CcpaymentAccount>() {
        ccpayment::compose(account, event)
    } else if let Some(account) = account.provider::<ChainupOpayAccount>() {
        chainup_opay::compose(account, event, &sandbox()?)
    } else {
        Err(Failure::bad(
            "test events of this provider cannot be made here",
        ))
    }
}

/// The provider has no such event.
fn unknown(provider: &str, what: &str) -> Failure {
    Failure::bad(format!("{provider} has no webhook {what}"))
}

fn unusable(what: &str, error: impl std::fmt::Display) -> Failure {
    Failure::bad(format!("{what} cannot be used: {error}"))
}

/// A JSON object of texts, in this order.
fn object(fields: &[(&str, &str)]) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let members: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}:{}", text(name), text(value)))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// The body is this word, in small letters or capitals, under status 200.
fn says(answer: &Response<Bytes>, words: &[&[u8]]) -> bool {
    let body = answer.body().trim_ascii();
    answer.status() == http::StatusCode::OK
        && words.iter().any(|word| body.eq_ignore_ascii_case(word))
}
