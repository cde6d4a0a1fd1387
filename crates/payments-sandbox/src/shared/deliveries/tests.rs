//! The log of deliveries against what its rows say.

use super::*;
use crate::shared::deliveries::delivery::ATTEMPTS_KEPT;
use crate::shared::exchange::WireMessage;
use crate::shared::order::OrderStatus;

fn message() -> NewDelivery {
    NewDelivery {
        gateway: Gateway::CPAY,
        order_id: "order".to_owned(),
        merchant_ref: "order-1".to_owned(),
        order_status: OrderStatus::Completed,
        url: "http://127.0.0.1:1/".to_owned(),
        body: String::new(),
        attempts: 3,
    }
}

fn refused(text_bytes: usize) -> Attempt {
    Attempt {
        at_ms: 1,
        http_status: None,
        answer: Some("x".repeat(text_bytes)),
        problem: Some(String::new()),
        sent: WireMessage::default(),
        fault: None,
    }
}

/// What the index knows, read from all rows.
fn check(deliveries: &Deliveries) {
    let rows = || deliveries.iter();
    let bytes: usize = rows().map(Delivery::text_bytes).sum();
    assert_eq!(bytes, deliveries.index.bytes());
    assert!(bytes <= MOST_BYTES && rows().count() <= MOST_DELIVERIES);
    let due = rows().filter_map(|row| row.due_ms).min();
    assert_eq!(deliveries.next_due(), due);
    let is_sending = |row: &Delivery| row.state == DeliveryState::Sending;
    let is_quiet = |now_ms| !rows().any(is_sending) && due.is_none_or(|due| due > now_ms);
    for now_ms in [0, 1, 5, 9] {
        assert_eq!(deliveries.is_quiet(now_ms), is_quiet(now_ms), "{now_ms}");
    }
}

#[test]
fn forgets_what_is_over_before_what_is_due() {
    let mut deliveries = Deliveries::default();
    let waiting = deliveries.add(message(), 5);
    for _ in 1..MOST_DELIVERIES {
        deliveries.add(message(), 1);
    }
    let taken = deliveries.take_due(1, 2);
    let ids: Vec<u64> = taken.iter().map(|due| due.id).collect();
    assert_eq!(ids, [2, 3]);
    deliveries.finish(2, refused(0), true, |_| None);

    let added = deliveries.add(message(), 9);
    check(&deliveries);
    assert!(deliveries.get(2).is_none());
    assert!(deliveries.get(waiting).is_some() && deliveries.get(added).is_some());
    deliveries.remove_all_of(Gateway::CPAY);
    check(&deliveries);
    assert_eq!(deliveries.iter().count(), 0);
}

#[test]
fn all_texts_together_stay_within_their_limit() {
    let mut deliveries = Deliveries::default();
    let waiting = deliveries.add(message(), 5);
    for _ in 0..20 {
        let id = deliveries.add(message(), 1);
        for _ in 0..2 * ATTEMPTS_KEPT {
            deliveries.take_due(1, 1);
            deliveries.finish(id, refused(MOST_BYTES / 500), false, |_| Some(0));
        }
        deliveries.take_due(1, 1);
        deliveries.finish(id, refused(0), false, |_| None);
        check(&deliveries);
    }
    let kept: Vec<u64> = deliveries.iter().map(|row| row.id).collect();
    assert_eq!(kept.first(), Some(&waiting), "it is not over");
    assert_eq!(kept.last(), Some(&21));
    assert!(kept.len() < 12, "ten fill the limit: {kept:?}");
    let attempts = deliveries.get(21).map(|row| row.attempts.len());
    assert_eq!(attempts, Some(ATTEMPTS_KEPT));

    // Nothing is over: the oldest goes.
    deliveries.again(21, 1, 1);
    let body = "x".repeat(MOST_BYTES - 1_000);
    let large = deliveries.add(NewDelivery { body, ..message() }, 1);
    check(&deliveries);
    assert_eq!(
        deliveries.iter().map(|row| row.id).collect::<Vec<_>>(),
        [large]
    );
}

fn sent() -> Attempt {
    let mut attempt = refused(0);
    attempt.sent.headers.push((String::new(), String::new()));
    attempt
}

#[test]
fn a_held_delivery_is_due_after_another_one_of_its_gateway() {
    let mut deliveries = Deliveries::default();
    let under_way = deliveries.add(message(), 1);
    assert_eq!(deliveries.take_due(1, 1).len(), 1);
    let held = deliveries.add(message(), 1);
    assert_eq!(deliveries.take_due(1, 1).len(), 1);
    deliveries.put_back(held, 100, true);
    check(&deliveries);
    deliveries.finish(under_way, sent(), false, |_| None);
    assert_eq!(deliveries.next_due(), Some(100), "it had begun before");

    let forbidden = deliveries.add(message(), 1);
    assert_eq!(deliveries.take_due(1, 1).len(), 1);
    deliveries.finish(forbidden, refused(0), true, |_| None);
    check(&deliveries);
    assert_eq!(deliveries.next_due(), Some(100), "nothing was sent");

    let other = deliveries.add(message(), 1);
    assert_eq!(deliveries.take_due(1, 1).len(), 1);
    deliveries.finish(other, sent(), false, |_| None);
    check(&deliveries);
    assert_eq!(
        (deliveries.next_due(), deliveries.due_at(1)),
        (Some(1), Some(held))
    );
}

#[test]
fn a_held_delivery_is_due_after_one_that_was_due_with_it() {
    let mut deliveries = Deliveries::default();
    let held = deliveries.add(message(), 1);
    let next = deliveries.add(message(), 1);
    assert_eq!(deliveries.take_due(1, 2).len(), 2);
    deliveries.put_back(held, 100, true);
    deliveries.finish(next, sent(), false, |_| None);
    check(&deliveries);
    assert_eq!(deliveries.due_at(1), Some(held));
}

#[test]
fn an_attempt_counts_for_what_came_before_it_if_it_sent_something() {
    let mut deliveries = Deliveries::default();
    let under_way = deliveries.add(message(), 1);
    assert_eq!(deliveries.take_due(1, 1).len(), 1);
    let begun = deliveries.begun();
    deliveries.finish(under_way, sent(), false, |_| None);
    assert!(!deliveries.has_sent_since(Gateway::CPAY, begun));
    for (attempt, has_sent) in [(refused(0), false), (sent(), true)] {
        let id = deliveries.add(message(), 1);
        assert_eq!(deliveries.take_due(1, 1).len(), 1);
        deliveries.finish(id, attempt, false, |_| None);
        let sent = deliveries.has_sent_since(Gateway::CPAY, begun);
        assert_eq!(sent, has_sent);
    }
    assert!(!deliveries.has_sent_since(Gateway::CCPAYMENT, begun));
}

#[test]
fn notes_of_forgotten_deliveries_are_forgotten() {
    let mut deliveries = Deliveries::default();
    let mut notes = Kept::default();
    let mut most = 0;
    for _ in 0..5 * MOST_DELIVERIES {
        notes.insert(deliveries.add(message(), 1), ());
        deliveries.forget_notes(&mut notes);
        most = most.max(notes.len());
    }
    assert!(most <= 2 * MOST_DELIVERIES, "{most}");
    assert!(deliveries.iter().all(|row| notes.contains(&row.id)));
}
