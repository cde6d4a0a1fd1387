//! `payments sandbox fault`.

use std::io::Result as Printed;
use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value};

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
      the faults that wait for a request

--set passes any field of the JSON that the sandbox's guide describes, such as
--set bytes=100 or --set rate=0.2.";

#[derive(Args, Debug)]
#[command(after_help = FAULT_HELP)]
pub(crate) struct Fault {
    /// The gateway: cpay, chainup-opay, ccpayment, ccpayment-v2
    #[arg(value_name = "GATEWAY", value_parser = gateway, required_unless_present_any = ["list", "kinds"])]
    gateway: Option<String>,
    /// List the faults that wait
    #[arg(long, conflicts_with = "gateway")]
    list: bool,
    /// List the kinds of faults
    #[arg(long, conflicts_with_all = ["gateway", "list"])]
    kinds: bool,
    /// Only this call, as withdraw or bill/create
    #[arg(long, value_name = "CALL")]
    call: Option<String>,
    /// Instead of carrying the request out, after it, or of a webhook
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

/// `times=3` is a number, `call=withdraw` a text.
fn field(text: &str) -> Result<(String, Value), &'static str> {
    let pair = text.split_once('=');
    let (name, value) = pair.ok_or("write FIELD=VALUE, as in delay_ms=500")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
}

pub(crate) async fn fault(options: &Fault) -> Result<(), Failure> {
    let admin = options.target.admin()?;
    let Some(gateway) = &options.gateway else {
        let is_kinds = options.kinds;
        let path = if is_kinds { "/faults/kinds" } else { "/faults" };
        let answer = admin.get(path).await?;
        return match (options.target.json, is_kinds) {
            (true, _) => Ok(output::json(&answer)?),
            (false, true) => Ok(print_kinds(&answer)?),
            (false, false) => Ok(print_waiting(&answer)?),
        };
    };
    let mut body = Map::new();
    body.insert("gateway".to_owned(), gateway.as_str().into());
    let given = [
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
    body.extend(given.chain(options.set.iter().cloned()));
    let answer = admin.post("/faults", &Value::Object(body)).await?;
    if options.target.json {
        return Ok(output::json(&answer)?);
    }
    Ok(say!(
        "fault {} waits for a request or webhook that it fits",
        output::printable(&text(&answer, "id"))
    )?)
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
