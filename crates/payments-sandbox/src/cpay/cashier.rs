//! The cashier page, where the customer pays. In the sandbox, its buttons act as the payer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use bytes::Bytes;

use super::link::{self, Visit};
use super::order::{Order, Status};
use super::state::Cpay;
use crate::shared::action::ActionError;
use crate::shared::clock::readable;
use crate::shared::html;
use crate::shared::order::Funds;

#[derive(Template)]
#[template(path = "cpay/cashier.html")]
struct Page<'a> {
    order: &'a Order,
    sign: &'a str,
    problem: Option<String>,
    /// The amount of the field: what was refused, to be corrected.
    amount: &'a str,
    /// Where the customer may go on to when the order has ended.
    onward: Option<&'a str>,
}

impl Page<'_> {
    fn open(&self) -> bool {
        !self.order.status.is_final()
    }

    fn pending(&self) -> bool {
        self.order.status == Status::Pending
    }

    fn completed(&self) -> bool {
        self.order.status == Status::Completed
    }

    fn inexact(&self) -> bool {
        matches!(self.order.funds, Funds::Under | Funds::Over)
    }

    fn created(&self) -> String {
        readable(self.order.created_ms)
    }
}

pub(crate) async fn show(State(cpay): State<Arc<Cpay>>, uri: Uri) -> Response {
    match Visit::of_link(&cpay, link::CASHIER, &uri) {
        Some(visit) => page(&cpay, &visit, None),
        None => link::invalid_link(),
    }
}

pub(crate) async fn pay(State(cpay): State<Arc<Cpay>>, body: Bytes) -> Response {
    press(&cpay, body, |visit| {
        let amount = Some(visit.get("amount")).filter(|text| !text.is_empty());
        cpay.pay(visit.order_id(), amount)
    })
}

pub(crate) async fn expire(State(cpay): State<Arc<Cpay>>, body: Bytes) -> Response {
    press(&cpay, body, |visit| cpay.expire(visit.order_id()))
}

/// Carries out a button and leads back to the page, or shows the error on the page.
fn press(
    cpay: &Cpay,
    body: Bytes,
    action: impl FnOnce(&Visit) -> Result<Order, ActionError>,
) -> Response {
    let Some(visit) = Visit::of_form(cpay, link::CASHIER, body) else {
        return link::invalid_link();
    };
    match action(&visit) {
        Ok(_) => visit.back(),
        Err(error) => page(cpay, &visit, Some(&error)),
    }
}

fn page(cpay: &Cpay, visit: &Visit, error: Option<&ActionError>) -> Response {
    let order = match visit.order(cpay) {
        Ok(order) => order,
        Err(page) => return page,
    };
    let page = Page {
        sign: visit.sign(),
        problem: error.map(ToString::to_string),
        amount: match visit.get("amount") {
            amount if error.is_some() && !amount.is_empty() => amount,
            _ => order.amount.text(),
        },
        onward: link::onward(&order),
        order: &order,
    };
    html::page(link::status(error), &page)
}
