//! The sandbox's own rooms: the admin API and the pages under `/_sandbox`, and the front page.

mod api;
mod ccpayment;
mod pages;
mod wish;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use pages::{front, overview};

use crate::app::App;
use crate::ccpayment::desk;
use crate::html;

/// The paths under `/_sandbox`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(pages::overview))
        .route("/health", get(api::health))
        .route("/credentials", get(api::credentials))
        .route("/requests", get(api::requests))
        .route("/orders", get(api::orders))
        .route("/orders/{id}/pay", post(api::pay))
        .route("/orders/{id}/process", post(api::process))
        .route("/orders/{id}/expire", post(api::expire))
        .route("/orders/{id}/fail", post(api::fail))
        .route("/orders/{id}/complete", post(api::complete))
        .route("/orders/{id}/reject", post(api::reject))
        .route("/chainup_opay/faults", post(api::fault))
        .route("/orders/{id}/refund", post(ccpayment::refund))
        .route("/ccpayment", get(desk::show))
        .route("/ccpayment/choose/{id}", post(ccpayment::choose))
        .route("/ccpayment/deposits", post(ccpayment::deposit))
        .route("/ccpayment/invoices", post(ccpayment::invoice))
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
        .method_not_allowed_fallback(api::wrong_method)
}
