//! `token/chain`: the chains of a token, replaced by `coin/all`.
#![allow(deprecated)] // the types are used where they are defined

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, Timestamp, check};
use serde::Serialize;

use super::support_token::LegacyTokens;
use crate::v1::limits;
use crate::v1::protocol::{Account, Call};

/// Asks for the chains of a token: `POST token/chain`. It is in every official SDK and no longer in the documents.
///
/// **Effect: read.**
#[deprecated(note = "the documents no longer list token/chain: use `CoinsQuery`")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenChainsQuery {
    token_id: String,
}

impl TokenChainsQuery {
    /// By the token's id.
    #[must_use]
    pub fn new(token_id: impl Into<String>) -> Self {
        Self {
            token_id: token_id.into(),
        }
    }
}

impl Operation for TokenChainsQuery {
    type Output = LegacyTokens;
    const NAME: &'static str = "token_chains";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::text("token_id", &self.token_id, limits::ID)
    }
}

impl Call for TokenChainsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("token/chain", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<LegacyTokens, Fault> {
        LegacyTokens::decode(answer)
    }
}
