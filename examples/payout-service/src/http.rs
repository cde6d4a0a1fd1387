//! What callers and providers reach.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use payments_core::{BoxError, Outcome};
use payments_facade::payment::PaymentKind;
use payments_facade::router::RouteStop;
use payments_facade::ticket::MoneyCall;
use payments_facade::{Destination, Fee, Lookup, MerchantRef, Money, Payee, PayoutOrder};
use serde_json::{Value, json};

use crate::Service;

/// A payout. `reference` is the caller's own id of it, and is used once.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    reference: MerchantRef,
    address: String,
    network: String,
    /// What reaches the payee. The fee is added.
    money: Money,
}

fn order(request: Request) -> Result<PayoutOrder, BoxError> {
    let payee = Payee::Chain(Destination::new(&request.address, &request.network)?);
    let (reference, money) = (request.reference, request.money);
    Ok(PayoutOrder::new(reference, payee, money, Fee::OnTop))
}

/// What callers reach, and what providers reach.
pub(crate) fn routes(service: &Service) -> [Router; 2] {
    let payouts = Router::new().route("/payouts", post(create));
    let payouts = payouts.route("/payouts/{reference}", get(show));
    let webhooks = Router::new().route("/webhooks/{*account}", post(webhook));
    [payouts, webhooks].map(|routes| routes.with_state(service.clone()))
}

/// 201: accepted, and the provider can still reject it. 202: perhaps accepted, so never ask for it under another reference.
/// 409: the reference was used before. 422: no payout was made. 503: the database failed, make the same request again.
async fn create(State(service): State<Service>, Json(request): Json<Request>) -> Response {
    // Only for the answer: the journal prevents a second payout, and is not asked if no account can make this one.
    let store = &service.store;
    let earlier = store.intent(MoneyCall::Payout, &request.reference).await;
    match earlier.map(|intent| intent.map(|it| (it.state, it.ticket))) {
        Ok(None | Some((payments_store::IntentState::NotApplied, _))) => {}
        Ok(Some((state, ticket))) => return answer(StatusCode::CONFLICT, state.as_str(), &ticket),
        Err(problem) => return answer(StatusCode::SERVICE_UNAVAILABLE, "unknown", &problem),
    }
    let (order, router) = match order(request).and_then(|it| Ok((it, service.router()?))) {
        Ok(both) => both,
        Err(problem) => return answer(StatusCode::UNPROCESSABLE_ENTITY, "not_applied", &problem),
    };
    // A task, because a caller that hangs up drops this future, and the outcome would be unknown.
    let call = async move { router.create_payout(&order).await };
    let error = match service.under_way.spawn(call).await {
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

/// What is known of a payout: the outcome of the call, and the phase of the payment, which is `null` without one.
async fn show(
    State(service): State<Service>,
    Path(reference): Path<MerchantRef>,
) -> Result<Json<Value>, StatusCode> {
    let failed = |_| StatusCode::SERVICE_UNAVAILABLE;
    let intent = service.store.intent(MoneyCall::Payout, &reference).await;
    let intent = intent.map_err(failed)?.ok_or(StatusCode::NOT_FOUND)?;
    let (gateway, by) = (intent.ticket.gateway(), Lookup::Reference(reference));
    let payments = service.store.payments(gateway, &by).await;
    let payments = payments.map_err(failed)?;
    let payout = payments.iter().find(|it| it.kind() == PaymentKind::Payout);
    Ok(Json(json!({
        "outcome": intent.state.as_str(),
        "phase": payout.map(|it| it.phase().as_str()),
        "contested": payout.is_some_and(|it| it.is_contested()),
        "detail": intent.problem.unwrap_or_default(),
    })))
}

/// Headers and body go to the store as they came.
async fn webhook(
    State(service): State<Service>,
    Path(id): Path<payments_facade::GatewayId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, StatusCode> {
    let gateway = service.gateways.get(&id).ok_or(StatusCode::NOT_FOUND)?;
    let reply = service.store.receive(gateway, &headers, &body).await;
    Ok(reply.map(Body::from))
}

fn answer(status: StatusCode, outcome: &str, detail: &dyn std::fmt::Display) -> Response {
    let detail = detail.to_string();
    (status, Json(json!({"outcome": outcome, "detail": detail}))).into_response()
}
