//! [`Layer`], and the gateway with a layer around it.

mod address;
mod balance;
mod checkout;
mod exchange;
mod payout;
mod rate;
mod recovery;
mod statement;
mod webhook;
mod write;

use std::any::Any;
use std::fmt::Debug;
use std::future::Future;

use payments_core::{InvalidRequest, Timestamp};

use super::call::Call;
use crate::address::Addresses;
use crate::balance::Balances;
use crate::checkout::Checkout;
use crate::error::Error;
use crate::exchange::Exchange;
use crate::facts::Facts;
use crate::gateway::{Gateway, GatewayId};
use crate::payout::Payouts;
use crate::rate::Rates;
use crate::recovery::Recovery;
use crate::statement::{Rows, Statements};
use crate::webhook::{Received, WebhookError, Webhooks};

/// What is done around every call of a gateway.
///
/// [`Layered`] implements all groups by delegation and passes each method that does I/O to its layer, so a layer covers
/// every group with one method. Methods without I/O (`check`, `supported_options`, `ticket`) are delegated directly.
///
/// ```
/// use std::sync::Arc;
///
/// use payments_core::{Clock, Timestamp};
/// use payments_facade::layer::{Call, Layer, Layered};
/// use payments_facade::statement::Rows;
/// use payments_facade::{Error, Received, WebhookError};
///
/// /// Prints the name of each call.
/// #[derive(Debug)]
/// struct PrintLayer(Arc<dyn Clock>);
///
/// impl Layer for PrintLayer {
///     async fn around<T, F>(&self, call: Call, start: impl FnOnce() -> F + Send) -> Result<T, Error>
///     where
///         T: Send,
///         F: Future<Output = Result<T, Error>> + Send,
///     {
///         println!("{call} …");
///         start().await
///     }
///
///     fn rows<'a>(&'a self, start: impl FnOnce() -> Rows<'a> + Send + 'a) -> Rows<'a> {
///         start()
///     }
///
///     fn received(&self, _: Result<&Received, WebhookError>) {}
///
///     fn now(&self) -> Timestamp {
///         self.0.now()
///     }
/// }
/// # fn wrap(
/// #     gateway: impl payments_facade::Gateway,
/// #     clock: Arc<dyn Clock>,
/// # ) -> Layered<impl payments_facade::Gateway, PrintLayer> {
/// Layered::around(gateway, PrintLayer(clock))
/// # }
/// ```
pub trait Layer: Debug + Send + Sync + 'static {
    /// Makes the call by `start`, at most once, or refuses it. Returns the result of `start`, whose outcome a layer must
    /// not change.
    ///
    /// A layer may abandon a call it has started, for example after a timeout, with any error. If the call changes
    /// something, [`Layered`] turns that error into [`Outcome::Unknown`](payments_core::Outcome::Unknown), with the
    /// [`Ticket`](crate::ticket::Ticket) of a call that moves money and the layer's error as its source. The same applies to an
    /// error that a layer returns in place of the result of `start`.
    fn around<T, F>(
        &self,
        call: Call,
        start: impl FnOnce() -> F + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send
    where
        T: Send,
        F: Future<Output = Result<T, Error>> + Send;

    /// The rows of a statement, begun by `start`. One request yields one or more rows.
    fn rows<'a>(&'a self, start: impl FnOnce() -> Rows<'a> + Send + 'a) -> Rows<'a>;

    /// Called with the result of each received webhook.
    fn received(&self, result: Result<&Received, WebhookError>);

    /// The current time, for the ticket of a call that the layer abandoned.
    fn now(&self) -> Timestamp;
}

/// A gateway with a [`Layer`] around it. It has the groups, name, facts and [`Capabilities`](crate::capability::Capabilities) of the
/// inner gateway.
#[derive(Clone, Debug)]
pub struct Layered<G, L> {
    inner: G,
    layer: L,
}

impl<G: Gateway, L: Layer> Layered<G, L> {
    /// Puts a layer around a gateway, which may be an `Arc<dyn Gateway>`.
    #[must_use]
    pub const fn around(gateway: G, layer: L) -> Self {
        Self {
            inner: gateway,
            layer,
        }
    }

    /// The inner gateway.
    #[must_use]
    pub const fn inner(&self) -> &G {
        &self.inner
    }

    /// The layer.
    #[must_use]
    pub const fn layer(&self) -> &L {
        &self.layer
    }
}

#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Gateway for Layered<G, L> {
    fn id(&self) -> &GatewayId {
        self.inner.id()
    }

    fn facts(&self) -> &Facts {
        self.inner.facts()
    }

    fn webhooks(&self) -> &dyn Webhooks {
        self
    }

    fn recovery(&self) -> &dyn Recovery {
        self
    }

    fn checkout(&self) -> Option<&dyn Checkout> {
        self.inner.checkout().map(|_| self as _)
    }

    fn payouts(&self) -> Option<&dyn Payouts> {
        self.inner.payouts().map(|_| self as _)
    }

    fn addresses(&self) -> Option<&dyn Addresses> {
        self.inner.addresses().map(|_| self as _)
    }

    fn rates(&self) -> Option<&dyn Rates> {
        self.inner.rates().map(|_| self as _)
    }

    fn exchange(&self) -> Option<&dyn Exchange> {
        self.inner.exchange().map(|_| self as _)
    }

    fn balances(&self) -> Option<&dyn Balances> {
        self.inner.balances().map(|_| self as _)
    }

    fn statements(&self) -> Option<&dyn Statements> {
        self.inner.statements().map(|_| self as _)
    }

    fn client_any(&self) -> Option<&dyn Any> {
        self.inner.client_any()
    }
}

/// A group of the inner gateway. It is missing if a group's method is called on [`Layered`] directly instead of through the
/// accessor, which returns `None`.
fn there<'a, T: ?Sized>(group: Option<&'a T>, name: &'static str) -> Result<&'a T, InvalidRequest> {
    group.ok_or_else(|| InvalidRequest::unsupported(name))
}

/// As [`there`], for a method that does I/O.
fn called<'a, T: ?Sized>(
    group: Option<&'a T>,
    name: &'static str,
    call: Call,
) -> Result<&'a T, Error> {
    there(group, name).map_err(|invalid| Error::local("layer", call.as_str(), invalid))
}
