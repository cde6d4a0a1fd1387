//! The admin API and the overview under `/_sandbox`, and the front page. Providers add their own controls.

mod api;
mod clock;
mod details;
mod events;
mod faults;
mod lists;
mod pages;
mod settings;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::shared::html;

pub(crate) use api::wrong_method;
pub(crate) use pages::{front, overview};

/// The paths under `/_sandbox`.
pub(crate) fn router(app: Arc<App>, controls: Router) -> Router {
    Router::new()
        .route("/", get(pages::overview))
        .route("/health", get(api::health))
        .route("/credentials", get(api::credentials))
        .route("/requests", get(api::requests))
        .route("/orders", get(api::orders))
        .route("/orders/{id}", get(api::order))
        .route("/requests/{id}", get(api::request))
        .route("/deliveries/{id}", get(api::delivery))
        .route("/orders/{id}/{action}", post(api::act))
        .route("/balances", get(api::balances).post(api::set_balance))
        .route("/deliveries", get(api::deliveries))
        .route("/deliveries/quiet", get(api::quiet))
        .route("/deliveries/{id}/resend", post(api::resend))
        .route("/faults", get(faults::list).post(faults::add))
        .route("/faults/kinds", get(faults::kinds))
        .route("/faults/clear", post(faults::clear))
        .route("/faults/{id}/remove", post(faults::remove))
        .route("/clock", get(clock::show).post(clock::act))
        .route(
            "/settings",
            get(settings::list)
                .post(settings::change)
                .patch(settings::change),
        )
        .route("/reset", post(api::reset))
        .route("/deliveries/{id}/duplicate", post(api::duplicate))
        .route("/events", get(events::events))
        .route("/dashboard.js", get(html::script))
        .route("/style.css", get(html::style))
        .route("/icon.svg", get(html::icon))
        .with_state(app)
        .merge(controls)
        .fallback(api::not_found)
        .method_not_allowed_fallback(api::wrong_method)
}
