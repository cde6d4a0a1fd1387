//! What the owner of the listener sees, and what every report of a listener contains.

use std::net::SocketAddr;

use payments_facade::{Payment, Settlement};
use serde::Serialize;

use super::address::Account;
use crate::commands::webhook::post::Answered;
use crate::failure::Failure;
use crate::output::{self, printable, say};
use crate::payment_view::{self, PaymentView};

/// What is done with the requests that a listener has answered. It is called once for each, also at the same time.
pub(crate) trait Report: Send + Sync {
    /// A webhook of an account, and its payment if there is one.
    fn event(&self, event: &Event<'_>, payment: Option<&Payment>);
    /// A request that is no webhook of an account.
    fn other(&self, other: &Other<'_>);
}

/// The output of `payments webhook listen`.
pub(super) struct Console {
    pub(super) json: bool,
}

/// `{"listening":[{"gateway":"cpay/main","url":"http://127.0.0.1:8430/cpay/main"}]}`
#[derive(Serialize)]
struct Listening<'a> {
    listening: Vec<Place<'a>>,
}

#[derive(Serialize)]
pub(crate) struct Place<'a> {
    gateway: &'a str,
    url: String,
}

impl<'a> Place<'a> {
    /// `base` is `http://IP:PORT`.
    pub(crate) fn of(account: &'a Account, base: &str) -> Self {
        Self {
            gateway: account.id().as_str(),
            url: url(account, base),
        }
    }
}

pub(super) fn url(account: &Account, base: &str) -> String {
    format!("{base}/{}", account.id())
}

/// One webhook. If `refused` has a reason, the webhook was not verified; only the payment of a query can be there then. With `hint`, the
/// payment is what the gateway answered to a query.
#[derive(Serialize)]
pub(crate) struct Event<'a> {
    pub(crate) gateway: &'a str,
    pub(crate) refused: Option<String>,
    /// Why it was refused, for the owner: the reply does not say it.
    pub(crate) reason: Option<String>,
    /// What came of the query that a webhook without amounts or without a signature caused.
    pub(crate) hint: Option<String>,
    pub(crate) effect_key: Option<&'a str>,
    pub(crate) payment: Option<PaymentView>,
    pub(crate) forwarded: Option<Forwarded>,
    pub(crate) replied: Answered,
}

#[derive(Serialize)]
pub(crate) struct Forwarded {
    pub(crate) url: String,
    pub(crate) answer: Option<Answered>,
    pub(crate) error: Option<String>,
}

/// A request that is no webhook of an account.
#[derive(Serialize)]
pub(crate) struct Other<'a> {
    pub(crate) request: RequestLine<'a>,
    pub(crate) problem: String,
    /// The addresses that exist, if the request went elsewhere.
    pub(crate) addresses: Vec<String>,
    pub(crate) replied: Answered,
}

#[derive(Serialize)]
pub(crate) struct RequestLine<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) from: SocketAddr,
}

impl Console {
    pub(super) fn announce(&self, accounts: &[Account], base: &str) -> Result<(), Failure> {
        if self.json {
            let places = accounts.iter().map(|account| Place::of(account, base));
            return Ok(output::json(&Listening {
                listening: places.collect(),
            })?);
        }
        for account in accounts {
            say!("listening for {} at {}", account.id(), url(account, base))?;
        }
        Ok(())
    }
}

/// A closed output does not stop the listener.
impl Report for Console {
    fn other(&self, other: &Other<'_>) {
        if self.json {
            let _ = output::json(other);
            return;
        }
        let RequestLine { method, path, from } = other.request;
        let status = other.replied.status();
        let mut lines = vec![
            format!("{method} {path} from {from}: HTTP {status}"),
            other.problem.clone(),
        ];
        let addresses = other.addresses.iter();
        lines.extend(addresses.map(|url| format!("this listener has {url}")));
        print(&lines);
    }

    /// In one piece, because several webhooks can arrive at once.
    fn event(&self, event: &Event<'_>, payment: Option<&Payment>) {
        if self.json {
            let _ = output::json(event);
            return;
        }
        let gateway = event.gateway;
        let mut lines = vec![match (&event.hint, &event.refused, event.effect_key) {
            (Some(hint), Some(_), _) => {
                format!("{gateway}: not verified, used as a hint only: {hint}")
            }
            (Some(hint), None, Some(key)) => {
                format!("{gateway}: verified, effect key {key}; {hint}")
            }
            (Some(hint), None, None) => format!("{gateway}: verified; {hint}"),
            (None, Some(why), _) => format!("{gateway}: {why}"),
            (None, None, key) => {
                let key = key.unwrap_or_default();
                format!("{gateway}: verified, effect key {key}")
            }
        }];
        // For a webhook that is genuine, both are the same.
        let reason = event.reason.as_ref();
        if let Some(reason) = reason.filter(|reason| event.refused.as_ref() != Some(*reason)) {
            lines.push(format!("reason (not in the reply): {reason}"));
        }
        if let Some(forwarded) = &event.forwarded {
            let answer = forwarded.answer.as_ref().map(Answered::shown);
            let answer = answer.or(forwarded.error.clone()).unwrap_or_default();
            lines.push(format!("forwarded to {}: {answer}", forwarded.url));
        }
        if let Some(payment) = payment {
            let row = payment_view::row(payment).join("  ");
            lines.push(row.trim_end().to_owned());
            lines.extend(funds(payment));
        }
        print(&lines);
    }
}

/// All lines but the first are indented.
fn print(lines: &[String]) {
    let lines: Vec<_> = lines.iter().map(|line| printable(line)).collect();
    let text = lines.join("\n  ");
    let _ = say!("{}", output::wrapped(&text, output::width()));
}

/// The amounts, and whom the payment is from: the first things to look at.
fn funds(payment: &Payment) -> Option<String> {
    let expected = payment.funds().expected;
    let parts = [
        expected.map(|money| format!("expected {money}")),
        differences(payment),
        payment.customer().map(|id| format!("customer {id}")),
        payment.invoice().map(|id| format!("invoice {id}")),
    ];
    joined(parts)
}

/// What is missing, too much, sent back or late.
pub(crate) fn differences(payment: &Payment) -> Option<String> {
    let funds = payment.funds();
    let difference = match funds.settlement() {
        Settlement::Missing(money) => Some(format!("missing {money}")),
        Settlement::Excess(money) => Some(format!("{money} more than expected")),
        _ => None,
    };
    let refunded = funds.refunded.map(|money| format!("refunded {money}"));
    joined([difference, refunded, funds.late.then(|| "late".to_owned())])
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
