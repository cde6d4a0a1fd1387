//! What happened to a call that creates an order or moves money.

use payments_core::{Fault, Operation};

use super::protocol::Call;

/// A call that [`Client::confirm`](super::Client::confirm) can look up by its `orderId`.
pub trait Confirm: Call {
    /// The lookup.
    type Query: Call;

    /// The lookup of this call.
    fn query(&self) -> Self::Query;

    /// Compares what was found with what was asked.
    #[doc(hidden)]
    fn compare(&self, found: &<Self::Query as Operation>::Output) -> Result<(), Fault>;
}
