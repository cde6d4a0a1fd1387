//! `GET getWalletAddress` (specification, chapter 3): a user's deposit addresses, made when first asked for.

use serde::Serialize;

use super::Outcome;
use super::answer::{self, Refusal};
use super::coins;
use super::verify::Verified;
use crate::app::App;

/// The fields of the specification's example, in its order.
#[derive(Serialize)]
pub(crate) struct Address {
    pub(crate) address: String,
    pub(crate) currency: &'static str,
    pub(crate) network: &'static str,
}

/// The seven rows of a user: one address serves all coins of a network.
pub(crate) fn of_user(app: &App, user_id: &str) -> [Address; 7] {
    coins::PAIRS.map(|(currency, network)| Address {
        address: network.address_of_user(&app.cpay.address_salt, user_id),
        currency,
        network: network.long(),
    })
}

pub(super) fn run(app: &App, params: &Verified) -> Outcome {
    let user_id = params.required("userId", 64)?;
    let mut tables = app.store.lock();
    tables
        .users
        .note(user_id, |user| user.has_addresses = true)
        .ok_or_else(|| Refusal::full("users"))?;
    drop(tables);
    answer::data(&of_user(app, user_id))
}
