//! `payments reconcile report`.

use clap::Args;
use payments_core::Date;
use payments_store::{Finding, FindingFilter, FindingKind, Listed};
use serde::Serialize;

use super::{FindingView, details, kinds};
use crate::access::Access;
use crate::commands::input;
use crate::commands::unreadable::{self, UnreadableView, readable};
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::runtime::runtime;
use crate::table::Details;

const HELP: &str = "\
Examples:
  payments reconcile report --database sqlite:payments.db
      list the open findings, the latest first
  payments reconcile report --since 2026-11-22 --kind underpaid --all --json \\
      --database sqlite:payments.db
      also those that are resolved

Exit status:
  0  no open finding is listed
  5  a person has to look: end each with `payments reconcile close`";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOption,
    /// Only those found on this day of UTC or later, as in 2026-11-22
    #[arg(long, value_name = "DATE", allow_negative_numbers = true, value_parser = input::day)]
    since: Option<Date>,
    /// Only those of this kind
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<FindingKind>,
    /// Also those that are resolved
    #[arg(long)]
    all: bool,
    /// How many findings to list at most
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"findings":[…],"unreadable":[{"key","problem"}]}`
#[derive(Serialize)]
struct Printed<'a> {
    findings: Vec<FindingView<'a>>,
    unreadable: Vec<UnreadableView<'a>>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let filter = FindingFilter {
        since: options.since.map(Date::start_in_utc),
        kind: options.kind,
        with_resolved: options.all,
    };
    let all = runtime()?.block_on(async {
        let store = options.database.named()?.store().await?;
        Ok::<_, Failure>(store.list_findings(&filter, options.limit).await?)
    })?;
    if access.json {
        let findings = readable(&all).map(FindingView::from).collect();
        let unreadable = unreadable::views(&all);
        output::json(&Printed {
            findings,
            unreadable,
        })?;
    } else {
        for one in &all {
            match one {
                Ok(finding) => details(finding).print()?,
                Err(row) => {
                    let mut details = Details::default();
                    details.add("finding", Some(&row.key));
                    details.add("unreadable", Some(&row.problem));
                    details.print()?;
                }
            }
            say!("")?;
        }
        say!("{}", unreadable::total(&all, "finding"))?;
    }
    let is_resolved = |one: &Listed<Finding>| {
        let finding = one.as_ref();
        finding.is_ok_and(|finding| finding.resolved_at.is_some())
    };
    match all.iter().all(is_resolved) {
        true => Ok(()),
        false => Err(Failure::Findings),
    }
}
