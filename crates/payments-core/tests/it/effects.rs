//! The transport learns the effect of the call, by which it chooses a connection.

use crate::support::{Gateway, Look, Order, Payout, reference};
use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use payments_core::{Effect, Reach, TransportError};

#[test]
fn every_attempt_states_the_effect_of_its_operation() {
    let lost = || TransportError::timeout(Reach::MaybeSent);
    let transport = ScriptedTransport::new()
        .fail(lost())
        .answer(200, r#"{"says":"done"}"#)
        .fail(lost())
        .answer(200, r#"{"says":"done"}"#)
        .answer(200, r#"{"says":"done"}"#);
    let executor = transport.executor(&ManualClock::new());
    block_on(executor.execute(&Gateway, &Look(reference()))).unwrap();
    block_on(executor.execute(&Gateway, &Order(reference()))).unwrap();
    block_on(executor.execute(&Gateway, &Payout(reference()))).unwrap();
    let sent = transport.requests();
    let effects: Vec<_> = sent.iter().map(|it| it.extensions().get()).collect();
    let (read, keyed, unkeyed) = (Effect::Read, Effect::Keyed, Effect::Unkeyed);
    assert_eq!(effects, [&read, &read, &keyed, &keyed, &unkeyed].map(Some));
}
