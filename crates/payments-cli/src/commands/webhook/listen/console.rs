//! What the owner of the listener sees.

use std::net::SocketAddr;

use payments_facade::{Payment, Settlement};
use serde::Serialize;

use super::address::Account;
use crate::commands::webhook::post::Answered;
use crate::failure::Failure;
use crate::output::{self, printable, say};
use crate::payment_view::{self, PaymentView};

pub(super) struct Console {
    pub(super) json: bool,
    /// `http://IP:PORT`
    pub(super) base: String,
}

/// `{"listening":[{"gateway":"cpay/main","url":"http://127.0.0.1:8430/cpay/main"}]}`
#[derive(Serialize)]
struct Listening<'a> {
    listening: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    gateway: &'a str,
    url: String,
}

/// One webhook. If `refused` has a reason, the webhook was not verified; only the payment of a query can be there then.
#[derive(Serialize)]
pub(super) struct Event<'a> {
    pub(super) gateway: &'a str,
    pub(super) refused: Option<String>,
    /// Why it was refused, for the owner: the reply does not say it.
    pub(super) reason: Option<String>,
    /// What came of the query that an unsigned webhook caused.
    pub(super) hint: Option<String>,
    pub(super) effect_key: Option<&'a str>,
    pub(super) payment: Option<PaymentView>,
    pub(super) forwarded: Option<Forwarded>,
    pub(super) replied: Answered,
}

#[derive(Serialize)]
pub(super) struct Forwarded {
    pub(super) url: String,
    pub(super) answer: Option<Answered>,
    pub(super) error: Option<String>,
}

/// A request that is no webhook of an account.
#[derive(Serialize)]
pub(super) struct Other<'a> {
    pub(super) request: RequestLine<'a>,
    pub(super) problem: String,
    /// The addresses that exist, if the request went elsewhere.
    pub(super) addresses: Vec<String>,
    pub(super) replied: Answered,
}

#[derive(Serialize)]
pub(super) struct RequestLine<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) from: SocketAddr,
}

impl Console {
    fn url(&self, account: &Account) -> String {
        format!("{}/{}", self.base, account.gateway.id())
    }

    pub(super) fn announce(&self, accounts: &[Account]) -> Result<(), Failure> {
        if self.json {
            let places = accounts.iter().map(|account| Place {
                gateway: account.gateway.id().as_str(),
                url: self.url(account),
            });
            return Ok(output::json(&Listening {
                listening: places.collect(),
            })?);
        }
        for account in accounts {
            say!(
                "listening for {} at {}",
                account.gateway.id(),
                self.url(account)
            )?;
        }
        Ok(())
    }

    pub(super) fn addresses(&self, accounts: &[Account]) -> Vec<String> {
        accounts.iter().map(|account| self.url(account)).collect()
    }

    /// A closed output does not stop the listener.
    pub(super) fn other(&self, other: &Other<'_>) {
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
    pub(super) fn event(&self, event: &Event<'_>, payment: Option<&Payment>) {
        if self.json {
            let _ = output::json(event);
            return;
        }
        let gateway = event.gateway;
        let mut lines = vec![match (&event.hint, &event.refused, event.effect_key) {
            (Some(hint), _, _) => format!("{gateway}: not verified, used as a hint only: {hint}"),
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
            lines.push(payment_view::row(payment).join("  "));
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

/// What is missing, too much, sent back or late, and whom it is from: the first things to look at.
fn funds(payment: &Payment) -> Option<String> {
    let funds = payment.funds();
    let difference = match funds.settlement() {
        Settlement::Missing(money) => Some(format!("missing {money}")),
        Settlement::Excess(money) => Some(format!("{money} more than expected")),
        _ => None,
    };
    let late = funds.late.then(|| "late".to_owned());
    let expected = funds.expected.map(|money| format!("expected {money}"));
    let refunded = funds.refunded.map(|money| format!("refunded {money}"));
    let customer = payment.customer().map(|id| format!("customer {id}"));
    let invoice = payment.invoice().map(|id| format!("invoice {id}"));
    let parts = [expected, difference, refunded, late, customer, invoice];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
