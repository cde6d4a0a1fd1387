//! One order, request or webhook with everything that belongs to it, for its page and for the JSON.

use std::fmt::Write as _;

use serde::Serialize;

use crate::app::App;
use crate::shared::action::ActionError;
use crate::shared::deliveries::Delivery;
use crate::shared::journal::OrderEvent;
use crate::shared::order::Order;
use crate::shared::requests::RequestRecord;

/// Requests and webhooks of one order, at most; the newest stay.
const MOST: usize = 50;

/// Headers that `curl` sets itself.
const OWN_HEADERS: [&str; 5] = [
    "host",
    "content-length",
    "connection",
    "accept-encoding",
    "transfer-encoding",
];

/// An order and what belongs to it, each list oldest first.
#[derive(Debug, Serialize)]
pub(super) struct OrderDetail {
    pub(super) order: Order,
    pub(super) events: Vec<OrderEvent>,
    pub(super) requests: Vec<RequestRecord>,
    pub(super) deliveries: Vec<Delivery>,
}

impl OrderDetail {
    pub(super) fn of(app: &App, id: &str) -> Result<Self, ActionError> {
        let order = app.order(id).ok_or_else(|| ActionError::no_order(id))?;
        let names = [&order.order_id, &order.merchant_ref];
        let is_about = |record: &&RequestRecord| {
            let mut references = record.references.iter();
            record.gateway == order.gateway
                && references.any(|one| !one.is_empty() && names.contains(&one))
        };
        let is_of = |delivery: &&Delivery| {
            delivery.gateway == order.gateway
                && (delivery.order_id == order.order_id
                    || !order.merchant_ref.is_empty()
                        && delivery.merchant_ref == order.merchant_ref)
        };
        // One lock at a time, each for one statement.
        let requests = newest(app.context.requests().iter().rev().filter(is_about));
        let deliveries = newest(app.context.deliveries().iter().rev().filter(is_of));
        let events = app.context.journal().events(&order);
        Ok(Self {
            events,
            requests,
            deliveries,
            order,
        })
    }
}

/// The newest rows, oldest first.
fn newest<'a, T: Clone + 'a>(rows: impl Iterator<Item = &'a T>) -> Vec<T> {
    let mut rows: Vec<T> = rows.take(MOST).cloned().collect();
    rows.reverse();
    rows
}

/// A request with what can be computed from it.
#[derive(Debug, Serialize)]
pub(super) struct RequestDetail {
    pub(super) request: RequestRecord,
    /// The place of the first character at which the received signature differs from the expected one, from 0.
    pub(super) sign_differs_at: Option<usize>,
    /// The request as a command. Masked values are masked there too.
    pub(super) curl: String,
    /// Whether the command lacks something, so that it does not send the same request.
    pub(super) curl_is_partial: bool,
}

impl RequestDetail {
    pub(super) fn of(app: &App, id: &str) -> Result<Self, ActionError> {
        let none = || ActionError::NotFound(format!("No kept request has the number {id}."));
        let number = id.parse().map_err(|_| number_expected("request"))?;
        let request = app.context.requests().get(number).cloned();
        let request = request.ok_or_else(none)?;
        let curl = curl(&app.context.base_url, &request);
        Ok(Self {
            sign_differs_at: sign_differs_at(&request),
            curl_is_partial: curl.contains("***") || curl.contains('…'),
            curl,
            request,
        })
    }
}

/// The webhook with this number.
pub(super) fn delivery(app: &App, id: &str) -> Result<Delivery, ActionError> {
    let number = id.parse().map_err(|_| number_expected("delivery"))?;
    let found = app.context.deliveries().get(number).cloned();
    let none = || ActionError::NotFound(format!("No delivery has the number {number}."));
    found.ok_or_else(none)
}

fn number_expected(what: &str) -> ActionError {
    ActionError::NotFound(format!("The number of a {what} is a positive integer."))
}

fn sign_differs_at(record: &RequestRecord) -> Option<usize> {
    let (expected, received) = (
        record.expected_sign.as_ref()?,
        record.received_sign.as_ref()?,
    );
    if expected == received {
        return None;
    }
    let mut pairs = expected.chars().zip(received.chars());
    let same = expected.chars().count().min(received.chars().count());
    Some(pairs.position(|(a, b)| a != b).unwrap_or(same))
}

/// The request as a command for a POSIX shell.
fn curl(base_url: &str, record: &RequestRecord) -> String {
    let mut url = format!("{base_url}{}", record.path);
    if !record.query.is_empty() {
        url = format!("{url}?{}", record.query);
    }
    let mut command = "curl -i".to_owned();
    if record.method != "GET" {
        // Writing to a text cannot fail.
        let _ = write!(command, " -X {}", quoted(&record.method));
    }
    let _ = write!(command, " {}", quoted(&url));
    for (name, value) in &record.request.headers {
        if !OWN_HEADERS.contains(&name.as_str()) {
            let _ = write!(command, " \\\n  -H {}", quoted(&format!("{name}: {value}")));
        }
    }
    if !record.request.body.is_empty() {
        let _ = write!(
            command,
            " \\\n  --data-binary {}",
            quoted(&record.request.body)
        );
    }
    command
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
