//! What the merchant has at the provider.

use async_trait::async_trait;
use payments_core::{Amount, Asset};

use crate::{Answer, Error};

/// The merchant's balances.
#[async_trait]
pub trait Balances: Send + Sync {
    /// All of them, also those of which there is nothing where the provider lists them. Effect: read.
    ///
    /// # Errors
    /// [`Error`].
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error>;
}

/// What there is of one asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Of what.
    pub asset: Asset,
    /// What can be paid out now; none where the provider's number cannot be read, a negative one for example.
    pub available: Option<Amount>,
    /// What is held back; none where the provider does not tell, or its number cannot be read.
    pub held: Option<Amount>,
}
