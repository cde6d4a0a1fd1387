//! The page of an invoice, or of an order that asked for one: the payer chooses coin and chain and sees where to pay. In the
//! sandbox, its buttons act as the payer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;

use super::checkout::{Checkout, Family, WATCHED_MS};
use super::coins::{NETWORKS, Network};
use super::deposit::PayStatus;
use super::state::{CcpaymentV2, State as Held};
use crate::shared::action::ActionError;
use crate::shared::clock::readable;
use crate::shared::order_table::Stored as _;
use crate::shared::{form, html, order};

#[derive(Template)]
#[template(path = "ccpayment_v2/front.html")]
pub(super) struct Front<'a> {
    pub(super) app_id: &'a str,
}

#[derive(Template)]
#[template(path = "ccpayment_v2/pay.html")]
struct Page<'a> {
    order: order::Order,
    key: &'a str,
    product: &'a str,
    price: String,
    paid: String,
    /// The chosen coin.
    network: Option<&'static Network>,
    memo: &'a str,
    due: Option<String>,
    expires: String,
    over_time: bool,
    watched: bool,
    is_paid: bool,
    networks: Vec<&'static Network>,
    problem: Option<String>,
    /// The amount that was refused, to be corrected.
    refused: &'a str,
    onward: &'a str,
}

/// The parameters of a link or a form of the page.
#[derive(Default)]
struct Visit {
    key: String,
    choice: String,
    amount: String,
}

impl Visit {
    /// Reads a query or a form. Unknown names are ignored: shops and mail programs add some to links.
    fn read(text: &[u8]) -> Option<Self> {
        let mut visit = Self::default();
        for (name, value) in form::pairs(text).ok()? {
            match name.as_str() {
                "key" => value.trim().clone_into(&mut visit.key),
                "choice" => value.trim().clone_into(&mut visit.choice),
                "amount" => value.trim().clone_into(&mut visit.amount),
                _ => {}
            }
        }
        Some(visit)
    }
}

fn by_key<'a>(state: &'a Held, key: &str) -> Option<&'a Checkout> {
    let mut all = Family::ALL
        .into_iter()
        .flat_map(|family| state.checkouts(family).iter());
    all.find(|checkout| !key.is_empty() && checkout.key == key)
}

pub(super) async fn show(State(provider): State<Arc<CcpaymentV2>>, uri: Uri) -> Response {
    match Visit::read(uri.query().unwrap_or_default().as_bytes()) {
        Some(visit) => page(&provider, &visit, None),
        None => invalid_link(),
    }
}

pub(super) async fn choose(State(provider): State<Arc<CcpaymentV2>>, body: Bytes) -> Response {
    press(&provider, &body, |_, id, visit| {
        let (coin_id, chain) = visit.choice.split_once(' ').unwrap_or_default();
        let coin_id = coin_id.parse().unwrap_or_default();
        provider.choose(id, coin_id, chain)
    })
}

pub(super) async fn pay(State(provider): State<Arc<CcpaymentV2>>, body: Bytes) -> Response {
    press(&provider, &body, |family, id, visit| {
        let amount = Some(visit.amount.as_str()).filter(|text| !text.is_empty());
        provider.pay_checkout(family, id, amount, PayStatus::Success)
    })
}

pub(super) async fn expire(State(provider): State<Arc<CcpaymentV2>>, body: Bytes) -> Response {
    press(&provider, &body, |family, id, _| {
        provider.expire(family, id)
    })
}

/// Carries out a button and leads back to the page, or shows the error on the page.
fn press(
    provider: &CcpaymentV2,
    body: &Bytes,
    action: impl FnOnce(Family, &str, &Visit) -> Result<Checkout, ActionError>,
) -> Response {
    let Some(visit) = Visit::read(body) else {
        return invalid_link();
    };
    provider.settle_due_orders();
    let known = by_key(&provider.state(), &visit.key).map(|row| (row.family, row.id.clone()));
    let Some((family, id)) = known else {
        return invalid_link();
    };
    match action(family, &id, &visit) {
        Ok(_) => Redirect::to(&format!("/ccpayment_v2/pay?key={}", visit.key)).into_response(),
        Err(error) => page(provider, &visit, Some(&error)),
    }
}

/// The same page for a key that never existed and one that a reset removed.
fn invalid_link() -> Response {
    html::notice(
        StatusCode::FORBIDDEN,
        "This payment link is not valid",
        "Open invoiceUrl or checkoutUrl exactly as it is in the answer. A reset removes all orders.",
    )
}

fn page(provider: &CcpaymentV2, visit: &Visit, error: Option<&ActionError>) -> Response {
    provider.settle_due_orders();
    let now_ms = provider.context.clock.now_ms();
    let state = provider.state();
    let Some(checkout) = by_key(&state, &visit.key) else {
        return invalid_link();
    };
    let choice = checkout.choice.as_ref();
    let over_time = checkout.over_time(now_ms);
    let choosing = checkout.family == Family::Invoice && !over_time && checkout.seen.is_none();
    let open = NETWORKS
        .iter()
        .filter(|network| choosing && network.takes_deposits());
    let unit = checkout.unit.symbol();
    let page = Page {
        order: checkout.view(),
        key: &checkout.key,
        product: &checkout.product,
        price: format!("{} {unit}", checkout.price),
        paid: checkout.paid.to_string(),
        network: choice.map(|choice| choice.network),
        memo: choice.map_or("", |choice| &choice.place.memo),
        due: checkout.still_due().map(|due| due.to_string()),
        expires: readable(checkout.expires_ms),
        over_time,
        watched: now_ms < checkout.expires_ms.saturating_add(WATCHED_MS),
        is_paid: checkout.is_paid(),
        networks: open.collect(),
        problem: error.map(ToString::to_string),
        refused: error.map_or("", |_| &visit.amount),
        onward: match (checkout.is_paid(), over_time) {
            (true, _) => &checkout.return_url,
            (false, true) => &checkout.close_url,
            (false, false) => "",
        },
    };
    let status = error.map_or(StatusCode::OK, ActionError::status);
    html::page(status, &page)
}
