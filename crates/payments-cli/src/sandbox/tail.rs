//! New records of a running sandbox as they happen.

use std::collections::HashMap;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::admin::{Admin, Target};
use super::filter::{Filter, List};
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
/// How many of the newest orders and webhooks are looked at for changes.
const LOOKED_AT: &str = "100";

/// What was printed of a list.
struct Followed {
    list: List,
    /// Of requests, which never change: the number of the last one.
    last: u64,
    /// Of others: what they were like.
    states: HashMap<String, String>,
}

/// Runs until Ctrl-C. What exists already is not printed.
pub(super) async fn run(
    admin: &Admin,
    lists: &[List],
    filter: &Filter,
    json: bool,
) -> Result<(), Failure> {
    filter.check(lists)?;
    let mut followed = Vec::new();
    for list in lists {
        let mut one = Followed {
            list: *list,
            last: 0,
            states: HashMap::new(),
        };
        let newest = [("limit", LOOKED_AT)];
        let (rows, _) = admin.list(list.name(), &newest).await?;
        one.changed(rows);
        followed.push(one);
    }
    // One for all rounds: a signal that comes while the lists are read is not lost.
    let mut stopped = std::pin::pin!(stop_signal());
    loop {
        tokio::select! {
            stopped = &mut stopped => return stopped,
            () = tokio::time::sleep(PAUSE) => {}
        }
        for one in &mut followed {
            let last = one.last.to_string();
            let query = match one.list {
                List::Requests => ("after", last.as_str()),
                _ => ("limit", LOOKED_AT),
            };
            let (rows, _) = admin.list(one.list.name(), &[query]).await?;
            for row in one.changed(rows) {
                // A webhook is printed when it was sent, not while it waits.
                let attempts = row.get("attempts").and_then(Value::as_array);
                let is_waiting = attempts.is_some_and(Vec::is_empty);
                if filter.fits(&row) && !is_waiting {
                    print(one.list, row, json, lists.len() > 1)?;
                }
            }
        }
        if output::is_closed() {
            return Ok(());
        }
    }
}

impl Followed {
    /// The rows that are new or changed, in their order.
    fn changed(&mut self, rows: Vec<Value>) -> Vec<Value> {
        if self.list == List::Requests {
            let id = |row: &Value| row.get("id").and_then(Value::as_u64);
            let last = rows.last().and_then(id);
            self.last = last.unwrap_or(self.last);
            return rows;
        }
        let state = |row: &Value| {
            let attempts = row.get("attempts").and_then(Value::as_array);
            match self.list {
                List::Deliveries => (text(row, "id"), attempts.map_or(0, Vec::len).to_string()),
                _ => (
                    text(row, "gateway") + &text(row, "order_id"),
                    text(row, "status") + &text(row, "actual_amount"),
                ),
            }
        };
        let now: HashMap<_, _> = rows.iter().map(state).collect();
        let is_new = |row: &Value| {
            let (id, state) = state(row);
            self.states.get(&id) != Some(&state)
        };
        let changed = rows.into_iter().filter(is_new).collect();
        self.states = now;
        changed
    }
}

fn print(list: List, record: Value, json: bool, is_mixed: bool) -> Result<(), Failure> {
    if json && is_mixed {
        return Ok(output::json(&json!({ list.one(): record }))?);
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
