//! `/_sandbox/…`: JSON for programs. The buttons of the pages use the same calls and are led back to the page.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::details::{self, OrderDetail, RequestDetail};
use super::lists::{Filters, Rows};
use super::pages::{self, Refused};
use crate::app::App;
use crate::shared::action::{Action, ActionError};
use crate::shared::admin_request::{AdminRequest, NoFields, Path, decimal, refused};
use crate::shared::fault::{self, FaultKind};
use crate::shared::gateway::Gateway;
use crate::shared::html;
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

pub(super) async fn requests(State(app): AppState, uri: Uri) -> Response {
    list(&uri, &app, "requests", |filters| filters.requests(&app))
}

pub(super) async fn orders(State(app): AppState, uri: Uri) -> Response {
    list(&uri, &app, "orders", |filters| filters.orders(&app))
}

pub(super) async fn deliveries(State(app): AppState, uri: Uri) -> Response {
    list(&uri, &app, "deliveries", |filters| filters.deliveries(&app))
}

fn list<T: Serialize>(
    uri: &Uri,
    app: &App,
    name: &str,
    rows: impl FnOnce(&Filters) -> Rows<T>,
) -> Response {
    match Filters::of(uri, app) {
        Ok(filters) => {
            let Rows { rows, next } = rows(&filters);
            answer(StatusCode::OK, &json!({ name: rows, "next": next }))
        }
        Err(problems) => problem(StatusCode::BAD_REQUEST, &problems),
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choose {
    coin: String,
    network: String,
}

/// `/orders/{id}/{action}`
pub(super) async fn act(
    State(app): AppState,
    Path((id, action)): Path<(String, String)>,
    request: AdminRequest,
) -> Response {
    // A browser gets the page of the order with what it sent, to correct it.
    let page = |error: &ActionError| {
        let refused = Refused {
            error,
            action: &action,
            amount: &request.field("amount"),
        };
        pages::order(&app, &id, Some(refused))
    };
    let plain = |what| request.answer_or_page(|_: NoFields| app.act(&id, what), page);
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
            page,
        ),
        "choose" => request.answer(|fields: Choose| {
            let (coin, network) = (&fields.coin, &fields.network);
            app.act(&id, Action::Choose { coin, network })
        }),
        "pay_late" => request.answer_or_page(|_: NoFields| app.pay_late(&id), page),
        "process" => plain(Action::Process),
        "expire" => plain(Action::Expire),
        "fail" => plain(Action::Fail),
        "complete" => plain(Action::Complete),
        "reject" => plain(Action::Reject),
        _ => missing(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resend {
    /// The kind of fault that the first attempt meets.
    fault: Option<String>,
}

/// The kind of fault with this name that changes a message on its way.
fn webhook_fault(name: &str) -> Result<FaultKind, ActionError> {
    let kind = FaultKind::by_name(name).filter(|kind| fault::webhook::IN_A_RESEND.contains(kind));
    kind.ok_or_else(|| {
        let known = fault::webhook::IN_A_RESEND.map(FaultKind::as_str);
        ActionError::Invalid(format!("The fault is one of {}.", known.join(", ")))
    })
}

/// The longest that `GET /_sandbox/deliveries/quiet` waits.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// `GET /_sandbox/deliveries/quiet`: answers when no webhook is being sent and none is due, or after five seconds.
pub(super) async fn quiet(State(app): AppState) -> Response {
    let waited = tokio::time::timeout(LONGEST_WAIT, app.webhooks_quiet()).await;
    answer(StatusCode::OK, &json!({ "quiet": waited.is_ok() }))
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
    request.answer(|fields: Resend| {
        let delivery = details::delivery(&app, &id)?;
        let fault = fields.fault.as_deref().map(webhook_fault).transpose()?;
        let stamped = app
            .provider(delivery.gateway)
            .is_some_and(|provider| provider.signatures().stamped_webhooks);
        if fault == Some(FaultKind::WebhookStaleTimestamp) && !stamped {
            let name = delivery.gateway.name();
            let none = format!("{name} has no timestamps in its webhooks.");
            return Err(ActionError::Invalid(none));
        }
        app.resend(delivery.id, fault)
    })
}

pub(super) async fn reset(State(app): AppState, request: AdminRequest) -> Response {
    request.answer(|_: NoFields| {
        app.reset();
        Ok(json!({ "status": "reset" }))
    })
}

pub(super) async fn not_found(headers: HeaderMap) -> Response {
    if html::is_wanted(&headers) {
        return html::notice(
            StatusCode::NOT_FOUND,
            "No page at this address",
            "The sandbox has no such page. The overview lists orders, requests and webhooks; each has its page.",
        );
    }
    missing()
}

fn missing() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "The sandbox has no such path; GET /_sandbox shows the overview.",
    )
}

pub(crate) async fn wrong_method(headers: HeaderMap) -> Response {
    refused(
        &headers,
        StatusCode::METHOD_NOT_ALLOWED,
        "This path needs another method: GET reads, POST acts.",
    )
}
