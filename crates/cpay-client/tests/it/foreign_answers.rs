//! Answers that are not the API's: what the errors state, for a read and for a write.

use payments_core::scripted::{ForeignAnswer, ScriptedTransport, block_on, check_other_statuses};
use payments_core::{Effect, Fault};

use crate::support::{self, fixture, order, query};

#[test]
fn an_error_states_what_came_instead_of_an_answer() {
    for foreign in &ForeignAnswer::COMMON {
        foreign.check(
            |transport| block_on(support::scripted(transport).order_detail(query())).unwrap_err(),
            |transport| block_on(support::scripted(transport).create_order(order())).unwrap_err(),
            Effect::Unkeyed,
            |answer| parse(answer).unwrap_err(),
        );
    }
}

/// A proxy may repeat or cache an answer: only status 200 is documented.
#[test]
fn parse_believes_no_answer_under_another_status() {
    for body in [
        fixture("wire/cpay/create-order.answer.json"),
        fixture("wire/cpay/illegal-ip.answer.json"),
    ] {
        check_other_statuses(&support::answer(body), Effect::Unkeyed, parse);
    }
}

fn parse(answer: &http::Response<bytes::Bytes>) -> Result<(), Fault> {
    let client = support::scripted(&ScriptedTransport::new());
    client.parse(&order(), answer, support::now()).map(drop)
}
