//! `POST cancelOrder`: the merchant closes an order that has not been paid.

use super::answer::{self, Content, Done, Outcome, Refusal};
use super::limits;
use super::order::Status;
use super::order_detail;
use super::params::Params;
use super::state::ChainupOpay;

pub(super) const FIELDS: [&str; 1] = ["orderNum"];

pub(super) fn run(opay: &ChainupOpay, params: &Params) -> Outcome {
    let order_num = params.required("orderNum", limits::ID)?;
    let state = opay.state();
    let order = order_detail::find(&state, order_num)?;
    if order.status != Status::Pending {
        let status = order.status.view().as_str();
        let reason = format!("the order is {status}, and only pending orders can be cancelled");
        return Err(Refusal::new(answer::ORDER_STATUS, reason)
            .assuming("assumed: code 70003 for orders that are not pending"));
    }
    opay.settle(state, order_num, Status::Closed)
        .map_err(|error| Refusal::new(answer::SYSTEM, error.to_string()))?;
    Ok(Done {
        content: Content::Nothing,
        notes: vec![
            "assumed: state 0, an answer without data and sign, and a callback as for every final state"
                .to_owned(),
        ],
    })
}
