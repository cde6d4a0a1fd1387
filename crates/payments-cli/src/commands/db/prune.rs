//! `payments db prune`.

use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use payments_core::Timestamp;
use serde::Serialize;

use crate::access::{Access, now};
use crate::commands::input;
use crate::confirm::Consent;
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, counted};
use crate::runtime::runtime;
use crate::table::Details;
use crate::view::moment;

const HELP: &str = "\
Examples:
  payments db prune --dry-run --database sqlite:payments.db
      count the handled events that are older than 30 days
  payments db prune --bodies 90d --yes --database sqlite:payments.db
      delete the bodies and details of those that are older than 90 days

Effect keys, payments, intents and decisions of people are kept for ever, so an
event that arrives again is still known. Pending and dead events keep their
bodies. It works in small steps: webhooks are received and handled meanwhile. If
it is stopped, the next run goes on.";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOption,
    /// How long bodies and details are kept, as in 30d
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, default_value = "30d", value_parser = input::age)]
    bodies: Duration,
    /// Only count what would be deleted
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"dry_run":false,"before_ms":…,"events":…}`
#[derive(Serialize)]
struct Printed {
    dry_run: bool,
    before_ms: u64,
    events: u64,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let kept = u64::try_from(options.bodies.as_millis()).unwrap_or(u64::MAX);
    let before = Timestamp::from_millis(now().as_millis().saturating_sub(kept));
    let runtime = runtime()?;
    let (store, old) = runtime.block_on(async {
        let store = options.database.named()?.store().await?;
        let old = store.prunable(before).await?;
        Ok::<_, Failure>((store, old))
    })?;
    let mut events = old.events;
    if !options.dry_run && events > 0 {
        let mut details = Details::default();
        details.add("received before", Some(moment(before)));
        details.add(
            "deleted",
            Some(format!("body and details of {}", text(events))),
        );
        options.consent.ask_to_change("delete them", &details)?;
        let bar = progress(old.seen);
        let pruned = store.prune(before, |so_far| bar.set_position(so_far.seen));
        let pruned = runtime.block_on(pruned);
        bar.finish_and_clear();
        events = pruned?.events;
    }
    if access.json {
        return Ok(output::json(&Printed {
            dry_run: options.dry_run,
            before_ms: before.as_millis(),
            events,
        })?);
    }
    let deleted = match options.dry_run {
        true => "would delete",
        false => "deleted",
    };
    let (what, before) = (text(events), moment(before));
    Ok(output::prose(&format!(
        "{deleted} body and details of {what}, received before {before}"
    ))?)
}

fn text(events: u64) -> String {
    counted(usize::try_from(events).unwrap_or(usize::MAX), "event")
}

/// Shown on a terminal only.
fn progress(all: u64) -> ProgressBar {
    let bar = ProgressBar::new(all);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} events [{elapsed}]") {
        bar.set_style(style);
    }
    bar
}
