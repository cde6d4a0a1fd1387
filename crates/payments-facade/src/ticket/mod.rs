//! What it takes to find out what became of a call.

mod json;
mod resolve;
mod text;

pub use resolve::{NoSuchGateway, Resolution, Still};
pub use text::TicketError;

use std::collections::BTreeMap;

use payments_core::{MerchantRef, Timestamp};

use crate::{GatewayId, Money, PaymentKind};

/// What it takes to find out, at any later time and in any process, what became of a call that may have moved money.
///
/// An [`Error`](crate::Error) with an unknown outcome holds one. A crash leaves no error, so a careful application makes
/// one itself before the call (`checkout().ticket(&order, now)`, the same for the other groups) and stores it with the
/// order.
///
/// It has two whole forms, both versioned: JSON by `serde`, and the text of [`export`](Self::export), whose checksum shows
/// a bad copy; `FromStr` reads it. Neither holds a secret, a card or an address. `Display` and `Debug` are a label for logs:
/// the same text, but for the details of a call that is resolved by repeating it.
///
/// Take tickets from your own storage and your own people only. Where a call is resolved by repeating it, a ticket is an
/// order to be sent: who can hand one in can have it made.
///
/// ```
/// use payments_core::{MerchantRef, Timestamp};
/// use payments_facade::{GatewayId, Money, MoneyCall, Ticket};
///
/// let ticket = Ticket::new(
///     GatewayId::new("cpay", "main")?,
///     MoneyCall::Payout,
///     MerchantRef::new("payout-7")?,
///     Money::of("4.00", "USDT")?,
///     Timestamp::from_millis(1_700_000_000_000),
/// );
/// let text = ticket.export();
/// assert_eq!(text.expose(), "pt1:cpay/main:payout:payout-7:4.00:USDT::1700000000000::086cf215");
/// assert_eq!(text.expose().parse::<Ticket>()?, ticket);
/// assert_eq!(ticket.to_string(), text.expose(), "it has no details that a log should not have");
/// assert!(text.expose().replace("payout-7", "payout-1").parse::<Ticket>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket {
    gateway: GatewayId,
    call: MoneyCall,
    reference: MerchantRef,
    money: Money,
    at: Timestamp,
    details: BTreeMap<String, String>,
}

/// The calls that move money, or promise to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MoneyCall {
    /// [`Checkout::create`](crate::Checkout::create).
    Checkout,
    /// [`Payouts::create`](crate::Payouts::create).
    Payout,
    /// [`Exchange::execute`](crate::Exchange::execute).
    Exchange,
}

impl MoneyCall {
    const ALL: [Self; 3] = [Self::Checkout, Self::Payout, Self::Exchange];

    /// The name in both forms of a ticket.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Payout => "payout",
            Self::Exchange => "exchange",
        }
    }

    /// What the call makes.
    #[must_use]
    pub const fn kind(self) -> PaymentKind {
        match self {
            Self::Checkout => PaymentKind::Checkout,
            Self::Payout => PaymentKind::Payout,
            Self::Exchange => PaymentKind::Exchange,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.as_str() == name)
    }
}

impl Ticket {
    /// A ticket for a call that was made, or is about to be, at the time `at`.
    #[must_use]
    pub const fn new(
        gateway: GatewayId,
        call: MoneyCall,
        reference: MerchantRef,
        money: Money,
        at: Timestamp,
    ) -> Self {
        Self {
            gateway,
            call,
            reference,
            money,
            at,
            details: BTreeMap::new(),
        }
    }

    /// Adds what the adapter needs besides: an id, a URL. Never a secret, and nothing about a person but the id without
    /// which the call cannot be repeated. For adapters.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<String>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The gateway the call went to.
    #[must_use]
    pub fn gateway(&self) -> &GatewayId {
        &self.gateway
    }

    /// Which call it was.
    #[must_use]
    pub fn call(&self) -> MoneyCall {
        self.call
    }

    /// The merchant's reference it was made under.
    #[must_use]
    pub fn reference(&self) -> &MerchantRef {
        &self.reference
    }

    /// The money of the order.
    #[must_use]
    pub fn money(&self) -> &Money {
        &self.money
    }

    /// When it was known last that the call was under way. Quiet periods count from here.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What the adapter added under this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.details.get(name).map(String::as_str)
    }
}
