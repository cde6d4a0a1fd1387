//! New records of a running sandbox as they happen.

use std::collections::HashMap;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::admin::{Admin, Target};
use super::lists::{Filter, List, MOST};
use super::records::{self, text};
use crate::failure::Failure;
use crate::output;
use crate::runtime::stop_signal;

/// `payments logs`.
#[derive(Debug, Subcommand)]
pub(crate) enum Logs {
    /// Print requests and webhooks of a running sandbox as they happen
    Tail(TailOptions),
}

#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  payments logs tail --state refused\n\nWith --json each line is one object: {\"request\":…} or {\"delivery\":…}."
)]
pub(crate) struct TailOptions {
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    pub(crate) target: Target,
}

pub(crate) async fn logs(options: &TailOptions) -> Result<(), Failure> {
    let admin = options.target.admin()?;
    let lists = [List::Requests, List::Deliveries];
    run(&admin, &lists, &options.filter, options.target.json).await
}

const PAUSE: Duration = Duration::from_millis(250);

/// What is printed again when it changes: a request never does, a delivery with each attempt, an order with its state.
fn version(list: List, record: &Value) -> (String, String) {
    let attempts = record.get("attempts").and_then(Value::as_array);
    match list {
        List::Requests => (text(record, "id"), String::new()),
        List::Deliveries => {
            let made = attempts.map_or(0, Vec::len).to_string();
            (text(record, "id"), made)
        }
        List::Orders => {
            let state = text(record, "status") + &text(record, "actual_amount");
            (text(record, "gateway") + &text(record, "order_id"), state)
        }
    }
}

/// Runs until Ctrl-C. What exists already is not printed.
pub(super) async fn run(
    admin: &Admin,
    lists: &[List],
    filter: &Filter,
    json: bool,
) -> Result<(), Failure> {
    let mut seen = HashMap::new();
    let query = [("limit", MOST)];
    for list in lists {
        new(*list, admin.list(list.name(), &query).await?, &mut seen);
    }
    loop {
        tokio::select! {
            stopped = stop_signal() => return stopped,
            () = tokio::time::sleep(PAUSE) => {}
        }
        for list in lists {
            let records = admin.list(list.name(), &query).await?;
            for record in new(*list, records, &mut seen) {
                // A webhook is printed when it was sent, not while it waits.
                let attempts = record.get("attempts").and_then(Value::as_array);
                let is_waiting = attempts.is_some_and(Vec::is_empty);
                if filter.fits(&record) && !is_waiting {
                    print(*list, record, json, lists.len() > 1)?;
                }
            }
        }
        if output::is_closed() {
            return Ok(());
        }
    }
}

/// The records that are new or changed, in their order.
fn new(
    list: List,
    records: Vec<Value>,
    seen: &mut HashMap<(&'static str, String), String>,
) -> Vec<Value> {
    let is_new = |record: &Value| {
        let (id, version) = version(list, record);
        let before = seen.insert((list.name(), id), version.clone());
        before.as_ref() != Some(&version)
    };
    records.into_iter().filter(is_new).collect()
}

fn print(list: List, record: Value, json: bool, is_mixed: bool) -> Result<(), Failure> {
    if json && is_mixed {
        let kind = match list {
            List::Requests => "request",
            List::Deliveries => "delivery",
            List::Orders => "order",
        };
        let object: serde_json::Map<_, _> = [(kind.to_owned(), record)].into_iter().collect();
        return Ok(output::json(&object)?);
    }
    if json {
        return Ok(output::json(&record)?);
    }
    match list {
        List::Orders => records::order(&record),
        List::Requests => records::request(&record),
        List::Deliveries => records::delivery(&record),
    }
    .print();
    Ok(())
}
