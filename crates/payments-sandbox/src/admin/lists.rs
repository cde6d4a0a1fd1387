//! Lists of orders, requests and webhooks: filters, limits and cursors, for the pages and for the JSON.

use axum::extract::Query;
use axum::http::Uri;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::shared::deliveries::{Delivery, DeliveryState};
use crate::shared::gateway::Gateway;
use crate::shared::journal::Entry;
use crate::shared::masking;
use crate::shared::order::{Order, OrderKind, OrderStatus};
use crate::shared::requests::{RequestRecord, Verdict};
use crate::shared::text::shorten;

const USUAL_ROWS: usize = 50;
const MOST_ROWS: usize = 500;

/// What a list shows. Filters that are not set or empty fit everything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Filters {
    /// The gateway's name in JSON.
    pub(super) gateway: String,
    /// Of requests, the name of the call.
    pub(super) call: String,
    /// Of requests, `accepted` or `refused`.
    pub(super) verdict: String,
    /// Of orders, the status.
    pub(super) status: String,
    /// Of webhooks, the state.
    pub(super) state: String,
    /// Of orders, the kind.
    pub(super) kind: String,
    /// A part of an order's id, of the merchant's reference, or of another text that identifies the order.
    pub(super) reference: String,
    limit: Option<usize>,
    /// Only rows that are older than this cursor.
    pub(super) before: Option<u64>,
    /// Only rows that are newer than this cursor, oldest first.
    after: Option<u64>,
    /// Of the overview, the only list that it shows.
    pub(super) list: String,
}

/// Rows of a list.
#[derive(Debug, Serialize)]
pub(super) struct Rows<T> {
    pub(super) rows: Vec<T>,
    /// The cursor for the next rows in the same direction; `None` at the end.
    pub(super) next: Option<u64>,
}

impl Filters {
    /// Reads the query, or returns the sentences about everything that is wrong with it.
    pub(super) fn of(uri: &Uri, app: &App) -> Result<Self, String> {
        let Query(filters) = Query::<Self>::try_from_uri(uri).map_err(|error| {
            let error = shorten(&error.body_text(), 300);
            format!("The query cannot be used: {error}.")
        })?;
        let mut problems = filters.unknown_values(app);
        if filters.before.is_some() && filters.after.is_some() {
            let both = "A list goes back from before or on from after, not both.";
            problems.push(both.to_owned());
        }
        match problems.is_empty() {
            true => Ok(filters),
            false => Err(problems.join(" ")),
        }
    }

    /// A filter that fits nothing by mistake looks like an empty list.
    fn unknown_values(&self, app: &App) -> Vec<String> {
        let calls = app.providers.iter().flat_map(|provider| provider.calls());
        let known: [(&str, &str, Vec<&str>); 7] = [
            (
                "gateway",
                &self.gateway,
                Gateway::ALL.map(Gateway::as_str).into(),
            ),
            ("call", &self.call, calls.collect()),
            (
                "verdict",
                &self.verdict,
                Verdict::ALL.map(Verdict::as_str).into(),
            ),
            (
                "status",
                &self.status,
                OrderStatus::ALL.map(OrderStatus::as_str).into(),
            ),
            (
                "state",
                &self.state,
                DeliveryState::ALL.map(DeliveryState::as_str).into(),
            ),
            (
                "kind",
                &self.kind,
                OrderKind::ALL.map(OrderKind::as_str).into(),
            ),
            ("list", &self.list, vec!["orders", "requests", "deliveries"]),
        ];
        let unknown = known
            .into_iter()
            .filter(|(_, value, known)| !value.is_empty() && !known.contains(value));
        let sentences = unknown.map(|(name, value, known)| {
            let value = masking::repeated(value);
            format!(
                "{name} cannot be `{value}`; it is one of {}.",
                known.join(", ")
            )
        });
        sentences.collect()
    }

    /// The same filters with other limits.
    pub(super) fn with_rows(&self, rows: usize) -> Self {
        Self {
            limit: Some(rows),
            ..self.clone()
        }
    }

