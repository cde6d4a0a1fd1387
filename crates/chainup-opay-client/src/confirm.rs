//! An event, or a cancellation, beside what the platform says when it is asked.

use payments_core::{Amount, Effect, Error, Fault};

use crate::protocol::PROVIDER;
use crate::{Event, OrderDetail, OrderStatus};

/// An event that agrees with the order it is about: made by [`Client::confirm`](crate::Client::confirm).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Confirmed {
    /// The coin of the amount: the platform's own symbol, in capitals or not.
    pub coin: String,
    /// The amount of the order, in units of the coin; the event's is the same.
    pub amount: Amount,
    /// The state of the order *now*. It may be ahead of the event's, and behind it only if the platform contradicts
    /// itself.
    pub status: OrderStatus,
    /// All that was answered.
    pub detail: OrderDetail,
}

impl Confirmed {
    /// Whether what the platform says now is signed. It is not where
    /// [`OrderDetailMode::Plain`](crate::OrderDetailMode) was chosen: coin and state are then TLS's word alone.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.detail.is_verified()
    }

    /// Whether the order is paid, as far as the platform says now: see [`is_verified`](Self::is_verified). That amount and coin are those of your own record
    /// is for you to compare: see [`is_for`](Self::is_for).
    #[must_use]
    pub fn is_paid(&self) -> bool {
        self.status == OrderStatus::Paid
    }

    /// Whether amount and coin are these, the coin in capitals or not.
    #[must_use]
    pub fn is_for(&self, amount: Amount, coin: &str) -> bool {
        self.amount == amount && self.coin.eq_ignore_ascii_case(coin)
    }

    /// The order must be the event's: number, merchant's id and amount.
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

/// The order of a cancellation must be closed.
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
