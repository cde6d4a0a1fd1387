//! Every path of the sandbox.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get, post};

use crate::app::App;
use crate::{admin, ccpayment, chainup_opay, cpay, guard, html, json};

/// The largest body of an admin call or a form of the pages.
const BODY_LIMIT: usize = 16 * 1024;
/// How long an admin call or a form may take: all of it is waiting for the body.
const BODY_TIME: Duration = Duration::from_secs(10);

/// What is not named here goes to C-Pay's room, which answers in its error shape and has its own rules for bodies.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(admin::front))
        .route("/favicon.ico", get(html::icon))
        .route("/payment", get(cpay::cashier::show))
        .route("/payment/pay", post(cpay::cashier::pay))
        .route("/payment/expire", post(cpay::cashier::expire))
        .route("/card", get(cpay::card_page::show))
        .route("/card/pay", post(cpay::card_page::pay))
        .route("/card/cancel", post(cpay::card_page::cancel))
        .route("/3ds", get(cpay::three_ds::show))
        .route("/3ds/confirm", post(cpay::three_ds::confirm))
        .route("/3ds/refuse", post(cpay::three_ds::refuse))
        .route("/platform/pay.html", get(chainup_opay::page::show))
        .route("/platform/pay", post(chainup_opay::page::pay))
        .route("/platform/fail", post(chainup_opay::page::fail))
        .route("/platform/close", post(chainup_opay::page::close))
        .route("/pay", get(ccpayment::page::show))
        .route("/pay/choose", post(ccpayment::page::choose))
        .route("/pay/pay", post(ccpayment::page::pay))
        .route("/pay/expire", post(ccpayment::page::expire))
        .nest("/_sandbox", admin::router())
        .route("/_sandbox/", get(admin::overview))
        .layer(from_fn(in_time))
        .route("/openapi/{*call}", any(cpay::receive))
        .route("/ccpayment/{*call}", any(ccpayment::receive))
        .route("/platformapi/{*call}", any(chainup_opay::receive))
        .route("/opay/{*call}", any(chainup_opay::receive))
        .fallback(cpay::receive)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(Arc::clone(&app), guard::check))
        .with_state(app)
}

/// Gives a request up whose body does not come in.
async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(BODY_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => json::problem(
            StatusCode::REQUEST_TIMEOUT,
            "The body did not come in within 10 seconds.",
        ),
    }
}

/// Somebody typed the address a form goes to, or posted to a page.
async fn wrong_method() -> Response {
    html::notice(
        StatusCode::METHOD_NOT_ALLOWED,
        "Nothing to see at this address",
        "It belongs to a button or a page that is reached another way. For a payment, open its link again.",
    )
}
