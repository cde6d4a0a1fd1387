//! What a router knows about the references that were used.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use payments_core::scripted::block_on;
use payments_core::{Outcome, Refusal, Timestamp};
use payments_facade::layer::Call;
use payments_facade::router::{Journal as _, Release, RouteStop, Router};
use payments_facade::{Fee, Gateway, PayoutOrder, Resolution, Ticket};
use payments_testkit::FakeFault;

use super::journal::{JournalFault, MemoryJournal};
use super::support::{QUIET, Three, id, poll};
use crate::layer::support::payout_order;

pub(super) fn payout() -> PayoutOrder {
    payout_order("p-1", "5", Fee::OnTop)
}

pub(super) fn ticket_at(three: &Three, place: usize) -> Ticket {
    let payouts = three.fakes[place].payouts().unwrap();
    payouts.ticket(&payout(), three.now())
}

pub(super) fn is_absent(router: &Router, ticket: &Ticket) -> bool {
    matches!(
        block_on(router.resolve(ticket)).unwrap(),
        Resolution::Absent
    )
}

/// Until when the answer is open.
pub(super) fn pending_until(router: &Router, ticket: &Ticket) -> Timestamp {
    match block_on(router.resolve(ticket)).unwrap() {
        Resolution::Pending(pending) => pending.until,
        other => panic!("{other:?}"),
    }
}

/// A payout whose request got lost before it arrived.
pub(super) fn lost(three: &Three, router: &Router, place: usize) -> Ticket {
    three.fakes[place].script(Call::CreatePayout, FakeFault::Lost { applied: false });
    let error = block_on(router.create_payout(&payout())).unwrap_err();
    error.ticket().unwrap().clone()
}

#[test]
fn does_not_make_an_order_again_at_another_gateway() {
    let three = Three::new();
    let router = three.router();
    let made = block_on(router.create_payout(&payout())).unwrap();
    assert_eq!(made.gateway, id("one"));
    // The job comes again; payout 1 has drained the first gateway, or it is out of reach, or switched off.
    three.fakes[0].script(Call::CreatePayout, FakeFault::Refused(Refusal::Funds));
    three.fakes[0].script(Call::CreatePayout, FakeFault::NoConnection);
    for _ in 0..3 {
        let again = block_on(router.create_payout(&payout())).unwrap_err();
        let RouteStop::AlreadyMade(ticket) = again.stop() else {
            panic!("{again}");
        };
        assert_eq!(
            (&**ticket, again.ticket()),
            (made.ticket(), Some(&**ticket))
        );
        assert_eq!(again.outcome(), Outcome::Applied);
        assert!(again.to_string().contains("made already, at one/main"));
        let found = block_on(router.resolve(ticket)).unwrap();
        assert!(matches!(found, Resolution::Found(_)));
        router.disable(&id("one"));
    }
    assert_eq!(three.fakes[0].sent(Call::CreatePayout), 1);
    assert_eq!((three.made("p-1"), router.unresolved()), (1, Vec::new()));
    assert_eq!(block_on(router.release(made.ticket())), Release::Made);
    let again = block_on(router.create_payout(&payout())).unwrap_err();
    assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)), "{again}");
    assert!(router.forget(made.ticket()) && !router.forget(made.ticket()));
    assert_eq!(
        block_on(router.create_payout(&payout())).unwrap().gateway,
        id("two"),
        "the router no longer knows the order"
    );
}

#[test]
fn knows_from_the_journal_what_an_earlier_process_made() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let made = block_on(three.journaled(&journal).create_payout(&payout())).unwrap();
    let row = journal.row("p-1").unwrap();
    assert_eq!((row.ticket(), row.made), (made.ticket().clone(), true));

    // Another process, in which the first gateway would refuse for certain.
    three.fakes[0].script(Call::CreatePayout, FakeFault::Refused(Refusal::Funds));
    let later = three.journaled(&journal);
    let again = block_on(later.create_payout(&payout())).unwrap_err();
    assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)), "{again}");
    assert_eq!(again.outcome(), Outcome::Applied);
    assert_eq!(again.ticket(), Some(made.ticket()));
    assert_eq!(three.made("p-1"), 1);
}

