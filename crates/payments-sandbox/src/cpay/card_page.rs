//! The page where the customer enters a card. Test cards only, and nothing of them is kept.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use bytes::Bytes;

use super::card::Card;
use super::control;
use super::link::{self, Visit};
use super::status;
use crate::actions::{self, ActionError};
use crate::app::App;
use crate::clock::{readable, stamp};
use crate::html;
use crate::store::{Order, OrderStatus};

#[derive(Template)]
#[template(path = "card.html")]
struct Page<'a> {
    order: &'a Order,
    sign: &'a str,
    code: &'static str,
    state: &'static str,
    problem: Option<&'a str>,
    /// Where the customer may go on to, once the order has ended.
    onward: Option<&'a str>,
}

impl Page<'_> {
    fn open(&self) -> bool {
        !self.order.status.is_final()
    }

    fn completed(&self) -> bool {
        self.order.status == OrderStatus::Completed
    }

    fn pending(&self) -> bool {
        self.order.status == OrderStatus::Pending
    }

    fn created(&self) -> String {
        readable(self.order.created_ms)
    }
}

pub(crate) async fn show(State(app): State<Arc<App>>, uri: Uri) -> Response {
    match Visit::of_link(&app, link::CARD, &uri) {
        Some(visit) => page(&app, &visit, StatusCode::OK, None),
        None => link::stranger(),
    }
}

pub(crate) async fn pay(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let Some(visit) = Visit::of_form(&app, link::CARD, body) else {
        return link::stranger();
    };
    // An order that has ended says so, whatever the card.
    match visit.order(&app) {
        Err(gone) => return gone,
        Ok(order) if order.status.is_final() => {
            return settled(&app, &visit, Err(actions::settled(&order, "paid")));
        }
        Ok(_) => {}
    }
    let card = Card::new(
        link::secret(&visit, "cardNumber"),
        link::secret(&visit, "cvv"),
        link::secret(&visit, "expDate"),
    );
    let declined = match card {
        Ok(card) => card
            .decline(&stamp(app.clock.now_ms()))
            .map(|reason| format!("Declined: {reason}. Nothing was charged; try another card.")),
        Err(bad) => Some(format!("The value of {} {}.", bad.field, bad.problem)),
    };
    if let Some(problem) = declined {
        return page(
            &app,
            &visit,
            StatusCode::UNPROCESSABLE_ENTITY,
            Some(&problem),
        );
    }
    settled(&app, &visit, control::pay(&app, visit.order_id(), None))
}

pub(crate) async fn cancel(State(app): State<Arc<App>>, body: Bytes) -> Response {
    match Visit::of_form(&app, link::CARD, body) {
        Some(visit) => settled(&app, &visit, control::expire(&app, visit.order_id())),
        None => link::stranger(),
    }
}

fn settled(app: &App, visit: &Visit, done: Result<Order, ActionError>) -> Response {
    match done {
        Ok(_) => visit.back(),
        Err(error) => page(app, visit, error.status(), Some(&error.to_string())),
    }
}

fn page(app: &App, visit: &Visit, status: StatusCode, problem: Option<&str>) -> Response {
    let order = match visit.order(app) {
        Ok(order) => order,
        Err(gone) => return gone,
    };
    let page = Page {
        sign: visit.sign(),
        code: status::code(order.status),
        state: status::name(order.status),
        problem,
        onward: link::onward(&order),
        order: &order,
    };
    html::page(status, &page)
}
