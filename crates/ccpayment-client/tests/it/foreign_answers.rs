//! Answers that are not the API's: what the errors state, for a read and for a write.

use payments_core::scripted::{ForeignAnswer, ScriptedTransport, block_on, check_other_statuses};
use payments_core::{Effect, Fault, NextStep};

use crate::support::{self, payout, rate, recorded};

/// What the client does not believe, beside what comes from others.
const OWN: [ForeignAnswer; 1] = [ForeignAnswer::of_gateway(
    br#"{"code":10000,"msg":"success","data":{}}"#,
    "the answer is not signed, HTTP 200",
    NextStep::FixConfiguration,
)];

#[test]
fn an_error_states_what_came_instead_of_an_answer() {
    for foreign in ForeignAnswer::COMMON.iter().chain(&OWN) {
        foreign.check(
            |transport| block_on(support::scripted(transport).token_rate(rate())).unwrap_err(),
            |transport| block_on(support::scripted(transport).withdraw(payout())).unwrap_err(),
            Effect::Unkeyed,
            |answer| parse(answer).unwrap_err(),
        );
    }
}

/// A proxy may repeat or cache an answer: only status 200 is documented.
#[test]
fn parse_believes_no_answer_under_another_status() {
    for body in [
        recorded("withdraw"),
        br#"{"code":225213,"msg":"no"}"#.to_vec(),
    ] {
        check_other_statuses(&support::signed(body), Effect::Unkeyed, parse);
    }
}

fn parse(answer: &http::Response<bytes::Bytes>) -> Result<(), Fault> {
    let client = support::scripted(&ScriptedTransport::new());
    client.parse(&payout(), answer, support::now()).map(drop)
}
