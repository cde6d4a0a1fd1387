//! Tickets: how a call with an unknown outcome is resolved.

mod closed;
mod compare;
mod json;
mod resolve;
mod text;

pub use closed::{Closed, ClosedAs};
pub use compare::Difference;
pub use resolve::{NoSuchGateway, Pending, Resolution};
pub use text::TicketError;

use std::collections::BTreeMap;

use payments_core::{Amount, MerchantRef, Timestamp};

use crate::gateway::GatewayId;
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Source};
use crate::payout::Payee;

/// The data to find out, at any later time and in any process, what happened to a call that may have moved money.
///
/// An [`Error`](crate::Error) with an unknown outcome holds one. A crash leaves no error, so a careful application makes one
/// before the call (`checkout().ticket(&order, now)`, likewise for the other groups) and stores it with the order.
///
/// It has two complete forms, both versioned: JSON by `serde`, and the text of [`export`](Self::export), which has a checksum
/// and is read by `FromStr`. Both contain the payee of a payout and may contain the customer's id, and neither a secret or a
/// card. `Display` and `Debug` are a label for logs: the same text without payee, customer and what is to arrive, and without
/// the details of a call that is resolved by repeating it.
///
/// Accept tickets only from your own storage and staff. If a call is resolved by repeating it, a ticket makes the gateway send
/// an order.
///
/// ```
/// use payments_core::{MerchantRef, Timestamp};
/// use payments_facade::ticket::{MoneyCall, Ticket};
/// use payments_facade::{GatewayId, Money};
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
/// assert_eq!(ticket.to_string(), text.expose(), "no details are left out of the label");
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

/// The calls that move money or create an order to be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MoneyCall {
    /// [`Checkout::create`](crate::checkout::Checkout::create).
    Checkout,
    /// [`Payouts::create`](crate::payout::Payouts::create).
    Payout,
    /// [`Exchange::execute`](crate::exchange::Exchange::execute).
    Exchange,
    /// A host-to-host card payment of version 0.1.0. No group makes such a call any more; stored tickets are still read and
    /// resolved.
    Card,
}

/// The names of the details that every adapter's tickets may have.
const PAYEE: &str = "payee";
const PAYEE_MEMO: &str = "payee_memo";
const PAYEE_NETWORK: &str = "payee_network";
const CUSTOMER: &str = "customer";
const ARRIVES: &str = "arrives";
const REFUSED: &str = "refused";

/// The value of [`ARRIVES`] if the fee is part of the money, so that no amount is known in advance.
const LESS_FEE: &str = "less_fee";

/// The details about the order that are not needed to resolve the call. A label leaves them out.
const ABOUT_ORDER: [&str; 5] = [ARRIVES, CUSTOMER, PAYEE, PAYEE_MEMO, PAYEE_NETWORK];

impl MoneyCall {
    const ALL: [Self; 4] = [Self::Checkout, Self::Payout, Self::Exchange, Self::Card];

    /// The name in both forms of a ticket.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Payout => "payout",
            Self::Exchange => "exchange",
            Self::Card => "card",
        }
    }

    /// The kind of payment that the call creates.
    #[must_use]
    pub const fn kind(self) -> PaymentKind {
        match self {
            Self::Checkout => PaymentKind::Checkout,
            Self::Payout => PaymentKind::Payout,
            Self::Exchange => PaymentKind::Exchange,
            Self::Card => PaymentKind::Card,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.as_str() == name)
    }
}

impl Ticket {
    /// A ticket for a call at the time `at`.
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

    /// For adapters: adds a detail that resolving needs, such as an id or a URL. Never a secret, and no personal data except an
    /// id without which the call cannot be repeated.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<String>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// For adapters: adds the payee of a payout, with which an order under the reference is compared.
    #[must_use]
    pub fn payee(self, payee: &Payee) -> Self {
        match payee {
            Payee::Chain(to) => {
                let ticket = self
                    .detail(PAYEE, to.address())
                    .detail(PAYEE_NETWORK, to.network());
                match to.memo() {
                    Some(memo) => ticket.detail(PAYEE_MEMO, memo),
                    None => ticket,
                }
            }
            Payee::Account(account) => self.detail(PAYEE, account.expose()),
            // No provider names a Pix key in an answer, and it may be a tax number.
            Payee::Pix(_) => self,
        }
    }

    /// For adapters whose provider names the customer in its answers: adds the merchant's own id of the customer, with which an
    /// order under the reference is compared.
    #[must_use]
    pub fn customer(self, id: Option<&str>) -> Self {
        match id {
            Some(id) => self.detail(CUSTOMER, id),
            None => self,
        }
    }

