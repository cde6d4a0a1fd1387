//! Webhooks that the provider sends again.

use async_trait::async_trait;
use payments_core::Timestamp;

use crate::answer::Answer;
use crate::error::Error;
use crate::lookup::Lookup;

/// Makes the provider send past webhooks again. It is the way to book a payment whose webhook was lost if a query of the order
/// has no [effect key](crate::payment::Observation::effect_key), as at CCPayment v1.
#[async_trait]
pub trait Resend: Send + Sync {
    /// Asks for the webhooks of an order or payout. The provider may send those of others as well: each has the effect key that it
    /// had the first time, so that nothing is booked twice.
    ///
    /// Effect: unkeyed. No money moves. Providers limit how often it may be called.
    ///
    /// # Errors
    /// [`Error`], of kind `Invalid` if the order is not found or was not paid.
    async fn resend(&self, by: &Lookup) -> Result<Answer<Resent>, Error>;
}

/// What the provider sends again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resent {
    /// The start of the period.
    pub from: Timestamp,
    /// The end of the period.
    pub until: Timestamp,
    /// How many webhooks are sent again, if the provider states it.
    pub count: Option<u64>,
}

impl Resent {
    /// For adapters: the webhooks of this period.
    #[must_use]
    pub const fn new(from: Timestamp, until: Timestamp, count: Option<u64>) -> Self {
        Self { from, until, count }
    }
}
