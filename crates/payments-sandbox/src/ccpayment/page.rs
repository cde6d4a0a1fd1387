//! The checkout page: the payer chooses the coin and sees where to pay. In the sandbox, its buttons act as the payer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;

use super::checkout::{Checkout, Priced, WATCHED_MS};
use super::choice::offers;
use super::coins::{COINS, Coin, TOKENS, Token};
use super::order::Order;
use super::qr::{self, Code};
use super::rates;
use super::state::Ccpayment;
use crate::shared::action::ActionError;
use crate::shared::clock::readable;
use crate::shared::order::{self, OrderStatus};
use crate::shared::order_table::Stored as _;
use crate::shared::text::is_web_url;
use crate::shared::{form, html};

/// A coin the payer can choose, on its chains.
struct Choice {
    coin: &'static Coin,
    price: String,
    tokens: Vec<&'static Token>,
}

/// A payment as the page shows it.
struct Paid {
    amount: String,
    at: String,
    txid: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "ccpayment/pay.html")]
struct Page<'a> {
    order: order::Order,
    key: &'a str,
    product_name: &'a str,
    price: String,
    expires: String,
    /// Not empty while the payer has to choose.
    choices: Vec<Choice>,
    /// Whether another coin can be chosen.
    changeable: bool,
    memo: &'a str,
    code: Option<Code>,
    /// What is still to be paid.
    due: Option<String>,
    paid: Vec<Paid>,
    /// Whether payments are still noticed.
    watched: bool,
    over_time: bool,
    problem: Option<String>,
    /// The amount that was refused, to be corrected.
    refused: &'a str,
    onward: Option<&'a str>,
}

impl Page<'_> {
    fn tone(&self) -> &'static str {
        match self.order.gateway_state.as_str() {
            "Paid" | "Paid(Overdue)" => "completed",
            "Awaiting payment" => "pending",
            "Expired" => "",
            _ => "warn",
        }
    }

    /// The price as its two parts.
    fn order_price(&self) -> &str {
        self.price.split(' ').next().unwrap_or_default()
    }

    fn order_unit(&self) -> &str {
        self.price.split(' ').nth(1).unwrap_or_default()
    }

    fn choosing(&self) -> bool {
        !self.choices.is_empty()
    }

    fn complete(&self) -> bool {
        self.order.status == OrderStatus::Completed
    }

    fn seen(&self) -> bool {
        self.order.status == OrderStatus::Processing
    }
}

/// The parameters of a link or a form of the page.
#[derive(Default)]
struct Visit {
    key: String,
    token_id: String,
    amount: String,
    again: bool,
}

impl Visit {
    /// Reads a query or a form. Unknown names are ignored: shops and mail programs add some to links.
    fn read(text: &[u8]) -> Option<Self> {
        let mut visit = Self::default();
        for (name, value) in form::pairs(text).ok()? {
            match name.as_str() {
                "key" => value.trim().clone_into(&mut visit.key),
                "token_id" => value.trim().clone_into(&mut visit.token_id),
                "amount" => value.trim().clone_into(&mut visit.amount),
                "choose" => visit.again = true,
                _ => {}
            }
        }
        Some(visit)
    }
}

pub(super) async fn show(State(ccpayment): State<Arc<Ccpayment>>, uri: Uri) -> Response {
    match Visit::read(uri.query().unwrap_or_default().as_bytes()) {
        Some(visit) => page(&ccpayment, &visit, None),
        None => invalid_link(),
    }
}

pub(super) async fn choose(State(ccpayment): State<Arc<Ccpayment>>, body: Bytes) -> Response {
    press(&ccpayment, &body, |id, visit| {
        ccpayment.choose(id, &visit.token_id)
    })
}

pub(super) async fn pay(State(ccpayment): State<Arc<Ccpayment>>, body: Bytes) -> Response {
    press(&ccpayment, &body, |id, visit| {
        let amount = Some(visit.amount.as_str()).filter(|text| !text.is_empty());
        ccpayment.pay(id, amount)
    })
}

