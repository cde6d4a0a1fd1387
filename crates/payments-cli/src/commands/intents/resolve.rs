//! `payments intents resolve`.

use clap::Args;
use payments_core::MerchantRef;
use payments_facade::Gateways;
use payments_store::{IntentState, QueriedIntent, Store};
use serde::Serialize;

use super::{CallName, Named, One, details};
use crate::access::{Access, Session};
use crate::commands::input;
use crate::database::DatabaseOption;
use crate::failure::{Failure, both};
use crate::output::{self, counted, say};
use crate::runtime::runtime;

const HELP: &str = "\
Examples:
  payments intents resolve payout-7 --database sqlite:payments.db
      query the provider about this call, whether it is due or not
  payments intents resolve --due --database sqlite:payments.db
      query the providers about every call that is due

Exit status:
  0  it took effect, or the provider has such an order; with --due: nothing that
     was queried is still unknown
  1  it took no effect, or is staged and not sent
  2  the input is invalid, or it could not be found out: nothing is known
  3  unknown, or being sent
  4  another order exists under the reference; what differs is printed

This never sends a payout or an exchange again.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Your reference of the call
    #[arg(value_name = "REFERENCE", value_parser = input::reference)]
    reference: Option<MerchantRef>,
    /// The kind of call, if several have the reference
    #[arg(long, value_enum, value_name = "CALL", conflicts_with = "due")]
    call: Option<CallName>,
    /// Query the providers about all calls that are due
    #[arg(long, conflicts_with = "reference")]
    due: bool,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"intents":[{"call","reference","state",…}]}`: what was queried, as it is known now.
#[derive(Serialize)]
struct Resolved<'a> {
    intents: Vec<One<'a>>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let all = queried(access, options).map_err(Failure::not_exit_1)?;
    if access.json {
        let intents = all.iter().map(|it| One::from(&it.intent)).collect();
        // Whether this can be printed or not, the exit status reports the result.
        let _ = output::json(&Resolved { intents });
    } else {
        // Likewise.
        let _ = print(&all, options.due);
    }
    end(&all, options.due)
}

fn queried(access: &Access, options: &Options) -> Result<Vec<QueriedIntent>, Failure> {
    let named = match (&options.reference, options.due) {
        (None, false) => Err(Failure::bad(
            "name a call by its reference, or add --due for all calls that are due",
        )),
        (reference, _) => Ok(reference),
    };
    let (reference, opened) = both(named, both(access.open(), options.database.named()))?;
    let (session, database) = opened;
    runtime()?.block_on(async {
        let store = database.store().await?;
        match reference {
            Some(reference) => {
                let (reference, call) = (reference.clone(), options.call);
                one(&store, &session, &Named { reference, call }).await
            }
            None => due(&store, &session.selected_gateways()?).await,
        }
    })
}

async fn one(
    store: &Store,
    session: &Session,
    named: &Named,
) -> Result<Vec<QueriedIntent>, Failure> {
    let ticket = named.one(store).await?.ticket;
    let is_selected = session
        .selected()
        .iter()
        .any(|it| it.id() == ticket.gateway());
    if session.is_chosen() && !is_selected {
        return Err(Failure::bad(format!(
            "nothing was queried: this is a call of {}, which --gateway does not select",
            ticket.gateway()
        )));
    }
    let known = store.resolve(&session.gateways, ticket.call(), ticket.reference());
    Ok(known.await?.into_iter().collect())
}

async fn due(store: &Store, gateways: &Gateways) -> Result<Vec<QueriedIntent>, Failure> {
    let mut all = Vec::new();
    while let Some(queried) = store.resolve_next(gateways).await? {
        all.push(queried);
    }
    Ok(all)
}

fn print(all: &[QueriedIntent], counts: bool) -> std::io::Result<()> {
    for one in all {
        details(&one.intent).print()?;
        if counts {
            say!("")?;
        }
    }
    match counts {
        true => say!("queried {}", counted(all.len(), "call")),
        false => Ok(()),
    }
}

fn end(all: &[QueriedIntent], due: bool) -> Result<(), Failure> {
    let is = |states: &[IntentState]| all.iter().any(|one| states.contains(&one.intent.state));
    if all.iter().any(|one| one.has_conflict) {
        return Err(Failure::Conflict);
    }
    if is(&[IntentState::Unknown, IntentState::Sending]) {
        return Err(Failure::Unknown);
    }
    match !due && is(&[IntentState::NotApplied, IntentState::Staged]) {
        true => Err(Failure::Refused),
        false => Ok(()),
    }
}
