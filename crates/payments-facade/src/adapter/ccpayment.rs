//! CCPayment, API v1.
//!
//! | group | calls of CCPayment | type of the response, in `ccpayment_client::v1` |
//! |---|---|---|
//! | checkout, hosted | `concise/url/get`: a price in US dollars, the customer chooses the coin | `Checkout` |
//! | checkout, native | `bill/create`: a price in US dollars or in the coin, one coin to pay with | `CreatedOrder` |
//! | `find` of checkouts | `bill/info`, by the merchant's reference alone | `Deposits` |
//! | payouts to a chain, and to an account at Cwallet | `withdraw`: fee included or on top | `Withdrawal` |
//! | `find` of payouts | `bill/info`, by the merchant's reference alone | `Withdrawals` |
//! | addresses | `payment/address/get`: one per customer and network | `DepositAddress` |
//! | rates | `token/rate`: from US dollars | `TokenRate` |
//! | balances | `assets` | `Assets` |
//! | webhooks | five kinds | `Event` |
//! | webhooks again | `webhook/resend`, once a minute and 25 times a day | `Resent` |
//!
//! It has no card pages, no cancellation, no exchange and no statements.
//!
//! # Prices
//! An order's price is in `USD`, in another currency that was added with [`Ccpayment::with_currency`], or in the coin itself:
//!
//! ```
//! use payments_core::{Asset, MerchantRef};
//! use payments_facade::{CheckoutOrder, Money, network};
//!
//! # let reference = || MerchantRef::new("order-1001");
//! let usdt = Asset::new("USDT")?.on_network(network::TRON)?;
//! // 25.50 US dollars, paid in USDT on TRON.
//! let in_dollars = CheckoutOrder::native(reference()?, Money::of("25.50", "USD")?).pay_with(usdt.clone());
//! // 25.50 USDT on TRON.
//! let in_coins = CheckoutOrder::native(reference()?, Money::new("25.50".parse()?, usdt));
//! // 25.50 US dollars, in any coin, on CCPayment's page, which requires a title.
//! let hosted = CheckoutOrder::hosted(reference()?, Money::of("25.50", "USD")?).title("Teapot");
//! # let _ = (in_dollars, in_coins, hosted);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The response of `bill/create` contains the price but not the amount of coins to pay. So `create` then queries `bill/info` and,
//! if the amount is not there, `token/rate`; in that case the amount is an estimate at the current rate. A price in the coin
//! needs neither query. If these queries fail, `create` still succeeds, because the order was created.
//!
//! # Tokens
//! CCPayment identifies a coin on a network by a `token_id`. With [`Ccpayment::with_token`] you can provide it. Otherwise it is
//! looked up in `coin/all`, which is queried before the first call that needs it and again after ten minutes, and before a coin
//! is refused because of a list older than 30 seconds. An unknown or delisted coin is refused as invalid, a coin in maintenance
//! as busy. This happens before the call that moves money, so nothing was created and there is no ticket. `check` sends nothing
//! and does not detect it.
//!
//! One `create` may need up to four requests. The provider allows 100 per second from one IP address.
//!
//! # Limits
//! - `Successful`, and a webhook with `success`, mean that money was received, not that the full amount was: check the
//!   settlement.
//! - The payments of an order have ids only in webhooks. A query returns their total, so it has no effect key. If the webhook
//!   was lost, [`Webhooks::resending`] brings it again.
//! - Overdue states mean late money. Webhooks do not report them: an order that was seen as expired and then paid according to
//!   a webhook is contested until a query reports it as paid late.
//! - A refund's webhook names the order's reference, but is a separate payment with its id.
//! - If the response with a page was lost, the page cannot be found again: `find` returns the order without the URL. No one has
//!   seen that page, so another order under another reference is safe (`assumed`).
//! - A query for a payout does not state who bore the fee, so it does not state what arrived. The webhook does.
//! - The `address` of a payout may be an address on a chain or an account. One that does not match the payee is refused.
//! - "Not found" never proves that nothing was created.
//!
//! Behaviour that no document of the provider proves is marked `assumed`, here and in the facts.

mod address;
mod balance;
mod checkout;
mod facts;
mod payout;
mod rate;
mod reading;
mod recovery;
mod resend;
mod token;
mod webhook;

pub use ccpayment_client::v1::{Config, ConfigError, DEFAULT_BASE_URL};

use std::any::Any;

use ccpayment_client::v1::{self, Client};
use payments_core::{Asset, Executor, InvalidRequest, Timestamp};

