//! One account at one provider.

use std::any::Any;
use std::fmt::Debug;

use crate::{
    Addresses, Balances, Checkout, Exchange, Facts, GatewayId, Payouts, Rates, Recovery,
    Statements, Webhooks,
};

/// One account at one provider, by groups of what it can do.
///
/// What it can do is what its accessors give: a group that is there works, one that is not is `None`. There is no list of
/// flags beside it; [`Capabilities`](crate::Capabilities) are read off the accessors.
///
/// It is open: implement it for a provider of your own, for a wrapper, for a test double. A wrapper carries
/// `#[deny(clippy::missing_trait_methods)]`, so that a group it forgets to pass on does not vanish.
pub trait Gateway: Debug + Send + Sync + 'static {
    /// Which provider, and which account.
    fn id(&self) -> &GatewayId;

    /// Limits and documented behaviour.
    fn facts(&self) -> &Facts;

    /// Its webhooks.
    fn webhooks(&self) -> &dyn Webhooks;

    /// How an unknown outcome is resolved.
    fn recovery(&self) -> &dyn Recovery;

    /// Orders that a customer pays.
    fn checkout(&self) -> Option<&dyn Checkout> {
        None
    }

    /// Money out.
    fn payouts(&self) -> Option<&dyn Payouts> {
        None
    }

    /// Standing addresses.
    fn addresses(&self) -> Option<&dyn Addresses> {
        None
    }

    /// What one asset costs in another.
    fn rates(&self) -> Option<&dyn Rates> {
        None
    }

    /// One asset of the merchant's into another.
    fn exchange(&self) -> Option<&dyn Exchange> {
        None
    }

    /// What the merchant has at the provider.
    fn balances(&self) -> Option<&dyn Balances> {
        None
    }

    /// The provider's books.
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
    /// KYC. It works for gateways from an accounts' file and for wrapped ones, too. A layer does not see these calls: a rate
    /// limit does not count them, and their errors have no ticket.
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
