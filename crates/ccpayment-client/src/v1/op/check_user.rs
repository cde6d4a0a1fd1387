//! `check/user`: whether a Cwallet user exists.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString, Timestamp, check,
    debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v1::limits;
use crate::v1::protocol::{Account, Call};

/// Asks whether a Cwallet user exists: `POST check/user`, "Check the Validity of Cwallet ID".
///
/// **Effect: read.** An unknown id is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 224083.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a query is made by `Client::check_user`"]
pub struct UserQuery {
    c_id: SensitiveString,
}

impl UserQuery {
    /// By the Cwallet id, up to 64 characters (`assumed`).
    pub fn new(c_id: impl Into<String>) -> Self {
        Self {
            c_id: SensitiveString::from(c_id),
        }
    }
}

impl Operation for UserQuery {
    type Output = CwalletUser;
    const NAME: &'static str = "check_user";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::text("c_id", &self.c_id, limits::ID)
    }
}

impl Call for UserQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("check/user", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<CwalletUser, Fault> {
        let mut user: CwalletUser = answer.data()?;
        let OtherSpelling { nikename } = answer.data()?;
        answer.expect_reference("c_id", self.c_id.expose(), Some(user.c_id.as_str()))?;
        user.nickname = user.nickname.or(nikename);
        Ok(answer.keep(user))
    }
}

/// The answer to `check/user`: the user exists.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct CwalletUser {
    /// The id, as requested.
    #[serde_as(as = "NonEmpty")]
    pub c_id: String,
    /// The user's name, sent as `nickname` (the page's table) or `nikename` (its example).
    #[serde_as(as = "Lenient")]
    pub nickname: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

/// The spelling of the page's example. Not an alias, which would reject an answer that has both.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Deserialize)]
struct OtherSpelling {
    #[serde_as(as = "Lenient")]
    nikename: Option<String>,
}

keeps_raw!(CwalletUser);

debug_masked!(CwalletUser shows raw; masks nickname; hides c_id);
