//! The Cwallet users of the sandbox, and `getCwalletUserId`.

use serde_json::json;

use super::answer::{self, Outcome, Refusal};
use super::codes::Code;
use super::fields::TEXT;
use super::state::CcpaymentV2;
use super::verify::Verified;

pub(super) const FIELDS: &[&str] = &["cwalletUserId"];

/// A user of Cwallet.
pub(super) struct User {
    pub(super) id: &'static str,
    pub(super) email: &'static str,
    masked: &'static str,
}

/// All users; no other id or e-mail address exists.
pub(super) static USERS: [User; 2] = [
    User {
        id: "9454818",
        email: "ana@cwallet.test",
        masked: "an***@cwallet.test",
    },
    User {
        id: "9558861",
        email: "alice@cwallet.test",
        masked: "al***@cwallet.test",
    },
];

/// The user with this id or e-mail address.
pub(super) fn find(text: &str) -> Result<&'static User, Refusal> {
    let same = |user: &&User| user.id == text || user.email.eq_ignore_ascii_case(text);
    USERS.iter().find(same).ok_or_else(|| {
        Refusal::new(
            Code::UserIdNotFound,
            "no Cwallet user of this sandbox has this id or e-mail address",
        )
    })
}

pub(super) fn run(_: &CcpaymentV2, fields: &Verified) -> Outcome {
    let user = find(fields.required("cwalletUserId", TEXT)?)?;
    answer::data(&json!({ "cwalletUserId": user.id, "cwalletUserName": user.masked }))
}
