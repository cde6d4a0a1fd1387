//! `network/fee`: what a withdrawal would cost.

use payments_core::SensitiveString;
use payments_core::{Amount, Effect, Fault, InvalidRequest, Operation, RawAnswer, check, wire};
use serde::{Deserialize, Serialize};

use super::{unset, without_all};
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};
use crate::v1::{Fee, rules};

/// Asks what the network charges for a withdrawal: `POST network/fee`, "Network Fee Interface".
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a query is made by `Client::network_fee`"]
pub struct NetworkFeeQuery {
    token_id: String,
    address: SensitiveString,
    memo: SensitiveString,
}

impl NetworkFeeQuery {
    /// For a token, from [`Client::coins`](crate::v1::Client::coins).
    pub fn new(token_id: impl Into<String>) -> Self {
        Self {
            token_id: token_id.into(),
            address: SensitiveString::default(),
            memo: SensitiveString::default(),
        }
    }

    /// To this address, as in [`Withdraw::new`](super::Withdraw::new): to a Cwallet user it costs nothing.
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = SensitiveString::from(address);
        self
    }

    /// With this memo. Only the provider's clients know the parameter, its page does not.
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = SensitiveString::from(memo);
        self
    }
}

impl Operation for NetworkFeeQuery {
    type Output = NetworkFee;
    const NAME: &'static str = "network_fee";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::text("token_id", &self.token_id, rules::ID)?;
        check::optional_text("address", &self.address, rules::ADDRESS)?;
        check::optional_text("memo", &self.memo, rules::MEMO)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    token_id: &'a str,
    #[serde(skip_serializing_if = "unset")]
    address: &'a str,
    #[serde(skip_serializing_if = "unset")]
    memo: &'a str,
}

impl Wired for NetworkFeeQuery {
    const PATH: &'static str = "network/fee";

    fn body(&self) -> impl Serialize {
        Body {
            token_id: &self.token_id,
            address: &self.address,
            memo: &self.memo,
        }
    }

    fn read(&self, answer: Answer<'_>) -> Result<NetworkFee, Fault> {
        let told: Told = answer.data()?;
        answer.expect("token_id", &*self.token_id, told.token_id.as_deref())?;
        Ok(answer.keep(NetworkFee {
            token_id: told.token_id,
            fee: Fee::new(told.fee).in_crypto(told.crypto),
            raw: None,
        }))
    }

    fn redact(&self, said: String) -> String {
        without_all(said, [&self.address, &self.memo])
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(default, deserialize_with = "wire::optional_text")]
    token_id: Option<String>,
    #[serde(deserialize_with = "super::present_text")]
    crypto: String,
    #[serde(deserialize_with = "wire::amount")]
    fee: Amount,
}

/// What `network/fee` answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NetworkFee {
    /// The token, as asked.
    pub token_id: Option<String>,
    /// The fee and the coin it is in, which need not be the token's.
    pub fee: Fee,
    raw: Option<RawAnswer>,
}

keeps_raw!(NetworkFee);
