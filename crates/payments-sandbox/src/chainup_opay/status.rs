//! ChainUp's numbers of the states of an order: texts on the wire.

use crate::store::OrderStatus;

pub(super) fn code(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Closed => "0",
        // No order of this gateway is ever in processing.
        OrderStatus::Pending | OrderStatus::Processing => "1",
        OrderStatus::Failed => "2",
        OrderStatus::Completed => "3",
    }
}

/// What people are shown; the documents' words.
pub(super) fn name(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Closed => "Closed",
        OrderStatus::Pending | OrderStatus::Processing => "Pending payment",
        OrderStatus::Failed => "Payment failed",
        OrderStatus::Completed => "Payment successful",
    }
}
