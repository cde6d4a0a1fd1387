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
  2  the input is invalid, or it could not be found out; with --due: not for
     every call, and those printed are no longer unknown
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

/// `{"intents":[{"call","reference","state",…}],"problem":"…"}`: what was queried, as it is known now.
#[derive(Serialize)]
struct Resolved<'a> {
    intents: Vec<One<'a>>,
    problem: Option<&'a str>,
}

struct Queried {
    all: Vec<QueriedIntent>,
    /// Why not every call that is due was queried.
    problem: Option<String>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let queried = query(access, options).map_err(Failure::not_exit_1)?;
    let Queried { all, problem } = &queried;
    if access.json {
        let intents = all.iter().map(|it| One::from(&it.intent)).collect();
        let problem = problem.as_deref();
        // Whether this can be printed or not, the exit status reports the result.
        let _ = output::json(&Resolved { intents, problem });
    } else {
        // Likewise.
        let _ = print(all, options.due);
        if let Some(problem) = problem {
            let _ = Failure::bad(problem).report();
        }
    }
    end(&queried, options.due)
}

fn query(access: &Access, options: &Options) -> Result<Queried, Failure> {
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
                one(&store, access, &session, &Named { reference, call }).await
            }
            None => due(&store, &session.selected_gateways()?).await,
        }
    })
}

async fn one(
    store: &Store,
    access: &Access,
    session: &Session,
    named: &Named,
) -> Result<Queried, Failure> {
    let ticket = named.one(store).await?.ticket;
    access.for_call_of(ticket.gateway())?;
    let known = store.resolve(&session.gateways, ticket.call(), ticket.reference());
    let known = known.await?.ok_or_else(|| {
        Failure::bad("the call was removed from the database during the query; nothing is known")
    })?;
    Ok(Queried {
        all: vec![known],
        problem: None,
    })
}

/// What was found out stands if a later call cannot be queried.
async fn due(store: &Store, gateways: &Gateways) -> Result<Queried, Failure> {
    let mut all = Vec::new();
    let problem = loop {
        match store.resolve_next(gateways).await.map_err(Failure::from) {
            Ok(Some(queried)) => all.push(queried),
            Ok(None) => break None,
            Err(failure) if all.is_empty() => return Err(failure),
            Err(failure) => {
                let why = failure.message().unwrap_or_default();
                break Some(format!("not every call that is due was queried: {why}"));
            }
        }
    };
    Ok(Queried { all, problem })
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

fn end(Queried { all, problem }: &Queried, due: bool) -> Result<(), Failure> {
    let is = |states: &[IntentState]| all.iter().any(|one| states.contains(&one.intent.state));
    if all.iter().any(|one| one.has_conflict) {
        return Err(Failure::Conflict);
    }
    if is(&[IntentState::Unknown, IntentState::Sending]) {
        return Err(Failure::Unknown);
    }
    if problem.is_some() {
        return Err(Failure::Invalid);
    }
    match !due && is(&[IntentState::NotApplied, IntentState::Staged]) {
        true => Err(Failure::Refused),
        false => Ok(()),
    }
}
