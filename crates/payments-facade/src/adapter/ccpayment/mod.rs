//! CCPayment, API v1.
//!
//! | group | what CCPayment has for it | the answer's type, in `ccpayment_client::v1` |
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
//!
//! It has no card pages, no cancellation, no exchange, no customers' data and no statements.
//!
//! # Prices
//! An order's price is in `USD`, or in another currency that [`Ccpayment::with_currency`] names, or in the coin itself:
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
//! // 25.50 US dollars, in any coin, on CCPayment's page, which needs a title.
//! let hosted = CheckoutOrder::hosted(reference()?, Money::of("25.50", "USD")?).title("Teapot");
//! # let _ = (in_dollars, in_coins, hosted);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `bill/create` answers with the price and not with the coins that are due. So `create` asks `bill/info` for them when the
//! order stands, and `token/rate` where that does not tell; then the amount is the provider's rate of the moment, *about*
//! what is due. A price in the coin needs neither. That these questions fail is no error: the order was made.
//!
//! # Tokens
//! CCPayment means a coin and its network by one `token_id`. [`Ccpayment::with_token`] names them, and then nothing is asked.
//! Otherwise `coin/all` is, once before the first call that needs it and again when ten minutes have passed; and before a
//! coin is refused by a list that is older than half a minute. A coin that is unknown or given up is refused as invalid, one
//! in maintenance as busy. All that happens before the call that moves money: nothing was made, there is no ticket. `check`,
//! which sends nothing, does not see it.
//!
//! With all this, one `create` is up to four requests to the provider, which takes 100 a second from one address.
//!
//! # Traps
//! - `Successful`, and a webhook with `success`, mean that money came, not that all of it did. Phases tell no more either: look
//!   at the settlement.
//! - The payments of an order have ids in webhooks alone. A query tells their sum, so it names no effect key.
//! - Overdue states are late money. A webhook does not tell of them: an order that was seen expired, and whose payment a
//!   webhook tells, is contested until a query says that it was paid late.
//! - A refund's webhook names the order's reference and is a payment of its own, by its own id.
//! - A page whose answer was lost is not found again: `find` tells the order and not the URL. Nobody has seen that page, so
//!   another order under another reference is safe (`assumed`).
//! - A query for a payout does not tell who bore the fee, so it does not say what arrived; the webhook does.
//! - The `address` of a payout may be a chain's or an account's. One that does not look like its payee is refused.
//! - That a reference is not found never proves that nothing was made.
//!
//! What no document of the provider's proves is marked `assumed`, here and in the facts.

mod address;
mod checkout;
mod facts;
mod lookup;
mod names;
mod payout;
mod reading;
mod tokens;
mod treasury;
mod webhook;

pub use ccpayment_client::v1::{Config, ConfigError, DEFAULT_BASE_URL};

use ccpayment_client::v1::{self, Client};
use std::any::Any;

use payments_core::{Asset, Executor, InvalidRequest, Timestamp};

use crate::{
    Addresses, Balances, Checkout, Facts, Gateway, GatewayId, Payouts, Rates, Recovery, Rotation,
    Webhooks,
};

/// The provider's name.
pub const PROVIDER: &str = "ccpayment";

/// The one currency that is certain.
const DOLLARS: &str = "USD";

/// One account at CCPayment. Clones share what they know of tokens.
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
///     .with_token(&usdt, "0912e09a-d8e2-41d7-a0bc-a25530892988")?; // nothing is asked about this one
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
    /// Its clock dates the tickets and the list of tokens.
    executor: Executor,
    webhooks: Rotation<v1::Webhooks>,
    tokens: tokens::Tokens,
    /// In the provider's spelling.
    currencies: Vec<String>,
}

impl Ccpayment {
    /// The account `account`, a name of the application's choosing, over a transport, clock and policy of its own; or over
    /// `standard_executor`.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the account's name is none.
    pub fn new(account: &str, config: &Config, executor: Executor) -> Result<Self, InvalidRequest> {
        Ok(Self {
            id: GatewayId::new(PROVIDER, account)?,
            client: Client::with_executor(config, executor.clone()),
            webhooks: Rotation::new(v1::Webhooks::new(config)),
            executor,
            tokens: tokens::Tokens::default(),
            currencies: vec![DOLLARS.to_owned()],
        })
    }

    /// Takes webhooks under the secret of `previous` as well, until just before `end`: for the time of a change. Requests
    /// are signed with the current one.
    #[must_use]
    pub fn with_previous_secret(mut self, previous: &Config, end: Timestamp) -> Self {
        let previous = v1::Webhooks::new(previous);
        self.webhooks = self.webhooks.with_previous(previous, end);
        self
    }

    /// Names the `token_id` of a coin on a network, so that the provider need not be asked for it. Nothing else is known of
    /// such a token: neither that it is in maintenance, nor its decimals. For one asset the last one counts.
    ///
    /// # Errors
    /// [`InvalidRequest`] for an asset without a network, and for what is no id.
    pub fn with_token(
        mut self,
        asset: &Asset,
        token_id: impl Into<String>,
    ) -> Result<Self, InvalidRequest> {
        self.tokens.fix(asset, token_id.into())?;
        Ok(self)
    }

    /// Takes native orders with a price in this currency as well, in the provider's spelling: `EUR`. The provider's list is
    /// not public; only `USD`, which need not be named, is certain.
    ///
    /// # Errors
    /// [`InvalidRequest`] for what is no code.
    pub fn with_currency(mut self, currency: impl Into<String>) -> Result<Self, InvalidRequest> {
        let currency = currency.into();
        Asset::new(currency.as_str())?;
        self.currencies.push(currency);
        Ok(self)
    }

    /// The typed client, for what no group covers.
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
