//! The front page and the overview.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::actions;
use crate::app::App;
use crate::chainup_opay::coins::{self, Coin};
use crate::chainup_opay::payers::{self, Payer};
use crate::clock::readable;
use crate::cpay::coins::PAIRS;
use crate::cpay::wallet_address::{Address, of_user};
use crate::html;
use crate::store::{
    Balance, Delivery, DeliveryState, Gateway, Order, OrderStatus, RequestRecord, User, Verdict,
};

/// Rows of each table on the page; the JSON has all.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    base_url: &'a str,
    cpay_merchant_id: &'a str,
    chainup_app_id: &'a str,
    ccpayment_app_id: &'a str,
    payers: &'static [Payer],
    coins: String,
}

pub(crate) async fn front(State(app): State<Arc<App>>) -> Response {
    let coin = |coin: &Coin| format!("{} ({} decimals)", coin.symbol, coin.decimals);
    let front = Front {
        base_url: &app.base_url,
        cpay_merchant_id: &app.credentials.cpay.merchant_id,
        chainup_app_id: &app.credentials.chainup_opay.app_id,
        ccpayment_app_id: &app.credentials.ccpayment.app_id,
        payers: &payers::ALL,
        coins: coins::ALL.each_ref().map(coin).join(", "),
    };
    html::page(StatusCode::OK, &front)
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    now: String,
    manual: bool,
    rows: usize,
    requests: Vec<RequestRecord>,
    orders: Vec<Order>,
    deliveries: Vec<Delivery>,
    balances: Vec<(Gateway, Vec<Balance>)>,
    users: Vec<UserRow>,
    coins: Vec<(&'static str, &'static str)>,
}

/// A user of the merchant, with one address per network.
struct UserRow {
    id: String,
    kyc: Option<String>,
    addresses: Vec<Address>,
}

impl UserRow {
    fn of(app: &App, id: &str, user: &User) -> Self {
        let mut addresses = Vec::new();
        if user.has_addresses {
            addresses.extend(of_user(app, id));
            addresses.dedup_by_key(|row| row.network);
        }
        Self {
            id: id.to_owned(),
            kyc: user.kyc_ms.map(readable),
            addresses,
        }
    }
}

impl Overview {
    fn at(&self, ms: &u64) -> String {
        readable(*ms)
    }

    /// Whether the order is one whose payer presses the buttons.
    fn payable(&self, order: &Order) -> bool {
        !order.kind.is_payout() && !order.status.is_final()
    }

    /// Whether its gateway knows failed payments.
    fn can_fail(&self, order: &Order) -> bool {
        order.gateway == Gateway::ChainupOpay && !order.status.is_final()
    }

    fn payout_open(&self, order: &Order) -> bool {
        order.kind.is_payout() && !order.status.is_final()
    }

    fn kind(&self, order: &Order) -> String {
        order.kind.as_str().replace('_', " ")
    }

    fn accepted(&self, record: &RequestRecord) -> bool {
        record.verdict == Verdict::Accepted
    }

    fn differs(&self, record: &RequestRecord) -> bool {
        let expected = record.expected_sign.as_ref();
        expected.is_some_and(|sign| Some(sign) != record.received_sign.as_ref())
    }

    fn words(&self, delivery: &Delivery) -> String {
        delivery.state.as_str().replace('_', " ")
    }

    fn can_resend(&self, delivery: &Delivery) -> bool {
        delivery.state != DeliveryState::Sending
    }
}

pub(crate) async fn overview(State(app): State<Arc<App>>) -> Response {
    actions::settle_due(&app);
    let balances = Gateway::ALL
        .map(|gateway| (gateway, actions::balances(&app, gateway)))
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let page = {
        let tables = app.store.lock();
        Overview {
            now: readable(app.clock.now_ms()),
            manual: app.clock.is_manual(),
            rows: ROWS,
            requests: tables.requests.iter().rev().take(ROWS).cloned().collect(),
            orders: tables.orders.iter().rev().take(ROWS).cloned().collect(),
            deliveries: tables.deliveries.iter().rev().take(ROWS).cloned().collect(),
            balances,
            users: tables
                .users
                .iter()
                .take(ROWS)
                .map(|(id, user)| UserRow::of(&app, id, user))
                .collect(),
            coins: PAIRS.map(|(coin, network)| (coin, network.long())).into(),
        }
    };
    html::page(StatusCode::OK, &page)
}
