//! `payments sandbox orders|requests|deliveries list|show`.

use std::time::Duration;

use clap::{Args, Subcommand};
use payments_core::Timestamp;
use serde_json::Value;

use super::admin::{Admin, Target};
use super::records::{self, text};
use super::tail;
use crate::event_line::time_of_day;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::table::{Details, Rows};
use crate::view::moment;

/// What a sandbox has lists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Orders,
    Requests,
    Deliveries,
}

const LIST_HELP: &str = "\
Example:
  payments sandbox orders list --gateway cpay --limit 5
  payments sandbox requests list --state refused
      with the reasons that the gateway's answers do not contain
  payments sandbox deliveries list";

const SHOW_HELP: &str = "\
Example:
  payments sandbox orders show order-1001
  payments sandbox requests show 12
      the signed text, the expected signature and the reason of a refusal
  payments sandbox deliveries show 3
      the body of a webhook, its attempts and the answers to them";

const TAIL_HELP: &str = "\
Example:
  payments sandbox orders tail
  payments sandbox requests tail --gateway ccpayment
  payments sandbox deliveries tail
`payments logs tail` prints requests and deliveries together.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the last ones
    List(ListOptions),
    /// Show one with everything that is known about it
    Show(ShowOptions),
    /// Print new ones as they happen, until Ctrl-C
    Tail(TailOptions),
}

#[derive(Args, Debug)]
#[command(after_help = LIST_HELP)]
pub(crate) struct ListOptions {
    #[command(flatten)]
    filter: Filter,
    /// How many at most, the newest
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    pub(crate) target: Target,
}

#[derive(Args, Debug)]
#[command(after_help = SHOW_HELP)]
pub(crate) struct ShowOptions {
    /// An order's reference or the gateway's id; the number of a request or webhook
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    pub(crate) target: Target,
}

#[derive(Args, Debug)]
#[command(after_help = TAIL_HELP)]
pub(crate) struct TailOptions {
    #[command(flatten)]
    pub(crate) filter: Filter,
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Which of a list.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Only those of a gateway: cpay, chainup-opay, ccpayment, ccpayment-v2
    #[arg(long, value_name = "GATEWAY", value_parser = gateway)]
    gateway: Option<String>,
    /// Only those in a state: of an order pending, of a request refused, …
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
}

/// A gateway's name as the sandbox spells it. Accounts spell it with hyphens.
pub(crate) fn gateway(name: &str) -> Result<String, String> {
    let known = payments_sandbox::Gateway::ALL.map(payments_sandbox::Gateway::as_str);
    let wanted = name.replace('-', "_");
    match known.iter().find(|known| **known == wanted) {
        Some(known) => Ok((*known).to_owned()),
        None => Err(format!(
            "write one of {}",
            known.join(", ").replace('_', "-")
        )),
    }
}

/// The most rows that the sandbox returns at a time.
pub(super) const MOST: &str = "500";

impl Filter {
    /// The sandbox's parameters for it.
    pub(super) fn query(&self, list: List) -> Vec<(&str, &str)> {
        let state = match list {
            List::Orders => "status",
            List::Requests => "verdict",
            List::Deliveries => "state",
        };
        let given = [
            ("gateway", self.gateway.as_deref()),
            (state, self.state.as_deref()),
            ("limit", Some(MOST)),
        ];
        let given = given.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    pub(crate) fn fits(&self, record: &Value) -> bool {
        let is = |wanted: &Option<String>, member| {
            let wanted = wanted.as_ref();
            wanted.is_none_or(|wanted| *wanted == text(record, member))
        };
        let states = ["status", "verdict", "state"];
        let in_state = self.state.is_none() || states.iter().any(|state| is(&self.state, state));
        is(&self.gateway, "gateway") && in_state
    }
}

impl List {
    /// As in the path and as in the JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Requests => "requests",
            Self::Deliveries => "deliveries",
        }
    }

    fn is(self, record: &Value, id: &str) -> bool {
        let members: &[&str] = match self {
            Self::Orders => &["merchant_ref", "order_id"],
            Self::Requests | Self::Deliveries => &["id"],
        };
        members.iter().any(|member| text(record, member) == id)
    }
}

pub(crate) async fn run(list: List, command: &Command) -> Result<(), Failure> {
    match command {
        Command::List(options) => print_list(list, options).await,
        Command::Show(options) => show(list, options).await,
        Command::Tail(options) => {
            let admin = options.target.admin()?;
            tail::run(&admin, &[list], &options.filter, options.target.json).await
        }
    }
}

