//! The cashier page: where the customer pays. On the sandbox the buttons are the payer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use bytes::Bytes;

use super::control;
use super::link::{self, Visit};
use super::status;
use crate::actions::ActionError;
use crate::app::App;
use crate::clock::readable;
use crate::html;
use crate::store::{Funds, Order, OrderStatus};

#[derive(Template)]
#[template(path = "cashier.html")]
struct Page<'a> {
    order: &'a Order,
    sign: &'a str,
    code: &'static str,
    state: &'static str,
    problem: Option<String>,
    /// Where the customer may go on to, once the order has ended.
    onward: Option<&'a str>,
}

impl Page<'_> {
    fn open(&self) -> bool {
        !self.order.status.is_final()
    }

    fn pending(&self) -> bool {
        self.order.status == OrderStatus::Pending
    }

    fn completed(&self) -> bool {
        self.order.status == OrderStatus::Completed
    }

    fn inexact(&self) -> bool {
        matches!(self.order.funds, Funds::Under | Funds::Over)
    }

    fn created(&self) -> String {
        readable(self.order.created_ms)
    }
}

pub(crate) async fn show(State(app): State<Arc<App>>, uri: Uri) -> Response {
    match Visit::of_link(&app, link::CASHIER, &uri) {
        Some(visit) => page(&app, &visit, None),
        None => link::stranger(),
    }
}

pub(crate) async fn pay(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, body, |visit| {
        let amount = Some(visit.get("amount")).filter(|text| !text.is_empty());
        control::pay(&app, visit.order_id(), amount)
    })
}

pub(crate) async fn expire(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, body, |visit| control::expire(&app, visit.order_id()))
}

/// Carries out a button and leads back to the page; a mistake is shown on the page itself.
fn press(
    app: &App,
    body: Bytes,
    action: impl FnOnce(&Visit) -> Result<Order, ActionError>,
) -> Response {
    let Some(visit) = Visit::of_form(app, link::CASHIER, body) else {
        return link::stranger();
    };
    match action(&visit) {
        Ok(_) => visit.back(),
        Err(error) => page(app, &visit, Some(&error)),
    }
}

fn page(app: &App, visit: &Visit, error: Option<&ActionError>) -> Response {
    let order = match visit.order(app) {
        Ok(order) => order,
        Err(gone) => return gone,
    };
    let page = Page {
        sign: visit.sign(),
        code: status::code(order.status),
        state: status::name(order.status),
        problem: error.map(ToString::to_string),
        onward: link::onward(&order),
        order: &order,
    };
    html::page(link::status(error), &page)
}
