//! Accounts at providers.

mod id;
mod registry;

pub use id::GatewayId;
pub use registry::{Gateways, NameTaken};

use std::any::Any;
use std::fmt::Debug;

use crate::address::Addresses;
use crate::balance::Balances;
use crate::checkout::Checkout;
use crate::exchange::Exchange;
use crate::facts::Facts;
use crate::payout::Payouts;
use crate::rate::Rates;
use crate::recovery::Recovery;
use crate::statement::Statements;
use crate::webhook::Webhooks;

/// One account at one provider, with an accessor for each group of calls.
///
/// An accessor returns `None` if the provider has no such group. [`Capabilities`](crate::Capabilities) are computed from the
/// accessors.
///
/// Implement it for your own provider, for a wrapper or for a test double; [`adapter`](crate::adapter) has helpers. A wrapper
/// should carry `#[deny(clippy::missing_trait_methods)]`, so that it cannot forget to pass a group on.
pub trait Gateway: Debug + Send + Sync + 'static {
    /// The provider and the account.
    fn id(&self) -> &GatewayId;

    /// Limits and documented behaviour.
    fn facts(&self) -> &Facts;

    /// Receives webhooks.
    fn webhooks(&self) -> &dyn Webhooks;

    /// Resolves unknown outcomes.
    fn recovery(&self) -> &dyn Recovery;

    /// Orders that a customer pays.
    fn checkout(&self) -> Option<&dyn Checkout> {
        None
    }

    /// Payouts.
    fn payouts(&self) -> Option<&dyn Payouts> {
        None
    }

    /// Deposit addresses.
    fn addresses(&self) -> Option<&dyn Addresses> {
        None
    }

    /// Exchange rates.
    fn rates(&self) -> Option<&dyn Rates> {
        None
    }

    /// Exchange of one of the merchant's assets into another.
    fn exchange(&self) -> Option<&dyn Exchange> {
        None
    }

    /// The merchant's balances.
    fn balances(&self) -> Option<&dyn Balances> {
        None
    }

    /// The provider's statements.
    fn statements(&self) -> Option<&dyn Statements> {
        None
    }

    /// The provider's typed client, as [`client`](#method.client) finds it. A wrapper returns that of the gateway it wraps.
    fn client_any(&self) -> Option<&dyn Any> {
        None
    }
}

impl dyn Gateway {
    /// The provider's typed client, if it is a `T`: for calls that no group covers, such as C-Pay's host-to-host cards and
    /// KYC. It works for gateways from an accounts file and for wrapped ones, too.
    ///
    /// No layer sees these calls. A rate limit neither delays nor counts them, and they are sent even while it is suspended after
    /// a ban code: call [`RateLimiter::admit`](crate::layer::RateLimiter::admit) before each. Their errors have no ticket.
    ///
    /// ```
    /// # #[cfg(feature = "cpay")]
    /// fn of_cpay(gateway: &dyn payments_facade::Gateway) -> Option<&cpay_client::Client> {
    ///     gateway.client::<cpay_client::Client>()
    /// }
    /// ```
    #[must_use]
    pub fn client<T: 'static>(&self) -> Option<&T> {
        self.client_any()?.downcast_ref()
    }
}
