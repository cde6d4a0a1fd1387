//! `payments sandbox orders|requests|deliveries list|show`.

use std::time::Duration;

use clap::{Args, Subcommand};
use payments_core::Timestamp;
use serde_json::{Value, json};

use super::admin::{Target, segment};
use super::filter::{Filter, List};
use super::records::{self, text};
use super::tail;
use crate::event_line::{EventLine, time_of_day};
use crate::failure::Failure;
use crate::output::{self, say};
use crate::table::{Details, Rows};
use crate::view::moment;

const LIST_HELP: &str = "\
Example:
  payments sandbox orders list --gateway cpay --limit 5
  payments sandbox requests list --state refused
      with the reasons that the gateway's answers do not contain
  payments sandbox deliveries list --reference order-1001";

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
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,
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
    options.filter.check(&[list])?;
    let limit = options.limit.to_string();
    let mut query = options.filter.query(list);
    query.push(("limit", &limit));
    let admin = options.target.admin()?;
    let (all, has_more) = admin.list(list.name(), &query).await?;
    if options.target.json {
        return Ok(output::json(&json!({ list.name(): all }))?);
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
    if has_more {
        say!("older ones are not shown; --limit shows more")?;
    }
    Ok(())
}

fn orders(all: &[Value]) -> std::io::Result<()> {
    let headings = [
        "gateway", "order", "kind", "status", "amount#", "paid#", "currency",
    ];
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
            records::reference(delivery),
            text(delivery, "order_status"),
            text(delivery, "state"),
            attempts.map_or(0, Vec::len).to_string(),
            due.map(time_of_day).unwrap_or_default(),
        ]);
    }
    rows.print()
}

async fn show(list: List, options: &ShowOptions) -> Result<(), Failure> {
    let path = format!("/{}/{}", list.name(), segment(&options.id));
    let page = options.target.admin()?.get(&path).await?;
    if options.target.json {
        return Ok(output::json(&page)?);
    }
    let part = |name: &str| page.get(name).unwrap_or(&Value::Null);
    let rows = |name: &str| records::rows(&page, name);
    let record = part(list.one());
    let mut shown = record.clone();
    if let (List::Deliveries, Value::Object(members)) = (list, &mut shown) {
        // They follow, each as an event.
        members.remove("attempts");
    }
    details(&shown).print()?;
    match list {
        List::Orders => {
            let states = rows("events")
                .iter()
                .map(|event| records::state(record, event));
            let requests = rows("requests").iter().map(records::request);
            let deliveries = rows("deliveries").iter().map(records::delivery);
            let mut lines: Vec<EventLine> = states.chain(requests).chain(deliveries).collect();
            lines.sort_by_key(|line| line.at_ms);
            say!("")?;
            lines.iter().for_each(EventLine::print);
        }
        List::Requests => say!("\n{}", output::printable_lines(&text(&page, "curl")))?,
        List::Deliveries => {
            say!("")?;
            let attempts = records::rows(record, "attempts").iter().enumerate();
            attempts.for_each(|(place, one)| records::attempt(record, place + 1, one).print());
        }
    }
    Ok(())
}

/// Every member with a value. Times are written out; objects and lists take several lines.
pub(crate) fn details(record: &Value) -> Details {
    let mut details = Details::default();
    let members = record.as_object().into_iter().flatten();
    for (name, value) in members {
        let shown = name.trim_end_matches("_ms").replace('_', " ");
        for row in rows(name, value) {
            details.add(shown.clone(), Some(row));
        }
    }
    details
}

/// A value as lines: the scalars of an object are one line, what is inside it follows.
fn rows(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => match number.as_u64() {
            Some(0) if name.ends_with("_ms") => Vec::new(),
            Some(ms) if name.ends_with("_ms") => vec![time(ms)],
            _ => vec![number.to_string()],
        },
        Value::Bool(flag) => vec![flag.to_string()],
        Value::Array(items) if name == "headers" => items.iter().map(header).collect(),
        Value::Array(items) => items.iter().flat_map(|item| rows(name, item)).collect(),
        Value::Object(members) => {
            let (mut scalars, mut inside) = (Vec::new(), Vec::new());
            for (name, value) in members {
                let lines = rows(name, value);
                match (name.as_str(), value) {
                    (_, Value::Array(_) | Value::Object(_)) | ("body", _) => inside.extend(lines),
                    ("at_ms", _) => scalars.splice(0..0, lines).for_each(drop),
                    _ => scalars.extend(
                        lines
                            .iter()
                            .map(|line| format!("{} {line}", name.replace('_', " "))),
                    ),
                }
            }
            let first = Some(scalars.join(", ")).filter(|line| !line.is_empty());
            first.into_iter().chain(inside).collect()
        }
    }
}

/// `["name","value"]`
fn header(pair: &Value) -> String {
    let parts = pair.as_array().into_iter().flatten();
    let parts: Vec<&str> = parts.filter_map(Value::as_str).collect();
    parts.join(": ")
}

/// A member whose name ends with `_ms`: an instant, or a short time such as a delay.
fn time(ms: u64) -> String {
    match Duration::from_millis(ms) {
        short if short < Duration::from_secs(1_000_000_000) => format!("{short:?}"),
        _ => moment(Timestamp::from_millis(ms)),
    }
}
