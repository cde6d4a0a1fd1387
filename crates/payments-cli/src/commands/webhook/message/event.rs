//! The content of a test webhook, and what the providers' messages have in common.

use bytes::Bytes;
use clap::ValueEnum;
use http::{HeaderMap, HeaderName, HeaderValue, header::CONTENT_TYPE};
use payments_core::{Amount, Timestamp};
use payments_sandbox::Gateway;

use crate::failure::Failure;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// An order that a customer pays
    #[default]
    Checkout,
    /// Coins sent to a permanent address
    Deposit,
    /// A payout
    Payout,
    /// A refund to a payer
    Refund,
    /// An invoice
    Invoice,
    /// Coins sent to an address of a user of the user wallet system
    UserDeposit,
    /// A payout of such a user
    UserPayout,
    /// A check of the URL, as the provider's console sends it
    Probe,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Status {
    /// Nothing was paid
    Open,
    /// Money is on its way
    Processing,
    /// It succeeded
    #[default]
    Completed,
    /// It failed
    Failed,
    /// It ended without success
    Closed,
}

/// The content of a test webhook.
pub(crate) struct TestEvent<'a> {
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) reference: &'a str,
    pub(crate) provider_id: String,
    pub(crate) amount: Amount,
    pub(crate) symbol: &'a str,
    pub(crate) network: Option<&'a str>,
    pub(crate) customer: &'a str,
    pub(crate) transaction: &'a str,
    pub(crate) now: Timestamp,
}

/// A webhook request as the provider sends it.
pub(crate) struct Message {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whose rules decide whether a response acknowledges it.
    pub(crate) provider: Gateway,
    /// What to do if the account refuses the webhook.
    pub(crate) hint: &'static str,
}

impl Message {
    pub(crate) fn json(body: String, provider: Gateway) -> Self {
        let mut headers = HeaderMap::new();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(CONTENT_TYPE, json);
        Self {
            headers,
            body: body.into(),
            provider,
            hint: "",
        }
    }
}

/// The provider sends no such webhook.
pub(crate) fn unsupported(what: &str) -> Failure {
    Failure::bad(format!("nothing was sent: {what}"))
}

/// The message with its signature in these headers.
pub(crate) fn signed(mut message: Message, headers: [(&str, &str); 3]) -> Result<Message, Failure> {
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        let name = name.map_err(|error| unusable("a header", error))?;
        let value = HeaderValue::from_str(value).map_err(|error| unusable("a header", error))?;
        message.headers.insert(name, value);
    }
    Ok(message)
}

pub(crate) fn unusable(what: &str, error: impl std::fmt::Display) -> Failure {
    Failure::bad(format!("{what} cannot be used: {error}"))
}

/// A JSON object of strings.
pub(crate) fn object(fields: &[(&str, &str)]) -> String {
    let members: serde_json::Map<_, _> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    serde_json::Value::from(members).to_string()
}
