//! One asset of the merchant's into another.

use async_trait::async_trait;
use payments_core::{Amount, Asset, InvalidRequest, MerchantRef, Timestamp};

use crate::options::options;
use crate::{Answer, Error, Lookup, LookupKind, Money, OptionNames, Payment, Ticket};

/// Exchanges at the rate of the moment.
#[async_trait]
pub trait Exchange: Send + Sync {
    /// The options of an exchange that are carried. Computed from the reading itself, by [`survey`](crate::survey).
    fn offers(&self) -> OptionNames;

    /// Whether [`find`](Self::find) works by this.
    fn finds_by(&self, kind: LookupKind) -> bool;

    /// Everything that [`execute`](Self::execute) would refuse before any I/O.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, order: &ExchangeOrder) -> Result<(), InvalidRequest>;

    /// A ticket for this exchange, to be stored before the call: a crash leaves no error.
    fn ticket(&self, order: &ExchangeOrder, now: Timestamp) -> Ticket;

    /// Exchanges. Dropping the future leaves the outcome unknown.
    ///
    /// # Errors
    /// [`Error`], with a [`Ticket`] where the outcome is unknown.
    async fn execute(&self, order: &ExchangeOrder) -> Result<Answer<Exchanged>, Error>;

    /// Asks how an exchange stands: as [`Checkout::find`](crate::Checkout::find).
    ///
    /// # Errors
    /// As there.
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error>;
}

/// An exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an exchange is made by `Exchange::execute`"]
pub struct ExchangeOrder {
    reference: MerchantRef,
    source: Money,
    target: Asset,
    options: ExchangeOptions,
}

impl ExchangeOrder {
    /// An exchange of `source` into `target`.
    pub fn new(reference: MerchantRef, source: Money, target: Asset) -> Self {
        Self {
            reference,
            source,
            target,
            options: ExchangeOptions::default(),
        }
    }

    /// The merchant's reference.
    #[must_use]
    pub const fn reference(&self) -> &MerchantRef {
        &self.reference
    }

    /// What is given away.
    #[must_use]
    pub const fn source(&self) -> &Money {
        &self.source
    }

    /// What is had for it.
    #[must_use]
    pub const fn target(&self) -> &Asset {
        &self.target
    }
}

options! {
    /// The options of an [`ExchangeOrder`].
    ExchangeOptions of ExchangeOrder {
        /// The customer, by the merchant's own id.
        customer: String,
    }
}

/// What an exchange came to. The answer has no effect key: book from a webhook or a query, or under the merchant's reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// How the exchange stands.
    pub payment: Payment,
    /// What was had.
    pub target: Money,
    /// Units of the source for one unit of the target.
    pub rate: Option<Amount>,
}
