//! The API. Put it behind your own authentication: whoever reaches it can pay.

use std::fmt::Display;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use payments_core::{BoxError, Outcome};
use payments_facade::router::RouteStop;
use payments_facade::ticket::MoneyCall;
use payments_facade::{Destination, Fee, MerchantRef, Money, Payee, PayoutOrder};
use serde::Deserialize;
use serde_json::json;

use crate::Service;

/// A payout. `reference` is the caller's own id of it, and is used once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    reference: String,
    address: String,
    network: String,
    /// What reaches the payee, as decimal text. The fee is added.
    amount: String,
    asset: String,
}

impl Request {
    fn order(self) -> Result<PayoutOrder, BoxError> {
        let payee = Payee::Chain(Destination::new(&self.address, &self.network)?);
        let (reference, money) = (
            self.reference.parse()?,
            Money::of(&self.amount, &self.asset)?,
        );
        Ok(PayoutOrder::new(reference, payee, money, Fee::OnTop))
    }
}

pub(crate) fn routes(service: Service) -> Router {
    Router::new()
        .route("/payouts", post(create))
        .route("/payouts/{reference}", get(show))
        .route("/webhooks/{*account}", post(webhook))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .with_state(service)
}

/// 201: the payout was made. 202: it may have been made; `GET` it later, and never ask for it under another reference.
/// 409: the reference was used before. 422: it was not made. 503: the database failed, make the same request again.
async fn create(State(service): State<Service>, Json(request): Json<Request>) -> Response {
    let (order, router) = match request.order().and_then(|it| Ok((it, service.router()?))) {
        Ok(both) => both,
        Err(problem) => return answer(StatusCode::UNPROCESSABLE_ENTITY, "not_applied", &problem),
    };
    // A task, because a caller that hangs up drops this future, and the outcome would be unknown.
    let made = tokio::spawn(async move { router.create_payout(&order).await });
    let error = match made.await {
        Ok(Ok(made)) => return answer(StatusCode::CREATED, "applied", &made.gateway),
        Ok(Err(error)) => error,
        Err(_) => return answer(StatusCode::ACCEPTED, "unknown", &"the call panicked"),
    };
    let status = match (error.stop(), error.outcome()) {
        (RouteStop::AlreadyMade(_) | RouteStop::Unresolved(_), _) => StatusCode::CONFLICT,
        (RouteStop::Journal(_), _) => StatusCode::SERVICE_UNAVAILABLE,
        (_, Outcome::NotApplied) => StatusCode::UNPROCESSABLE_ENTITY,
        (_, Outcome::Applied | Outcome::Unknown) => StatusCode::ACCEPTED,
    };
    answer(status, error.outcome().as_str(), &error)
}

/// What the database knows of a payout.
async fn show(State(service): State<Service>, Path(reference): Path<String>) -> Response {
    let Ok(reference) = MerchantRef::new(reference) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match service.store.intent(MoneyCall::Payout, &reference).await {
        Ok(Some(intent)) => {
            let problem = intent.problem.unwrap_or_default();
            answer(StatusCode::OK, intent.state.as_str(), &problem)
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(problem) => answer(StatusCode::SERVICE_UNAVAILABLE, "unknown", &problem),
    }
}

/// Headers and body go to the store as they came.
async fn webhook(
    State(service): State<Service>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let gateway = account.parse().map(|id| service.gateways.get_shared(&id));
    match gateway {
        Ok(Some(gateway)) => service.store.receive(&*gateway, &headers, &body).await,
        _ => return StatusCode::NOT_FOUND.into_response(),
    }
    .map(Body::from)
}

fn answer(status: StatusCode, outcome: &str, detail: &dyn Display) -> Response {
    let body = json!({"outcome": outcome, "detail": detail.to_string()});
    (status, Json(body)).into_response()
}
