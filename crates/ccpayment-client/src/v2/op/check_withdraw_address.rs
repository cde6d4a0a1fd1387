//! `checkWithdrawAddress`: checks the addresses of a batch.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{List, Scalar};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString, Timestamp, check,
    keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Checks up to 500 addresses of a chain before a batch is created: `POST checkWithdrawAddress`. In no page: see
/// [`CreateBatch`](crate::v2::CreateBatch).
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::check_batch_addresses`"]
pub struct CheckBatchAddresses {
    chain: String,
    #[serde(rename = "addressInfoList")]
    addresses: Vec<BatchAddress>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct BatchAddress {
    seq: u64,
    address: SensitiveString,
    #[serde(skip_serializing_if = "str::is_empty")]
    memo: SensitiveString,
}

impl CheckBatchAddresses {
    /// On this chain, to which [`address`](Self::address) adds addresses.
    pub fn new(chain: impl Into<String>) -> Self {
        Self {
            chain: chain.into(),
            addresses: Vec::new(),
        }
    }

    /// Adds an address with its memo or tag, empty if it has none. The results name it by `seq`, from 1.
    pub fn address(
        mut self,
        seq: u64,
        address: impl Into<String>,
        memo: impl Into<String>,
    ) -> Self {
        self.addresses.push(BatchAddress {
            seq,
            address: SensitiveString::from(address),
            memo: SensitiveString::from(memo),
        });
        self
    }
}

impl Operation for CheckBatchAddresses {
    type Output = BatchAddresses;
    const NAME: &'static str = "check_batch_addresses";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        let rows = self.addresses.iter();
        InvalidRequest::all([
            check::text("chain", &self.chain, limits::CHAIN),
            limits::rows(rows.clone().map(|row| row.seq), 1),
            InvalidRequest::all(rows.flat_map(|row| {
                [
                    check::text("address", &row.address, limits::ADDRESS),
                    check::optional_text("memo", &row.memo, limits::MEMO),
                ]
            })),
        ])
    }
}

impl Call for CheckBatchAddresses {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("checkWithdrawAddress", self, now)
    }

    /// A result of an address that was not asked for is an error.
    fn decode(&self, answer: Answer<'_>) -> Result<BatchAddresses, Fault> {
        let found: BatchAddresses = answer.data()?;
        let is_asked =
            |result: &CheckedAddress| self.addresses.iter().any(|row| row.seq == result.seq);
        if !found.results.iter().all(is_asked) {
            return Err(Fault::foreign("seq"));
        }
        Ok(answer.keep(found))
    }
}

/// The answer to `checkWithdrawAddress`.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BatchAddresses {
    /// One row for each address. That an address without a row is valid is not documented.
    #[serde(rename = "addressInfoResults", default)]
    #[serde_as(as = "List")]
    pub results: Vec<CheckedAddress>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(BatchAddresses);

/// The result for one address.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct CheckedAddress {
    /// As in the request.
    #[serde_as(as = "Scalar")]
    pub seq: u64,
    /// What is wrong with it, as in [`codes`](crate::v2::codes); none if it is valid (`assumed`).
    #[serde(default)]
    #[serde_as(as = "List<Scalar>")]
    pub codes: Vec<String>,
}
