//! The page `/_sandbox/ccpayment`: balances, tokens, test users, permanent addresses, and forms for what no call of the API
//! does. Also the provider's section of the front page.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::coins::{TOKENS, Token};
use super::cwallet::{USERS, User};
use super::rates;
use super::state::Ccpayment;
use crate::shared::html;
use crate::shared::ledger::Balance;

/// Rows of each table on the page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "ccpayment/front.html")]
pub(super) struct Front<'a> {
    pub(super) app_id: &'a str,
}

#[derive(Template)]
#[template(path = "ccpayment/controls.html")]
struct Page {
    balances: Vec<Balance>,
    tokens: Vec<TokenRow>,
    users: &'static [User],
    addresses: Vec<AddressRow>,
    rows: usize,
}

struct TokenRow {
    token: &'static Token,
    price: String,
    fee: String,
    status: &'static str,
}

struct AddressRow {
    user_id: String,
    chain: &'static str,
    address: String,
    memo: String,
}

pub(super) async fn show(State(ccpayment): State<Arc<Ccpayment>>) -> Response {
    ccpayment.settle_due_orders();
    let now_ms = ccpayment.context.clock.now_ms();
    let row = |token: &'static Token| TokenRow {
        token,
        price: rates::usd(token.coin, now_ms).to_string(),
        fee: format!("{} {}", token.fee, token.fee_coin.symbol),
        status: match (token.receives(), token.pays_out()) {
            (true, _) => "normal",
            (false, true) => "withdrawals only",
            (false, false) => "in maintenance",
        },
    };
    let state = ccpayment.state();
    let addresses = state.addresses.iter().take(ROWS);
    let addresses = addresses.map(|((user_id, chain), row)| AddressRow {
        user_id: user_id.clone(),
        chain: chain.name(),
        address: row.place.address.clone(),
        memo: row.place.memo.clone(),
    });
    let page = Page {
        balances: state.ledger.balances().collect(),
        tokens: TOKENS.iter().map(row).collect(),
        users: &USERS,
        addresses: addresses.collect(),
        rows: ROWS,
    };
    html::dashboard(StatusCode::OK, &page)
}
