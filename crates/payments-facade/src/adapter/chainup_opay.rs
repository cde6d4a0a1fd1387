//! ChainUp OPay: a user of an exchange on ChainUp pays from their account there.
//!
//! | group | calls of ChainUp | type of the response |
//! |---|---|---|
//! | checkout, hosted | `createThirdOrder`, then `pay.html` | `chainup_opay_client::CreatedOrder` |
//! | its `find`, by the platform's number | `orderDetail` | `chainup_opay_client::OrderDetail` |
//! | its `cancel`, by the platform's number | `cancelOrder`, then `orderDetail` | [`Cancelled`] |
//! | statements | `merchantBillingDay` | `chainup_opay_client::StatementRow` |
//! | webhooks | the callback to an order's `notify_url` | `chainup_opay_client::Event` |
//! | recovery | `createThirdOrder` once more | `chainup_opay_client::CreatedOrder`, or `payments_core::Error` with code 70002 |
//!
//! It has no native checkout, no card page and no other groups.
//!
//! # Options
//! | option | sent as |
//! |---|---|
//! | `customer`, required | the payer: the `userId` on the exchange, or the `openId`; see [`CustomerId`]. It is not the merchant's own id |
//! | `success_url`, required | `returnPage`: where the browser is sent afterwards, also after a failure |
//! | `notify_url`, required | `notifyPage` |
//! | `title` | the first line of `goods` |
//! | `items` | `goods`: the name of each, and price and quantity as its description |
//!
//! The asset is a coin with the tenant's symbol in capitals, such as `USDT1742`. A network is refused.
//!
//! # Limits
//! - **A webhook states an amount but no coin**, so its event has no money. Query the order with
//!   [`Checkout::find`] by the event's [`provider_ref`](crate::webhook::Event::provider_ref),
//!   merge both, and deliver according to the result.
//! - **Orders cannot be looked up by the merchant's reference.** Store the platform's number
//!   ([`Payment::provider_ref`](crate::Payment::provider_ref)) right after the call.
//! - **Resolving a ticket sends the same order again.** If the first request was lost, this creates the order. No money moves, and
//!   [`ChainupOpay::pay_page`] returns its page. If the order exists already (70002), its number is not returned, so the
//!   customer cannot be sent to its page; the number may arrive with a webhook. Then an order under a new reference is safe,
//!   because no one can pay without the page (`assumed`).
//! - **A ticket contains the payer's id** and the two URLs, which are needed to repeat the order. They do not give access to the
//!   order, which requires its number.
//! - A failed payment (`2`) is [`Closed`](crate::Phase::Closed). Whether another payment may follow is not documented. If one
//!   does, the payment is completed and contested.
//! - That an order is paid in full or not at all is `assumed`: the platform has no status for anything else.
//! - Only successful responses are signed: "not found" proves nothing.

mod checkout;
mod facts;
mod lookup;
mod order;
mod reading;
mod recovery;
mod statement;
mod webhook;

pub use chainup_opay_client::{
    AckForm, CancelPath, Config, ConfigError, OrderDetailMode, TimeForm,
};
pub use checkout::Cancelled;

use std::any::Any;

use chainup_opay_client::{Client, PayPage, Payer};
use payments_core::{Executor, InvalidRequest, ProviderRef, SensitiveString, Timestamp};

use crate::checkout::{Checkout, CustomerStep};
use crate::facts::Facts;
use crate::gateway::{Gateway, GatewayId};
use crate::recovery::Recovery;
use crate::statement::Statements;
use crate::webhook::{Rotation, Webhooks};

/// The provider's name.
pub const PROVIDER: &str = "chainup-opay";

/// The meaning of an order's `customer`: the platform has two kinds of ids for payers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CustomerId {
    /// `userId`: the payer's number on the exchange, 1 to 20 digits (how many is `assumed`).
    #[default]
    UserId,
    /// `openId`: the payer's id for this app, as the platform's login gives it; up to 128 visible ASCII characters
    /// (`assumed`).
    OpenId,
}

impl CustomerId {
    /// The payer with this id, and perhaps with one of the other kind.
    fn payers(self, customer: &str, other_id: Option<&str>) -> Result<Payer, InvalidRequest> {
        let payer = self.payer(customer)?;
        let Some(other_id) = other_id else {
            return Ok(payer);
        };
        let other = match self {
            Self::UserId => Self::OpenId,
            Self::OpenId => Self::UserId,
        };
        other.payer(other_id).map_err(|_| {
            InvalidRequest::request("customer_other_id", "is not an id of the platform")
        })?;
        Ok(match other {
            Self::UserId => payer.and_user_id(other_id),
            Self::OpenId => payer.and_open_id(other_id),
        })
    }

