//! `payments intents list`.

use clap::{Args, ValueEnum};
use payments_store::IntentState;
use serde::Serialize;

use super::{One, is_waiting};
use crate::access::Access;
use crate::commands::listing::{Limit, UnreadableView};
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::runtime::runtime;
use crate::table::Rows;
use crate::view::moment;

const HELP: &str = "\
Examples:
  payments intents list --database sqlite:payments.db
      list the calls that are staged, being sent, unknown or found
  payments intents list --state unknown --state found
      list those that a query or a person has to decide";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOption,
    /// Only calls in this state; can be given several times
    #[arg(long = "state", value_enum, value_name = "STATE")]
    states: Vec<StateName>,
    #[command(flatten)]
    limit: Limit,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum StateName {
    /// Not sent yet
    Staged,
    /// The request may be under way
    Sending,
    /// It may have taken effect
    Unknown,
    /// The provider has such an order, and does not state everything
    Found,
    /// It took effect
    Applied,
    /// It took no effect
    NotApplied,
}

impl StateName {
    const OPEN: [Self; 4] = [Self::Staged, Self::Sending, Self::Unknown, Self::Found];

    const fn state(self) -> IntentState {
        match self {
            Self::Staged => IntentState::Staged,
            Self::Sending => IntentState::Sending,
            Self::Unknown => IntentState::Unknown,
            Self::Found => IntentState::Found,
            Self::Applied => IntentState::Applied,
            Self::NotApplied => IntentState::NotApplied,
        }
    }
}

/// `{"intents":[{"call","reference","gateway","state",…}],"unreadable":[{"key","problem"}],"more":false}`
#[derive(Serialize)]
struct Printed<'a> {
    intents: Vec<One<'a>>,
    unreadable: Vec<UnreadableView<'a>>,
    more: bool,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let named = match options.states.as_slice() {
        [] => &StateName::OPEN,
        named => named,
    };
    let states: Vec<IntentState> = named.iter().map(|name| name.state()).collect();
    let read = runtime()?.block_on(async {
        let store = options.database.named()?.store().await?;
        let rows = store.list_intents(&states, options.limit.rows_to_read());
        Ok::<_, Failure>(rows.await?)
    })?;
    let all = options.limit.list(read);
    if access.json {
        return Ok(output::json(&Printed {
            intents: all.readable().map(One::from).collect(),
            unreadable: all.unreadable_views(),
            more: all.more,
        })?);
    }
    let mut rows = Rows::new(&[
        "call",
        "reference",
        "gateway",
        "money#",
        "state",
        "due at",
        "problem",
    ]);
    for one in &all.rows {
        let one = match one {
            Ok(one) => one,
            Err(row) => {
                let (call, reference) = row.key.split_once(' ').unwrap_or(("", &row.key));
                rows.add([call, reference, "", "", "unreadable", "", &row.problem]);
                continue;
            }
        };
        let ticket = &one.ticket;
        let due = is_waiting(one).then(|| moment(one.due_at));
        rows.add([
            ticket.call().as_str(),
            ticket.reference().as_str(),
            ticket.gateway().as_str(),
            &ticket.money().to_string(),
            one.state.as_str(),
            &due.unwrap_or_default(),
            one.problem.as_deref().unwrap_or(""),
        ]);
    }
    rows.print()?;
    Ok(say!("{}", all.total("call"))?)
}
