//! The live log: one line for each event, or one JSON object.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use payments_facade::Payment;
use payments_sandbox::{Delivery, PublicCredentials, RequestRecord, Sandbox};
use serde::Serialize;
use serde_json::Value;

use super::CHAINUP_OPAY;
use crate::access::now;
use crate::accounts_file::CCPAYMENT_V2;
use crate::commands::webhook::forward::Forward;
use crate::commands::webhook::listen::{Account, Event, Other, Place, Report, differences};
use crate::event_line::{EventLine, named};
use crate::failure::Failure;
use crate::output::{self, say, shown_path};
use crate::payment_view;
use crate::sandbox::ready_first::ReadyFirst;
use crate::sandbox::records;
use crate::table::{Details, Tone};

pub(super) struct Log {
    json: bool,
    /// Where the URLs of our own listener begin.
    base: String,
    lines: ReadyFirst,
}

/// One line of `--json`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    Ready(&'a ReadyView<'a>),
    Request(&'a RequestRecord),
    Webhook(&'a Event<'a>),
    Delivery(&'a Delivery),
    Other(&'a Other<'a>),
}

/// What the first line names.
pub(super) struct Ready<'a> {
    pub(super) sandbox: &'a Sandbox,
    pub(super) accounts: &'a [Account],
    pub(super) base: &'a str,
    pub(super) forward: Option<&'a Forward>,
    pub(super) config: &'a Path,
    pub(super) env: Option<&'a Path>,
    pub(super) state: Option<&'a Path>,
    pub(super) took: Duration,
}

#[derive(Serialize)]
struct ReadyView<'a> {
    ready_ms: u128,
    base_url: &'a str,
    dashboard: String,
    listening: Vec<Place<'a>>,
    forward: Option<String>,
    config: &'a Path,
    env: Option<&'a Path>,
    credentials: PublicCredentials<'a>,
}

impl Log {
    pub(super) fn new(json: bool, base: &str) -> Self {
        Self {
            json,
            base: base.to_owned(),
            lines: ReadyFirst::new(),
        }
    }

    /// The sandbox goes on if its output is closed.
    fn object(line: &Line<'_>) {
        let _ = output::json(line);
    }

    /// Prints the first line, then what has happened since the start.
    pub(super) fn ready(&self, ready: &Ready<'_>) -> Result<(), Failure> {
        self.head(ready)?;
        self.lines.ready();
        Ok(())
    }

    fn head(&self, ready: &Ready<'_>) -> Result<(), Failure> {
        let base_url = ready.sandbox.base_url();
        let dashboard = format!("{base_url}/_sandbox");
        let forward = ready.forward.map(Forward::shown);
        if self.json {
            let accounts = ready.accounts.iter();
            return Ok(output::json(&Line::Ready(&ReadyView {
                ready_ms: ready.took.as_millis(),
                base_url,
                dashboard,
                listening: accounts.map(|one| Place::of(one, ready.base)).collect(),
                forward,
                config: ready.config,
                env: ready.env,
                credentials: ready.sandbox.credentials().public(),
            }))?);
        }
        let took = ready.took.as_millis();
        let end = match ready.state {
            Some(_) => "",
            None => " and deletes its orders",
        };
        say!("payments dev: ready in {took} ms; Ctrl-C stops it{end}")?;
        let mut details = Details::default();
        details.add("sandbox", Some(base_url));
        details.add("dashboard", Some(dashboard));
        details.add("accounts", Some(shown_path(ready.config)));
        details.add("variables", ready.env.map(shown_path));
        details.add("state", ready.state.map(shown_path));
        details.add("webhooks", Some(ready.base));
        details.add(
            "forwarded to",
            forward
                .as_deref()
                .or(Some("nowhere; verified, shown and acknowledged")),
        );
        // Its protocol has no URL for an account: `notifyPage` is a required field of every order.
        let opay = format!(
            "orders name their URL: --notify-url {}/{CHAINUP_OPAY}",
            ready.base
        );
        details.add("chainup-opay", Some(opay));
        for line in details.lines(output::width().map(|width| width.saturating_sub(2))) {
            say!("  {line}")?;
        }
        Ok(say!("")?)
    }

