use super::*;
use Effect::{Keyed, Read, Unkeyed};
use Outcome::{Applied, NotApplied, Unknown};
use proptest::prelude::*;

const EFFECTS: [Effect; 3] = [Read, Keyed, Unkeyed];
const EVENTS: [Event; 9] = [
    Event::Local,
    Event::NotSent,
    Event::MaybeSent,
    Event::Busy,
    Event::Unusable,
    Event::Refused,
    Event::Ambiguous,
    Event::Duplicate,
    Event::Mismatch,
];

/// The decision on the last of these events, with the earlier ones as its history.
fn after(effect: Effect, events: &[Event]) -> (bool, Outcome) {
    let mut history = History::EMPTY;
    let mut last = (false, NotApplied);
    for &event in events {
        let decision = decide(effect, history, event);
        history = decision.history;
        last = (decision.repeat, decision.outcome);
    }
    last
}

#[test]
fn every_first_event() {
    let (stop, repeat) = (false, true);
    let rows = [
        (
            Event::Local,
            [(stop, NotApplied), (stop, NotApplied), (stop, NotApplied)],
        ),
        (
            Event::NotSent,
            [
                (repeat, NotApplied),
                (repeat, NotApplied),
                (repeat, NotApplied),
            ],
        ),
        (
            Event::MaybeSent,
            [(repeat, NotApplied), (repeat, Unknown), (stop, Unknown)],
        ),
        (
            Event::Busy,
            [
                (repeat, NotApplied),
                (repeat, NotApplied),
                (repeat, NotApplied),
            ],
        ),
        (
            Event::Unusable,
            [(repeat, NotApplied), (stop, Unknown), (stop, Unknown)],
        ),
        (
            Event::Refused,
            [(stop, NotApplied), (stop, NotApplied), (stop, NotApplied)],
        ),
        (
            Event::Ambiguous,
            [(stop, NotApplied), (stop, Unknown), (stop, Unknown)],
        ),
        (
            Event::Duplicate,
            [(stop, NotApplied), (stop, NotApplied), (stop, NotApplied)],
        ),
        (
            Event::Mismatch,
            [(stop, NotApplied), (stop, Applied), (stop, Applied)],
        ),
    ];
    assert_eq!(
        rows.map(|(event, _)| event),
        EVENTS,
        "a row for every event"
    );
    for (event, expected) in rows {
        assert_eq!(
            EFFECTS.map(|effect| after(effect, &[event])),
            expected,
            "{event:?}"
        );
    }
}

#[test]
fn a_second_attempt_does_not_settle_the_first() {
    for second in EVENTS {
        let (_, outcome) = after(Keyed, &[Event::MaybeSent, second]);
        assert_eq!(outcome, Unknown, "{second:?}");
    }
    assert_eq!(
        after(Keyed, &[Event::MaybeSent, Event::NotSent, Event::NotSent]),
        (true, Unknown)
    );
}

#[test]
fn a_duplicate_is_unknown_once_an_attempt_may_have_arrived() {
    for first in EVENTS {
        let (_, outcome) = after(Keyed, &[first, Event::Duplicate]);
        let never_arrived = matches!(first, Event::Local | Event::NotSent);
        assert_eq!(outcome == NotApplied, never_arrived, "{first:?}");
    }
}

#[test]
fn a_read_is_repeated_once_after_an_unusable_answer() {
    assert!(after(Read, &[Event::Unusable]).0);
    assert!(!after(Read, &[Event::Unusable, Event::Unusable]).0);
    assert!(!after(Read, &[Event::Unusable, Event::MaybeSent, Event::Unusable]).0);
}

fn any_effect() -> impl Strategy<Value = Effect> {
    prop::sample::select(EFFECTS.to_vec())
}

fn any_events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(prop::sample::select(EVENTS.to_vec()), 0..8)
}

proptest! {
    /// Also under scripts that no executor would play, where a stop is not heeded.
    #[test]
    fn the_worst_never_gets_better(effect in any_effect(), events in any_events()) {
        let mut history = History::EMPTY;
        let mut worst = NotApplied;
        for event in events {
            let decision = decide(effect, history, event);
            prop_assert!(decision.outcome >= worst);
            prop_assert_eq!(decision.outcome, decision.history.worst);
            (history, worst) = (decision.history, decision.outcome);
        }
    }

    #[test]
    fn an_unkeyed_write_in_doubt_is_never_repeated(events in any_events(), last in any_events()) {
        let mut history = History::EMPTY;
        for event in events.into_iter().chain([Event::MaybeSent]).chain(last) {
            let decision = decide(Unkeyed, history, event);
            if decision.outcome != NotApplied {
                prop_assert!(!decision.repeat);
            }
            history = decision.history;
        }
        prop_assert_eq!(history.worst, Unknown);
    }

    #[test]
    fn a_read_never_applies(events in any_events()) {
        prop_assert_eq!(after(Read, &events).1, NotApplied);
    }
}
