//! The overview: orders, requests and webhooks side by side.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use form_urlencoded::Serializer;

use super::sections;
use super::view::View;
use crate::admin::clock;
use crate::admin::lists::{Filters, Rows};
use crate::app::App;
use crate::shared::clock::readable;
use crate::shared::deliveries::Delivery;
use crate::shared::fault::waiting::Waiting;
use crate::shared::fault::{FaultKind, FaultWhen};
use crate::shared::gateway::Gateway;
use crate::shared::html;
use crate::shared::ledger::Balance;
use crate::shared::order::Order;
use crate::shared::requests::RequestRecord;

/// Rows of each list beside others, and of a list alone.
const ROWS: usize = 20;
const ROWS_ALONE: usize = 50;

type Calls = Vec<(Gateway, Vec<&'static str>)>;

#[derive(Template)]
#[template(path = "dashboard/overview.html")]
struct Overview<'a> {
    view: View<'a>,
    filters: Filters,
    gateways: [Gateway; 4],
    calls: Calls,
    now: String,
    manual: bool,
    frozen: bool,
    /// What moving the clock does to the timestamps of messages.
    clock_note: &'static str,
    /// What is due next.
    next_due: Option<String>,
    /// The numbers and sentences of the faults that wait.
    faults: Vec<(u64, String)>,
    fault_form: String,
    total_orders: usize,
    orders: Option<Rows<Order>>,
    requests: Option<Rows<RequestRecord>>,
    deliveries: Option<Rows<Delivery>>,
    balances: Vec<(Gateway, Vec<Balance>)>,
    sections: Vec<String>,
}

impl Overview<'_> {
    /// The link to the older rows of one list.
    fn page(&self, list: &str, before: &u64) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.filters.pairs());
        query.append_pair("list", list);
        query.append_pair("before", &before.to_string());
        format!("/_sandbox?{}", query.finish())
    }
}

#[derive(Template)]
#[template(path = "dashboard/faults.html")]
struct FaultForm<'a> {
    calls: &'a Calls,
    groups: Vec<(&'static str, Vec<FaultKind>)>,
}

impl<'a> FaultForm<'a> {
    fn new(calls: &'a Calls) -> Self {
        let mut groups: Vec<(_, Vec<FaultKind>)> = Vec::new();
        for kind in FaultKind::ALL {
            match groups.last_mut() {
                Some((group, kinds)) if *group == kind.group() => kinds.push(*kind),
                _ => groups.push((kind.group(), vec![*kind])),
            }
        }
        Self { calls, groups }
    }
}

pub(crate) async fn overview(State(app): State<Arc<App>>, uri: Uri) -> Response {
    let filters = match Filters::of(&uri, &app) {
        Ok(filters) => filters,
        Err(problems) => {
            let title = "These filters cannot be used";
            return html::notice(StatusCode::BAD_REQUEST, title, &problems);
        }
    };
    let shown = if filters.list.is_empty() {
        filters.with_rows(ROWS)
    } else {
        filters.with_rows(ROWS_ALONE)
    };
    let is_shown = |list| [list, ""].contains(&filters.list.as_str());
    let calls: Calls = app
        .providers
        .iter()
        .map(|provider| (provider.gateway(), provider.calls()))
        .collect();
    let now_ms = app.context.clock.now_ms();
    // Locked for one statement each: a lock of a field would be held until the page is complete.
    let total_orders = app.context.journal().len();
    let faults = app.context.faults().iter(now_ms).map(fault).collect();
    let page = Overview {
        orders: is_shown("orders").then(|| shown.orders(&app)),
        requests: is_shown("requests").then(|| shown.requests(&app)),
        deliveries: is_shown("deliveries").then(|| shown.deliveries(&app)),
        total_orders,
        view: View { app: &app },
        gateways: Gateway::ALL,
        now: readable(now_ms),
        manual: app.context.clock.is_manual(),
        frozen: app.context.clock.is_frozen(),
        clock_note: clock::stamps_note(&app.context.clock),
        next_due: next_due(&app),
        faults,
        fault_form: FaultForm::new(&calls).render().unwrap_or_default(),
        balances: app
            .providers
            .iter()
            .map(|provider| (provider.gateway(), provider.balances()))
            .collect(),
        sections: sections(&app, |provider| provider.overview()),
        calls,
        filters,
    };
    html::dashboard(StatusCode::OK, &page)
}

/// What is due next.
fn next_due(app: &App) -> Option<String> {
    let due_ms = app.next_event()?;
    let webhook = app.context.deliveries().due_at(due_ms);
    let at = readable(due_ms);
    Some(match webhook {
        Some(id) => format!("webhook {id} at {at}"),
        None => format!("an order, a payout or a fault at {at}"),
    })
}

/// A fault that waits in one line, with its number.
fn fault(waiting: &Waiting) -> (u64, String) {
    let fault = &waiting.fault;
    let call = match (fault.when, fault.call.as_deref()) {
        (FaultWhen::Webhook, _) => "webhooks",
        (_, Some(call)) => call,
        (_, None) => "every call",
    };
    let effect = match fault.when {
        FaultWhen::Instead => " Nothing takes effect.",
        FaultWhen::After => " The request takes effect.",
        FaultWhen::Webhook => "",
    };
    let code = fault.code.map(|code| format!(" Code {code}."));
    let name = fault.gateway.name();
    let (what, left) = (fault.kind.what(), waiting.left);
    let line = format!(
        "{name}, {call}: {what}{}{effect} {left} left.",
        code.unwrap_or_default()
    );
    (waiting.id, line)
}
