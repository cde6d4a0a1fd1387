//! `payments reconcile report`.

use clap::Args;
use payments_core::Date;
use payments_store::{FindingFilter, FindingKind};
use serde::Serialize;

use super::{FindingView, details, kinds};
use crate::access::Access;
use crate::commands::input;
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, counted, say};
use crate::runtime::runtime;

const HELP: &str = "\
Examples:
  payments reconcile report --database sqlite:payments.db
      list the open findings, the latest first
  payments reconcile report --since 2026-11-22 --kind underpaid --all --json \\
      --database sqlite:payments.db
      also those that are resolved

Exit status:
  0  no open finding is listed
  5  a person has to look: end each with `payments reconcile resolve`";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOption,
    /// Only those found on this day of UTC or later, as in 2026-11-22
    #[arg(long, value_name = "DATE", value_parser = input::day)]
    since: Option<Date>,
    /// Only those of this kind
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<FindingKind>,
    /// Also those that are resolved
    #[arg(long)]
    all: bool,
    /// How many findings to list at most
    #[arg(long, value_name = "NUMBER", default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"findings":[…]}`
#[derive(Serialize)]
struct Listed<'a> {
    findings: Vec<FindingView<'a>>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let filter = FindingFilter {
        since: options.since.map(Date::start_in_utc),
        kind: options.kind,
        with_resolved: options.all,
    };
    let all = runtime()?.block_on(async {
        let store = options.database.named()?.store().await?;
        Ok::<_, Failure>(store.findings_by(&filter, options.limit).await?)
    })?;
    if access.json {
        let findings = all.iter().map(FindingView::from).collect();
        output::json(&Listed { findings })?;
    } else {
        for finding in &all {
            details(finding).print()?;
            say!("")?;
        }
        say!("{}", counted(all.len(), "finding"))?;
    }
    match all.iter().all(|finding| finding.resolved_at.is_some()) {
        true => Ok(()),
        false => Err(Failure::Findings),
    }
}