#[test]
fn knows_from_the_journal_what_an_earlier_process_left_unresolved() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    three.fakes[0].script(Call::CreatePayout, FakeFault::Hangs { applied: true });
    {
        let router = three.journaled(&journal);
        let payout = payout();
        let mut calling = pin!(router.create_payout(&payout));
        assert!((0..5).all(|_| poll(calling.as_mut()).is_pending()));
    }
    let later = three.journaled(&journal);
    later.disable(&id("one"));
    let again = block_on(later.create_payout(&payout())).unwrap_err();
    assert!(matches!(again.stop(), RouteStop::Unresolved(_)), "{again}");
    assert_eq!(again.outcome(), Outcome::Unknown);
    let ticket = again.ticket().unwrap();
    assert_eq!(*ticket, journal.row("p-1").unwrap().ticket());
    assert!(matches!(
        block_on(later.resolve(ticket)).unwrap(),
        Resolution::Found(_)
    ));
    assert!(journal.row("p-1").unwrap().made);
    let again = block_on(later.create_payout(&payout())).unwrap_err();
    assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)));
    assert_eq!(three.made("p-1"), 1);
}

#[test]
fn leaves_it_to_the_journal_whether_an_unknown_call_still_closes_its_reference() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    let ticket = lost(&three, &router, 0);
    let is_unresolved = || {
        let again = block_on(router.create_payout(&payout())).unwrap_err();
        matches!(again.stop(), RouteStop::Unresolved(_))
    };
    assert!(is_unresolved());
    // Without a gateway the journal is not asked.
    for name in ["one", "two", "three"] {
        router.disable(&id(name));
    }
    assert!(is_unresolved());
    router.enable(&id("two"));
    assert!(is_unresolved());
    assert_eq!(router.unresolved(), std::slice::from_ref(&ticket));

    // Another process ends it.
    block_on(journal.not_applied(&ticket));
    let made = block_on(router.create_payout(&payout())).unwrap();
    assert_eq!((made.gateway, router.unresolved()), (id("two"), Vec::new()));
}

#[test]
fn keeps_a_remembered_ticket_without_a_row_closed() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    router.remember(&ticket_at(&three, 0));
    let error = block_on(router.create_payout(&payout())).unwrap_err();
    assert!(matches!(error.stop(), RouteStop::Unresolved(_)), "{error}");
    assert_eq!(three.sent(), 0);
}

#[test]
fn sends_nothing_if_the_journal_fails() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    journal.fail_next(JournalFault::Fails);
    let error = block_on(router.create_payout(&payout())).unwrap_err();
    assert!(matches!(error.stop(), RouteStop::Journal(_)));
    // Whether an earlier process has paid could not be checked.
    assert_eq!((error.outcome(), error.ticket()), (Outcome::Unknown, None));
    assert_eq!(three.sent(), 0);
    assert!(block_on(router.create_payout(&payout())).is_ok());
}

#[test]
fn removes_the_row_of_a_certain_refusal() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    three.fakes[0].script(Call::CreatePayout, FakeFault::Refused(Refusal::Limit));
    let made = block_on(router.create_payout(&payout())).unwrap();
    let row = journal.row("p-1").unwrap();
    assert_eq!((made.gateway.as_str(), row.made), ("two/main", true));
    assert_eq!(row.ticket().gateway(), &made.gateway);
}

#[test]
fn leaves_the_reference_open_if_the_call_is_dropped_before_its_request() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    journal.fail_next(JournalFault::Hangs);
    {
        let payout = payout();
        let mut calling = pin!(router.create_payout(&payout));
        assert!(poll(calling.as_mut()).is_pending());
    }
    assert_eq!((three.sent(), router.unresolved()), (0, Vec::new()));
    router.disable(&id("one"));
    let made = block_on(router.create_payout(&payout())).unwrap();
    assert_eq!(made.gateway, id("two"));
}