    pub(super) fn request(&self, record: &RequestRecord) {
        let (json, record) = (self.json, record.clone());
        self.lines.print(move || {
            if json {
                return Self::object(&Line::Request(&record));
            }
            print_record(&record, records::request);
        });
    }

    /// A webhook that went to another URL than the listener's, or that the sandbox did not get a reply to, whatever the listener
    /// and the program did: the sandbox sends it again.
    pub(super) fn delivery(&self, delivery: &Delivery) {
        let path = delivery.url.strip_prefix(&self.base);
        let is_ours = path.is_some_and(|path| path.starts_with('/'));
        let last = delivery.attempts.last();
        if is_ours && last.is_some_and(|last| last.http_status.is_some()) {
            return;
        }
        let (json, delivery) = (self.json, delivery.clone());
        self.lines.print(move || {
            if json {
                return Self::object(&Line::Delivery(&delivery));
            }
            print_record(&delivery, records::delivery);
        });
    }
}

/// The sandbox's clock may be elsewhere: a live log has the time of the machine.
fn print_record(record: &impl Serialize, line: fn(&Value) -> EventLine) {
    let record = serde_json::to_value(record).unwrap_or_default();
    let at_ms = now().as_millis();
    EventLine {
        at_ms,
        ..line(&record)
    }
    .print();
}

impl Report for Arc<Log> {
    fn event(&self, event: &Event<'_>, payment: Option<&Payment>) {
        if self.json {
            return Log::object(&Line::Webhook(event));
        }
        let what = match (payment, event.effect_key) {
            (Some(payment), _) => {
                let [reference, provider_id, ..] = payment_view::row(payment);
                let name = Some(reference).filter(|reference| !reference.is_empty());
                named(
                    &name.unwrap_or(provider_id),
                    &payment_view::phase_text(payment).0,
                )
            }
            (None, Some(key)) => named(key, ""),
            (None, None) if event.refused.is_none() => "about no payment".to_owned(),
            (None, None) => "not verified".to_owned(),
        };
        let mut details: Vec<String> = payment.and_then(differences).into_iter().collect();
        if event.refused.is_none() && payment.is_none() {
            details.extend(event.hint.clone());
        }
        let (result, tone) = if let Some(refused) = &event.refused {
            let reason = event.hint.as_ref().or(event.reason.as_ref());
            details.push(reason.unwrap_or(refused).clone());
            ("refused".to_owned(), Tone::Bad)
        } else if let Some(forwarded) = &event.forwarded {
            match &forwarded.answer {
                Some(answer) if (200..300).contains(&answer.status()) => {
                    (format!("HTTP {}", answer.status()), Tone::Good)
                }
                Some(answer) => {
                    details.push(format!("your program answered {}", answer.shown()));
                    (format!("HTTP {}", answer.status()), Tone::Bad)
                }
                None => {
                    let error = forwarded.error.as_deref().unwrap_or_default();
                    details.push(format!("{}: {error}", forwarded.url));
                    ("no answer".to_owned(), Tone::Bad)
                }
            }
        } else {
            ("verified".to_owned(), Tone::Good)
        };
        let provider = match event.gateway {
            CCPAYMENT_V2 => "ccpayment-v2",
            gateway => gateway.split('/').next().unwrap_or_default(),
        };
        let kind = "webhook";
        EventLine {
            at_ms: now().as_millis(),
            provider: provider.to_owned(),
            kind,
            what,
            result,
            tone,
            details,
        }
        .print();
    }

    fn other(&self, other: &Other<'_>) {
        if self.json {
            return Log::object(&Line::Other(other));
        }
        let urls = other.addresses.iter().map(|url| format!("there is {url}"));
        EventLine {
            at_ms: now().as_millis(),
            provider: String::new(),
            kind: "other",
            what: format!("{} {}", other.request.method, other.request.path),
            result: format!("HTTP {}", other.replied.status()),
            tone: Tone::Bad,
            details: [other.problem.clone()].into_iter().chain(urls).collect(),
        }
        .print();
    }
}
