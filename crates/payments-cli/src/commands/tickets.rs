//! `payments tickets`.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::access::Access;
use crate::failure::Failure;
use crate::output::{self, counted, say};
use crate::table::Details;
use crate::ticket_store::{Record, TicketStore, time};
use crate::view::moment;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the calls whose outcome is not known yet
    List(Options),
}

const HELP: &str = "\
Example:
  payments tickets list
      list the open tickets; end each with `payments resolve FILE`

A ticket is stored before a call that can move money is sent, and removed when
the outcome of the call is known.";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    /// List the tickets that were closed by hand as well
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"tickets":[{"file":"…","ticket":"…","stored_at_ms":…,"closed":null}]}`
#[derive(Serialize)]
struct Listed {
    tickets: Vec<One>,
}

#[derive(Serialize)]
struct One {
    file: String,
    #[serde(flatten)]
    record: Record,
}

pub(crate) fn list(access: &Access, options: &Options) -> Result<(), Failure> {
    let stored = TicketStore::new(access.state_dir()).list()?;
    let shown = stored
        .into_iter()
        .filter(|one| options.all || one.record.closed.is_none());
    let tickets: Vec<One> = shown
        .map(|one| One {
            file: one.path.display().to_string(),
            record: one.record,
        })
        .collect();
    if access.json {
        return Ok(output::json(&Listed { tickets })?);
    }
    for One { file, record } in &tickets {
        let mut details = Details::default();
        details.add("file", Some(file));
        details.add("ticket", Some(&record.ticket));
        details.add("stored at", Some(moment(time(record.stored_at_ms))));
        if let Some(closed) = &record.closed {
            details.add("closed as", Some(closed.outcome.as_str()));
            details.add("because", Some(&closed.because));
            details.add("by", closed.by.as_ref());
            details.add("closed at", Some(moment(closed.at)));
        }
        details.print()?;
        say!("")?;
    }
    Ok(say!("{}", counted(tickets.len(), "ticket"))?)
}