pub(super) async fn expire(State(ccpayment): State<Arc<Ccpayment>>, body: Bytes) -> Response {
    press(&ccpayment, &body, |id, _| ccpayment.expire(id))
}

/// Carries out a button and leads back to the page, or shows the error on the page.
fn press(
    ccpayment: &Ccpayment,
    body: &Bytes,
    action: impl FnOnce(&str, &Visit) -> Result<Order, ActionError>,
) -> Response {
    let Some(visit) = Visit::read(body) else {
        return invalid_link();
    };
    let Some(id) = order_id(ccpayment, &visit.key) else {
        return invalid_link();
    };
    match action(&id, &visit) {
        Ok(_) => Redirect::to(&format!("/pay?key={}", visit.key)).into_response(),
        Err(error) => page(ccpayment, &visit, Some(&error)),
    }
}

fn order_id(ccpayment: &Ccpayment, key: &str) -> Option<String> {
    let state = ccpayment.state();
    state.by_key(key).map(|order| order.order_id.clone())
}

/// The same page for a key that never existed and one that a reset removed.
fn invalid_link() -> Response {
    html::notice(
        StatusCode::FORBIDDEN,
        "This payment link is not valid",
        "Open payment_url exactly as it is in the answer. A reset removes all orders.",
    )
}

fn page(ccpayment: &Ccpayment, visit: &Visit, error: Option<&ActionError>) -> Response {
    ccpayment.settle_due_orders();
    let now_ms = ccpayment.context.clock.now_ms();
    let state = ccpayment.state();
    let found = state.by_key(&visit.key);
    let Some((order, checkout)) = found.and_then(|order| Some((order, order.checkout()?))) else {
        return invalid_link();
    };
    let order = order.view();
    let over_time = checkout.over_time(now_ms);
    let untouched = checkout.payments.is_empty() && checkout.seen.is_none() && !over_time;
    let changeable = checkout.hosted && untouched;
    let choices = if changeable && (checkout.quote.is_none() || visit.again) {
        choices(checkout, now_ms)
    } else {
        Vec::new()
    };
    let quote = checkout.quote.as_ref();
    let watched = now_ms < checkout.expires_ms.saturating_add(WATCHED_MS)
        && quote.is_some()
        && !(over_time && checkout.invoice.is_some());
    let onward =
        Some(checkout.return_url.as_str()).filter(|url| order.status.is_final() && is_web_url(url));
    let payments = checkout.payments.iter().map(|payment| Paid {
        amount: payment.amount.to_string(),
        at: readable(payment.at_ms),
        txid: payment.txid.clone(),
        late: payment.late,
    });
    let currency = match checkout.priced {
        Priced::Fiat(fiat) => fiat.code.to_owned(),
        Priced::Token => order.currency.clone(),
    };
    let page = Page {
        order,
        key: &checkout.key,
        product_name: &checkout.product_name,
        price: format!("{} {currency}", checkout.product_price),
        expires: readable(checkout.expires_ms),
        choices,
        changeable: changeable && quote.is_some(),
        memo: quote.map_or("", |quote| &quote.place.memo),
        code: quote.and_then(|quote| qr::code(&quote.place.address)),
        due: checkout.still_due().map(|due| due.to_string()),
        paid: payments.collect(),
        watched,
        over_time,
        problem: error.map(ToString::to_string),
        refused: error.map_or("", |_| &visit.amount),
        onward,
    };
    let status = error.map_or(StatusCode::OK, ActionError::status);
    html::page(status, &page)
}

fn choices(checkout: &Checkout, now_ms: u64) -> Vec<Choice> {
    let choice = |coin: &'static Coin| {
        let open = |token: &&'static Token| token.coin.id == coin.id && offers(checkout, token);
        let tokens: Vec<_> = TOKENS.iter().filter(open).collect();
        let price = checkout.price.over_up(rates::usd(coin, now_ms))?;
        (!tokens.is_empty()).then(|| Choice {
            coin,
            price: price.to_string(),
            tokens,
        })
    };
    COINS.into_iter().filter_map(choice).collect()
}
