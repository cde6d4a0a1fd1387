//! `payments intents close` and `payments intents cancel`.

use clap::{Args, ValueEnum};
use payments_facade::ticket::ClosedAs;
use payments_store::{CloseError, Intent};
use serde::Serialize;

use super::{Named, One, details};
use crate::access::Access;
use crate::confirm::Consent;
use crate::database::DatabaseOption;
use crate::decision::Decision;
use crate::failure::Failure;
use crate::output;

const CLOSE_HELP: &str = "\
Example:
  payments intents close payout-7 --outcome not-applied --name Ana \\
      --reason 'support case 4711' --database sqlite:payments.db
      end a call whose outcome no query can find out; asks first

Ask the provider's support or read its statement before. With not-applied,
another call can be made under the reference, and pays twice if this is wrong.
Nothing is sent. Name and reason stay on record: `payments intents show` prints
them. A call that is being sent cannot be closed.";

#[derive(Args, Debug)]
#[command(after_help = CLOSE_HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct CloseOptions {
    #[command(flatten)]
    named: Named,
    /// What happened
    #[arg(long, value_enum, value_name = "OUTCOME")]
    outcome: OutcomeName,
    #[command(flatten)]
    decision: Decision,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OutcomeName {
    /// The call took effect
    Applied,
    /// The call took no effect
    NotApplied,
}

impl OutcomeName {
    const fn outcome(self) -> ClosedAs {
        match self {
            Self::Applied => ClosedAs::Applied,
            Self::NotApplied => ClosedAs::NotApplied,
        }
    }

    const fn effect(self) -> &'static str {
        match self {
            Self::Applied => "it counts as made, and its reference stays closed",
            Self::NotApplied => {
                "another call can be made under its reference: it pays twice if this one took effect"
            }
        }
    }
}

const CANCEL_HELP: &str = "\
Example:
  payments intents cancel payout-7 --name Ana --reason 'wrong amount' \\
      --database sqlite:payments.db
      take back a staged payout, so that it is never sent; asks first

A call that is being sent, or was, cannot be cancelled. Name and reason stay on
record: `payments intents show` prints them.";

#[derive(Args, Debug)]
#[command(after_help = CANCEL_HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct CancelOptions {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    decision: Decision,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"intent":{…}}`
#[derive(Serialize)]
struct Ended<'a> {
    intent: One<'a>,
}

pub(crate) fn close(access: &Access, options: &CloseOptions) -> Result<(), Failure> {
    let decided = options.decision.open(&options.database)?;
    let open = decided
        .runtime
        .block_on(options.named.one(&decided.store))?;
    let open = open.closable().map_err(refused)?;
    let outcome = options.outcome.outcome();
    let what = format!("close the call as {}", outcome.as_str().replace('_', " "));
    ask(options.consent, &what, &open, options.outcome.effect())?;
    let (call, reference) = (open.ticket.call(), open.ticket.reference());
    let (name, reason) = (decided.name, decided.reason);
    let closed = decided.store.close(call, reference, outcome, name, reason);
    print(
        access,
        &decided.runtime.block_on(closed).map_err(refused)?,
        "The call is closed; nothing was sent.",
    )
}

pub(crate) fn cancel(access: &Access, options: &CancelOptions) -> Result<(), Failure> {
    let decided = options.decision.open(&options.database)?;
    let staged = decided
        .runtime
        .block_on(options.named.one(&decided.store))?;
    let staged = staged.cancellable().map_err(refused)?;
    let effect = "it is never sent, and another call can be made under its reference";
    ask(options.consent, "cancel the call", &staged, effect)?;
    let (call, reference) = (staged.ticket.call(), staged.ticket.reference());
    let (name, reason) = (decided.name, decided.reason);
    let cancelled = decided.store.cancel(call, reference, name, reason);
    print(
        access,
        &decided.runtime.block_on(cancelled).map_err(refused)?,
        "The call is cancelled; it is never sent.",
    )
}

fn ask(consent: Consent, what: &str, intent: &Intent, effect: &str) -> Result<(), Failure> {
    let mut shown = details(intent);
    shown.add("effect", Some(effect));
    consent.ask_to_change(what, &shown)
}

fn print(access: &Access, intent: &Intent, text: &str) -> Result<(), Failure> {
    match access.json {
        true => output::json(&Ended {
            intent: One::from(intent),
        })?,
        false => output::prose(text)?,
    }
    Ok(())
}

/// In the words of the command line.
fn refused(error: CloseError) -> Failure {
    let text = match &error {
        CloseError::Staged(_) => {
            "nothing was changed: the call was not sent yet; `payments intents cancel` takes it back"
        }
        CloseError::Sent(_) => {
            "nothing was changed: the call may have been sent; run `payments intents resolve`, or `close` after checking with \
             the provider"
        }
        CloseError::Sending(_) => {
            "nothing was changed: the request of the call may be under way; try again in five minutes"
        }
        CloseError::Ended(intent) => {
            let state = intent.state.as_str().replace('_', " ");
            return Failure::Failed(format!(
                "nothing was changed: the call has ended as {state}"
            ));
        }
        CloseError::NotKnown { .. } => {
            "nothing was changed: there is no call with this reference in the database"
        }
        _ => {
            return match error {
                CloseError::Store(error) => Failure::from(error),
                other => Failure::Failed(other.to_string()),
            };
        }
    };
    Failure::Failed(text.to_owned())
}
