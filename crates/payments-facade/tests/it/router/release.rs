//! When a closed reference may be used again.

use std::pin::pin;
use std::sync::Arc;

use payments_core::Refusal;
use payments_core::scripted::block_on;
use payments_facade::layer::Call;
use payments_facade::router::{Release, Route, RouteStop, Router, SkipReason};
use payments_facade::{Gateway, Resolution, Ticket};
use payments_testkit::FakeFault;

use super::journal::MemoryJournal;
use super::references::{is_absent, lost, payout, pending_until, ticket_at};
use super::support::{QUIET, Three, id, poll, skipped};

#[test]
fn keeps_a_reference_closed_until_every_remembered_ticket_is_released() {
    let three = Three::new();
    let (first, second) = (ticket_at(&three, 0), ticket_at(&three, 1));
    let router = three.router();
    router.remember(&first);
    router.remember(&second);
    router.remember(&first);
    assert_eq!(router.unresolved(), [first.clone(), second.clone()]);
    three.clock.advance(QUIET);
    assert!(is_absent(&router, &first));
    assert_eq!(block_on(router.release(&first)), Release::Released);
    let error = block_on(router.create_payout(&payout())).unwrap_err();
    assert_eq!(error.ticket(), Some(&second));
    assert!(is_absent(&router, &second));
    assert_eq!(block_on(router.release(&second)), Release::Released);
    assert!(block_on(router.create_payout(&payout())).is_ok());
}

#[test]
fn remembers_a_ticket_that_is_resolved() {
    let three = Three::new();
    let ticket = ticket_at(&three, 0);
    three.clock.advance(QUIET * 3);
    // The process that made the call may have ended just before this one began.
    let router = three.router();
    let until = three.now().checked_add(QUIET).unwrap();
    assert_eq!(pending_until(&router, &ticket), until);
    let error = block_on(router.create_payout(&payout())).unwrap_err();
    assert_eq!(error.ticket(), Some(&ticket));
    three.clock.advance(QUIET);
    assert!(is_absent(&router, &ticket));

    // And so is one that is found.
    let three = Three::new();
    block_on(three.fakes[0].payouts().unwrap().create(&payout())).unwrap();
    let router = three.router();
    let ticket = ticket_at(&three, 0);
    block_on(router.resolve(&ticket)).unwrap();
    three.fakes[0].script(Call::CreatePayout, FakeFault::Refused(Refusal::Funds));
    let error = block_on(router.create_payout(&payout())).unwrap_err();
    assert!(matches!(error.stop(), RouteStop::AlreadyMade(_)));
}

#[test]
fn releases_an_unresolved_reference_with_its_row() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    let ticket = lost(&three, &router, 0);
    {
        let mut releasing = pin!(router.release(&ticket));
        assert!(poll(releasing.as_mut()).is_pending(), "the row is removed");
        // Nothing may use the reference meanwhile.
        let error = block_on(router.create_payout(&payout())).unwrap_err();
        assert!(matches!(error.stop(), RouteStop::Unresolved(_)));
        assert_eq!(block_on(router.release(&ticket)), Release::Running);
        assert_eq!(block_on(releasing), Release::Released);
    }
    assert!(journal.row("p-1").is_none() && router.unresolved().is_empty());
    assert!(block_on(router.create_payout(&payout())).is_ok());

    // A ticket that the router does not know changes nothing.
    let later = three.journaled(&journal);
    let made = journal.row("p-1").unwrap().ticket();
    assert_eq!(block_on(later.release(&made)), Release::NotKnown);
    let again = block_on(later.create_payout(&payout())).unwrap_err();
    assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)));
}

#[test]
fn releases_the_row_of_an_earlier_process_only_after_its_ticket_is_remembered() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let ticket = lost(&three, &three.journaled(&journal), 0);
    let later = three.journaled(&journal);
    assert_eq!(block_on(later.release(&ticket)), Release::NotKnown);
    assert!(journal.row("p-1").is_some(), "the row stays");
    later.remember(&ticket);
    assert!(!later.forget(&ticket), "its outcome is unknown");
    assert_eq!(block_on(later.release(&ticket)), Release::Released);
    assert!(journal.row("p-1").is_none());
    assert!(block_on(later.create_payout(&payout())).is_ok());
}

