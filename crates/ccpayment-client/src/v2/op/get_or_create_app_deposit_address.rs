//! `getOrCreateAppDepositAddress`: the permanent address of a user.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{NonEmpty, Optional};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString, Timestamp, check,
    debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Assigns a permanent address to a user, or returns the one that was assigned: `POST getOrCreateAppDepositAddress`.
///
/// **Effect: keyed.** The provider documents that the same user and chain get the same address, until it is
/// [unbound](crate::v2::UnbindAddress). An account has at most 1,000 addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "an address is assigned by `Client::deposit_address`"]
pub struct AssignAddress {
    reference_id: SensitiveString,
    chain: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    notify_url: SensitiveString,
}

impl AssignAddress {
    /// The address of a user on a chain. `reference_id` is the merchant's id of the user, of 3 to 64 characters.
    pub fn new(reference_id: impl Into<String>, chain: impl Into<String>) -> Self {
        Self {
            reference_id: SensitiveString::from(reference_id),
            chain: chain.into(),
            notify_url: SensitiveString::default(),
        }
    }

    /// Where the webhooks of this address are sent, up to 150 characters. Default: the account's URL.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }
}

impl Operation for AssignAddress {
    type Output = DepositAddress;
    const NAME: &'static str = "deposit_address";
    const EFFECT: Effect = Effect::Keyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::user("reference_id", &self.reference_id),
            check::text("chain", &self.chain, limits::CHAIN),
            check::optional_url("notify_url", &self.notify_url, limits::URL),
        ])
    }
}

impl Call for AssignAddress {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getOrCreateAppDepositAddress", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<DepositAddress, Fault> {
        let address: DepositAddress = answer.data()?;
        Ok(answer.keep(address))
    }
}

/// The answer to `getOrCreateAppDepositAddress`.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DepositAddress {
    /// The address.
    #[serde_as(as = "NonEmpty")]
    pub address: String,
    /// The memo or tag that a payment needs: without it, it is lost.
    #[serde_as(as = "Optional")]
    pub memo: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(DepositAddress);

debug_masked!(DepositAddress shows raw; masks memo; hides address);
