//! `payments inbox list` and `payments inbox dead`.

use clap::Args;
use payments_store::{Delivery, DeliveryState, Discarded};
use serde::Serialize;

use crate::access::Access;
use crate::commands::listing::{Limit, List, UnreadableView};
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::runtime::runtime;
use crate::table::Rows;
use crate::view::moment;

pub(super) const HELP: &str = "\
Example:
  payments inbox list --database sqlite:payments.db --limit 20
      list the latest 20 events: pending, done, or dead after 12 attempts";

pub(super) const DEAD_HELP: &str = "\
Example:
  payments inbox dead --database sqlite:payments.db
      list the events whose 12 attempts failed, with the latest reason

When the reason is gone, `payments inbox retry KEY` lets an event be handled
again; `payments inbox discard KEY` ends one that must not be handled.";

/// The options of `list` and `dead`.
#[derive(Args, Debug)]
#[command(mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    limit: Limit,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"deliveries":[{"effect_key","gateway","state",…}],"unreadable":[{"key","problem"}],"more":false}`
#[derive(Serialize)]
struct Printed<'a> {
    deliveries: Vec<One<'a>>,
    unreadable: Vec<UnreadableView<'a>>,
    more: bool,
}

/// One event, as JSON.
#[derive(Serialize)]
pub(super) struct One<'a> {
    effect_key: &'a str,
    gateway: &'a str,
    state: &'static str,
    received_at_ms: u64,
    repeats: u64,
    attempts: u64,
    due_at_ms: u64,
    problem: Option<&'a str>,
    /// `{"by","because","at_ms"}`
    discarded: Option<&'a Discarded>,
}

impl<'a> From<&'a Delivery> for One<'a> {
    fn from(delivery: &'a Delivery) -> Self {
        Self {
            effect_key: delivery.effect_key.as_str(),
            gateway: delivery.gateway.as_str(),
            state: delivery.state.as_str(),
            received_at_ms: delivery.received_at.as_millis(),
            repeats: delivery.repeats,
            attempts: delivery.attempts,
            due_at_ms: delivery.due_at.as_millis(),
            problem: delivery.problem.as_deref(),
            discarded: delivery.discarded.as_ref(),
        }
    }
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    list(access, options, None)
}

pub(crate) fn dead(access: &Access, options: &Options) -> Result<(), Failure> {
    list(access, options, Some(DeliveryState::Dead))
}

fn list(access: &Access, options: &Options, state: Option<DeliveryState>) -> Result<(), Failure> {
    let read = runtime()?.block_on(async {
        let store = options.database.named()?.store().await?;
        let rows = store.list_deliveries(state, options.limit.rows_to_read());
        Ok::<_, Failure>(rows.await?)
    })?;
    print(access, &options.limit.list(read))
}

fn print(access: &Access, all: &List<Delivery>) -> Result<(), Failure> {
    if access.json {
        return Ok(output::json(&Printed {
            deliveries: all.readable().map(One::from).collect(),
            unreadable: all.unreadable_views(),
            more: all.more,
        })?);
    }
    let mut rows = Rows::new(&[
        "effect key",
        "state",
        "received at",
        "repeats#",
        "attempts#",
        "problem",
    ]);
    for one in &all.rows {
        match one {
            Ok(one) => rows.add([
                one.effect_key.as_str(),
                one.state.as_str(),
                &moment(one.received_at),
                &one.repeats.to_string(),
                &one.attempts.to_string(),
                one.problem.as_deref().unwrap_or(""),
            ]),
            Err(row) => rows.add([&*row.key, "unreadable", "", "", "", &row.problem]),
        }
    }
    rows.print()?;
    Ok(say!("{}", all.total("event"))?)
}
