//! The sandbox's own rooms: the admin API and the pages under `/_sandbox`, the front page, and the router of everything.

mod api;
pub(crate) mod html;
mod pages;
mod wish;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use serde::Serialize;

use crate::app::App;
use crate::{cpay, guard};

/// The largest body of an admin call or a form of the pages.
const BODY_LIMIT: usize = 16 * 1024;

/// Every path of the sandbox. What is not named here goes to C-Pay's room, which answers in its error shape.
pub(crate) fn router(app: Arc<App>) -> Router {
    let admin = Router::new()
        .route("/", get(pages::overview))
        .route("/health", get(api::health))
        .route("/credentials", get(api::credentials))
        .route("/requests", get(api::requests))
        .route("/orders", get(api::orders))
        .route("/orders/{id}/pay", post(api::pay))
        .route("/orders/{id}/process", post(api::process))
        .route("/orders/{id}/expire", post(api::expire))
        .route("/orders/{id}/complete", post(api::complete))
        .route("/orders/{id}/reject", post(api::reject))
        .route("/balances", get(api::balances))
        .route("/users", get(api::users))
        .route("/deposits", post(api::deposit))
        .route("/deliveries", get(api::deliveries))
        .route("/deliveries/{id}/resend", post(api::resend))
        .route("/clock", get(api::clock).post(api::advance))
        .route("/reset", post(api::reset))
        .route("/style.css", get(html::style))
        .route("/icon.svg", get(html::icon))
        .fallback(api::nothing_here)
        .method_not_allowed_fallback(api::wrong_method);
    Router::new()
        .route("/", get(pages::front))
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
        .nest("/_sandbox", admin)
        .route("/_sandbox/", get(pages::overview))
        .route("/openapi/{*call}", any(cpay::receive))
        .fallback(cpay::receive)
        .method_not_allowed_fallback(pages::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(Arc::clone(&app), guard::check))
        .with_state(app)
}

/// An answer of the admin API.
fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(text) => (
            status,
            [
                (header::CONTENT_TYPE, "application/json; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
            ],
            text,
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// An error of the admin API: one clear sentence.
pub(crate) fn problem(status: StatusCode, sentence: &str) -> Response {
    #[derive(Serialize)]
    struct Problem<'a> {
        error: &'a str,
    }
    json(status, &Problem { error: sentence })
}
