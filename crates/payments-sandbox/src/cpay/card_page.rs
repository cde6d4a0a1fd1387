//! The page where the customer enters a card: test cards only, and they are not kept.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use bytes::Bytes;
use zeroize::Zeroizing;

use super::card::Card;
use super::link::{self, Visit};
use super::order::{Order, Status};
use super::state::Cpay;
use crate::shared::action::ActionError;
use crate::shared::clock::{readable, stamp};
use crate::shared::html;

#[derive(Template)]
#[template(path = "cpay/card.html")]
struct Page<'a> {
    order: &'a Order,
    sign: &'a str,
    problem: Option<&'a str>,
    /// Where the customer may go on to when the order has ended.
    onward: Option<&'a str>,
}

impl Page<'_> {
    fn open(&self) -> bool {
        !self.order.status.is_final()
    }

    fn completed(&self) -> bool {
        self.order.status == Status::Completed
    }

    fn pending(&self) -> bool {
        self.order.status == Status::Pending
    }

    fn created(&self) -> String {
        readable(self.order.created_ms)
    }
}

pub(crate) async fn show(State(cpay): State<Arc<Cpay>>, uri: Uri) -> Response {
    match Visit::of_link(&cpay, link::CARD, &uri) {
        Some(visit) => page(&cpay, &visit, StatusCode::OK, None),
        None => link::invalid_link(),
    }
}

pub(crate) async fn pay(State(cpay): State<Arc<Cpay>>, body: Bytes) -> Response {
    let Some(visit) = Visit::of_form(&cpay, link::CARD, body) else {
        return link::invalid_link();
    };
    // An order that has ended is refused before the card is read.
    match visit.order(&cpay) {
        Err(page) => return page,
        Ok(order) if order.status.is_final() => {
            return settled(&cpay, &visit, Err(order.cannot_be("paid")));
        }
        Ok(_) => {}
    }
    let card = Card::new(
        digits(&visit),
        link::secret(&visit, "cvv"),
        link::secret(&visit, "expDate"),
    );
    let declined = match card {
        Ok(card) => card
            .decline(&stamp(cpay.context.clock.now_ms()))
            .map(|reason| format!("Declined: {reason}. Nothing was charged; try another card.")),
        Err(bad) => Some(format!("The value of {} {}.", bad.field, bad.problem)),
    };
    if let Some(problem) = declined {
        return page(
            &cpay,
            &visit,
            StatusCode::UNPROCESSABLE_ENTITY,
            Some(&problem),
        );
    }
    settled(&cpay, &visit, cpay.pay(visit.order_id(), None))
}

pub(crate) async fn cancel(State(cpay): State<Arc<Cpay>>, body: Bytes) -> Response {
    match Visit::of_form(&cpay, link::CARD, body) {
        Some(visit) => settled(&cpay, &visit, cpay.expire(visit.order_id())),
        None => link::invalid_link(),
    }
}

/// The number as it is printed on cards, without its blanks.
fn digits(visit: &Visit) -> Zeroizing<String> {
    let number = visit.get("cardNumber");
    // Allocated once: a text that grows leaves copies behind.
    let mut digits = Zeroizing::new(String::with_capacity(number.len()));
    let is_printed = |letter: &char| ![' ', '-'].contains(letter);
    number
        .chars()
        .filter(is_printed)
        .for_each(|letter| digits.push(letter));
    digits
}

fn settled(cpay: &Cpay, visit: &Visit, done: Result<Order, ActionError>) -> Response {
    match done {
        Ok(_) => visit.back(),
        Err(error) => page(cpay, visit, error.status(), Some(&error.to_string())),
    }
}

fn page(cpay: &Cpay, visit: &Visit, status: StatusCode, problem: Option<&str>) -> Response {
    let order = match visit.order(cpay) {
        Ok(order) => order,
        Err(page) => return page,
    };
    let page = Page {
        sign: visit.sign(),
        problem,
        onward: link::onward(&order),
        order: &order,
    };
    html::page(status, &page)
}
