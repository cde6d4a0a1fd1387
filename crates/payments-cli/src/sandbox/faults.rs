//! `payments sandbox fault`.

use std::io::Result as Printed;
use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value, json};

use super::actions::milliseconds;
use super::admin::Target;
use super::filter::gateway;
use super::records::{rows, text, words};
use crate::commands::input::duration;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::table::{Details, Rows};

const FAULT_HELP: &str = "\
Example:
  payments sandbox fault cpay --call withdraw --when after
      the next withdraw takes effect, and its answer is lost
  payments sandbox fault ccpayment --http-status 502 --times 3
      the next three requests have no effect and get a proxy's error page
  payments sandbox fault cpay --when webhook --kind webhook_duplicate
      the next webhook is sent twice
  payments sandbox fault --list
      the faults that wait for a request; --remove 3 removes one of them

--set passes any field of the JSON that the sandbox's guide describes, such as
--set bytes=100 or --set rate=0.2.";

/// What describes a fault.
const DESCRIPTION: [&str; 9] = [
    "gateway",
    "call",
    "when",
    "kind",
    "code",
    "http_status",
    "delay",
    "times",
    "set",
];

#[derive(Args, Debug)]
#[command(after_help = FAULT_HELP)]
pub(crate) struct Fault {
    /// The gateway: cpay, chainup-opay, ccpayment, ccpayment-v2
    #[arg(value_name = "GATEWAY", value_parser = gateway, required_unless_present = "Instead")]
    gateway: Option<String>,
    #[command(flatten)]
    instead: Instead,
    /// Only this call, as withdraw or bill/create
    #[arg(long, value_name = "CALL")]
    call: Option<String>,
    /// When it happens: instead of the request's effect, after it, or to a webhook
    #[arg(long, value_name = "WHEN", value_parser = ["instead", "after", "webhook"])]
    when: Option<String>,
    /// What happens, as cut, lost or other_amount; --kinds lists them
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The gateway's error with this code
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    code: Option<i64>,
    /// The HTTP status of the answer
    #[arg(long, value_name = "NUMBER")]
    http_status: Option<u16>,
    /// How much later it happens, on the sandbox's clock
    #[arg(long, value_name = "TIME", value_parser = duration)]
    delay: Option<Duration>,
    /// How many requests meet it (without it, 1)
    #[arg(long, value_name = "NUMBER")]
    times: Option<u32>,
    /// Another field of the fault; can be repeated
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field)]
    set: Vec<(String, Value)>,
    #[command(flatten)]
    pub(crate) target: Target,
}

/// What is done instead of asking for a fault.
#[derive(Args, Debug)]
#[group(multiple = false)]
struct Instead {
    /// List the faults that wait
    #[arg(long, conflicts_with_all = DESCRIPTION)]
    list: bool,
    /// List the kinds of faults
    #[arg(long, conflicts_with_all = DESCRIPTION)]
    kinds: bool,
    /// Remove the fault with this number; --list has the numbers
    #[arg(long, value_name = "NUMBER", conflicts_with_all = DESCRIPTION)]
    remove: Option<u64>,
    /// Remove all faults that wait
    #[arg(long, conflicts_with_all = DESCRIPTION)]
    clear: bool,
}

/// `times=3` is a number, `call=withdraw` a text.
fn field(text: &str) -> Result<(String, Value), &'static str> {
    let pair = text.split_once('=');
    let (name, value) = pair.ok_or("write FIELD=VALUE, as in delay_ms=500")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
}

pub(crate) async fn fault(options: &Fault) -> Result<(), Failure> {
    let admin = options.target.admin()?;
    let instead = &options.instead;
    let (answer, print): (Value, fn(&Value) -> Printed<()>) = if instead.list {
        (admin.get("/faults").await?, print_waiting)
    } else if instead.kinds {
        (admin.get("/faults/kinds").await?, print_kinds)
    } else if let Some(number) = instead.remove {
        let path = format!("/faults/{number}/remove");
        (admin.post(&path, &json!({})).await?, print_removed)
    } else if instead.clear {
        (
            admin.post("/faults/clear", &json!({})).await?,
            print_removed,
        )
    } else {
        let body = description(options)?;
        (admin.post("/faults", &body).await?, print_added)
    };
    if options.target.json {
        return Ok(output::json(&answer)?);
    }
    Ok(print(&answer)?)
}

