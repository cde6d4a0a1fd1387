//! C-Pay.
//!
//! | group | calls of C-Pay | type of the response |
//! |---|---|---|
//! | checkout, hosted | `createOrder`: coins, on the cashier page | `cpay_client::CreatedOrder` |
//! | checkout, card page | `createOrderByCreditCard` | `cpay_client::CardOrder` |
//! | payouts to a chain | `withdraw`: fee split | `cpay_client::Withdrawal` |
//! | payouts by Pix | `createFiatPayoutOrder`: reais, fee on top | `cpay_client::CreatedFiatPayout` |
//! | exchange | `exchange` | `cpay_client::Exchanged` |
//! | `find` of all these | `getOrderDetail` | `cpay_client::OrderDetail` |
//! | addresses | `getWalletAddress` | `cpay_client::WalletAddresses` |
//! | rates | `getExchangeRate`, `getExchangeRateForCreditCard` | `cpay_client::{ExchangeRate, CardExchangeRate}` |
//! | balances | `getMerchantBalance` | `cpay_client::Balances` |
//! | webhooks | one for all orders | `cpay_client::Event` |
//!
//! It has no native checkout, no cancellation and no statements. Host-to-host cards (`pwpp`) and `submitKYC` are called on
//! the typed client, which `gateway.client::<cpay_client::Client>()` returns.
//!
//! # Limits
//! - `getOrderDetail` does not say what kind an order is, so `find` of any group finds orders of all kinds, and their kind is
//!   [`Unstated`]: [`merge`] them with your own record. Never use one reference for a payout and a checkout: a payout that was
//!   never made could not be distinguished from the order.
//! - A webhook without `orderId`, which the specification allows and no example shows, is no event, because its effect key
//!   would differ from that of a query. [`Webhooks::hint`] reads it as a reason to query the order.
//! - A closed order may be rejected, failed or expired: C-Pay has one status for all three ([`Closure::Unstated`]).
//! - An unknown order is reported as code 1, like any other failure (`assumed`), so "not found" never proves anything.
//! - Every order needs a customer's id.
//!
//! [`Closure::Unstated`]: crate::payment::Closure::Unstated
//! [`Unstated`]: crate::payment::PaymentKind::Unstated
//! [`merge`]: crate::Payment::merge

mod address;
mod balance;
mod checkout;
mod exchange;
mod facts;
mod names;
mod payout;
mod rate;
mod reading;
mod recovery;
mod webhook;

pub use cpay_client::{Config, ConfigError};

use std::any::Any;

use cpay_client::Client;
use payments_core::{Executor, InvalidRequest, Timestamp};

use crate::address::Addresses;
use crate::balance::Balances;
use crate::checkout::Checkout;
use crate::exchange::Exchange;
use crate::facts::Facts;
use crate::gateway::{Gateway, GatewayId};
use crate::payout::Payouts;
use crate::rate::Rates;
use crate::recovery::Recovery;
use crate::ticket::Ticket;
use crate::webhook::{Rotation, Webhooks};

/// The provider's name.
pub const PROVIDER: &str = "cpay";

/// One account at C-Pay.
///
/// ```
/// use payments_core::Executor;
/// use payments_facade::cpay::{Config, Cpay};
/// use payments_facade::{Capabilities, Gateway};
///
/// # fn gateway(executor: Executor) -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config::new("https://api.cpay.ltd", "20003092", "k3y-of-merchant")?;
/// let gateway = Cpay::new("main", &config, executor)?;
///
/// assert_eq!(gateway.id().to_string(), "cpay/main");
/// let capabilities = Capabilities::of(&gateway);
/// assert!(capabilities.has("checkout.hosted.notify_url"));
/// assert!(!capabilities.has("statements"));
/// # Ok(())
/// # }
/// # use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
/// # use std::sync::Arc;
/// # gateway(Executor::new(Arc::new(ScriptedTransport::new()), Arc::new(ManualClock::new()), Arc::new(FixedEntropy::new(0))))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cpay {
    id: GatewayId,
    client: Client,
    /// Its clock provides the time of tickets.
    executor: Executor,
    webhooks: Rotation<cpay_client::Webhooks>,
    unsigned_webhooks: UnsignedWebhooks,
    allow_unlisted: bool,
}

