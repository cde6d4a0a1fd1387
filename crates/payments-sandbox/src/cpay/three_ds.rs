//! The page of the bank, in the manner of 3-D Secure: the customer confirms a card payment or refuses it, and goes
//! back to the shop.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;

use super::control;
use super::link::{self, Visit};
use super::status;
use crate::actions::ActionError;
use crate::app::App;
use crate::html;
use crate::store::{Order, OrderStatus};

#[derive(Template)]
#[template(path = "three_ds.html")]
struct Page<'a> {
    order: &'a Order,
    merchant_id: &'a str,
    sign: &'a str,
    code: &'static str,
    state: &'static str,
    problem: Option<String>,
    onward: Option<String>,
}

impl Page<'_> {
    fn open(&self) -> bool {
        !self.order.status.is_final()
    }

    fn completed(&self) -> bool {
        self.order.status == OrderStatus::Completed
    }
}

pub(crate) async fn show(State(app): State<Arc<App>>, uri: Uri) -> Response {
    match Visit::of_link(&app, link::THREE_DS, &uri) {
        Some(visit) => page(&app, &visit, None),
        None => link::stranger(),
    }
}

pub(crate) async fn confirm(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, body, |id| control::pay(&app, id, None))
}

pub(crate) async fn refuse(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, body, |id| control::expire(&app, id))
}

fn press(
    app: &App,
    body: Bytes,
    action: impl FnOnce(&str) -> Result<Order, ActionError>,
) -> Response {
    let Some(visit) = Visit::of_form(app, link::THREE_DS, body) else {
        return link::stranger();
    };
    match action(visit.order_id()) {
        Ok(order) => match link::onward_with_reference(&order) {
            Some(url) => Redirect::to(&url).into_response(),
            None => visit.back(),
        },
        Err(error) => page(app, &visit, Some(&error)),
    }
}

fn page(app: &App, visit: &Visit, error: Option<&ActionError>) -> Response {
    let order = match visit.order(app) {
        Ok(order) => order,
        Err(gone) => return gone,
    };
    let page = Page {
        merchant_id: &app.credentials.cpay.merchant_id,
        sign: visit.sign(),
        code: status::code(order.status),
        state: status::name(order.status),
        problem: error.map(ToString::to_string),
        onward: link::onward_with_reference(&order),
        order: &order,
    };
    // Browsers hold the way back to the shop against the page's rule for forms.
    let shops = [order.success_url.as_str(), order.fail_url.as_str()];
    html::page_with_forms_to(link::status(error), &page, &shops)
}
