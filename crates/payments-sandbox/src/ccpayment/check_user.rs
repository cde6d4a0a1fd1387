//! `check/user`: whether a Cwallet user exists.

use serde::Serialize;

use super::answer::{self, Class, Outcome, Refusal};
use super::cwallet;
use super::limits;
use super::state::Ccpayment;
use super::verify::Verified;

pub(super) const FIELDS: &[&str] = &["c_id"];

#[derive(Serialize)]
struct User {
    c_id: &'static str,
    /// As in the table; the sample next to it has `nikename`.
    nickname: &'static str,
}

pub(super) fn run(_: &Ccpayment, fields: &Verified) -> Outcome {
    let user = cwallet::by_id(fields.required("c_id", limits::ID)?).ok_or_else(|| {
        Refusal::new(
            Class::User,
            "no Cwallet user of this sandbox has this id; the crate's documentation lists them",
        )
    })?;
    answer::data(&User {
        c_id: user.id,
        nickname: user.nickname,
    })
}
