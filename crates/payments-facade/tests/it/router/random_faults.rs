//! Random faults: every payout is made at most once.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use payments_core::scripted::block_on;
use payments_core::{Outcome, Refusal};
use payments_facade::layer::Call;
use payments_facade::router::{RouteError, RouteStop, Router};
use payments_facade::{Fee, Gateway, PayoutOrder, Resolution, Ticket};
use payments_testkit::FakeFault;

use super::journal::{JournalFault, MemoryJournal};
use super::support::{NAMES, Three, id, poll};
use crate::layer::support::{payout_order, reference};

/// A small generator, so that every seed is the same run on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn fault(&mut self) -> Option<FakeFault> {
        let applied = self.roll(2) == 0;
        Some(match self.roll(30) {
            0..3 => FakeFault::NoConnection,
            3..6 => FakeFault::Busy,
            6..9 => FakeFault::Refused(Refusal::Limit),
            9..11 => FakeFault::Refused(Refusal::Funds),
            11 => FakeFault::Refused(Refusal::Declined),
            12..15 => FakeFault::Lost { applied },
            15 => FakeFault::Broken { applied },
            16 => FakeFault::Unavailable { applied },
            17 => FakeFault::Undecodable { applied },
            18 => FakeFault::Unverified { applied },
            19 => FakeFault::Ambiguous { applied },
            20..23 => FakeFault::Hangs { applied },
            23 => FakeFault::Mismatch,
            _ => return None,
        })
    }
}

/// More polls than any future takes that does not hang.
const POLLS: usize = 40;

fn finish<F: Future>(mut future: Pin<&mut F>, polls: usize) -> Option<F::Output> {
    (0..polls).find_map(|_| match poll(future.as_mut()) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    })
}

#[derive(Debug, Default)]
struct Figures {
    calls: usize,
    made: usize,
    failed_over: usize,
    already_made: usize,
    unknown: usize,
    dropped: usize,
    restarts: usize,
    swept_in_flight: usize,
    races: usize,
    absent: usize,
    found: usize,
    violations: usize,
}

struct Run {
    dice: Dice,
    three: Three,
    /// `None`: in memory only, in one process.
    journal: Option<Arc<MemoryJournal>>,
    router: Router,
    payout: PayoutOrder,
}

impl Run {
    fn new(seed: u64) -> Self {
        let three = Three::new();
        let journal = (!seed.is_multiple_of(3)).then(|| Arc::new(MemoryJournal::default()));
        let router = start(&three, journal.as_ref());
        Self {
            dice: Dice(seed),
            three,
            journal,
            router,
            payout: payout_order("p-1", "5", Fee::OnTop),
        }
    }

    fn made(&self) -> usize {
        self.three.made("p-1")
    }

    fn trouble(&mut self) {
        for fake in &self.three.fakes {
            if let Some(fault) = self.dice.fault() {
                fake.script(Call::CreatePayout, fault);
            }
            if self.dice.roll(4) == 0 && self.three.made("p-1") == 0 {
                // It does not show up at the first query.
                fake.lag(&reference("p-1"), 1);
            }
        }
        match (&self.journal, self.dice.roll(12)) {
            (Some(journal), 0) => journal.fail_next(JournalFault::Fails),
            (Some(journal), 1) => journal.fail_next(JournalFault::Hangs),
            _ => {}
        }
    }

    /// Time passes, and orders that were made show up, as the facts promise.
    fn wait(&mut self) {
        for fake in &self.three.fakes {
            let by = reference("p-1").into();
            let _ = block_on(fake.payouts().unwrap().find(&by));
        }
        let seconds = self.dice.roll(90);
        self.three.clock.advance(Duration::from_secs(seconds));
    }

    /// The tickets that a sweeper finds in the router and in the journal.
    fn tickets(&self) -> Vec<Ticket> {
        let mut tickets = self.router.unresolved();
        let row = self.journal.as_ref().and_then(|journal| journal.row("p-1"));
        if let Some(row) = row.filter(|row| !row.made) {
            tickets.push(row.ticket());
        }
        tickets
    }

    /// Checks an answer. The operator trusts a proven absence.
    fn judge(&self, ticket: &Ticket, resolution: &Resolution, figures: &mut Figures) {
        match resolution {
            Resolution::Absent => {
                figures.absent += 1;
                figures.violations += usize::from(self.made() != 0);
                let _ = block_on(self.router.release(ticket));
            }
            Resolution::Found(_) => {
                figures.found += 1;
                figures.violations += usize::from(self.made() != 1);
            }
            // All calls are for the same payout, so an order under its reference is never another one.
            Resolution::Conflict { .. } => figures.violations += 1,
            Resolution::Pending(_) => {}
        }
    }

