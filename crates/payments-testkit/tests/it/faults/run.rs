//! One run: a money call meets a fault, and what is said of it is held against what is true.

use std::fmt;
use std::time::Duration;

use payments_core::{Kind as Failure, MerchantRef, Outcome};
use payments_facade::facts::{Basis, Strategy};
use payments_facade::{Error, Gateway, Resolution, Ticket};
use payments_testkit::conformance::{Env as _, Op, Order};

use super::kinds::{Chance, Kind, unknown_order};
use super::story;
use crate::providers::faulty::Fault;
use crate::providers::world::{Party, World};

/// What one run came to.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// What the provider held right after the call, and in the end.
    pub(crate) took_effect: bool,
    pub(crate) held: u64,
    pub(crate) ticket: bool,
    pub(crate) resolutions: u64,
    pub(crate) violations: Vec<String>,
}

/// What all runs came to.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) runs: u64,
    pub(crate) applied: u64,
    pub(crate) not_applied: u64,
    pub(crate) tickets: u64,
    pub(crate) resolutions: u64,
    /// Since the last reset of the sandbox.
    held: u64,
    pub(crate) violations: Vec<String>,
}

impl Figures {
    pub(crate) fn add(&mut self, run: Run) {
        self.runs += 1;
        self.applied += u64::from(run.took_effect);
        self.not_applied += u64::from(!run.took_effect);
        self.tickets += u64::from(run.ticket);
        self.resolutions += run.resolutions;
        self.held += run.held;
        self.violations.extend(run.violations);
    }

    /// Whatever the references: the provider holds what the runs made, and nothing else.
    pub(crate) fn settle<P: Party>(&mut self, world: &World<P>, what: &str) {
        let (there, made) = (world.sandbox.orders().len() as u64, self.held);
        if there != made {
            self.violations.push(format!(
                "{what}: {made} were made, and the provider holds {there}"
            ));
        }
        self.held = 0;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "faults: {} runs, {} violations ({} took effect, {} did not, {} tickets, {} times resolved)",
            self.runs,
            self.violations.len(),
            self.applied,
            self.not_applied,
            self.tickets,
            self.resolutions
        )
    }
}

/// Where a run stands, and what it has found wrong.
pub(crate) struct Bench<'a, P> {
    pub(crate) world: &'a World<P>,
    pub(crate) gateway: &'a dyn Gateway,
    pub(crate) order: Order,
    pub(crate) name: String,
    pub(crate) run: Run,
}

impl<P: Party> Bench<'_, P> {
    pub(crate) fn demand(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.run
                .violations
                .push(format!("{}: {}", self.name, what()));
        }
    }

    fn reference(&self) -> &MerchantRef {
        self.order.reference()
    }

    pub(crate) async fn held(&self) -> usize {
        self.world.count(self.reference()).await
    }

    /// How many requests to make this have reached the provider.
    fn sent(&self) -> usize {
        let call = P::call(self.order.op());
        let arrived = self.world.arrived(self.reference());
        arrived
            .iter()
            .filter(|one| one.operation == Some(call))
            .count()
    }
}

pub(crate) async fn run<P: Party>(
    world: &World<P>,
    gateway: &dyn Gateway,
    op: Op,
    kind: Kind,
    seed: u64,
) -> Run {
    let mut chance = Chance::new(seed);
    let order = P::order(op, world.reference(), world.receiver.url()).unwrap();
    let name = format!("{} {kind:?} seed {seed}", op.name());
    let mut bench = Bench {
        world,
        gateway,
        order,
        name,
        run: Run::default(),
    };
    world.wire.plan(kind.of_call::<P>(&mut chance));
    let result = bench.order.make(gateway).await;
    let left = world.wire.left();
    bench.demand(left == 0, || format!("{left} faults were never met"));

    judge(&mut bench, kind, &result).await;
    if let Some(ticket) = result.as_ref().err().and_then(Error::ticket).cloned() {
        bench.run.ticket = true;
        resolve(&mut bench, kind, &ticket, &mut chance).await;
    }
    if kind.is_of_webhooks() {
        let made = result.ok().map(|made| made.payment);
        story::tell(&mut bench, kind, made, &mut chance).await;
    }
    let (held, sent) = (bench.held().await, bench.sent());
    bench.demand(held <= 1, || format!("the provider holds {held}"));
    bench.demand(sent <= 1 || !op.pays_out(), || {
        format!("a payout was sent {sent} times")
    });
    bench.run.held = held as u64;
    bench.run
}

