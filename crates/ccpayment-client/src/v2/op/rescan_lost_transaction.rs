//! `rescanLostTransaction`: looks for a payment that was not credited.

use bytes::Bytes;
use http::Request;
use payments_core::wire::Lenient;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString, Timestamp, check,
    keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Asks the gateway to look for a payment on the chain again: `POST rescanLostTransaction`.
///
/// **Effect: unkeyed.** It moves no money; what a second request does is not documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a rescan is requested by `Client::rescan`"]
pub struct RescanTransaction {
    chain: String,
    to_address: SensitiveString,
    tx_id: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    memo: SensitiveString,
}

impl RescanTransaction {
    /// The transaction `tx_id`, which paid to an address of this merchant.
    pub fn new(
        chain: impl Into<String>,
        to_address: impl Into<String>,
        tx_id: impl Into<String>,
    ) -> Self {
        Self {
            chain: chain.into(),
            to_address: SensitiveString::from(to_address),
            tx_id: tx_id.into(),
            memo: SensitiveString::default(),
        }
    }

    /// The memo or tag of the address.
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = SensitiveString::from(memo);
        self
    }
}

impl Operation for RescanTransaction {
    type Output = Rescanned;
    const NAME: &'static str = "rescan";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::text("chain", &self.chain, limits::CHAIN),
            check::text("to_address", &self.to_address, limits::ADDRESS),
            check::text("tx_id", &self.tx_id, limits::ADDRESS),
            check::optional_text("memo", &self.memo, limits::MEMO),
        ])
    }
}

impl Call for RescanTransaction {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("rescanLostTransaction", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<Rescanned, Fault> {
        let rescanned: Rescanned = answer.data()?;
        Ok(answer.keep(rescanned))
    }
}

/// The answer to `rescanLostTransaction`.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Rescanned {
    /// A text for people.
    #[serde(default)]
    #[serde_as(as = "Lenient")]
    pub description: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Rescanned);
