//! C-Pay's numbers and names of the states of an order: texts on the wire. It has no state of its own for a payment
//! that failed, and none of its orders gets there.

use crate::store::OrderStatus;

pub(super) fn code(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "0",
        OrderStatus::Processing => "11",
        OrderStatus::Completed => "14",
        OrderStatus::Failed | OrderStatus::Closed => "15",
    }
}

pub(super) fn name(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "PENDING",
        OrderStatus::Processing => "PROCESSING",
        OrderStatus::Completed => "COMPLETED",
        OrderStatus::Failed | OrderStatus::Closed => "CLOSED",
    }
}
