//! One API over several payment gateways.
//!
//! ```
//! use payments_core::MerchantRef;
//! use payments_facade::cpay::{Config, Cpay};
//! use payments_facade::{CheckoutOrder, Gateway, Gateways, Money, Settlement, standard_executor};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A local gateway with test credentials.
//! let sandbox = payments_sandbox::Sandbox::builder().start().await?;
//! let test = &sandbox.credentials().cpay;
//! let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)?;
//!
//! // Built once, passed on; several accounts and several providers side by side.
//! let mut gateways = Gateways::new();
//! gateways.add(Cpay::new("main", &config, standard_executor()?)?)?;
//!
//! // From here on nothing is C-Pay's.
//! let gateway = gateways.get(&"cpay/main".parse()?).ok_or("no such gateway")?;
//! let checkout = gateway.checkout().ok_or("this gateway has no checkout")?;
//!
//! // The reference is yours: store it before the call.
//! let reference = MerchantRef::new("order-1001")?;
//! let order = CheckoutOrder::hosted(reference.clone(), Money::of("10.50", "USDT")?).customer("customer-7");
//! let created = checkout.create(&order).await?;
//! println!("send the customer to {:?}", created.next.url());
//!
//! sandbox.pay("order-1001", Some("10")).await?; // the customer pays too little
//!
//! // A query and a webhook tell parts of one story; merged in any order, they make the same payment.
//! let mut payment = created.payment.clone();
//! if let Some(found) = checkout.find(&reference.into()).await? {
//!     payment.merge(found.into_inner())?;
//! }
//! let missing = Settlement::Missing(Money::of("0.5", "USDT")?);
//! assert_eq!(payment.status().funds.settlement(), missing);
//! # Ok(())
//! # }
//! ```
//!
//! # What it promises
//! - **What a gateway can do is what its code does.** A [`Gateway`] has an accessor for each group; [`Capabilities`] are
//!   read off them. An option that an adapter cannot carry is refused before anything is sent.
//! - **A timeout is no refusal.** An [`Error`] of a call that moves money holds a [`Ticket`] unless it is certain that no
//!   order exists. It survives a restart, and [`Ticket::resolve`] finds out what became of the call. No payout is sent a
//!   second time by this crate: not by a client, not by a layer, and by a [`Router`] within the bounds its page names.
//! - **Too little, too much and too late are no failures.** A [`Status`] has two axes, [`Phase`] and [`Funds`].
//! - **Order does not matter.** A [`Payment`] is the set of what was observed: merging is commutative, associative and
//!   idempotent. [`Payments`] puts together what names the reference and what names the provider's id.
//! - **Webhooks have a contract.** [`Webhooks::receive`] gives a [`Received`]: the verified [`Event`] with the merchant's
//!   reference and the key under which its effect must be unique, and the exact reply.
//! - **Nothing of a provider is out of reach.** Every [`Answer`] and [`Event`] has the provider's typed answer behind it.
//!
//! Money is exact decimals. There is no clock in here: times come in from outside.
//!
//! # Time
//! Where a time is needed, it is an argument `now`, or that of the executor the gateway was made with, or a [`Layer`]'s.
//!
//! # A gateway of your own
//! Implement [`Gateway`] and the groups your provider has. Requests give their options to `carry`, which refuses what your
//! code did not ask for; [`survey`] makes your capabilities of the same code.
#![deny(clippy::disallowed_methods)]

mod adapter;
mod address;
mod balance;
mod capabilities;
mod checkout;
#[cfg(feature = "config")]
pub mod config;
mod destination;
mod error;
mod event;
mod exchange;
mod facts;
mod gateway;
mod layer;
mod lookup;
mod money;
mod name;
pub mod network;
mod options;
mod payment;
mod payout;
mod percent;
mod provided;
mod rate;
mod recovery;
mod registry;
mod router;
mod statement;
mod status;
mod ticket;
#[cfg(feature = "reqwest")]
mod transport;
mod webhook;

#[cfg(feature = "ccpayment")]
pub use adapter::ccpayment;
#[cfg(feature = "chainup-opay")]
pub use adapter::chainup_opay;
#[cfg(feature = "cpay")]
pub use adapter::cpay;
pub use address::{AddressOptions, AddressRequest, Addresses, DepositAddress};
pub use balance::{Balance, Balances};
pub use capabilities::{Capabilities, Capability};
pub use checkout::{
    Cancellation, Checkout, CheckoutKind, CheckoutOptions, CheckoutOrder, CreatedCheckout,
    CustomerStep, Item,
};
pub use destination::Destination;
pub use error::Error;
pub use event::{EffectKey, Event};
pub use exchange::{Exchange, ExchangeOptions, ExchangeOrder, Exchanged};
pub use facts::{Basis, Fact, Facts, RateLimit, Strategy};
pub use gateway::Gateway;
pub use layer::{Call, Layer, Layered, RateLimitLayer, RateLimited, RateLimiter, Suspension};
#[cfg(feature = "metrics")]
pub use layer::{Metered, MetricsLayer};
pub use lookup::{Lookup, LookupKind};
pub use money::Money;
pub use name::GatewayId;
pub use options::{Carrier, OptionNames, OptionSet, required, survey};
pub use payment::{Agreement, Observation, OtherPayment, Payment, PaymentKind, Payments, Source};
pub use payments_core::Date;
pub use payments_core::SensitiveString;
pub use payout::{Fee, Payee, PayeeKind, PayoutOptions, PayoutOrder, Payouts, PixKey};
pub use provided::{Answer, ProviderResponse};
pub use rate::{Quote, RatePurpose, RateRequest, Rates, Side};
pub use recovery::{LookupResult, Recovery};
pub use registry::{Gateways, NameTaken};
pub use router::{
    Candidate, Journal, JournalError, Route, RouteError, RouteStop, Routed, Router, Rule,
    SkipReason, UnknownGateway, Verdict,
};
pub use statement::{Page, Rows, StatementQuery, Statements, pages};
pub use status::{Closure, Funds, Phase, Settlement, Status};
pub use ticket::{MoneyCall, NoSuchGateway, Resolution, Still, Ticket, TicketError};
#[cfg(feature = "reqwest")]
pub use transport::standard_executor;
pub use webhook::{Received, Rotation, WebhookError, Webhooks};

/// The README's example is compiled with the others.
#[cfg(all(doctest, feature = "cpay", feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
