//! `/_sandbox/…`: JSON for programs. The buttons of the pages use the same calls and are led back to the page.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::details::{self, OrderDetail, RequestDetail};
use super::lists::{Filters, Rows};
use super::pages;
use crate::app::App;
use crate::shared::action::{Action, ActionError};
use crate::shared::admin_request::{AdminRequest, NoFields, decimal, spelled};
use crate::shared::clock::{Clock, readable};
use crate::shared::fault::{Answer, Fault};
use crate::shared::gateway::Gateway;
use crate::shared::http::{answer, problem};
use crate::shared::ledger::Balance;

type AppState = State<Arc<App>>;

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

pub(super) async fn requests(State(app): AppState, uri: Uri) -> Response {
    list(&uri, "requests", |filters| filters.requests(&app))
}

pub(super) async fn orders(State(app): AppState, uri: Uri) -> Response {
    list(&uri, "orders", |filters| filters.orders(&app))
}

pub(super) async fn deliveries(State(app): AppState, uri: Uri) -> Response {
    list(&uri, "deliveries", |filters| filters.deliveries(&app))
}

fn list<T: Serialize>(uri: &Uri, name: &str, rows: impl FnOnce(&Filters) -> Rows<T>) -> Response {
    match Filters::of(uri) {
        Ok(filters) => {
            let Rows { rows, next } = rows(&filters);
            answer(StatusCode::OK, &json!({ name: rows, "next": next }))
        }
        Err(error) => problem(error.status(), &error.to_string()),
    }
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

/// A page for a browser, otherwise JSON. The same for requests and deliveries.
pub(super) async fn order(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if pages::is_wanted(&headers, &uri) {
        return pages::order(&app, &id, None);
    }
    shown(OrderDetail::of(&app, &id))
}

pub(super) async fn request(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if pages::is_wanted(&headers, &uri) {
        return pages::request(&app, &id);
    }
    shown(RequestDetail::of(&app, &id))
}

pub(super) async fn delivery(
    State(app): AppState,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if pages::is_wanted(&headers, &uri) {
        return pages::delivery(&app, &id);
    }
    let found = details::delivery(&app, &id);
    shown(found.map(|delivery| json!({ "delivery": delivery })))
}

fn shown(found: Result<impl Serialize, ActionError>) -> Response {
    match found {
        Ok(found) => answer(StatusCode::OK, &found),
        Err(error) => problem(error.status(), &error.to_string()),
    }
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

fn gateway(name: &str) -> Result<Gateway, ActionError> {
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
    // A browser gets the page of the order with what it sent, to correct it.
    let plain = |action| {
        request.answer_or_page(
            |_: NoFields| app.act(&id, action),
            |error| pages::order(&app, &id, Some((error, ""))),
        )
    };
    match action.as_str() {
        "pay" | "refund" => request.answer_or_page(
            |pay: Pay| {
                let amount = pay.amount.as_deref();
                if action == "pay" {
                    return app.act(&id, Action::Pay(amount));
                }
                let missing = || ActionError::Invalid("The field amount is missing.".to_owned());
                app.act(&id, Action::Refund(amount.ok_or_else(missing)?))
            },
            |error| pages::order(&app, &id, Some((error, &request.field("amount")))),
        ),
        "process" => plain(Action::Process),
        "expire" => plain(Action::Expire),
        "fail" => plain(Action::Fail),
        "complete" => plain(Action::Complete),
        "reject" => plain(Action::Reject),
        _ => not_found().await,
    }
}

pub(super) async fn duplicate(
    State(app): AppState,
    Path(id): Path<String>,
    request: AdminRequest,
) -> Response {
    request.answer(|_: NoFields| app.duplicate(details::delivery(&app, &id)?.id))
}

pub(super) async fn resend(
    State(app): AppState,
    Path(id): Path<String>,
    request: AdminRequest,
) -> Response {
    request.answer(|_: NoFields| app.resend(details::delivery(&app, &id)?.id))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultFields {
    gateway: String,
    call: Option<String>,
    #[serde(default, deserialize_with = "spelled")]
    carried_out: Option<bool>,
    answer: Option<String>,
    #[serde(default, deserialize_with = "spelled")]
    code: Option<i64>,
    #[serde(default, deserialize_with = "spelled")]
    http_status: Option<u16>,
    #[serde(default, deserialize_with = "spelled")]
    delay_ms: Option<u64>,
    #[serde(default, deserialize_with = "spelled")]
    times: Option<u32>,
}

impl FaultFields {
    fn fault(self) -> Result<Fault, ActionError> {
        let invalid = |what: String| Err(ActionError::Invalid(what));
        let gateway = gateway(&self.gateway)?;
        let delay = Duration::from_millis(self.delay_ms.unwrap_or_default());
        let carried_out = self.carried_out.unwrap_or_default();
        let is_error = self.code.is_some() || self.http_status.is_some();
        let answer = self.answer.as_deref();
        let mut fault = match answer.unwrap_or(if is_error || delay.is_zero() {
            "cut"
        } else {
            "own"
        }) {
            _ if is_error && answer.is_some() => {
                return invalid("An answer with a code or HTTP status is neither lost, cut nor its own: leave answer out.".to_owned());
            }
            "own" if delay.is_zero() => {
                return invalid(
                    "The request's own answer without delay_ms is no fault.".to_owned(),
                );
            }
            "own" if carried_out => Fault::late_answer(gateway, delay),
            "own" => Fault::late_request(gateway, delay),
            "cut" | "lost" if carried_out => Fault::after(gateway).delay(delay),
            "cut" | "lost" => Fault::instead(gateway).delay(delay),
            _ => return invalid("The answer is one of cut, lost and own.".to_owned()),
        };
        if answer == Some("lost") {
            fault = fault.no_answer();
        }
        if let Some(code) = self.code {
            fault = fault.code(code);
        }
        if let Some(status) = self.http_status {
            fault = fault.http_status(status);
        }
        if let Some(call) = self.call {
            fault = fault.call(call);
        }
        Ok(fault.times(self.times.unwrap_or(1)))
    }
}

pub(super) async fn faults(State(app): AppState) -> Response {
    let faults = app.context.faults();
    let rows: Vec<_> = faults.iter().map(row).collect();
    answer(StatusCode::OK, &json!({ "faults": rows }))
}

fn row(fault: &Fault) -> serde_json::Value {
    let (answer, code, http_status) = match fault.answer {
        Answer::Cut => (Some("cut"), None, None),
        Answer::Lost => (Some("lost"), None, None),
        Answer::Own => (Some("own"), None, None),
        Answer::Error { code, http_status } => (None, code, http_status),
    };
    json!({
        "gateway": fault.gateway,
        "call": fault.call,
        "carried_out": fault.carried_out,
        "answer": answer,
        "code": code,
        "http_status": http_status,
        "delay_ms": fault.delay_ms,
        "times": fault.times,
    })
}

/// `POST /_sandbox/faults`
pub(super) async fn fault(State(app): AppState, request: AdminRequest) -> Response {
    request.answer(|fields: FaultFields| {
        app.fault(fields.fault()?)?;
        Ok(json!({ "status": "waiting" }))
    })
}

#[derive(Serialize)]
struct Time {
    now_ms: u64,
    now: String,
    manual: bool,
    /// What the clock does to the timestamps of messages.
    note: &'static str,
}

/// What moving a clock does to the timestamps of messages.
pub(super) fn stamps_note(clock: &Clock) -> &'static str {
    if clock.is_manual() {
        "Webhooks, answers and requests have timestamps of this clock: give clients and receivers the same time. CCPayment's are valid for two minutes."
    } else {
        "Webhooks keep the machine's time, so receivers accept them after an advance. Requests are compared with this clock: CCPayment's client follows it, ChainUp OPay refuses (50010) what is five minutes behind."
    }
}

impl Time {
    fn of(app: &App) -> Self {
        let clock = &app.context.clock;
        let now_ms = clock.now_ms();
        Self {
            now_ms,
            now: readable(now_ms),
            manual: clock.is_manual(),
            note: stamps_note(clock),
        }
    }
}

pub(super) async fn clock(State(app): AppState) -> Response {
    answer(StatusCode::OK, &Time::of(&app))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    #[serde(default, deserialize_with = "spelled")]
    advance_ms: Option<u64>,
}

pub(super) async fn advance(State(app): AppState, request: AdminRequest) -> Response {
    request.answer(|advance: Advance| {
        let by_ms = advance.advance_ms.ok_or_else(|| {
            let example = "{\"advance_ms\": 60000}";
            ActionError::Invalid(format!("The field advance_ms is missing, e.g. {example}."))
        })?;
        app.advance(by_ms);
        Ok(Time::of(&app))
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
