//! The provider's sections of the front page and of the overview.

use askama::Template;

use super::coins::PAIRS;
use super::get_wallet_address::{Address, addresses_of};
use super::state::Cpay;
use super::users::User;
use crate::shared::clock::readable;

/// Rows of the table of users.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "cpay/front.html")]
pub(super) struct Front<'a> {
    pub(super) merchant_id: &'a str,
}

#[derive(Template)]
#[template(path = "cpay/overview.html")]
pub(super) struct Overview {
    rows: usize,
    users: Vec<UserRow>,
    coins: Vec<(&'static str, &'static str)>,
}

/// A user of the merchant, with one address per network.
struct UserRow {
    id: String,
    kyc: Option<String>,
    addresses: Vec<Address>,
}

impl UserRow {
    fn new(cpay: &Cpay, id: &str, user: &User) -> Self {
        let mut addresses = Vec::new();
        if user.has_addresses {
            addresses.extend(addresses_of(cpay, id));
            addresses.dedup_by_key(|row| row.network);
        }
        Self {
            id: id.to_owned(),
            kyc: user.kyc_ms.map(readable),
            addresses,
        }
    }
}

impl Overview {
    pub(super) fn new(cpay: &Cpay) -> Self {
        let state = cpay.state();
        let users = state.users.iter().take(ROWS);
        Self {
            rows: ROWS,
            users: users
                .map(|(id, user)| UserRow::new(cpay, id, user))
                .collect(),
            coins: PAIRS.map(|(coin, network)| (coin, network.long())).into(),
        }
    }
}
