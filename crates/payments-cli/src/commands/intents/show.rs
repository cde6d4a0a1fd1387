//! `payments intents show`.

use clap::Args;
use serde::Serialize;

use super::{Named, One, details};
use crate::access::Access;
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::runtime::runtime;

const HELP: &str = "\
Example:
  payments intents show payout-7 --database sqlite:payments.db
      show what is known of the call, who closed it and why, and its ticket

The ticket contains the payee, and may contain the customer's id.";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"intents":[{"call","reference",…,"ticket"}]}`
#[derive(Serialize)]
struct Shown<'a> {
    intents: Vec<WithTicket<'a>>,
}

#[derive(Serialize)]
struct WithTicket<'a> {
    #[serde(flatten)]
    intent: One<'a>,
    ticket: String,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let all = runtime()?.block_on(async {
        let store = options.database.named()?.store().await?;
        options.named.all(&store).await
    })?;
    if access.json {
        let intents = all.iter().map(|one| WithTicket {
            intent: One::from(one),
            ticket: one.ticket.export().expose().to_owned(),
        });
        let intents = intents.collect();
        return Ok(output::json(&Shown { intents })?);
    }
    for (place, one) in all.iter().enumerate() {
        if place > 0 {
            say!("")?;
        }
        let mut details = details(one);
        details.add("ticket", Some(one.ticket.export().expose()));
        details.print()?;
    }
    Ok(())
}
