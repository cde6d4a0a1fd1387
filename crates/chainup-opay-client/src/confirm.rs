//! Compares an event or a cancellation with the order that the platform returns for it.

use payments_core::{Amount, Effect, Error, Fault};

use crate::op::order_detail::OrderDetail;
use crate::protocol::PROVIDER;
use crate::status::OrderStatus;
use crate::webhook::Event;

/// An event that agrees with its order. Returned by [`Client::confirm`](crate::Client::confirm).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Confirmed {
    /// The coin of the amount: the platform's symbol, in upper or lower case.
    pub coin: String,
    /// The amount of the order, in units of the coin; equal to the event's.
    pub amount: Amount,
    /// The *current* status of the order. It may be later than the event's.
    pub status: OrderStatus,
    /// The answer to the query.
    pub detail: OrderDetail,
}

impl Confirmed {
    /// Whether the answer to the query was signed. It is not with [`OrderDetailMode::Plain`](crate::OrderDetailMode): coin
    /// and status are then protected by TLS alone.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.detail.is_verified()
    }

    /// Whether the order is paid now; see [`is_verified`](Self::is_verified). Compare amount and coin with your own record
    /// too: see [`is_for`](Self::is_for).
    #[must_use]
    pub fn is_paid(&self) -> bool {
        self.status == OrderStatus::Paid
    }

    /// Whether amount and coin are these. The coin is compared without regard to case.
    #[must_use]
    pub fn is_for(&self, amount: Amount, coin: &str) -> bool {
        self.amount == amount && self.coin.eq_ignore_ascii_case(coin)
    }

    /// Checks that number, merchant's id and amount of the order equal the event's.
    pub(crate) fn new(event: &Event, detail: OrderDetail) -> Result<Self, Error> {
        let fault = match (&detail.app_order_id, detail.amount, &detail.coin) {
            _ if detail.order_num != event.order_num => Fault::mismatch("orderNum"),
            (None, ..) => Fault::undecodable("`appOrderId` is missing"),
            (_, None, _) => Fault::undecodable("`orderAmount` is missing"),
            (.., None) => Fault::undecodable("`payCoinSymbol` is missing"),
            (Some(id), ..) if *id != event.app_order_id => Fault::mismatch("appOrderId"),
            (_, Some(amount), _) if amount != event.amount => Fault::mismatch("orderAmount"),
            (_, Some(amount), Some(coin)) => {
                return Ok(Self {
                    coin: coin.clone(),
                    amount,
                    status: detail.status.clone(),
                    detail,
                });
            }
        };
        Err(differs("confirm", fault, &detail))
    }
}

/// Checks that a cancelled order is closed.
pub(crate) fn closed(detail: OrderDetail) -> Result<OrderDetail, Error> {
    if detail.status == OrderStatus::Closed {
        Ok(detail)
    } else {
        let fault = Fault::mismatch("orderStatus");
        Err(differs("confirm_cancelled", fault, &detail))
    }
}

fn differs(operation: &'static str, fault: Fault, detail: &OrderDetail) -> Error {
    let raw = detail.raw().cloned();
    Error::from_fault(PROVIDER, operation, Effect::Read, fault, raw)
}
