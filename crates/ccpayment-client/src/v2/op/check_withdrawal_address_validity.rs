//! `checkWithdrawalAddressValidity`: whether an address exists on a chain.

use bytes::Bytes;
use http::Request;
use payments_core::wire::Scalar;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString, Timestamp, check,
    keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Asks whether an address is valid on a chain: `POST checkWithdrawalAddressValidity`. An invalid address is an answer and
/// not an error.
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a query is made by `Client::check_address`"]
pub struct AddressQuery {
    chain: String,
    address: SensitiveString,
}

impl AddressQuery {
    /// An address on a chain.
    pub fn new(chain: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            chain: chain.into(),
            address: SensitiveString::from(address),
        }
    }
}

impl Operation for AddressQuery {
    type Output = AddressValidity;
    const NAME: &'static str = "check_address";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::text("chain", &self.chain, limits::CHAIN),
            check::text("address", &self.address, limits::ADDRESS),
        ])
    }
}

impl Call for AddressQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("checkWithdrawalAddressValidity", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<AddressValidity, Fault> {
        let validity: AddressValidity = answer.data()?;
        Ok(answer.keep(validity))
    }
}

/// The answer to `checkWithdrawalAddressValidity`.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddressValidity {
    /// Whether the address is valid. It says nothing about whose it is.
    #[serde(rename = "addrIsValid")]
    #[serde_as(as = "Scalar")]
    pub is_valid: bool,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(AddressValidity);
