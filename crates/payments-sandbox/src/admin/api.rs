//! `/_sandbox/…`: JSON for programs. The pages' buttons use the same calls and are led back to the page.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;
use serde::Serialize;
use serde_json::json;

use super::wish::{self, Wish};
use crate::actions::{self, ActionError};
use crate::app::App;
use crate::chainup_opay;
use crate::clock::readable;
use crate::cpay;
use crate::cpay::wallet_address::of_user;
use crate::html;
use crate::json::{answer, problem};
use crate::store::{Balance, Gateway};

type AppState = State<Arc<App>>;

pub(super) async fn health(State(app): AppState) -> Response {
    let health = json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "gateways": Gateway::ALL.map(Gateway::as_str),
        "now_ms": app.clock.now_ms(),
    });
    answer(StatusCode::OK, &health)
}

pub(super) async fn credentials(State(app): AppState) -> Response {
    answer(StatusCode::OK, &app.credentials.public())
}

pub(super) async fn requests(State(app): AppState) -> Response {
    let tables = app.store.lock();
    let rows: Vec<_> = tables.requests.iter().collect();
    answer(StatusCode::OK, &json!({ "requests": rows }))
}

pub(super) async fn orders(State(app): AppState) -> Response {
    actions::settle_due(&app);
    let tables = app.store.lock();
    let rows: Vec<_> = tables.orders.iter().collect();
    answer(StatusCode::OK, &json!({ "orders": rows }))
}

pub(super) async fn deliveries(State(app): AppState) -> Response {
    actions::settle_due(&app);
    let tables = app.store.lock();
    let rows: Vec<_> = tables.deliveries.iter().collect();
    answer(StatusCode::OK, &json!({ "deliveries": rows }))
}

pub(super) async fn balances(State(app): AppState) -> Response {
    #[derive(Serialize)]
    struct Row {
        gateway: Gateway,
        #[serde(flatten)]
        balance: Balance,
    }
    let at = |gateway| {
        let row = move |balance| Row { gateway, balance };
        actions::balances(&app, gateway).into_iter().map(row)
    };
    let rows: Vec<_> = Gateway::ALL.into_iter().flat_map(at).collect();
    answer(StatusCode::OK, &json!({ "balances": rows }))
}

pub(super) async fn users(State(app): AppState) -> Response {
    let tables = app.store.lock();
    let rows: Vec<_> = tables
        .users
        .iter()
        .map(|(user_id, user)| {
            let addresses = user.has_addresses.then(|| of_user(&app, user_id));
            json!({ "user_id": user_id, "kyc_ms": user.kyc_ms, "addresses": addresses })
        })
        .collect();
    answer(StatusCode::OK, &json!({ "users": rows }))
}

pub(super) async fn deposit(State(app): AppState, headers: HeaderMap, body: Bytes) -> Response {
    let done = Wish::read(&headers, &body, wish::DEPOSIT)
        .and_then(Wish::deposit)
        .and_then(|deposit| cpay::deposit(&app, &deposit));
    reply(&headers, done)
}

pub(super) async fn pay(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let done = Wish::read(&headers, &body, wish::PAY)
        .and_then(|wish| actions::pay(&app, &id, wish.amount.as_deref()));
    reply(&headers, done)
}

pub(super) async fn process(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let done = Wish::read(&headers, &body, wish::NOTHING).and_then(|_| actions::process(&app, &id));
    reply(&headers, done)
}

pub(super) async fn expire(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let done = Wish::read(&headers, &body, wish::NOTHING).and_then(|_| actions::expire(&app, &id));
    reply(&headers, done)
}

pub(super) async fn fail(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let done = Wish::read(&headers, &body, wish::NOTHING).and_then(|_| actions::fail(&app, &id));
    reply(&headers, done)
}

pub(super) async fn fault(State(app): AppState, headers: HeaderMap, body: Bytes) -> Response {
    let done = Wish::read(&headers, &body, wish::FAULT)
        .and_then(Wish::fault)
        .and_then(|fault| chainup_opay::prepare_fault(&app, fault))
        .map(|()| json!({ "status": "waiting" }));
    reply(&headers, done)
}

pub(super) async fn complete(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let done =
        Wish::read(&headers, &body, wish::NOTHING).and_then(|_| actions::complete(&app, &id));
    reply(&headers, done)
}

pub(super) async fn reject(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let done = Wish::read(&headers, &body, wish::NOTHING).and_then(|_| actions::reject(&app, &id));
    reply(&headers, done)
}

pub(super) async fn resend(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let done = Wish::read(&headers, &body, wish::NOTHING)
        .and_then(|_| {
            id.parse()
                .map_err(|_| ActionError::NotFound("Deliveries have whole numbers.".to_owned()))
        })
        .and_then(|id| actions::resend(&app, id));
    reply(&headers, done)
}

#[derive(Serialize)]
struct Time {
    now_ms: u64,
    now: String,
    manual: bool,
}

impl Time {
    fn of(app: &App) -> Self {
        let now_ms = app.clock.now_ms();
        Self {
            now_ms,
            now: readable(now_ms),
            manual: app.clock.is_manual(),
        }
    }
}

pub(super) async fn clock(State(app): AppState) -> Response {
    answer(StatusCode::OK, &Time::of(&app))
}

pub(super) async fn advance(State(app): AppState, headers: HeaderMap, body: Bytes) -> Response {
    let done = Wish::read(&headers, &body, wish::ADVANCE).and_then(|wish| {
        let by_ms = wish.advance_ms.ok_or_else(|| {
            ActionError::Invalid(
                "Say by how many milliseconds: {\"advance_ms\": 60000}.".to_owned(),
            )
        })?;
        actions::advance(&app, by_ms);
        Ok(Time::of(&app))
    });
    reply(&headers, done)
}

pub(super) async fn reset(State(app): AppState, headers: HeaderMap, body: Bytes) -> Response {
    let done = Wish::read(&headers, &body, wish::NOTHING).map(|_| {
        actions::reset(&app);
        json!({ "status": "reset" })
    });
    reply(&headers, done)
}

pub(super) async fn nothing_here() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "There is nothing at this path of the sandbox; GET /_sandbox shows what there is.",
    )
}

pub(super) async fn wrong_method() -> Response {
    problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "This path of the sandbox takes another method: GET reads, POST acts.",
    )
}

/// JSON, or the way back to the page for a browser's form.
pub(super) fn reply<T: Serialize>(headers: &HeaderMap, done: Result<T, ActionError>) -> Response {
    let browser = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    match done {
        Ok(_) if browser => Redirect::to("/_sandbox").into_response(),
        Ok(value) => answer(StatusCode::OK, &value),
        Err(error) if browser => {
            html::notice(error.status(), "That did not work", &error.to_string())
        }
        Err(error) => problem(error.status(), &error.to_string()),
    }
}