/// What happens to webhooks without a signature. C-Pay's table calls `sign` optional.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsignedWebhooks {
    /// They are refused: the default.
    #[default]
    Refuse,
    /// They are a reason to query the order, by [`Webhooks::hint`]; nothing else in them is used. For an account whose
    /// webhooks come without a signature.
    HintThenQuery,
}

impl Cpay {
    /// - `account`: the application's name for the account.
    /// - `executor`: transport, clock and retry policy, for example `standard_executor`.
    ///
    /// # Errors
    /// [`InvalidRequest`] if the account's name is not valid.
    pub fn new(account: &str, config: &Config, executor: Executor) -> Result<Self, InvalidRequest> {
        Ok(Self {
            id: GatewayId::new(PROVIDER, account)?,
            client: Client::with_executor(config, executor.clone()),
            webhooks: Rotation::new(cpay_client::Webhooks::new(config)),
            unsigned_webhooks: UnsignedWebhooks::Refuse,
            allow_unlisted: false,
            executor,
        })
    }

    /// Also accepts webhooks under the secret of `previous`, before `end`: for a key rotation. Requests are signed with the
    /// current secret.
    #[must_use]
    pub fn with_previous_secret(mut self, previous: &Config, end: Timestamp) -> Self {
        let previous = cpay_client::Webhooks::new(previous);
        self.webhooks = self.webhooks.with_previous(previous, end);
        self
    }

    /// What happens to webhooks without a signature. Default: [`UnsignedWebhooks::Refuse`].
    #[must_use]
    pub fn with_unsigned_webhooks(mut self, unsigned_webhooks: UnsignedWebhooks) -> Self {
        self.unsigned_webhooks = unsigned_webhooks;
        self
    }

    /// Sends coins, currencies and networks that C-Pay's documents do not list as they are, in all calls: for an account that has
    /// more. Default: such a name is refused before anything is sent, because it is more often a typing error, and the gateway's
    /// answer to one proves nothing.
    #[must_use]
    pub fn allow_unlisted(mut self) -> Self {
        self.allow_unlisted = true;
        self
    }

    /// C-Pay names the customer of an order in its answers.
    fn of_customer(ticket: Ticket, id: Option<&String>) -> Ticket {
        ticket.customer(id.map(String::as_str))
    }

    /// The request, with names that are not listed if the account allows them.
    fn named<R>(&self, request: R, allow_unlisted: fn(R) -> R) -> R {
        if self.allow_unlisted {
            allow_unlisted(request)
        } else {
            request
        }
    }

    /// The typed client, for calls that no group covers.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Gateway for Cpay {
    fn id(&self) -> &GatewayId {
        &self.id
    }

    fn facts(&self) -> &Facts {
        &facts::FACTS
    }

    fn webhooks(&self) -> &dyn Webhooks {
        self
    }

    fn recovery(&self) -> &dyn Recovery {
        self
    }

    fn checkout(&self) -> Option<&dyn Checkout> {
        Some(self)
    }

    fn payouts(&self) -> Option<&dyn Payouts> {
        Some(self)
    }

    fn addresses(&self) -> Option<&dyn Addresses> {
        Some(self)
    }

    fn rates(&self) -> Option<&dyn Rates> {
        Some(self)
    }

    fn exchange(&self) -> Option<&dyn Exchange> {
        Some(self)
    }

    fn balances(&self) -> Option<&dyn Balances> {
        Some(self)
    }

    fn client_any(&self) -> Option<&dyn Any> {
        Some(&self.client)
    }
}
