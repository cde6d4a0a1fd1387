//! `/_sandbox/…`: JSON for programs. The buttons of the pages use the same calls and are led back to the page.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::app::App;
use crate::shared::action::{Action, ActionError};
use crate::shared::admin_request::{AdminRequest, NoFields, decimal};
use crate::shared::gateway::Gateway;
use crate::shared::http::{answer, problem};
use crate::shared::ledger::Balance;

pub(super) type AppState = State<Arc<App>>;

pub(super) async fn health(State(app): AppState) -> Response {
    let providers = app.providers.iter();
    let gateways: Vec<_> = providers.map(|provider| provider.gateway()).collect();
    let health = json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "gateways": gateways,
        "now_ms": app.context.clock.now_ms(),
    });
    answer(StatusCode::OK, &health)
}

pub(super) async fn credentials(State(app): AppState) -> Response {
    answer(StatusCode::OK, &app.credentials.public())
}

pub(super) async fn requests(State(app): AppState) -> Response {
    let requests = app.context.requests();
    let rows: Vec<_> = requests.iter().collect();
    answer(StatusCode::OK, &json!({ "requests": rows }))
}

pub(super) async fn orders(State(app): AppState) -> Response {
    answer(StatusCode::OK, &json!({ "orders": app.orders() }))
}

pub(super) async fn deliveries(State(app): AppState) -> Response {
    answer(StatusCode::OK, &json!({ "deliveries": app.deliveries() }))
}

pub(super) async fn balances(State(app): AppState) -> Response {
    #[derive(Serialize)]
    struct Row {
        gateway: Gateway,
        #[serde(flatten)]
        balance: Balance,
    }
    app.settle_due();
    let mut rows = Vec::new();
    for provider in &app.providers {
        let gateway = provider.gateway();
        let balances = provider.balances().into_iter();
        rows.extend(balances.map(|balance| Row { gateway, balance }));
    }
    answer(StatusCode::OK, &json!({ "balances": rows }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetBalance {
    gateway: String,
    currency: String,
    #[serde(deserialize_with = "decimal")]
    available: Option<String>,
}

/// `POST /_sandbox/balances`
pub(super) async fn set_balance(State(app): AppState, request: AdminRequest) -> Response {
    request.answer(|fields: SetBalance| {
        let available = fields.available.unwrap_or_default();
        app.set_balance(gateway(&fields.gateway)?, &fields.currency, &available)
    })
}

pub(super) fn gateway(name: &str) -> Result<Gateway, ActionError> {
    let mut known = Gateway::ALL.into_iter();
    known
        .find(|gateway| gateway.as_str() == name)
        .ok_or_else(|| {
            let known = Gateway::ALL.map(Gateway::as_str).join(", ");
            ActionError::Invalid(format!("The gateway is one of {known}."))
        })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    #[serde(default, deserialize_with = "decimal")]
    amount: Option<String>,
}

/// `/orders/{id}/{action}`
pub(super) async fn act(
    State(app): AppState,
    Path((id, action)): Path<(String, String)>,
    request: AdminRequest,
) -> Response {
    let plain = |action| request.answer(|_: NoFields| app.act(&id, action));
    match action.as_str() {
        "pay" => request.answer(|pay: Pay| app.act(&id, Action::Pay(pay.amount.as_deref()))),
        "refund" => request.answer(|pay: Pay| {
            let amount = pay
                .amount
                .as_deref()
                .ok_or_else(|| ActionError::Invalid("The field amount is missing.".to_owned()))?;
            app.act(&id, Action::Refund(amount))
        }),
        "process" => plain(Action::Process),
        "expire" => plain(Action::Expire),
        "fail" => plain(Action::Fail),
        "complete" => plain(Action::Complete),
        "reject" => plain(Action::Reject),
        _ => not_found().await,
    }
}

pub(super) async fn resend(
    State(app): AppState,
    Path(id): Path<String>,
    request: AdminRequest,
) -> Response {
    request.answer(|_: NoFields| {
        let id = id.parse().map_err(|_| {
            ActionError::NotFound("The number of a delivery is a positive integer.".to_owned())
        })?;
        app.resend(id)
    })
}

pub(super) async fn reset(State(app): AppState, request: AdminRequest) -> Response {
    request.answer(|_: NoFields| {
        app.reset();
        Ok(json!({ "status": "reset" }))
    })
}

pub(super) async fn not_found() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "The sandbox has no such path; GET /_sandbox shows the overview.",
    )
}

pub(super) async fn wrong_method() -> Response {
    problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "This path needs another method: GET reads, POST acts.",
    )
}
