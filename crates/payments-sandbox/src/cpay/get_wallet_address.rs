//! `GET getWalletAddress` (specification, chapter 3): a user's deposit addresses.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::coins;
use super::state::Cpay;
use super::verify::Verified;

/// The fields of the specification's example, in its order.
#[derive(Serialize)]
pub(super) struct Address {
    pub(super) address: String,
    pub(super) currency: &'static str,
    pub(super) network: &'static str,
}

/// The seven rows of a user. All coins of a network have the same address.
pub(super) fn addresses_of(cpay: &Cpay, user_id: &str) -> [Address; 7] {
    coins::PAIRS.map(|(currency, network)| Address {
        address: network.address_of_user(&cpay.account.address_salt, user_id),
        currency,
        network: network.long(),
    })
}

pub(super) fn run(cpay: &Cpay, params: &Verified) -> Outcome {
    let user_id = params.required("userId", 64)?;
    let mut state = cpay.state();
    state
        .users
        .note(user_id, |user| user.has_addresses = true)
        .ok_or_else(|| Refusal::full("users"))?;
    drop(state);
    answer::data(&addresses_of(cpay, user_id))
}
