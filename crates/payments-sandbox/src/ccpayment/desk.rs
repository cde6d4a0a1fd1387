//! The sandbox's own page about CCPayment: balances, tokens, test users, permanent addresses, and the forms that do what
//! no call of the API does.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::coins::{TOKENS, Token};
use super::cwallet::{USERS, User};
use super::rates;
use crate::actions;
use crate::app::App;
use crate::html;
use crate::store::{Balance, Gateway};

/// Rows of each table on the page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "ccpayment_desk.html")]
struct Desk {
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

pub(crate) async fn show(State(app): State<Arc<App>>) -> Response {
    let balances = actions::balances(&app, Gateway::Ccpayment);
    let now_ms = app.clock.now_ms();
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
    let tables = app.store.lock();
    let addresses = tables.ccpayment.addresses().take(ROWS);
    let addresses = addresses.map(|(user_id, chain, row)| AddressRow {
        user_id: user_id.to_owned(),
        chain,
        address: row.place.address.clone(),
        memo: row.place.memo.clone(),
    });
    let desk = Desk {
        balances,
        tokens: TOKENS.iter().map(row).collect(),
        users: &USERS,
        addresses: addresses.collect(),
        rows: ROWS,
    };
    html::page(StatusCode::OK, &desk)
}
