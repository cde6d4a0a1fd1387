//! The merchant's balances at the provider.

use async_trait::async_trait;
use payments_core::{Amount, Asset};

use crate::answer::Answer;
use crate::error::Error;

/// The merchant's balances.
#[async_trait]
pub trait Balances: Send + Sync {
    /// All balances that the provider lists, including empty ones. Effect: read.
    ///
    /// # Errors
    /// [`Error`].
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error>;
}

/// The balance of one asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The asset.
    pub asset: Asset,
    /// What can be paid out now. `None` if the provider's number cannot be read, such as a negative one.
    pub available: Option<Amount>,
    /// What is held back. `None` if the provider does not state it, or its number cannot be read.
    pub held: Option<Amount>,
}