use super::ccpayment_shared::{self, names, names::DOLLARS};
use crate::address::Addresses;
use crate::balance::Balances;
use crate::checkout::Checkout;
use crate::error::Error;
use crate::facts::Facts;
use crate::gateway::{Gateway, GatewayId};
use crate::payout::Payouts;
use crate::rate::Rates;
use crate::recovery::Recovery;
use crate::webhook::{Rotation, Webhooks};

/// The provider's name.
pub const PROVIDER: &str = ccpayment_shared::PROVIDER;

/// One account at CCPayment. Clones share the list of tokens.
///
/// ```
/// use payments_core::{Asset, Executor};
/// use payments_facade::ccpayment::{Ccpayment, Config, DEFAULT_BASE_URL};
/// use payments_facade::{Capabilities, Gateway, network};
///
/// # fn gateway(executor: Executor) -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config::new(DEFAULT_BASE_URL, "202302010636261620672405236006912", "secret-of-the-app")?;
/// let usdt = Asset::new("USDT")?.on_network(network::TRON)?;
/// let gateway = Ccpayment::new("main", &config, executor)?
///     .with_token(&usdt, "0912e09a-d8e2-41d7-a0bc-a25530892988")?; // this token is not looked up
///
/// assert_eq!(gateway.id().to_string(), "ccpayment/main");
/// let capabilities = Capabilities::of(&gateway);
/// assert!(capabilities.has("checkout.native.pay_with"));
/// assert!(!capabilities.has("exchange"));
/// # Ok(())
/// # }
/// # use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
/// # use std::sync::Arc;
/// # gateway(Executor::new(Arc::new(ScriptedTransport::new()), Arc::new(ManualClock::new()), Arc::new(FixedEntropy::new(0))))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ccpayment {
    id: GatewayId,
    client: Client,
    /// Its clock provides the time of tickets and of the list of tokens.
    executor: Executor,
    webhooks: Rotation<v1::Webhooks>,
    tokens: token::Tokens,
    /// With the provider's names.
    currencies: Vec<String>,
}

impl Ccpayment {
    /// - `account`: the application's name for the account.
    /// - `executor`: transport, clock and retry policy, for example `standard_executor`.
    ///
    /// # Errors
    /// [`InvalidRequest`] if the account's name is not valid.
    pub fn new(account: &str, config: &Config, executor: Executor) -> Result<Self, InvalidRequest> {
        Ok(Self {
            id: GatewayId::new(PROVIDER, account)?,
            client: Client::with_executor(config, executor.clone()),
            webhooks: Rotation::new(v1::Webhooks::new(config)),
            executor,
            tokens: token::Tokens::default(),
            currencies: vec![DOLLARS.to_owned()],
        })
    }

    /// Also accepts webhooks under the secret of `previous`, before `end`: for a key rotation. Requests are signed with the
    /// current secret.
    #[must_use]
    pub fn with_previous_secret(mut self, previous: &Config, end: Timestamp) -> Self {
        let previous = v1::Webhooks::new(previous);
        self.webhooks = self.webhooks.with_previous(previous, end);
        self
    }

    /// Sets the `token_id` of a coin on a network, so that it is not looked up. Maintenance and decimals of such a token are not
    /// checked. For one asset the last id counts.
    ///
    /// # Errors
    /// [`InvalidRequest`] for an asset without a network, and for an invalid id.
    pub fn with_token(
        mut self,
        asset: &Asset,
        token_id: impl Into<String>,
    ) -> Result<Self, InvalidRequest> {
        self.tokens.fix(asset, token_id.into())?;
        Ok(self)
    }

    /// Also accepts native orders with a price in this currency, by the provider's name: `EUR`. The provider's list of
    /// currencies is not public. `USD` is always accepted.
    ///
    /// # Errors
    /// [`InvalidRequest`] for an invalid code.
    pub fn with_currency(mut self, currency: impl Into<String>) -> Result<Self, InvalidRequest> {
        let currency = currency.into();
        Asset::new(currency.as_str())?;
        self.currencies.push(currency);
        Ok(self)
    }

    async fn token_id(
        &self,
        operation: &'static str,
        wanted: token::Wanted<'_>,
    ) -> Result<String, Error> {
        let now = self.executor.now();
        self.tokens.id(&self.client, now, operation, wanted).await
    }

    /// The typed client, for calls that no group covers.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Gateway for Ccpayment {
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

    fn balances(&self) -> Option<&dyn Balances> {
        Some(self)
    }

    fn client_any(&self) -> Option<&dyn Any> {
        Some(&self.client)
    }
}
