//! `payments intents`.

pub(crate) mod end;
pub(crate) mod list;
pub(crate) mod resolve;
pub(crate) mod show;

use clap::{Args, Subcommand, ValueEnum};
use payments_core::MerchantRef;
use payments_facade::ticket::{Closed, MoneyCall};
use payments_store::{Intent, IntentState, Store};
use serde::Serialize;

use crate::commands::input;
use crate::failure::Failure;
use crate::table::{Details, Tone};
use crate::view::{MoneyView, moment};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the calls that have not ended, those due first
    List(list::Options),
    /// Show the calls under a reference
    Show(show::Options),
    /// Query the provider about a call whose outcome is unknown
    Resolve(resolve::Options),
    /// End a call whose outcome no query can find out
    Close(end::CloseOptions),
    /// Take back a staged call before it is sent
    Cancel(end::CancelOptions),
}

/// The calls under a reference.
#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Your reference of the call
    #[arg(value_name = "REFERENCE", value_parser = input::reference)]
    reference: MerchantRef,
    /// The kind of call, if several have the reference
    #[arg(long, value_enum, value_name = "CALL")]
    call: Option<CallName>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CallName {
    Payout,
    Checkout,
    Exchange,
    Card,
}

impl CallName {
    const fn call(self) -> MoneyCall {
        match self {
            Self::Payout => MoneyCall::Payout,
            Self::Checkout => MoneyCall::Checkout,
            Self::Exchange => MoneyCall::Exchange,
            Self::Card => MoneyCall::Card,
        }
    }
}

impl Named {
    /// All calls with this reference, at least one.
    async fn all(&self, store: &Store) -> Result<Vec<Intent>, Failure> {
        let every = CallName::value_variants();
        let named = self.call.as_ref().map_or(every, std::slice::from_ref);
        let mut all = Vec::new();
        for name in named {
            all.extend(store.intent(name.call(), &self.reference).await?);
        }
        match all.is_empty() {
            true => Err(Failure::Failed(
                "there is no call with this reference in the database".to_owned(),
            )),
            false => Ok(all),
        }
    }

    /// The only call with this reference.
    async fn one(&self, store: &Store) -> Result<Intent, Failure> {
        let mut all = self.all(store).await?;
        match (all.pop(), all.is_empty()) {
            (Some(one), true) => Ok(one),
            _ => Err(Failure::bad(
                "several calls have this reference: add --call to name one",
            )),
        }
    }
}

/// One call, as JSON.
#[derive(Serialize)]
struct One<'a> {
    call: &'static str,
    reference: &'a str,
    gateway: &'a str,
    money: MoneyView<'a>,
    state: &'static str,
    made_at_ms: u64,
    staged_at_ms: Option<u64>,
    /// When it is sent or queried next; only of staged and unknown ones.
    due_at_ms: Option<u64>,
    problem: Option<&'a str>,
    closed: &'a [Closed],
}

impl<'a> From<&'a Intent> for One<'a> {
    fn from(intent: &'a Intent) -> Self {
        let ticket = &intent.ticket;
        Self {
            call: ticket.call().as_str(),
            reference: ticket.reference().as_str(),
            gateway: ticket.gateway().as_str(),
            money: MoneyView::from(ticket.money()),
            state: intent.state.as_str(),
            made_at_ms: ticket.at().as_millis(),
            staged_at_ms: intent.staged_at.map(|at| at.as_millis()),
            due_at_ms: is_waiting(intent).then(|| intent.due_at.as_millis()),
            problem: intent.problem.as_deref(),
            closed: &intent.closed,
        }
    }
}

fn is_waiting(intent: &Intent) -> bool {
    matches!(intent.state, IntentState::Staged | IntentState::Unknown)
}

/// One call, for people.
fn details(intent: &Intent) -> Details {
    let (ticket, tone) = (&intent.ticket, tone(intent.state));
    let mut details = Details::default();
    details.add("call", Some(ticket.call().as_str()));
    details.add("reference", Some(ticket.reference()));
    details.add("gateway", Some(ticket.gateway()));
    details.add("money", Some(ticket.money()));
    details.add_toned("state", state_text(intent.state), tone);
    details.add("made at", Some(moment(ticket.at())));
    details.add("staged at", intent.staged_at.map(moment));
    let due = is_waiting(intent).then(|| moment(intent.due_at));
    details.add("due at", due);
    details.add("problem", intent.problem.as_ref());
    for closed in &intent.closed {
        details.add("closed as", Some(closed.outcome.as_str()));
        details.add("because", Some(&closed.because));
        details.add("by", closed.by.as_ref());
        details.add("closed at", Some(moment(closed.at)));
    }
    details
}

const fn tone(state: IntentState) -> Tone {
    match state {
        IntentState::Applied => Tone::Good,
        IntentState::NotApplied => Tone::Bad,
        _ => Tone::Waiting,
    }
}

const fn state_text(state: IntentState) -> &'static str {
    match state {
        IntentState::Staged => "staged: not sent yet",
        IntentState::Sending => "sending: its request may be under way",
        IntentState::Unknown => "unknown: it may have taken effect",
        IntentState::Found => {
            "found: the provider has such an order; compare it, and close the call"
        }
        IntentState::Applied => "applied: it took effect",
        IntentState::NotApplied => "not applied: it took no effect",
        _ => "of a later release",
    }
}