/// A payout that the provider has, with an answer that got lost.
fn applied(three: &Three, router: &Router) -> Ticket {
    three.fakes[0].script(Call::CreatePayout, FakeFault::Lost { applied: true });
    let error = block_on(router.create_payout(&payout())).unwrap_err();
    error.ticket().unwrap().clone()
}

/// A repeated job pays nothing: neither in this process nor in the next one.
fn assert_closed_for_good(three: &Three, journal: &Arc<MemoryJournal>, router: &Router) {
    for router in [router, &three.journaled(journal)] {
        router.disable(&id("one"));
        let again = block_on(router.create_payout(&payout())).unwrap_err();
        assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)), "{again}");
    }
    assert!(journal.row("p-1").unwrap().made);
    assert_eq!(three.made("p-1"), 1);
}

#[test]
fn does_not_release_an_order_that_was_found_before() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    let ticket = applied(&three, &router);
    let found = block_on(router.resolve(&ticket)).unwrap();
    assert!(matches!(found, Resolution::Found(_)));
    assert_eq!(block_on(router.release(&ticket)), Release::Made);
    assert_closed_for_good(&three, &journal, &router);
}

#[test]
fn does_not_release_an_order_that_is_found_while_its_row_is_removed() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    let ticket = applied(&three, &router);
    let mut resolving = pin!(router.resolve(&ticket));
    assert!(poll(resolving.as_mut()).is_pending(), "asked");
    let mut releasing = pin!(router.release(&ticket));
    assert!(poll(releasing.as_mut()).is_pending());
    assert!(journal.row("p-1").is_none(), "removed");
    let found = block_on(resolving).unwrap();
    assert!(matches!(found, Resolution::Found(_)));
    assert_eq!(block_on(releasing), Release::Made);
    assert_closed_for_good(&three, &journal, &router);
}

#[test]
fn closes_a_released_reference_again_if_its_order_is_found_late() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    let ticket = applied(&three, &router);
    let mut resolving = pin!(router.resolve(&ticket));
    assert!(poll(resolving.as_mut()).is_pending(), "asked");
    assert_eq!(block_on(router.release(&ticket)), Release::Released);
    let found = block_on(resolving).unwrap();
    assert!(matches!(found, Resolution::Found(_)));
    assert_closed_for_good(&three, &journal, &router);
}

#[test]
fn keeps_a_row_that_another_process_marked_as_made() {
    let three = Three::new();
    let journal = Arc::new(MemoryJournal::default());
    let router = three.journaled(&journal);
    let ticket = applied(&three, &router);
    let other = three.journaled(&journal);
    block_on(other.resolve(&ticket)).unwrap();
    // This process does not know what the other one found.
    assert_eq!(block_on(router.release(&ticket)), Release::Released);
    assert_closed_for_good(&three, &journal, &router);
}

#[test]
fn keeps_a_reference_closed_if_its_release_is_dropped() {
    let three = Three::new();
    let router = three.journaled(&Arc::new(MemoryJournal::default()));
    let ticket = lost(&three, &router, 0);
    {
        let mut releasing = pin!(router.release(&ticket));
        assert!(poll(releasing.as_mut()).is_pending());
    }
    assert_eq!(router.unresolved(), std::slice::from_ref(&ticket));
    assert!(block_on(router.create_payout(&payout())).is_err());
}

#[test]
fn chooses_no_gateway_for_a_closed_reference() {
    let chosen = |route: Route| route.chosen().cloned();
    let three = Three::new();
    let router = three.router();
    assert_eq!(chosen(router.why_payout(&payout())), Some(id("one")));
    let ticket = lost(&three, &router, 0);
    let why = router.why_payout(&payout());
    assert!(
        skipped(&why)
            .iter()
            .all(|(_, reason)| *reason == Some(SkipReason::ReferenceClosed(id("one")))),
        "{why}"
    );
    assert_eq!(chosen(why), None);
    three.clock.advance(QUIET);
    assert!(is_absent(&router, &ticket));
    assert_eq!(chosen(router.why_payout(&payout())), None);
    assert_eq!(block_on(router.release(&ticket)), Release::Released);
    assert_eq!(chosen(router.why_payout(&payout())), Some(id("one")));
    block_on(router.create_payout(&payout())).unwrap();
    assert_eq!(chosen(router.why_payout(&payout())), None);
}
