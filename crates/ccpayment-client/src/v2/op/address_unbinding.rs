//! `addressUnbinding`: cuts a permanent address off its user.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{List, Optional};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString, Timestamp, check,
    debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::wire::Time;

/// Cuts a permanent address off its user: `POST addressUnbinding`. On an EVM chain the user's addresses on the other EVM chains
/// are cut off as well. Payments to the old address are still credited to the merchant, but not to the user;
/// [`AssignAddress`](crate::v2::AssignAddress) then assigns another one.
///
/// **Effect: keyed.** Code 17003, a [`Kind::Duplicate`](payments_core::Kind::Duplicate), states that the address is cut off
/// already, so repeating changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "an address is unbound by `Client::unbind_address`"]
pub struct UnbindAddress {
    chain: String,
    address: SensitiveString,
}

impl UnbindAddress {
    /// The address on this chain.
    pub fn new(chain: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            chain: chain.into(),
            address: SensitiveString::from(address),
        }
    }
}

impl Operation for UnbindAddress {
    type Output = Unbound;
    const NAME: &'static str = "unbind_address";
    const EFFECT: Effect = Effect::Keyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::text("chain", &self.chain, limits::CHAIN),
            check::text("address", &self.address, limits::ADDRESS),
        ])
    }
}

impl Call for UnbindAddress {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("addressUnbinding", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Unbound, Fault> {
        let unbound: Unbound = answer.data()?;
        let is_asked = |row: &UnboundAddress| {
            row.address
                .as_deref()
                .is_none_or(|found| limits::is_same_address(self.address.expose(), found))
        };
        if !unbound.unbound.is_empty() && !unbound.unbound.iter().any(is_asked) {
            return Err(Fault::foreign("address"));
        }
        Ok(answer.keep(unbound))
    }
}

/// The answer to `addressUnbinding`.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Unbound {
    /// The addresses that were cut off, on this and on other chains.
    #[serde(default)]
    #[serde_as(as = "List")]
    pub unbound: Vec<UnboundAddress>,
    /// When.
    #[serde_as(as = "Time")]
    pub unbound_at: Option<Timestamp>,
    /// The user of the user wallet system it belonged to.
    #[serde(rename = "userID")]
    #[serde_as(as = "Optional")]
    pub user_id: Option<String>,
    /// The merchant's id of the user it belonged to.
    #[serde(rename = "referenceID")]
    #[serde_as(as = "Optional")]
    pub reference_id: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Unbound);

debug_masked!(Unbound shows unbound, unbound_at, raw; masks user_id, reference_id);

/// An address that was cut off.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Optional")])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct UnboundAddress {
    /// The chain.
    pub chain: Option<String>,
    /// The address.
    pub address: Option<String>,
}

debug_masked!(UnboundAddress shows chain; masks address);