#[test]
fn does_not_apply_an_older_answer_to_a_newer_call() {
    // Without a quiet period the time of a query proves nothing.
    for (in_memory, quiet) in [
        (true, QUIET),
        (false, QUIET),
        (true, Duration::ZERO),
        (false, Duration::ZERO),
    ] {
        let three = Three::with_quiet_period(quiet);
        let journal = Arc::new(MemoryJournal::default());
        let router = match in_memory {
            true => three.router(),
            false => three.journaled(&journal),
        };
        let first = lost(&three, &router, 0);
        three.clock.advance(quiet);
        let mut slow = pin!(router.resolve(&first));
        assert!(poll(slow.as_mut()).is_pending(), "asked, not yet answered");
        assert!(is_absent(&router, &first));
        assert_eq!(block_on(router.release(&first)), Release::Released);
        router.enable(&id("one")); // ends its cooldown
        three.fakes[0].script(Call::CreatePayout, FakeFault::Lost { applied: true });
        let second = block_on(router.create_payout(&payout())).unwrap_err();
        let second = second.ticket().unwrap();
        // "No such order", from before the second call.
        let answer = block_on(slow).unwrap();
        assert!(matches!(answer, Resolution::Pending(_)), "{answer:?}");
        assert_eq!(router.unresolved(), std::slice::from_ref(second));
        router.disable(&id("one"));
        assert!(block_on(router.create_payout(&payout())).is_err());
        assert_eq!(three.made("p-1"), 1);
        let row = journal.row("p-1").map(|row| row.ticket());
        assert_eq!(row.as_ref(), (!in_memory).then_some(second));
    }
}

#[test]
fn prefers_a_found_order_to_a_proven_absence() {
    let three = Three::new();
    let router = three.journaled(&Arc::new(MemoryJournal::default()));
    three.fakes[0].script(Call::CreatePayout, FakeFault::Lost { applied: true });
    // The provider breaks its word: the order is there, and it says that it is not.
    three.fakes[0].lag(payout().reference(), 1);
    let error = block_on(router.create_payout(&payout())).unwrap_err();
    let ticket = error.ticket().unwrap();
    three.clock.advance(QUIET);
    let (mut first, mut second) = (pin!(router.resolve(ticket)), pin!(router.resolve(ticket)));
    assert!(poll(first.as_mut()).is_pending() && poll(second.as_mut()).is_pending());
    let second = block_on(second).unwrap();
    assert!(matches!(second, Resolution::Found(_)), "{second:?}");
    let first = block_on(first).unwrap();
    assert!(matches!(first, Resolution::Pending(_)), "{first:?}");
    three.fakes[0].script(Call::CreatePayout, FakeFault::Refused(Refusal::Funds));
    let again = block_on(router.create_payout(&payout())).unwrap_err();
    assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)));
}

#[test]
fn concludes_nothing_about_a_running_call() {
    let three = Three::new();
    let router = three.router();
    three.fakes[0].script(Call::CreatePayout, FakeFault::Hangs { applied: true });
    let ticket = ticket_at(&three, 0);
    {
        let payout = payout();
        let mut calling = pin!(router.create_payout(&payout));
        assert!(poll(calling.as_mut()).is_pending());
        assert_eq!(router.unresolved(), [], "a sweeper leaves it alone");
        three.clock.advance(QUIET * 2);
        three.fakes[0].lag(payout.reference(), 3);
        pending_until(&router, &ticket);
        assert_eq!(block_on(router.release(&ticket)), Release::Running);
        assert!(!router.forget(&ticket));
        assert_eq!(three.fakes[0].requests().len(), 1, "nothing was asked");
        let second = block_on(router.create_payout(&payout)).unwrap_err();
        assert!(matches!(second.stop(), RouteStop::Unresolved(_)));
    }
    // The quiet period counts from the end of the call, not from the beginning.
    assert_eq!(router.unresolved(), std::slice::from_ref(&ticket));
    let end = three.now().checked_add(QUIET).unwrap();
    assert_eq!(pending_until(&router, &ticket), end);
    three.clock.advance(QUIET - Duration::from_millis(1));
    assert_eq!(pending_until(&router, &ticket), end);
    // A question of before its end, however late the answer comes.
    let mut slow = pin!(router.resolve(&ticket));
    assert!(poll(slow.as_mut()).is_pending());
    three.clock.advance(QUIET);
    let answer = block_on(slow).unwrap();
    assert!(matches!(answer, Resolution::Pending(pending) if pending.until == end));
    assert!(matches!(
        block_on(router.resolve(&ticket)).unwrap(),
        Resolution::Found(_)
    ));
    assert_eq!((three.made("p-1"), router.unresolved()), (1, Vec::new()));
}
