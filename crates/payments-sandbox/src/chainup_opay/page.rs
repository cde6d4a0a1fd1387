//! `GET /platform/pay.html` (specification, step 2): where the payer pays. On the sandbox the buttons are the payer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;

use super::coins;
use super::control;
use super::goods::{self, Item};
use super::payers::{self, Payer};
use super::status;
use crate::actions::ActionError;
use crate::app::App;
use crate::clock::readable;
use crate::form;
use crate::html;
use crate::store::{Gateway, Order, OrderStatus};
use crate::web;

/// The page of an order. None of the texts needs an escape: app ids, numbers and ids of payers are plain.
pub(super) fn link(app_id: &str, payer_name: &str, payer: &str, order_num: &str) -> String {
    format!("/platform/pay.html?appKey={app_id}&{payer_name}={payer}&orderNum={order_num}")
}

#[derive(Template)]
#[template(path = "chainup_pay.html")]
struct Page<'a> {
    order: &'a Order,
    visit: &'a Visit,
    coin: &'static str,
    left: String,
    goods: Vec<Item>,
    code: &'static str,
    state: &'static str,
    problem: Option<String>,
    onward: Option<&'a str>,
}

impl Page<'_> {
    fn pending(&self) -> bool {
        self.order.status == OrderStatus::Pending
    }

    fn completed(&self) -> bool {
        self.order.status == OrderStatus::Completed
    }

    fn failed(&self) -> bool {
        self.order.status == OrderStatus::Failed
    }

    fn created(&self) -> String {
        readable(self.order.created_ms)
    }
}

pub(crate) async fn show(State(app): State<Arc<App>>, uri: Uri) -> Response {
    match Visit::read(&app, uri.query().unwrap_or_default()) {
        Some(visit) => page(&app, &visit, None),
        None => stranger(),
    }
}

pub(crate) async fn pay(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, &body, |id| control::pay(&app, id, None))
}

pub(crate) async fn fail(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, &body, |id| control::fail(&app, id))
}

pub(crate) async fn close(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, &body, |id| control::expire(&app, id))
}

/// Carries out a button and leads back to the page; what went wrong is shown on the page itself.
fn press(
    app: &App,
    body: &[u8],
    action: impl FnOnce(&str) -> Result<Order, ActionError>,
) -> Response {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let Some(visit) = Visit::read(app, text) else {
        return stranger();
    };
    match action(&visit.order_num) {
        Ok(_) => visit.back(app),
        Err(error) => page(app, &visit, Some(&error)),
    }
}

/// The payer of an order, come to pay it.
struct Visit {
    app_key: String,
    order_num: String,
    /// `openId` or `userId`: how the link names the payer.
    payer_name: &'static str,
    payer_id: &'static str,
    payer: &'static Payer,
}

impl Visit {
    /// Reads a query or a form: the app, an order, and the one who is to pay it. `openId` goes before `userId` as it does
    /// in `createThirdOrder` (assumed). A `token` is not looked at (assumed), and like every other name passed over.
    fn read(app: &App, text: &str) -> Option<Self> {
        let mut values = [const { String::new() }; 4];
        for pair in form::pairs(text) {
            let (name, mut value) = pair.ok()?;
            let at = ["appKey", "orderNum", "openId", "userId"]
                .iter()
                .position(|known| *known == name);
            if let Some(slot) = at.and_then(|at| values.get_mut(at)) {
                *slot = std::mem::take(&mut *value);
            }
        }
        let [app_key, order_num, open_id, user_id] = values;
        let (payer_name, payer) = if open_id.is_empty() {
            ("userId", payers::by_user_id(&user_id)?)
        } else {
            ("openId", payers::by_open_id(&open_id)?)
        };
        let tables = app.store.lock();
        let order = tables.orders.of(Gateway::ChainupOpay, &order_num)?;
        let own = app_key == app.chainup_opay.app_id && order.user_id == payer.user_id;
        own.then_some(Self {
            payer_id: if payer_name == "openId" {
                payer.open_id
            } else {
                payer.user_id
            },
            app_key,
            order_num,
            payer_name,
            payer,
        })
    }

    /// The way back to the page after a button.
    fn back(&self, app: &App) -> Response {
        Redirect::to(&link(
            &app.chainup_opay.app_id,
            self.payer_name,
            self.payer_id,
            &self.order_num,
        ))
        .into_response()
    }
}

/// The same answer for every cause: another app, another payer, no such order.
fn stranger() -> Response {
    html::notice(
        StatusCode::FORBIDDEN,
        "This payment link is not valid",
        "It needs appKey, orderNum, and the openId or userId of the payer the order was made for. An order is gone after a reset.",
    )
}

fn page(app: &App, visit: &Visit, error: Option<&ActionError>) -> Response {
    let tables = app.store.lock();
    let found = tables.orders.of(Gateway::ChainupOpay, &visit.order_num);
    let Some((order, coin)) =
        found.and_then(|order| Some((order.clone(), coins::find(&order.currency)?)))
    else {
        return stranger();
    };
    let left = tables.chainup_opay.left(visit.payer, coin).to_string();
    drop(tables);
    let page = Page {
        visit,
        coin: coin.name,
        left,
        goods: goods::read(&order.ext_info).unwrap_or_default(),
        code: status::code(order.status),
        state: status::name(order.status),
        problem: error.map(ToString::to_string),
        onward: Some(order.onward_url()).filter(|url| web::is_address(url)),
        order: &order,
    };
    html::page(error.map_or(StatusCode::OK, ActionError::status), &page)
}