async fn print_list(list: List, options: &ListOptions) -> Result<(), Failure> {
    let admin = options.target.admin()?;
    let mut all = admin.list(list.name(), &options.filter.query(list)).await?;
    all.retain(|record| options.filter.fits(record));
    let left_out = all.len().saturating_sub(options.limit);
    all.drain(..left_out);
    if options.target.json {
        let name = list.name().to_owned();
        let object: serde_json::Map<_, _> = [(name, Value::Array(all))].into_iter().collect();
        return Ok(output::json(&object)?);
    }
    if all.is_empty() {
        return Ok(say!("no {}", list.name())?);
    }
    match list {
        List::Orders => orders(&all)?,
        List::Deliveries => deliveries(&all)?,
        List::Requests => all
            .iter()
            .for_each(|record| records::request(record).print()),
    }
    if left_out > 0 {
        say!("{left_out} older ones are not shown; --limit shows more")?;
    }
    Ok(())
}

fn orders(all: &[Value]) -> std::io::Result<()> {
    let headings = ["gateway", "order", "kind", "status", "amount#", "paid#", ""];
    let mut rows = Rows::new(&headings);
    for order in all {
        let reference = text(order, "merchant_ref");
        let name = Some(reference).filter(|name| !name.is_empty());
        rows.add([
            text(order, "gateway").replace('_', "-"),
            name.unwrap_or_else(|| text(order, "order_id")),
            text(order, "kind"),
            text(order, "status"),
            text(order, "amount"),
            text(order, "actual_amount"),
            text(order, "currency"),
        ]);
    }
    rows.print()
}

fn deliveries(all: &[Value]) -> std::io::Result<()> {
    let headings = [
        "no.", "gateway", "order", "status", "delivery", "tries", "next",
    ];
    let mut rows = Rows::new(&headings);
    for delivery in all {
        let attempts = delivery.get("attempts").and_then(Value::as_array);
        let due = delivery.get("due_ms").and_then(Value::as_u64);
        rows.add([
            text(delivery, "id"),
            text(delivery, "gateway").replace('_', "-"),
            text(delivery, "order_id"),
            text(delivery, "order_status"),
            text(delivery, "state"),
            attempts.map_or(0, Vec::len).to_string(),
            due.map(time_of_day).unwrap_or_default(),
        ]);
    }
    rows.print()
}

async fn show(list: List, options: &ShowOptions) -> Result<(), Failure> {
    let admin = options.target.admin()?;
    let record = find(&admin, list, &options.id).await?;
    if options.target.json {
        return Ok(output::json(&record)?);
    }
    Ok(details(&record).print()?)
}

async fn find(admin: &Admin, list: List, id: &str) -> Result<Value, Failure> {
    let query = [("reference", id), ("limit", MOST)];
    let query = if list == List::Orders {
        &query[..]
    } else {
        &query[1..]
    };
    let all = admin.list(list.name(), query).await?;
    let found = all.into_iter().rev().find(|record| list.is(record, id));
    found.ok_or_else(|| {
        let name = list.name();
        Failure::Failed(format!(
            "the sandbox has no such one; `payments sandbox {name} list` prints its {name}"
        ))
    })
}

/// Every member with a value. Times are written out, and objects in a list are one line each.
pub(crate) fn details(record: &Value) -> Details {
    let mut details = Details::default();
    let members = record.as_object().into_iter().flatten();
    for (name, value) in members {
        let rows = match value {
            Value::Array(rows) => rows.iter().map(one_line).collect(),
            other => vec![one_line(other)],
        };
        let shown = name.trim_end_matches("_ms").replace('_', " ");
        for row in rows.into_iter().filter(|row| !row.is_empty()) {
            let row = match row.parse() {
                Ok(ms) if name.ends_with("_ms") => time(ms),
                _ => row,
            };
            details.add(shown.clone(), Some(row));
        }
    }
    details
}

/// A member whose name ends with `_ms`: an instant, or a short time such as a delay.
fn time(ms: u64) -> String {
    match Duration::from_millis(ms) {
        short if short < Duration::from_secs(1_000_000_000) => format!("{short:?}"),
        _ => moment(Timestamp::from_millis(ms)),
    }
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(members) => {
            let filled = members.iter().filter(|(_, value)| !value.is_null());
            let parts = filled.map(|(name, value)| match (name.as_str(), value.as_u64()) {
                ("at_ms", Some(ms)) => time_of_day(ms),
                _ => format!("{} {}", name.replace('_', " "), one_line(value)),
            });
            parts.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
