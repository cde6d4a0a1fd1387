//! What can be done to CCPayment's room alone.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;

use super::api::reply;
use super::wish::{self, Wish};
use crate::actions::{self, ActionError};
use crate::app::App;
use crate::ccpayment::{CcpaymentDeposit, CcpaymentInvoice, control};

type AppState = State<Arc<App>>;

/// A value the call cannot do without.
fn needed(name: &str, value: Option<String>) -> Result<String, ActionError> {
    value.ok_or_else(|| ActionError::Invalid(format!("The value of {name} is missing.")))
}

pub(super) async fn refund(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let done = Wish::read(&headers, &body, wish::PAY)
        .and_then(|wish| needed("amount", wish.amount))
        .and_then(|amount| actions::refund(&app, &id, &amount));
    reply(&headers, done)
}

pub(super) async fn choose(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let done = Wish::read(&headers, &body, wish::CHOICE)
        .and_then(|wish| needed("token_id", wish.token_id))
        .and_then(|token_id| control::choose(&app, &id, &token_id));
    reply(&headers, done)
}

pub(super) async fn deposit(State(app): AppState, headers: HeaderMap, body: Bytes) -> Response {
    let done = Wish::read(&headers, &body, wish::TO_ADDRESS).and_then(|wish| {
        let deposit = CcpaymentDeposit::new(
            needed("user_id", wish.user_id)?,
            needed("token_id", wish.token_id)?,
            needed("amount", wish.amount)?,
        );
        control::deposit(&app, &deposit)
    });
    reply(&headers, done)
}

pub(super) async fn invoice(State(app): AppState, headers: HeaderMap, body: Bytes) -> Response {
    let done = Wish::read(&headers, &body, wish::INVOICE).and_then(|wish| {
        let invoice = CcpaymentInvoice::new(
            needed("email", wish.email)?,
            needed("token_id", wish.token_id)?,
            needed("amount", wish.amount)?,
        );
        control::invoice(&app, &invoice)
    });
    reply(&headers, done)
}