    /// The payer with this id.
    fn payer(self, customer: &str) -> Result<Payer, InvalidRequest> {
        let (max, is_good, allowed): (_, fn(&u8) -> bool, _) = match self {
            Self::UserId => (
                20,
                u8::is_ascii_digit,
                "the payer's userId on the exchange: digits",
            ),
            Self::OpenId => (128, u8::is_ascii_graphic, "the payer's openId"),
        };
        if !(1..=max).contains(&customer.len()) || !customer.as_bytes().iter().all(is_good) {
            let invalid = InvalidRequest::request("customer", "is not an id of the platform");
            return Err(invalid.allowed(allowed));
        }
        Ok(match self {
            Self::UserId => Payer::by_user_id(customer),
            Self::OpenId => Payer::by_open_id(customer),
        })
    }
}

/// One app at one tenant of ChainUp.
///
/// ```
/// use payments_core::Executor;
/// use payments_facade::chainup_opay::{ChainupOpay, Config, CustomerId};
/// use payments_facade::{Capabilities, Gateway};
///
/// # fn gateway(executor: Executor) -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/signatures/chainup_opay/");
/// # let private_key = std::fs::read_to_string(format!("{folder}merchant.pri.pem"))?;
/// # let platform_key = std::fs::read_to_string(format!("{folder}platform.pub.pem"))?;
/// let config = Config::new("https://service.exchange.example", "shop_5157", &private_key, &platform_key)?;
/// let gateway = ChainupOpay::new("main", &config, executor)?.with_customers_by(CustomerId::OpenId);
///
/// assert_eq!(gateway.id().to_string(), "chainup-opay/main");
/// let capabilities = Capabilities::of(&gateway);
/// assert!(capabilities.has("checkout.cancel.by_provider_id"));
/// assert!(!capabilities.has("checkout.find.by_reference") && !capabilities.has("payouts"));
/// # Ok(())
/// # }
/// # use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
/// # use std::sync::Arc;
/// # gateway(Executor::new(Arc::new(ScriptedTransport::new()), Arc::new(ManualClock::new()), Arc::new(FixedEntropy::new(0))))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ChainupOpay {
    id: GatewayId,
    client: Client,
    /// Its clock provides the time of tickets.
    executor: Executor,
    webhooks: Rotation<chainup_opay_client::Webhooks>,
    customer_id: CustomerId,
    scene_type: Option<u32>,
}

impl ChainupOpay {
    /// - `account`: the application's name for the account.
    /// - `executor`: transport, clock and retry policy, for example `standard_executor`. The transport should accept responses of
    ///   4 MiB, or statements may be too large.
    ///
    /// # Errors
    /// [`InvalidRequest`] if the account's name is not valid.
    pub fn new(account: &str, config: &Config, executor: Executor) -> Result<Self, InvalidRequest> {
        Ok(Self {
            id: GatewayId::new(PROVIDER, account)?,
            client: Client::with_executor(config, executor.clone()),
            webhooks: Rotation::new(chainup_opay_client::Webhooks::new(config)),
            executor,
            customer_id: CustomerId::default(),
            scene_type: None,
        })
    }

    /// Sets the meaning of the `customer` of orders. Tickets store it.
    #[must_use]
    pub fn with_customers_by(mut self, id: CustomerId) -> Self {
        self.customer_id = id;
        self
    }

    /// Creates all orders with this `orderSceneType`, a number that the merchant configured in the platform's console.
    #[must_use]
    pub fn with_scene_type(mut self, scene_type: u32) -> Self {
        self.scene_type = Some(scene_type);
        self
    }

    /// Also accepts webhooks under the keys of `previous`, before `end`: for a rotation of the merchant's or the platform's key.
    /// Requests are signed with the current keys.
    #[must_use]
    pub fn with_previous_keys(mut self, previous: &Config, end: Timestamp) -> Self {
        let previous = chainup_opay_client::Webhooks::new(previous);
        self.webhooks = self.webhooks.with_previous(previous, end);
        self
    }

    /// The page where `customer` pays the order with this number, as [`Checkout::create`] returns it. Use it for an order that a
    /// ticket found. Nothing is sent.
    ///
    /// # Errors
    /// [`InvalidRequest`] if the customer's id is not valid.
    pub fn pay_page(
        &self,
        number: &ProviderRef,
        customer: &str,
    ) -> Result<CustomerStep, InvalidRequest> {
        self.page(number, self.customer_id.payer(customer)?)
    }

    fn page(&self, number: &ProviderRef, payer: Payer) -> Result<CustomerStep, InvalidRequest> {
        let url = self
            .client
            .pay_page_url(&PayPage::new(number.clone(), payer))?;
        Ok(CustomerStep::Visit(SensitiveString::from(url.as_str())))
    }

    /// The typed client, for calls that no group covers: an event's [`confirm`](Client::confirm), a token, single pages.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Gateway for ChainupOpay {
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

    fn statements(&self) -> Option<&dyn Statements> {
        Some(self)
    }

    fn client_any(&self) -> Option<&dyn Any> {
        Some(&self.client)
    }
}
