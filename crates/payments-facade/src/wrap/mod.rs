//! Gateways around gateways.

mod call;
pub(crate) mod limited;
#[cfg(feature = "metrics")]
pub(crate) mod metered;
mod money_in;
mod money_out;
mod people;
mod shared;
mod told;
mod write;

pub use call::Call;

use std::any::Any;
use std::fmt::Debug;
use std::future::Future;

use payments_core::{InvalidRequest, Timestamp};

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

/// What a wrapper does around every call of a gateway.
///
/// [`Wrapped`] passes every method of every group on, and gives each one that does I/O to its layer. So a layer says once
/// what it has to say, and cannot forget a group. What is asked without I/O (`check`, `offers`, `ticket`) goes through
/// untouched.
///
/// ```
/// use std::sync::Arc;
///
/// use payments_core::{Clock, Timestamp};
/// use payments_facade::layer::{Call, Layer, Wrapped};
/// use payments_facade::statement::Rows;
/// use payments_facade::{Error, Received, WebhookError};
///
/// /// Refuses nothing, changes nothing, and says what is called.
/// #[derive(Debug)]
/// struct Spoken(Arc<dyn Clock>);
///
/// impl Layer for Spoken {
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
/// # ) -> Wrapped<impl payments_facade::Gateway, Spoken> {
/// Wrapped::around(gateway, Spoken(clock))
/// # }
/// ```
pub trait Layer: Debug + Send + Sync + 'static {
    /// Makes the call by `start`, at most once, or refuses it. The result must be that of `start`: an outcome is not a
    /// layer's to change.
    ///
    /// A layer may give up a call that it has started, after a time of its own for example, with any error. Where the call
    /// changes something, [`Wrapped`] makes [`Outcome::Unknown`](payments_core::Outcome::Unknown) of it, with the
    /// [`Ticket`](crate::Ticket) of a call that moves money; the layer's error stays as a source. The same befalls an error
    /// of the layer's own in the place of a result that it had.
    fn around<T, F>(
        &self,
        call: Call,
        start: impl FnOnce() -> F + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send
    where
        T: Send,
        F: Future<Output = Result<T, Error>> + Send;

    /// The rows of a statement, begun by `start`: each one may be a request, or come with others from one.
    fn rows<'a>(&'a self, start: impl FnOnce() -> Rows<'a> + Send + 'a) -> Rows<'a>;

    /// What became of a webhook that came in.
    fn received(&self, result: Result<&Received, WebhookError>);

    /// The time, for the ticket of a call that the layer gave up.
    fn now(&self) -> Timestamp;
}

/// A gateway with a [`Layer`] around it. It has the groups of the gateway inside, and its name, facts and
/// [`Capabilities`](crate::Capabilities).
#[derive(Clone, Debug)]
pub struct Wrapped<G, L> {
    inner: G,
    layer: L,
}

impl<G: Gateway, L: Layer> Wrapped<G, L> {
    /// Puts a layer around a gateway. A shared one, `Arc<dyn Gateway>`, is a gateway too.
    #[must_use]
    pub const fn around(gateway: G, layer: L) -> Self {
        Self {
            inner: gateway,
            layer,
        }
    }

    /// The gateway inside.
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
impl<G: Gateway, L: Layer> Gateway for Wrapped<G, L> {
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

/// A group of the gateway inside. It is missing where somebody calls a group's method on a wrapper by itself, past the
/// accessor that would have been `None`.
fn there<'a, T: ?Sized>(group: Option<&'a T>, name: &'static str) -> Result<&'a T, InvalidRequest> {
    group.ok_or_else(|| InvalidRequest::unsupported(name))
}

/// As [`there`], for a call.
fn called<'a, T: ?Sized>(
    group: Option<&'a T>,
    name: &'static str,
    call: Call,
) -> Result<&'a T, Error> {
    there(group, name).map_err(|invalid| Error::local("wrapper", call.as_str(), invalid))
}
