//! The checkout page: the payer chooses the coin and sees where to pay. On the sandbox the buttons are the payer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;

use super::checkout::{Checkout, WATCHED_MS};
use super::coins::{COINS, Coin, TOKENS, Token};
use super::control;
use super::qr::{self, Code};
use super::rates;
use crate::actions::ActionError;
use crate::app::App;
use crate::clock::readable;
use crate::form;
use crate::html;
use crate::store::{Order, OrderStatus};
use crate::web;

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
#[template(path = "ccpayment_pay.html")]
struct Page<'a> {
    order: &'a Order,
    key: &'a str,
    product_name: &'a str,
    price: String,
    expires: String,
    /// There while the payer has to choose.
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

/// What a link or a form of the page carries.
#[derive(Default)]
struct Visit {
    key: String,
    token_id: String,
    amount: String,
    again: bool,
}

impl Visit {
    /// Names the page does not know are passed over: shops and mail programs add some to links.
    fn read(text: &str) -> Option<Self> {
        let mut visit = Self::default();
        for pair in form::pairs(text) {
            let (name, value) = pair.ok()?;
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

    fn of_form(body: &Bytes) -> Option<Self> {
        std::str::from_utf8(body).ok().and_then(Self::read)
    }
}

pub(crate) async fn show(State(app): State<Arc<App>>, uri: Uri) -> Response {
    match Visit::read(uri.query().unwrap_or_default()) {
        Some(visit) => page(&app, &visit, None),
        None => stranger(),
    }
}

pub(crate) async fn choose(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, &body, |id, visit| {
        control::choose(&app, id, &visit.token_id)
    })
}

pub(crate) async fn pay(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, &body, |id, visit| {
        let amount = Some(visit.amount.as_str()).filter(|text| !text.is_empty());
        control::pay(&app, id, amount)
    })
}

pub(crate) async fn expire(State(app): State<Arc<App>>, body: Bytes) -> Response {
    press(&app, &body, |id, _| control::expire(&app, id))
}

/// Carries out a button and leads back to the page; a mistake is shown on the page itself.
fn press(
    app: &App,
    body: &Bytes,
    action: impl FnOnce(&str, &Visit) -> Result<Order, ActionError>,
) -> Response {
    let Some(visit) = Visit::of_form(body) else {
        return stranger();
    };
    let Some(id) = order_id(app, &visit.key) else {
        return stranger();
    };
    match action(&id, &visit) {
        Ok(_) => Redirect::to(&format!("/pay?key={}", visit.key)).into_response(),
        Err(error) => page(app, &visit, Some(&error)),
    }
}

fn order_id(app: &App, key: &str) -> Option<String> {
    let tables = app.store.lock();
    tables.ccpayment.by_key(key).map(str::to_owned)
}

/// The same answer for a key that never was and one that a reset took away.
fn stranger() -> Response {
    html::notice(
        StatusCode::FORBIDDEN,
        "This payment link is not valid",
        "Open payment_url exactly as it was given. Links from before a reset are gone.",
    )
}

fn page(app: &App, visit: &Visit, error: Option<&ActionError>) -> Response {
    control::settle_due(app);
    let now_ms = app.clock.now_ms();
    let tables = app.store.lock();
    let found = tables.ccpayment.by_key(&visit.key).and_then(|id| {
        let order = tables.orders.find(id)?;
        Some((order, tables.ccpayment.checkouts.get(id)?))
    });
    let Some((order, checkout)) = found else {
        return stranger();
    };
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
    let onward = Some(order.return_url.as_str())
        .filter(|url| order.status.is_final() && web::is_address(url));
    let payments = checkout.payments.iter().map(|payment| Paid {
        amount: payment.amount.to_string(),
        at: readable(payment.at_ms),
        txid: payment.txid.clone(),
        late: payment.late,
    });
    let currency = match checkout.priced {
        super::checkout::Priced::Usd => "USD",
        super::checkout::Priced::Token => &order.currency,
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
        onward,
    };
    let status = error.map_or(StatusCode::OK, ActionError::status);
    html::page(status, &page)
}

fn choices(checkout: &Checkout, now_ms: u64) -> Vec<Choice> {
    let choice = |coin: &'static Coin| {
        let open =
            |token: &&'static Token| token.coin.id == coin.id && control::offers(checkout, token);
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
