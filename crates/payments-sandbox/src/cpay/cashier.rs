//! The cashier page: where the customer pays. On the sandbox the buttons are the payer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;

use super::answer::Refusal;
use super::{Account, status};
use crate::actions::{self, ActionError};
use crate::admin::html;
use crate::app::App;
use crate::clock::readable;
use crate::form;
use crate::store::{Funds, Order, OrderStatus};

const PATH: &str = "/payment";

/// The link of an order's page: `…/payment?orderId=…&sign=…`, as in the specification's example.
pub(super) fn url(app: &App, order_id: &str) -> Result<String, Refusal> {
    let sign = app
        .cpay
        .cashier_key
        .sign([("orderId", order_id)])
        .map_err(|error| Refusal::new("system error", error.to_string()))?;
    Ok(format!(
        "{}{PATH}?orderId={order_id}&sign={sign}",
        app.base_url
    ))
}

/// What a link or a form of the page carries.
#[derive(Default)]
struct Visit {
    order_id: String,
    sign: String,
    amount: Option<String>,
}

impl Visit {
    /// Reads a query or a form. Other names are passed over: shops and mail programs add some to links.
    fn read(text: &str) -> Option<Self> {
        let mut visit = Self::default();
        for pair in form::pairs(text) {
            let (name, value) = pair.ok()?;
            match name.as_str() {
                "orderId" => visit.order_id = value,
                "sign" => visit.sign = value,
                "amount" => visit.amount = Some(value),
                _ => {}
            }
        }
        Some(visit)
    }

    fn is_ours(&self, account: &Account) -> bool {
        account
            .cashier_key
            .verify([("orderId", self.order_id.as_str())], &self.sign)
            .is_ok()
    }
}

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
    match visitor(&app, uri.query().unwrap_or_default()) {
        Some(visit) => page(&app, &visit, None),
        None => stranger(),
    }
}

pub(crate) async fn pay(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, &body, |visit| {
        let amount = visit.amount.as_deref().map(str::trim);
        actions::pay(
            &app,
            &visit.order_id,
            amount.filter(|text| !text.is_empty()),
        )
    })
}

pub(crate) async fn expire(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, &body, |visit| actions::expire(&app, &visit.order_id))
}

/// Carries out a button and leads back to the page; a mistake is shown on the page itself.
fn press(
    app: &App,
    body: &[u8],
    action: impl FnOnce(&Visit) -> Result<Order, ActionError>,
) -> Response {
    let Some(visit) = visitor(app, std::str::from_utf8(body).unwrap_or_default()) else {
        return stranger();
    };
    match action(&visit) {
        Ok(_) => Redirect::to(&format!(
            "{PATH}?orderId={}&sign={}",
            visit.order_id, visit.sign
        ))
        .into_response(),
        Err(error) => page(app, &visit, Some(&error)),
    }
}

/// Whoever has the right link.
fn visitor(app: &App, text: &str) -> Option<Visit> {
    Visit::read(text).filter(|visit| visit.is_ours(&app.cpay))
}

/// The same answer for a wrong sign and for an order that never was.
fn stranger() -> Response {
    html::notice(
        StatusCode::FORBIDDEN,
        "This payment link is not valid",
        "Open the cashierURL of createOrder's answer exactly as it was given.",
    )
}

fn page(app: &App, visit: &Visit, error: Option<&ActionError>) -> Response {
    let Some(order) = app.store.lock().orders.find(&visit.order_id).cloned() else {
        return html::notice(
            StatusCode::NOT_FOUND,
            "This order is gone",
            "The sandbox was reset after the order was made.",
        );
    };
    let onward = match order.status {
        OrderStatus::Completed => Some(order.success_url.as_str()),
        OrderStatus::Closed => Some(order.fail_url.as_str()),
        _ => None,
    };
    let status = match error {
        None => StatusCode::OK,
        Some(ActionError::Conflict(_)) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = Page {
        sign: &visit.sign,
        code: status::code(order.status),
        state: status::name(order.status),
        problem: error.map(ToString::to_string),
        onward: onward.filter(|url| is_web(url)),
        order: &order,
    };
    html::page(status, &page)
}

/// A link a page may show: `javascript:` and its like are none.
fn is_web(url: &str) -> bool {
    url.parse::<Uri>()
        .is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")))
}
