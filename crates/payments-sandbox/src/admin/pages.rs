//! The front page and the overview.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::html;
use crate::app::App;
use crate::clock::readable;
use crate::store::{Delivery, DeliveryState, Order, RequestRecord, Verdict};

/// Rows of each table on the page; the JSON has all.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    base_url: &'a str,
    merchant_id: &'a str,
}

pub(super) async fn front(State(app): State<Arc<App>>) -> Response {
    let front = Front {
        base_url: &app.base_url,
        merchant_id: &app.credentials.cpay.merchant_id,
    };
    html::page(StatusCode::OK, &front)
}

/// Somebody typed the address a form goes to, or posted to a page.
pub(super) async fn wrong_method() -> Response {
    html::notice(
        StatusCode::METHOD_NOT_ALLOWED,
        "Nothing to see at this address",
        "It belongs to a button or a page that is reached another way. For a payment, open its link again.",
    )
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    now: String,
    manual: bool,
    rows: usize,
    requests: Vec<RequestRecord>,
    orders: Vec<Order>,
    deliveries: Vec<Delivery>,
}

impl Overview {
    fn at(&self, ms: &u64) -> String {
        readable(*ms)
    }

    fn accepted(&self, record: &RequestRecord) -> bool {
        record.verdict == Verdict::Accepted
    }

    fn differs(&self, record: &RequestRecord) -> bool {
        record.expected_sign != record.received_sign
    }

    fn words(&self, delivery: &Delivery) -> String {
        delivery.state.as_str().replace('_', " ")
    }

    fn can_resend(&self, delivery: &Delivery) -> bool {
        delivery.state != DeliveryState::Sending
    }
}

pub(super) async fn overview(State(app): State<Arc<App>>) -> Response {
    let page = {
        let tables = app.store.lock();
        Overview {
            now: readable(app.clock.now_ms()),
            manual: app.clock.is_manual(),
            rows: ROWS,
            requests: tables.requests.iter().rev().take(ROWS).cloned().collect(),
            orders: tables.orders.iter().rev().take(ROWS).cloned().collect(),
            deliveries: tables.deliveries.iter().rev().take(ROWS).cloned().collect(),
        }
    };
    html::page(StatusCode::OK, &page)
}
