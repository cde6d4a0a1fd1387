//! CCPayment, API v2, which new merchants get.
//!
//! | group | calls of CCPayment | type of the response, in `ccpayment_client::v2` |
//! |---|---|---|
//! | checkout, hosted | `createInvoiceUrl`: a price in a currency or a coin, the customer chooses the coin | `CreatedInvoice`, `Invoice` |
//! | checkout, native | `createAppOrderDepositAddress`: a price in a currency or in the coin, one coin to pay with | `CreatedOrder`, `Order` |
//! | `find` of checkouts | `getAppOrderInfo`, `getInvoiceOrderInfo`; by a payment's id also `getAppDepositRecord` | `Order`, `Invoice`, `Deposit` |
//! | payouts to a chain | `applyAppWithdrawToNetwork`: fee included or on top | `Withdrawal`, `WithdrawalRecord` |
//! | payouts to an account at Cwallet | `applyAppWithdrawToCwallet`: without a fee | `Withdrawal`, `WithdrawalRecord` |
//! | `find` of payouts | `getAppWithdrawRecord` | `WithdrawalRecord` |
//! | exchange | `swap`; `find`: `getSwapRecord` | `Swapped`, `SwapRecord` |
//! | addresses | `getOrCreateAppDepositAddress`: one per customer and network | `DepositAddress` |
//! | rates | `getCoinUSDTPrice`: from USDT | `Prices` |
//! | balances | `getAppCoinAssetList` | `Assets` |
//! | webhooks | hints: see below | `Event` |
//! | webhooks again | `webhook/resend` | `Resent` |
//!
//! It has no card pages, no cancellation and no statements: the provider has lists of records, which
//! [`Client::rows`](ccpayment_client::v2::Client::rows) reads, and no statement of a day.
//!
//! # Prices
//! An order's price is in a currency of the provider's list, or in a coin. A native order that is priced in a coin is paid in
//! that coin:
//!
//! ```
//! use payments_core::{Asset, MerchantRef};
//! use payments_facade::{CheckoutOrder, Money, network};
//!
//! # let reference = || MerchantRef::new("order-1001");
//! let usdt = Asset::new("USDT")?.on_network(network::POLYGON)?;
//! // 25.50 US dollars, paid in USDT on Polygon.
//! let in_dollars = CheckoutOrder::native(reference()?, Money::of("25.50", "USD")?).pay_with(usdt.clone());
//! // 25.50 USDT on Polygon.
//! let in_coins = CheckoutOrder::native(reference()?, Money::new("25.50".parse()?, usdt));
//! // 25.50 euros, or USDT, in any coin, on CCPayment's page.
//! let in_euros = CheckoutOrder::hosted(reference()?, Money::of("25.50", "EUR")?);
//! let hosted = CheckoutOrder::hosted(reference()?, Money::of("25.50", "USDT")?);
//! # let _ = (in_dollars, in_coins, in_euros, hosted);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! CCPayment identifies coins and currencies by numbers. They are looked up in `getCoinList` and `getFiatList`, which are queried
//! before the first call that needs them and again after ten minutes. This happens before the call that moves money, so a coin
//! that is refused was never sent, and there is no ticket.
//!
//! # Confirmed calls
//! Answers are not signed: what they prove rests on TLS. So every payout and exchange is followed by a query of its reference,
//! and so is an order whose answer was lost. What the query finds is compared with the call:
//!
//! - The answer was lost and the query finds the order: `create` succeeds, with the page or address, too.
//! - The call was accepted and the query finds another amount, coin or payee: an error with
//!   [`Outcome::Applied`](payments_core::Outcome::Applied), to be investigated.
//! - The call was refused and the query finds an order: the refusal was of this call only, and the error holds a ticket as for a
//!   reference that exists already.
//! - The query fails or finds nothing, or finds another order after a lost answer: the result is that of the call.
//!
//! [`CcpaymentV2::without_confirmation`] switches it off.
//!
//! # Webhooks
//! A webhook of v2 is signed but states no amount and is not final. So it is never an event: `receive` returns
//! [`WebhookError::OnlyHint`](crate::WebhookError::OnlyHint), and [`Webhooks::hint`] reads it as a
//! [`Hint`](crate::webhook::Hint), whose `query` returns what the record states. [`WebhookPolicy`] says whether it queries. The
//! activation probe of the console is a hint about nothing, and its reply is the acknowledgement. Only webhooks of kinds that are
//! not listed, and those of the user wallet system, are events: without money, and never final.
//!
//! # Limits
//! - An order has no status at the provider. Its phase is computed from its payments, its due amount and its end: `Completed`
//!   when the confirmed payments that are not flagged as risky reach the due amount, `Closed` an hour after the end of an order
//!   that is not paid and of which no payment is under way. That hour is `assumed`.
//! - A payment that is flagged as risky is not credited: the order is `Unrecognised`, also after its end, until it is paid otherwise or
//!   the flag is taken back.
//! - Answers need not state that flag. Then `find` reads it from the records of up to 10 payments of an order. A payment whose record
//!   does not state it either, and every further one, is treated as flagged.
//! - Payments of an invoice count by their value in the price's currency, as the provider states it.
//! - A payment in another coin than a native order's is found by its own id, which webhooks name, and not in the order.
//! - Money that arrived after an order's end is marked late, by the provider's two times.
//! - A query for a payout does not state who bore the fee, so for payouts to a chain it states what arrived only if there was
//!   none. `create` knows it.
//! - A payout to Cwallet has no webhook: query it. An account that is named by its e-mail address cannot be compared with the
//!   record.
//! - "Not found" never proves that nothing was created: no document states how soon an accepted call is found.
//!
//! Behaviour that no document of the provider proves is marked `assumed`, here and in the facts.