/// The JSON of a fault. Every field is given once: which of two is meant is not guessed.
fn description(options: &Fault) -> Result<Value, Failure> {
    let given = [
        ("gateway", options.gateway.as_deref().map(Value::from)),
        ("call", options.call.as_deref().map(Value::from)),
        ("when", options.when.as_deref().map(Value::from)),
        ("kind", options.kind.as_deref().map(Value::from)),
        ("code", options.code.map(Value::from)),
        ("http_status", options.http_status.map(Value::from)),
        ("delay_ms", options.delay.map(milliseconds)),
        ("times", options.times.map(Value::from)),
    ];
    let given = given
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let mut body = Map::new();
    let mut twice = Vec::new();
    for (name, value) in given.chain(options.set.iter().cloned()) {
        if body.insert(name.clone(), value).is_some() {
            twice.push(name);
        }
    }
    match twice.is_empty() {
        true => Ok(Value::Object(body)),
        false => Err(Failure::bad(format!(
            "set twice: {}; set each field once, by its option or by --set",
            twice.join(", ")
        ))),
    }
}

fn print_added(answer: &Value) -> Printed<()> {
    say!(
        "fault {} waits for a request or webhook that it fits",
        output::printable(&text(answer, "id"))
    )
}

fn print_removed(answer: &Value) -> Printed<()> {
    say!("removed: {}", output::printable(&text(answer, "removed")))
}

/// The faults that wait, in the order in which requests meet them.
fn print_waiting(answer: &Value) -> Printed<()> {
    let mut table = Rows::new(&["no.", "gateway", "call", "when", "what", "left#", "met#"]);
    for fault in rows(answer, "faults") {
        let code = match (text(fault, "code"), text(fault, "http_status")) {
            (code, _) if !code.is_empty() => format!(" {code}"),
            (_, status) if !status.is_empty() => format!(" {status}"),
            _ => String::new(),
        };
        table.add([
            text(fault, "id"),
            text(fault, "gateway").replace('_', "-"),
            text(fault, "call"),
            text(fault, "when"),
            text(fault, "kind") + &code,
            text(fault, "left"),
            text(fault, "met"),
        ]);
    }
    match rows(answer, "faults") {
        [] => say!("no faults wait"),
        _ => table.print(),
    }
}

/// The kinds by group, and the codes that the providers document.
fn print_kinds(answer: &Value) -> Printed<()> {
    let mut groups: Vec<(String, Details)> = Vec::new();
    for kind in rows(answer, "kinds") {
        let group = text(kind, "group");
        if groups.last().is_none_or(|(last, _)| *last != group) {
            groups.push((group, Details::default()));
        }
        let takes = words(kind, "takes").join(", ");
        let takes = match takes.is_empty() {
            true => takes,
            false => format!("; --set {takes}"),
        };
        let about = format!(
            "{} ({}{takes})",
            text(kind, "what"),
            words(kind, "when").join(", ")
        );
        if let Some((_, details)) = groups.last_mut() {
            details.add(text(kind, "kind"), Some(about));
        }
    }
    for (group, details) in groups {
        say!("{}:", output::printable(&group))?;
        details.print()?;
        say!("")?;
    }
    say!("codes that are documented, for --code:")?;
    let mut codes = Details::default();
    let gateways = answer.get("codes").and_then(Value::as_object);
    for (gateway, _) in gateways.into_iter().flatten() {
        let all = rows(answer.get("codes").unwrap_or(&Value::Null), gateway);
        let all: Vec<String> = all.iter().map(|code| text(code, "code")).collect();
        codes.add(gateway.replace('_', "-"), Some(all.join(", ")));
    }
    codes.print()
}
