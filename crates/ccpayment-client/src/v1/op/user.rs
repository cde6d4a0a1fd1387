//! `check/user`: whether a Cwallet user exists.

use payments_core::{Effect, Fault, InvalidRequest, Operation, RawAnswer, check, debug_masked};
use payments_core::{SensitiveString, redact};
use serde::{Deserialize, Serialize};

use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};
use crate::v1::rules;

/// Asks whether a Cwallet id is one: `POST check/user`, "Check the Validity of Cwallet ID".
///
/// **Effect: read.** One that is not is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 224083.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        check::text("c_id", &self.c_id, rules::ID)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    c_id: &'a str,
}

impl Wired for UserQuery {
    const PATH: &'static str = "check/user";

    fn body(&self) -> impl Serialize {
        Body { c_id: &self.c_id }
    }

    fn read(&self, answer: Answer<'_>) -> Result<CwalletUser, Fault> {
        let told: Told = answer.data()?;
        answer.expect("c_id", &*self.c_id, Some(&*told.c_id))?;
        Ok(answer.keep(CwalletUser {
            c_id: told.c_id,
            nickname: told.nickname.or(told.nikename),
            raw: None,
        }))
    }

    fn redact(&self, said: String) -> String {
        redact::without(&said, &self.c_id)
    }
}

/// On the wire. The page's table has one spelling of the name, its example the other.
#[derive(Deserialize)]
struct Told {
    #[serde(deserialize_with = "super::present_text")]
    c_id: String,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    nickname: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    nikename: Option<String>,
}

/// What `check/user` answers: there is such a user.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct CwalletUser {
    /// The id, as asked.
    pub c_id: String,
    /// What the user goes by. The wire calls it `nickname` or `nikename`.
    pub nickname: Option<String>,
    raw: Option<RawAnswer>,
}

keeps_raw!(CwalletUser);

debug_masked!(CwalletUser shows raw; masks nickname; hides c_id);
