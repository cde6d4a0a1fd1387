//! The front page and the overview. Each provider adds its own section.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::clock;
use crate::app::App;
use crate::shared::clock::readable;
use crate::shared::deliveries::{Delivery, DeliveryState};
use crate::shared::gateway::Gateway;
use crate::shared::html;
use crate::shared::ledger::Balance;
use crate::shared::order::{Order, OrderStatus};
use crate::shared::provider::Provider;
use crate::shared::requests::{RequestRecord, Verdict};

/// Rows of each table on the page; the JSON has all.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    base_url: &'a str,
    sections: Vec<String>,
}

pub(crate) async fn front(State(app): State<Arc<App>>) -> Response {
    let sections = sections(&app, |provider| provider.front());
    let base_url = &app.context.base_url;
    html::page(StatusCode::OK, &Front { base_url, sections })
}

/// A section that cannot be written is left out.
fn sections(app: &App, of: fn(&dyn Provider) -> askama::Result<String>) -> Vec<String> {
    let providers = app.providers.iter();
    providers
        .filter_map(|provider| of(provider.as_ref()).ok())
        .collect()
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview<'a> {
    app: &'a App,
    now: String,
    manual: bool,
    /// What moving the clock does to the timestamps of messages.
    clock_note: &'static str,
    rows: usize,
    requests: Vec<RequestRecord>,
    orders: Vec<Order>,
    deliveries: Vec<Delivery>,
    balances: Vec<(Gateway, Vec<Balance>)>,
    sections: Vec<String>,
}

impl Overview<'_> {
    fn at(&self, ms: &u64) -> String {
        readable(*ms)
    }

    /// Whether the order waits for a payment.
    fn payable(&self, order: &Order) -> bool {
        !order.kind.is_payout() && !order.status.is_final()
    }

    fn can_fail(&self, order: &Order) -> bool {
        let provider = self.app.provider(order.gateway);
        !order.status.is_final() && provider.is_some_and(|provider| provider.has_failed_payments())
    }

    fn payout_open(&self, order: &Order) -> bool {
        order.kind.is_payout() && !order.status.is_final()
    }

    fn kind(&self, order: &Order) -> String {
        order.kind.as_str().replace('_', " ")
    }

    fn accepted(&self, record: &RequestRecord) -> bool {
        record.verdict == Verdict::Accepted
    }

    fn signs_differ(&self, record: &RequestRecord) -> bool {
        let expected = record.expected_sign.as_ref();
        expected.is_some_and(|sign| Some(sign) != record.received_sign.as_ref())
    }

    fn state(&self, delivery: &Delivery) -> String {
        delivery.state.as_str().replace('_', " ")
    }

    fn can_resend(&self, delivery: &Delivery) -> bool {
        delivery.state != DeliveryState::Sending
    }
}

pub(crate) async fn overview(State(app): State<Arc<App>>) -> Response {
    let orders = app.orders();
    let providers = app.providers.iter();
    let page = Overview {
        app: &app,
        now: readable(app.context.clock.now_ms()),
        manual: app.context.clock.is_manual(),
        clock_note: clock::stamps_note(&app.context.clock),
        rows: ROWS,
        requests: newest(app.context.requests().iter()),
        orders: newest(orders.iter()),
        deliveries: newest(app.context.deliveries().iter()),
        balances: providers
            .map(|provider| (provider.gateway(), provider.balances()))
            .collect(),
        sections: sections(&app, |provider| provider.overview()),
    };
    html::page(StatusCode::OK, &page)
}

/// The newest rows, newest first.
fn newest<'a, T: Clone + 'a>(rows: impl DoubleEndedIterator<Item = &'a T>) -> Vec<T> {
    rows.rev().take(ROWS).cloned().collect()
}
