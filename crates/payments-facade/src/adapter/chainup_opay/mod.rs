//! ChainUp OPay: a user of an exchange that runs on ChainUp pays from the account there.
//!
//! | group | what ChainUp has for it | the answer's type |
//! |---|---|---|
//! | checkout, hosted | `createThirdOrder`, then `pay.html` | `chainup_opay_client::CreatedOrder` |
//! | its `find`, by the platform's number | `orderDetail` | `chainup_opay_client::OrderDetail` |
//! | its `cancel`, by the platform's number | `cancelOrder`, then `orderDetail` | [`Cancelled`] |
//! | statements | `merchantBillingDay` | `chainup_opay_client::StatementRow` |
//! | webhooks | the callback to an order's `notify_url` | `chainup_opay_client::Event` |
//! | recovery | `createThirdOrder` once more | `chainup_opay_client::CreatedOrder`, or `payments_core::Error` with code 70002 |
//!
//! It has no native checkout, no card page and none of the other groups.
//!
//! # Options
//! | option | what becomes of it |
//! |---|---|
//! | `customer`, needed | who pays: the `userId` on the exchange, or the `openId`; see [`CustomerId`]. The merchant's own ids mean nothing here |
//! | `success_url`, needed | `returnPage`: where the browser goes afterwards, however it went |
//! | `notify_url`, needed | `notifyPage` |
//! | `title` | the first of `goods` |
//! | `items` | `goods`: the name of each, and price and quantity as its description |
//!
//! The asset is a coin by the tenant's own symbol, in capitals, such as `USDT1742`; a network means nothing, and is refused.
//!
//! # Traps
//! - **A webhook tells an amount and no coin**, so its event has no money. Merge it with
//!   [`Checkout::find`](crate::Checkout::find) by the event's [`provider_ref`](crate::Event::provider_ref), and deliver by
//!   what comes of that.
//! - **Nothing finds an order by the merchant's reference.** Store the platform's number
//!   ([`Payment::provider_ref`](crate::Payment::provider_ref)) right after the call.
//! - **Resolving a ticket sends the same order again.** That makes it if the first sending was lost: nothing is paid by that
//!   alone, and [`ChainupOpay::pay_page`] gives its page. If the order exists already (70002), it is found *without its
//!   number*, so nobody can be sent to its page any more: the number comes with a webhook, if ever. An order under a new
//!   reference is right then, for nobody pays where nobody has the page (`assumed`).
//! - **A ticket has the payer's id in it**, and the two URLs: the same order cannot be made again without. Nobody can open
//!   the order by them, for that takes the order's number.
//! - A failed payment (`2`) is [`Closed`](crate::Phase::Closed) here. Whether another payment may follow is not documented; if
//!   one does, the payment is completed, and [late](crate::Funds::late).
//! - That an order is paid in full or not at all is `assumed`: the platform has no word for anything else.
//! - Results other than a success are not signed: "not found" proves nothing.

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

use chainup_opay_client::{Client, PayPage, Payer};
use std::any::Any;

use payments_core::{Executor, InvalidRequest, ProviderRef, Timestamp};

use crate::{
    Checkout, CustomerStep, Facts, Gateway, GatewayId, Recovery, Rotation, SensitiveString,
    Statements, Webhooks,
};

/// The provider's name.
pub const PROVIDER: &str = "chainup-opay";

/// What an order's `customer` is: the platform knows payers by ids of its own.
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
    /// The payer of this id.
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
            let invalid = InvalidRequest::request("customer", "is no id of the platform's");
            return Err(invalid.allowed(allowed));
        }
        Ok(match self {
            Self::UserId => Payer::by_user_id(customer),
            Self::OpenId => Payer::by_open_id(customer),
        })
    }
}

/// One app at one tenant of ChainUp's.
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
    /// Its clock dates the tickets.
    executor: Executor,
    webhooks: Rotation<chainup_opay_client::Webhooks>,
    customer_id: CustomerId,
    scene_type: Option<u32>,
}

impl ChainupOpay {
    /// The account `account`, a name of the application's choosing, over a transport, clock and policy of its own; or over
    /// `standard_executor`. Let the transport take answers of 4 MiB, or statements get too large.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the account's name is none.
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

    /// Reads the `customer` of orders so. A ticket knows how its own was read.
    #[must_use]
    pub fn with_customers_by(mut self, id: CustomerId) -> Self {
        self.customer_id = id;
        self
    }

    /// Makes every order in this scene: `orderSceneType`, a number the merchant has set up in the platform's console.
    #[must_use]
    pub fn with_scene_type(mut self, scene_type: u32) -> Self {
        self.scene_type = Some(scene_type);
        self
    }

    /// Takes webhooks under the keys of `previous` as well, until just before `end`: for the time of a change of the
    /// merchant's key or of the platform's. Requests go under the current ones.
    #[must_use]
    pub fn with_previous_keys(mut self, previous: &Config, end: Timestamp) -> Self {
        let previous = chainup_opay_client::Webhooks::new(previous);
        self.webhooks = self.webhooks.with_previous(previous, end);
        self
    }

    /// The page where `customer`, for whom the order of this number was made, pays it: what
    /// [`Checkout::create`] gives with the order, for an order that a ticket found. Nothing is sent.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the customer's id is none.
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

    /// The typed client, for what no group covers: an event's [`confirm`](Client::confirm), a token, single pages.
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