mod address;
mod balance;
mod checkout;
mod confirm;
mod exchange;
mod facts;
mod ids;
mod payout;
mod rate;
mod reading;
mod recovery;
mod resend;
mod webhook;

pub use ccpayment_client::v2::{Config, ConfigError, DEFAULT_BASE_URL};
pub use webhook::WebhookPolicy;

use std::any::Any;

use ccpayment_client::v2::{self, Client};
use payments_core::{Executor, InvalidRequest, Operation, Timestamp, check};

use super::ccpayment_shared;
use crate::address::Addresses;
use crate::balance::Balances;
use crate::checkout::Checkout;
use crate::exchange::Exchange;
use crate::facts::Facts;
use crate::gateway::{Gateway, GatewayId};
use crate::payout::Payouts;
use crate::rate::Rates;
use crate::recovery::Recovery;
use crate::webhook::{Rotation, Webhooks};

/// The provider's name in ids of gateways and in the accounts file: that of v1. An account has one version.
pub const PROVIDER: &str = ccpayment_shared::PROVIDER;

/// The provider's name in errors, which is that of the typed client's.
const NAME: &str = "ccpayment_v2";

/// Checks a request of the client. Its field of the merchant's text is called as the provider's id is elsewhere, so it is checked
/// here.
///
/// - `field`: the facade's name of the text.
fn check_request(
    field: &'static str,
    text: &str,
    request: &impl Operation,
) -> Result<(), InvalidRequest> {
    let checked = request.check();
    let Err(invalid) = check::matches(field, text, (3, 64), |_| true, "3 to 64 characters") else {
        return checked;
    };
    let others = checked.as_ref().err().into_iter();
    let others = others.flat_map(InvalidRequest::problems);
    let others = others.filter(|other| !["order_id", "reference_id"].contains(&other.field()));
    InvalidRequest::all(std::iter::once(invalid).chain(others.cloned()).map(Err))
}

/// One account at CCPayment of version 2. Clones share the lists of coins and currencies.
///
/// ```
/// use payments_core::Executor;
/// use payments_facade::ccpayment_v2::{CcpaymentV2, Config, DEFAULT_BASE_URL};
/// use payments_facade::{Capabilities, Gateway};
///
/// # fn gateway(executor: Executor) -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config::new(DEFAULT_BASE_URL, "202302010636261620672405236006912", "secret-of-the-app")?;
/// let gateway = CcpaymentV2::new("main", &config, executor)?;
///
/// assert_eq!(gateway.id().to_string(), "ccpayment/main");
/// let capabilities = Capabilities::of(&gateway);
/// assert!(capabilities.has("checkout.native.pay_with"));
/// assert!(capabilities.has("exchange"));
/// # Ok(())
/// # }
/// # use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
/// # use std::sync::Arc;
/// # gateway(Executor::new(Arc::new(ScriptedTransport::new()), Arc::new(ManualClock::new()), Arc::new(FixedEntropy::new(0))))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CcpaymentV2 {
    id: GatewayId,
    client: Client,
    /// Its clock provides the time of tickets and lists, and the end of orders.
    executor: Executor,
    webhooks: Rotation<v2::Webhooks>,
    webhook_policy: WebhookPolicy,
    ids: ids::Ids,
    confirms: bool,
}

impl CcpaymentV2 {
    /// - `account`: the application's name for the account.
    /// - `executor`: transport, clock and retry policy, for example `standard_executor`.
    ///
    /// # Errors
    /// [`InvalidRequest`] if the account's name is not valid.
    pub fn new(account: &str, config: &Config, executor: Executor) -> Result<Self, InvalidRequest> {
        Ok(Self {
            id: GatewayId::new(PROVIDER, account)?,
            client: Client::with_executor(config, executor.clone()),
            webhooks: Rotation::new(v2::Webhooks::new(config)),
            executor,
            webhook_policy: WebhookPolicy::default(),
            ids: ids::Ids::default(),
            confirms: true,
        })
    }

    /// Also accepts webhooks under the secret of `previous`, before `end`: for a key rotation. Requests are signed with the
    /// current secret.
    #[must_use]
    pub fn with_previous_secret(mut self, previous: &Config, end: Timestamp) -> Self {
        let previous = v2::Webhooks::new(previous);
        self.webhooks = self.webhooks.with_previous(previous, end);
        self
    }

    /// What the query of a [`Hint`](crate::webhook::Hint) does. Default: [`WebhookPolicy::QueryFirst`].
    #[must_use]
    pub fn with_webhook_policy(mut self, policy: WebhookPolicy) -> Self {
        self.webhook_policy = policy;
        self
    }

    /// Does not query the reference after payouts, exchanges and lost answers: the result of a call is that of its answer, which
    /// is not signed. For an application that queries every payout itself before it acts on the result.
    #[must_use]
    pub fn without_confirmation(mut self) -> Self {
        self.confirms = false;
        self
    }

    /// The typed client, for calls that no group covers.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Gateway for CcpaymentV2 {
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
