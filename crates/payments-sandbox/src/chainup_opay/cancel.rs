//! `POST cancelOrder`: the merchant closes an order that nobody has paid.

use super::answer::{self, Content, Done, Refusal};
use super::params::Params;
use super::{Outcome, control, detail};
use crate::app::App;
use crate::store::OrderStatus;

pub(super) const FIELDS: [&str; 1] = ["orderNum"];

pub(super) fn run(app: &App, params: &Params) -> Outcome {
    let order_num = params.required("orderNum", 64)?;
    let tables = app.store.lock();
    let order = detail::find(&tables, order_num)?;
    if order.status != OrderStatus::Pending {
        return Err(Refusal::new(
            answer::ORDER_STATUS,
            format!(
                "the order is {}, and only pending ones can be cancelled",
                order.status.as_str()
            ),
        )
        .noting("assumed: code 70003 for orders that are not pending"));
    }
    control::settle(app, tables, order_num, OrderStatus::Closed)
        .map_err(|error| Refusal::new(answer::SYSTEM, error.to_string()))?;
    Ok(Done {
        content: Content::Nothing,
        notes: vec![
            "assumed: state 0, an answer without data and sign, and a callback as for every end"
                .to_owned(),
        ],
    })
}
