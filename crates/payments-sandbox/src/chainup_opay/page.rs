//! `GET /platform/pay.html` (specification, step 2): the payment page. In the sandbox, its buttons act as the payer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;

use super::order::{Order, Status};
use super::payers::{self, Payer};
use super::state::ChainupOpay;
use crate::shared::action::ActionError;
use crate::shared::clock::readable;
use crate::shared::text::is_web_url;
use crate::shared::{form, html};

/// The link of the page of an order. Nothing needs to be escaped: app ids, order numbers and payer ids are plain.
pub(super) fn link(app_id: &str, payer_name: &str, payer: &str, order_num: &str) -> String {
    format!("/platform/pay.html?appKey={app_id}&{payer_name}={payer}&orderNum={order_num}")
}

#[derive(Template)]
#[template(path = "chainup_opay/pay.html")]
struct Page<'a> {
    order: &'a Order,
    visit: &'a Visit,
    left: String,
    problem: Option<String>,
    onward: Option<&'a str>,
}

impl Page<'_> {
    fn pending(&self) -> bool {
        self.order.status == Status::Pending
    }

    fn completed(&self) -> bool {
        self.order.status == Status::Paid
    }

    fn failed(&self) -> bool {
        self.order.status == Status::Failed
    }

    fn created(&self) -> String {
        readable(self.order.created_ms)
    }
}

pub(crate) async fn show(State(opay): State<Arc<ChainupOpay>>, uri: Uri) -> Response {
    match Visit::read(&opay, uri.query().unwrap_or_default()) {
        Some(visit) => page(&opay, &visit, None),
        None => invalid_link(),
    }
}

pub(crate) async fn pay(State(opay): State<Arc<ChainupOpay>>, body: Bytes) -> Response {
    press(&opay, &body, |id| opay.pay(id))
}

pub(crate) async fn fail(State(opay): State<Arc<ChainupOpay>>, body: Bytes) -> Response {
    press(&opay, &body, |id| opay.fail(id))
}

pub(crate) async fn close(State(opay): State<Arc<ChainupOpay>>, body: Bytes) -> Response {
    press(&opay, &body, |id| opay.close(id))
}

/// Carries out a button and leads back to the page, or shows the error on the page.
fn press(
    opay: &ChainupOpay,
    body: &[u8],
    action: impl FnOnce(&str) -> Result<Order, ActionError>,
) -> Response {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let Some(visit) = Visit::read(opay, text) else {
        return invalid_link();
    };
    match action(&visit.order_num) {
        Ok(_) => visit.back(opay),
        Err(error) => page(opay, &visit, Some(&error)),
    }
}

/// A visit of the payer of an order.
struct Visit {
    app_key: String,
    order_num: String,
    /// `openId` or `userId`: how the link names the payer.
    payer_name: &'static str,
    payer_id: &'static str,
    payer: &'static Payer,
}

impl Visit {
    /// Reads a query or a form: the app, an order, and its payer. `openId` wins over `userId` as in `createThirdOrder`
    /// (assumed). A `token` is ignored (assumed), like every other name.
    fn read(opay: &ChainupOpay, text: &str) -> Option<Self> {
        let mut values = [const { String::new() }; 4];
        for (name, mut value) in form::pairs(text.as_bytes()).ok()? {
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
        let state = opay.state();
        let order = state.orders.by_id(&order_num)?;
        let own = app_key == opay.account.app_id && order.payer == payer;
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
    fn back(&self, opay: &ChainupOpay) -> Response {
        Redirect::to(&link(
            &opay.account.app_id,
            self.payer_name,
            self.payer_id,
            &self.order_num,
        ))
        .into_response()
    }
}

/// The same page for every cause: another app, another payer, no such order.
fn invalid_link() -> Response {
    html::notice(
        StatusCode::FORBIDDEN,
        "This payment link is not valid",
        "It needs appKey, orderNum, and the openId or userId of the order's payer. A reset removes all orders.",
    )
}

fn page(opay: &ChainupOpay, visit: &Visit, error: Option<&ActionError>) -> Response {
    let state = opay.state();
    let Some(order) = state.orders.by_id(&visit.order_num).cloned() else {
        return invalid_link();
    };
    let left = state.left(order.payer, order.coin).to_string();
    drop(state);
    let onward = (order.status != Status::Pending).then_some(order.return_page.as_str());
    let page = Page {
        visit,
        left,
        problem: error.map(ToString::to_string),
        onward: onward.filter(|url| is_web_url(url)),
        order: &order,
    };
    html::page(error.map_or(StatusCode::OK, ActionError::status), &page)
}