    /// Adds what is to reach the payee of a payout, in the asset of its money. `None`: the money less the fee.
    pub(crate) fn arriving(self, amount: Option<Amount>) -> Self {
        let arrives = amount.map_or_else(|| LESS_FEE.to_owned(), |amount| amount.to_string());
        self.detail(ARRIVES, arrives)
    }

    /// What is to reach the payee of a payout. `None` if that is not known in advance, because the fee is part of the
    /// [money](Self::money), and for the tickets of earlier releases.
    ///
    /// ```
    /// use payments_core::{MerchantRef, Timestamp};
    /// use payments_facade::{Destination, Fee, GatewayId, Money, Payee, PayoutOrder, network};
    ///
    /// let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON)?;
    /// let (reference, money) = (MerchantRef::new("payout-7")?, Money::of("4", "USDT")?);
    /// let payout = PayoutOrder::new(reference, Payee::Chain(to), money, Fee::Split { arrives: "3".parse()? });
    /// let ticket = payout.ticket(&GatewayId::new("cpay", "main")?, Timestamp::from_secs(1_700_000_000));
    /// assert_eq!(ticket.arrives(), Some(Money::of("3", "USDT")?));
    /// assert!(!ticket.to_string().contains("arrives"), "a label leaves it out");
    /// let record = ticket.own_record();
    /// assert_eq!((record.ordered(), record.funds().expected), (Some(ticket.money()), ticket.arrives()));
    ///
    /// let other = ticket.at_gateway(GatewayId::new("ccpayment", "main")?);
    /// assert_eq!(other.arrives(), ticket.arrives());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn arrives(&self) -> Option<Money> {
        let amount = self.get(ARRIVES)?.parse().ok()?;
        Some(Money::new(amount, self.money.asset.clone()))
    }

    /// The application's own record of the call, as a payment: merge it with what the provider states. A payout may bring less than
    /// was ordered, by the fee, and an exchange brings another asset.
    #[must_use]
    pub fn own_record(&self) -> Payment {
        let books = Observation::new(Source::Books, self.call.kind());
        let books = books.reference(Some(self.reference.clone()));
        let money = Some(self.money.clone());
        let books = match self.call {
            MoneyCall::Exchange => books.ordered(money),
            MoneyCall::Payout if self.states_arriving() => {
                books.ordered(money).expected(self.arrives())
            }
            // A ticket of an earlier release does not state who bears the fee of a payout.
            _ => books.expected(money),
        };
        Payment::new(self.gateway.clone(), books)
    }

    fn states_arriving(&self) -> bool {
        self.get(ARRIVES).is_some()
    }

    /// The ticket of the same call as if it had been made at another gateway, with what describes the order: payee, customer and
    /// what is to arrive. For a gateway that reported an order under the reference of a call that was meant for this one.
    #[must_use]
    pub fn at_gateway(&self, gateway: GatewayId) -> Self {
        let details = ABOUT_ORDER
            .into_iter()
            .filter_map(|name| self.details.get_key_value(name));
        Self {
            gateway,
            details: details
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            ..self.clone()
        }
    }

    /// Marks the ticket as refused: the provider refused the call because the reference exists already. The call had no effect, and an
    /// order under the reference belongs to an earlier call. The ticket of such an [`Error`](crate::Error) is marked; store it in place
    /// of the one from before the call.
    #[must_use]
    pub fn refused(self) -> Self {
        self.detail(REFUSED, "exists")
    }

    /// Whether the provider [refused](Self::refused) the call because the reference exists already.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        self.get(REFUSED).is_some()
    }

    /// The same ticket without the mark: that from before the call.
    pub(crate) fn unmarked(mut self) -> Self {
        self.details.remove(REFUSED);
        self
    }

    /// The gateway of the call.
    #[must_use]
    pub fn gateway(&self) -> &GatewayId {
        &self.gateway
    }

    /// The call.
    #[must_use]
    pub fn call(&self) -> MoneyCall {
        self.call
    }

    /// The merchant's reference of the call.
    #[must_use]
    pub fn reference(&self) -> &MerchantRef {
        &self.reference
    }

    /// The money of the order.
    #[must_use]
    pub fn money(&self) -> &Money {
        &self.money
    }

    /// The time of the call. Quiet periods start here.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// For adapters: the detail of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.details.get(name).map(String::as_str)
    }
}
