//! Exchange of one of the merchant's assets into another.

use async_trait::async_trait;
use payments_core::{Amount, Asset, InvalidRequest, MerchantRef, Timestamp};

use crate::answer::Answer;
use crate::error::Error;
use crate::gateway::GatewayId;
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::options::options;
use crate::payment::Payment;
use crate::ticket::{MoneyCall, Ticket};

/// Exchanges at the current rate.
#[async_trait]
pub trait Exchange: Send + Sync {
    /// The options that exchanges support.
    fn supported_options(&self) -> &[&'static str];

    /// Whether [`find`](Self::find) works by this kind of lookup.
    fn finds_by(&self, kind: LookupKind) -> bool;

    /// Checks an exchange without I/O: everything that [`execute`](Self::execute) would refuse before sending a request.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, order: &ExchangeOrder) -> Result<(), InvalidRequest>;

    /// A ticket for this exchange. Store it before the call: after a crash there is no error to take it from.
    fn ticket(&self, order: &ExchangeOrder, now: Timestamp) -> Ticket;

    /// Executes the exchange. If the future is dropped, the outcome is unknown.
    ///
    /// # Errors
    /// [`Error`], with a [`Ticket`] if the outcome is unknown.
    async fn execute(&self, order: &ExchangeOrder) -> Result<Answer<Exchanged>, Error>;

    /// Queries an exchange, as [`Checkout::find`](crate::checkout::Checkout::find) queries an order.
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

    /// What is sold.
    #[must_use]
    pub const fn source(&self) -> &Money {
        &self.source
    }

    /// What is bought.
    #[must_use]
    pub const fn target(&self) -> &Asset {
        &self.target
    }

    /// For adapters: the ticket of this exchange at a gateway that looks it up by reference.
    #[must_use]
    pub fn ticket(&self, gateway: &GatewayId, now: Timestamp) -> Ticket {
        let (reference, source) = (self.reference.clone(), self.source.clone());
        Ticket::new(gateway.clone(), MoneyCall::Exchange, reference, source, now)
    }
}

options! {
    /// The options of an [`ExchangeOrder`].
    ExchangeOptions of ExchangeOrder {
        /// The merchant's own id of the customer.
        customer: String,
        /// The least that is to be received, in the target. The provider refuses an exchange that would yield less.
        minimum: Amount,
    }
}

/// The result of an exchange. It has no effect key: book from a webhook or a query, or under the merchant's reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// The status of the exchange.
    pub payment: Payment,
    /// What was bought.
    pub target: Money,
    /// Units of the source for one unit of the target.
    pub rate: Option<Amount>,
}
