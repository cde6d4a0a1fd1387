//! The bank's page, as in 3-D Secure: the customer confirms or refuses a card payment and goes back to the shop.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;

use super::link::{self, Visit};
use super::order::{Order, Status};
use super::state::Cpay;
use crate::shared::action::ActionError;
use crate::shared::html;

#[derive(Template)]
#[template(path = "cpay/three_ds.html")]
struct Page<'a> {
    order: &'a Order,
    merchant_id: &'a str,
    sign: &'a str,
    problem: Option<String>,
    onward: Option<String>,
}

impl Page<'_> {
    fn open(&self) -> bool {
        !self.order.status.is_final()
    }

    fn completed(&self) -> bool {
        self.order.status == Status::Completed
    }
}

pub(crate) async fn show(State(cpay): State<Arc<Cpay>>, uri: Uri) -> Response {
    match Visit::of_link(&cpay, link::THREE_DS, &uri) {
        Some(visit) => page(&cpay, &visit, None),
        None => link::invalid_link(),
    }
}

pub(crate) async fn confirm(State(cpay): State<Arc<Cpay>>, body: Bytes) -> Response {
    press(&cpay, body, |id| cpay.pay(id, None))
}

pub(crate) async fn refuse(State(cpay): State<Arc<Cpay>>, body: Bytes) -> Response {
    press(&cpay, body, |id| cpay.expire(id))
}

fn press(
    cpay: &Cpay,
    body: Bytes,
    action: impl FnOnce(&str) -> Result<Order, ActionError>,
) -> Response {
    let Some(visit) = Visit::of_form(cpay, link::THREE_DS, body) else {
        return link::invalid_link();
    };
    match action(visit.order_id()) {
        Ok(order) => match link::onward_with_reference(&order) {
            Some(url) => Redirect::to(&url).into_response(),
            None => visit.back(),
        },
        Err(error) => page(cpay, &visit, Some(&error)),
    }
}

fn page(cpay: &Cpay, visit: &Visit, error: Option<&ActionError>) -> Response {
    let order = match visit.order(cpay) {
        Ok(order) => order,
        Err(page) => return page,
    };
    let page = Page {
        merchant_id: &cpay.account.merchant_id,
        sign: visit.sign(),
        problem: error.map(ToString::to_string),
        onward: link::onward_with_reference(&order),
        order: &order,
    };
    // Browsers apply the policy for forms also to the redirect back to the shop.
    let shops = [order.success_url.as_str(), order.fail_url.as_str()];
    html::page_with_forms_to(link::status(error), &page, &shops)
}
