//! The page of one webhook: its message and every attempt.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::view::View;
use crate::admin::details;
use crate::app::App;
use crate::shared::deliveries::Delivery;
use crate::shared::fault::{self, FaultKind};
use crate::shared::html;

#[derive(Template)]
#[template(path = "dashboard/delivery.html")]
struct Page<'a> {
    view: View<'a>,
    delivery: Delivery,
    /// How long until the next attempt.
    wait_ms: Option<u64>,
    /// What a resend can be spoiled with.
    faults: Vec<FaultKind>,
}

pub(crate) fn delivery(app: &App, id: &str) -> Response {
    let delivery = match details::delivery(app, id) {
        Ok(delivery) => delivery,
        Err(error) => return html::notice(error.status(), "No such webhook", &error.to_string()),
    };
    let now_ms = app.context.clock.now_ms();
    let left = |due_ms: u64| due_ms.saturating_sub(now_ms);
    let provider = app.provider(delivery.gateway);
    let stamped = provider.is_some_and(|provider| provider.signatures().stamped_webhooks);
    let possible = |kind: &FaultKind| stamped || *kind != FaultKind::WebhookStaleTimestamp;
    let page = Page {
        faults: fault::webhook::IN_A_RESEND
            .into_iter()
            .filter(possible)
            .collect(),
        wait_ms: delivery.due_ms.map(left),
        view: View { app },
        delivery,
    };
    html::dashboard(StatusCode::OK, &page)
}
