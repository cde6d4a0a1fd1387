//! `payments reconcile report`.

use clap::Args;
use payments_core::Date;
use payments_store::{FindingFilter, FindingKind};
use serde::Serialize;

use super::{FindingView, details, kinds};
use crate::access::Access;
use crate::commands::input;
use crate::commands::listing::{Limit, UnreadableView};
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
  0  no finding of those asked for is open
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
    #[command(flatten)]
    limit: Limit,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"findings":[…],"unreadable":[{"key","problem"}],"more":false}`
#[derive(Serialize)]
struct Printed<'a> {
    findings: Vec<FindingView<'a>>,
    unreadable: Vec<UnreadableView<'a>>,
    more: bool,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let filter = FindingFilter {
        since: options.since.map(Date::start_in_utc),
        kind: options.kind,
        with_resolved: options.all,
    };
    let open = FindingFilter {
        with_resolved: false,
        ..filter
    };
    let (read, open) = runtime()?.block_on(async {
        let store = options.database.named()?.store().await?;
        let rows = store.list_findings(&filter, options.limit.rows_to_read());
        // An open one may be older than those that are listed.
        Ok::<_, Failure>((rows.await?, store.list_findings(&open, 1).await?))
    })?;
    let all = options.limit.list(read);
    if access.json {
        output::json(&Printed {
            findings: all.readable().map(FindingView::from).collect(),
            unreadable: all.unreadable_views(),
            more: all.more,
        })?;
    } else {
        for one in &all.rows {
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
        say!("{}", all.total("finding"))?;
    }
    match open.is_empty() {
        true => Ok(()),
        false => Err(Failure::Findings),
    }
}