/// What is said of the call, against what is true.
async fn judge<P: Party>(
    bench: &mut Bench<'_, P>,
    kind: Kind,
    result: &Result<payments_testkit::conformance::Made, Error>,
) {
    let (held, sent) = (bench.held().await, bench.sent());
    let is_there = held == 1;
    bench.run.took_effect = is_there;
    // The fault did what its name says: otherwise nothing was tried.
    bench.demand(!kind.reaches() || is_there, || {
        "the fault kept the request away".to_owned()
    });
    let said = match result {
        Ok(_) => "success".to_owned(),
        Err(error) => format!("{:?}", error.outcome()),
    };
    let is_true = match result.as_ref().map_err(Error::outcome) {
        Ok(_) | Err(Outcome::Applied) => is_there,
        Err(Outcome::NotApplied) => held == 0,
        Err(Outcome::Unknown) => true,
    };
    bench.demand(is_true, || {
        format!("says {said}, and the provider holds {held}")
    });
    bench.demand(held <= 1, || format!("the provider holds {held}"));
    if let Err(error) = result {
        let is_unknown = error.outcome() == Outcome::Unknown;
        let may_be_there =
            error.outcome() != Outcome::NotApplied || error.kind() == Failure::Duplicate;
        bench.demand(error.ticket().is_some() == may_be_there, || {
            format!("a ticket belongs to what may be there: {error}")
        });
        // More than one sending is right where the reference de-duplicates, or the last one tells of them all.
        let keyed = bench.gateway.facts().strategy.value == Strategy::Repeat;
        bench.demand(sent <= 1 || !is_unknown || keyed, || {
            format!("sent {sent} times: {error}")
        });
    }
}

/// The ticket comes back after a restart and is asked about until the quiet period is over, and once more.
async fn resolve<P: Party>(
    bench: &mut Bench<'_, P>,
    kind: Kind,
    ticket: &Ticket,
    chance: &mut Chance,
) {
    let json = serde_json::to_string(ticket).unwrap();
    let text = ticket.export();
    let by_json: Ticket = serde_json::from_str(&json).unwrap();
    let by_text: Ticket = text.expose().parse().unwrap();
    bench.demand(by_json == *ticket && by_text == *ticket, || {
        format!("{ticket} came back changed")
    });
    let ticket = if chance.below(2) == 0 {
        by_json
    } else {
        by_text
    };

    let facts = *bench.gateway.facts();
    let quiet = facts.quiet_period.value;
    let op = bench.order.op();
    // So many queries do not know it yet, all of them within the quiet period.
    let mut lag = match kind {
        Kind::LaggingQuery => 1 + chance.below(3),
        _ => 0,
    };
    let all = [
        Duration::ZERO,
        quiet / 8,
        quiet / 4,
        quiet / 4,
        quiet,
        Duration::from_secs(86_400),
    ];
    // What is to be paid afterwards must not expire meanwhile.
    let steps = if kind.is_of_webhooks() {
        &all[..2]
    } else {
        &all[..]
    };
    for step in steps {
        bench.world.advance(*step).await;
        let now = bench.world.now();
        let lags = lag > 0;
        if lags {
            lag -= 1;
            let nobody = bench.world.reference();
            let answer = unknown_order(bench.world, bench.gateway, op, nobody).await;
            bench.world.wire.plan(answer.map(Fault::Canned));
        }
        let sent = bench.sent();
        let before = bench.held().await;
        let resolution = ticket.resolve_at(bench.gateway, now).await;
        let after = bench.held().await;
        bench.run.resolutions += 1;

        let may_repeat = facts.strategy.value == Strategy::Repeat && !op.pays_out();
        let sent = bench.sent() - sent;
        bench.demand(sent == 0 || may_repeat, || {
            "resolving has sent it again".to_owned()
        });
        bench.demand(before == after || may_repeat, || {
            format!("resolving made {before} of {after}")
        });
        // Nobody makes an order any more that was wanted so long ago.
        let too_old = facts.strategy.value == Strategy::Repeat
            && now.since(ticket.at()) > facts.repeat_within.value;
        let is_over = now.since(ticket.at()) >= quiet;
        let fact = facts.not_found_proves;
        let proves = fact.value && matches!(fact.source, Basis::Documented(_));
        let is_right = match &resolution {
            Resolution::Found(found) => {
                after == 1 && !lags && found.reference() == Some(bench.order.reference())
            }
            Resolution::Absent => after == 0 && is_over && proves,
            Resolution::Pending(pending) => {
                pending.until > now && (lags || too_old || (after == 0 && !(is_over && proves)))
            }
        };
        bench.demand(is_right, || {
            format!("holds {after}, quiet period over: {is_over}, and it is said: {resolution:?}")
        });
    }
}