    fn sweep(&self, figures: &mut Figures) {
        for ticket in self.tickets() {
            let resolution = block_on(self.router.resolve(&ticket)).unwrap();
            self.judge(&ticket, &resolution, figures);
        }
    }

    /// A call, with sweepers and a second call while it is under way. It may be dropped at any point.
    fn call(&mut self, figures: &mut Figures) {
        figures.calls += 1;
        let before = self.made();
        let router = self.router.clone();
        let payout = self.payout.clone();
        let mut calling = pin!(router.create_payout(&payout));
        let some = 1 + self.dice.roll(4) as usize;
        let mut result = finish(calling.as_mut(), some);
        if result.is_none() {
            figures.swept_in_flight += 1;
            if self.dice.roll(2) == 0 {
                self.wait();
            }
            self.sweep(figures);
            if self.dice.roll(2) == 0 {
                let second = finish(pin!(self.router.create_payout(&payout)), POLLS);
                figures.violations += usize::from(matches!(second, Some(Ok(_))));
            }
            if self.dice.roll(3) != 0 {
                result = finish(calling, POLLS);
            }
        }
        match result {
            Some(Ok(made)) => {
                figures.made += 1;
                figures.failed_over += usize::from(made.gateway != id("one"));
                figures.violations += usize::from(before != 0 || self.made() != 1);
            }
            Some(Err(error)) => self.refused(&error, before, figures),
            None => figures.dropped += 1,
        }
    }

    fn refused(&self, error: &RouteError, before: usize, figures: &mut Figures) {
        let outcome = error.outcome();
        figures.unknown += usize::from(outcome == Outcome::Unknown);
        let broken = match error.stop() {
            RouteStop::NoGateway => self.made() != before,
            RouteStop::AlreadyMade(_) => {
                figures.already_made += 1;
                self.made() != 1
            }
            _ => outcome == Outcome::NotApplied && self.made() != 0,
        };
        figures.violations += usize::from(broken);
    }

    /// A slow question; meanwhile another one of the same, and perhaps a new call.
    fn race(&mut self, figures: &mut Figures) {
        let Some(ticket) = self.tickets().into_iter().next() else {
            return;
        };
        figures.races += 1;
        let router = self.router.clone();
        let mut slow = pin!(router.resolve(&ticket));
        let polls = 1 + self.dice.roll(3) as usize;
        let early = finish(slow.as_mut(), polls);
        if let Some(early) = &early {
            self.judge(&ticket, early.as_ref().unwrap(), figures);
        }
        self.sweep(figures);
        self.trouble();
        self.call(figures);
        if early.is_none() && self.dice.roll(4) != 0 {
            self.judge(&ticket, &block_on(slow).unwrap(), figures);
        }
    }
}

fn start(three: &Three, journal: Option<&Arc<MemoryJournal>>) -> Router {
    journal.map_or_else(|| three.router(), |journal| three.journaled(journal))
}

/// Repeated jobs with dropped calls, crashed processes, sweepers during calls, late answers and operators who release every
/// proven absence: at most one payout, at one gateway, and none of which the router says that it was not made.
#[test]
fn makes_no_payout_twice() {
    let mut figures = Figures::default();
    for seed in 0..6_000_u64 {
        let mut run = Run::new(seed);
        for _ in 0..8 {
            run.trouble();
            run.call(&mut figures);
            // Within the quiet period.
            run.sweep(&mut figures);
            if run.dice.roll(2) == 0 {
                run.wait();
            }
            match run.dice.roll(3) {
                0 => run.race(&mut figures),
                1 => run.sweep(&mut figures),
                _ => {}
            }
            let name = NAMES[run.dice.roll(3) as usize];
            match run.dice.roll(6) {
                0 if run.journal.is_some() => {
                    figures.restarts += 1;
                    run.router = start(&run.three, run.journal.as_ref());
                }
                1 => run.router.disable(&id(name)),
                2 => run.router.enable(&id(name)),
                _ => {}
            }
            figures.violations += usize::from(run.made() > 1);
        }
    }
    println!("{figures:?}");
    assert_eq!(figures.violations, 0);
    let least = [
        figures.failed_over,
        figures.already_made,
        figures.unknown,
        figures.dropped,
        figures.restarts,
        figures.swept_in_flight,
        figures.races,
        figures.absent,
        figures.found,
    ];
    assert!(least.iter().all(|&count| count > 300), "{figures:?}");
}