    /// Whether anything is filtered.
    pub(super) fn is_set(&self) -> bool {
        self.pairs().next().is_some()
    }

    /// The filters that are set, as parts of a query.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("gateway", &self.gateway),
            ("call", &self.call),
            ("verdict", &self.verdict),
            ("status", &self.status),
            ("state", &self.state),
            ("kind", &self.kind),
            ("reference", &self.reference),
        ];
        let all = all.into_iter().map(|(name, value)| (name, value.as_str()));
        all.filter(|(_, value)| !value.is_empty())
    }

    fn fits_order(&self, entry: &Entry) -> bool {
        let order = &entry.order;
        fits(&self.gateway, order.gateway.as_str())
            && fits(&self.status, order.status.as_str())
            && fits(&self.kind, order.kind.as_str())
            && self.refers_to(&entry.names())
    }

    fn fits_request(&self, record: &RequestRecord) -> bool {
        let references = || {
            record
                .references
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
        };
        fits(&self.gateway, record.gateway.as_str())
            && fits(&self.call, record.operation.unwrap_or_default())
            && fits(&self.verdict, record.verdict.as_str())
            && (self.reference.is_empty() || self.refers_to(&references()))
    }

    fn fits_delivery(&self, delivery: &Delivery) -> bool {
        fits(&self.gateway, delivery.gateway.as_str())
            && fits(&self.state, delivery.state.as_str())
            && self.refers_to(&[
                &delivery.order_id,
                &delivery.merchant_ref,
                &delivery.body,
                &delivery.url,
            ])
    }

    fn refers_to(&self, texts: &[&str]) -> bool {
        let part = self.reference.trim();
        part.is_empty() || texts.iter().any(|text| text.contains(part))
    }

    /// Takes rows that fit from `rows`, which are newest first, each with its cursor.
    fn take<'a, R: 'a, T: Clone + 'a>(
        &self,
        rows: impl DoubleEndedIterator<Item = (u64, &'a R)>,
        fits: impl Fn(&R) -> bool,
        shown: impl Fn(&'a R) -> &'a T,
    ) -> Rows<T> {
        let limit = self.limit.unwrap_or(USUAL_ROWS).clamp(1, MOST_ROWS);
        let wanted = |(at, row): &(u64, &R)| {
            self.before.is_none_or(|before| *at < before)
                && self.after.is_none_or(|after| *at > after)
                && fits(row)
        };
        let mut taken: Vec<(u64, &R)> = match self.after {
            None => rows.filter(wanted).take(limit + 1).collect(),
            Some(_) => rows.rev().filter(wanted).take(limit + 1).collect(),
        };
        let more = taken.len() > limit;
        taken.truncate(limit);
        let last = taken.last().map(|(at, _)| *at);
        Rows {
            next: last.filter(|_| more),
            rows: taken
                .into_iter()
                .map(|(_, row)| shown(row).clone())
                .collect(),
        }
    }

    pub(super) fn orders(&self, app: &App) -> Rows<Order> {
        app.settle_due();
        let journal = app.context.journal();
        self.take(
            journal.newest(),
            |entry| self.fits_order(entry),
            |entry| &entry.order,
        )
    }

    pub(super) fn requests(&self, app: &App) -> Rows<RequestRecord> {
        let requests = app.context.requests();
        let newest = requests.iter().rev().map(|record| (record.id, record));
        self.take(newest, |record| self.fits_request(record), |record| record)
    }

    pub(super) fn deliveries(&self, app: &App) -> Rows<Delivery> {
        app.settle_due();
        let deliveries = app.context.deliveries();
        let newest = deliveries
            .iter()
            .rev()
            .map(|delivery| (delivery.id, delivery));
        self.take(
            newest,
            |delivery| self.fits_delivery(delivery),
            |delivery| delivery,
        )
    }
}

fn fits(wanted: &str, is: &str) -> bool {
    wanted.is_empty() || wanted == is
}
