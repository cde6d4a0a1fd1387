//! `getCwalletUserId`: whether a Cwallet user exists.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString, Timestamp, check,
    debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Asks for a Cwallet user: `POST getCwalletUserId`.
///
/// **Effect: read.** No document states whether an unknown id is code 11003 or 11015; both are refusals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::cwallet_user`"]
pub struct CwalletUserQuery {
    cwallet_user_id: SensitiveString,
}

impl CwalletUserQuery {
    /// By the Cwallet id.
    pub fn new(cwallet_user_id: impl Into<String>) -> Self {
        Self {
            cwallet_user_id: SensitiveString::from(cwallet_user_id),
        }
    }
}

impl Operation for CwalletUserQuery {
    type Output = CwalletUser;
    const NAME: &'static str = "cwallet_user";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::text("cwallet_user_id", &self.cwallet_user_id, limits::ID)
    }
}

impl Call for CwalletUserQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getCwalletUserId", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<CwalletUser, Fault> {
        let user: CwalletUser = answer.data()?;
        let (asked, found) = (self.cwallet_user_id.expose(), &*user.cwallet_user_id);
        answer.expect_reference("cwalletUserId", asked, Some(found))?;
        Ok(answer.keep(user))
    }
}

/// The answer to `getCwalletUserId`: the user exists.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CwalletUser {
    /// The id, as requested.
    #[serde_as(as = "NonEmpty")]
    pub cwallet_user_id: String,
    /// The user's e-mail address, which the gateway masks.
    #[serde_as(as = "Lenient")]
    pub cwallet_user_name: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CwalletUser);

debug_masked!(CwalletUser shows raw; masks cwallet_user_name; hides cwallet_user_id);
