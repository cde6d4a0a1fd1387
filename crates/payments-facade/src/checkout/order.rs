//! An order that a customer is to pay.

use std::net::IpAddr;
use std::time::Duration;

use payments_core::{Amount, Asset, MerchantRef, SensitiveString, Timestamp};

use crate::gateway::GatewayId;
use crate::money::Money;
use crate::options::options;
use crate::ticket::{MoneyCall, Ticket};

/// An order that a customer is to pay.
///
/// The kind, the merchant's reference and the money are required. The adapter refuses options that its provider does not
/// support before it sends anything.
///
/// ```
/// use payments_core::MerchantRef;
/// use payments_facade::{CheckoutOrder, Money};
///
/// let order = CheckoutOrder::hosted(MerchantRef::new("order-1001")?, Money::of("10.50", "USDT")?)
///     .customer("customer-7")
///     .notify_url("https://shop.example/webhooks/cpay")
///     .success_url("https://shop.example/thanks");
/// assert_eq!(order.options().customer.as_deref(), Some("customer-7"));
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an order is made by `Checkout::create`"]
pub struct CheckoutOrder {
    kind: CheckoutKind,
    reference: MerchantRef,
    money: Money,
    options: CheckoutOptions,
}

/// How a customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckoutKind {
    /// On a page of the provider.
    Hosted,
    /// To an address that the shop shows.
    Native,
    /// By card, on a page of the provider or a bank.
    CardPage,
}

impl CheckoutKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[Self::Hosted, Self::Native, Self::CardPage];

    /// The name in capability tables and errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hosted => "hosted",
            Self::Native => "native",
            Self::CardPage => "card_page",
        }
    }
}

/// One line of a purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The name of the article.
    pub name: String,
    /// The price of one piece, in the order's asset.
    pub price: Amount,
    /// The number of pieces.
    pub quantity: u32,
}

impl Item {
    /// `quantity` pieces of `name` at `price` each, in the order's asset.
    #[must_use]
    pub fn new(name: impl Into<String>, price: Amount, quantity: u32) -> Self {
        let name = name.into();
        Self {
            name,
            price,
            quantity,
        }
    }
}

impl CheckoutOrder {
    /// An order that is paid on a page of the provider.
    ///
    /// - `reference`: the merchant's own id of this order. Store it before the call; after a failure the order is looked up by
    ///   it. It must be unique among calls of all kinds, because some providers look up payouts and orders together.
    /// - `money`: what the customer is to pay.
    pub fn hosted(reference: MerchantRef, money: Money) -> Self {
        Self::new(CheckoutKind::Hosted, reference, money)
    }

    /// An order that is paid to an address which the shop shows. See [`hosted`](Self::hosted) for the arguments.
    pub fn native(reference: MerchantRef, money: Money) -> Self {
        Self::new(CheckoutKind::Native, reference, money)
    }

    /// An order that is paid by card on a page of the provider or a bank. See [`hosted`](Self::hosted) for the arguments.
    pub fn card_page(reference: MerchantRef, money: Money) -> Self {
        Self::new(CheckoutKind::CardPage, reference, money)
    }

    /// An order of the given kind. See [`hosted`](Self::hosted) for the arguments.
    pub fn new(kind: CheckoutKind, reference: MerchantRef, money: Money) -> Self {
        Self {
            kind,
            reference,
            money,
            options: CheckoutOptions::default(),
        }
    }

    /// How the customer pays.
    #[must_use]
    pub const fn kind(&self) -> CheckoutKind {
        self.kind
    }

    /// The merchant's reference.
    #[must_use]
    pub const fn reference(&self) -> &MerchantRef {
        &self.reference
    }

    /// What the customer is to pay.
    #[must_use]
    pub const fn money(&self) -> &Money {
        &self.money
    }

    /// For adapters: the ticket of this order at a gateway that looks it up by reference.
    #[must_use]
    pub fn ticket(&self, gateway: &GatewayId, now: Timestamp) -> Ticket {
        let (reference, money) = (self.reference.clone(), self.money.clone());
        Ticket::new(gateway.clone(), MoneyCall::Checkout, reference, money, now)
    }
}

options! {
    /// The options of a [`CheckoutOrder`].
    CheckoutOptions of CheckoutOrder {
        /// The merchant's own id of the customer.
        customer: String,
        /// Where the webhooks of this order are sent, instead of the account's URL.
        notify_url: String,
        /// Where the customer is sent after paying. Arriving there proves no payment.
        success_url: String,
        /// Where the customer is sent after failing to pay.
        failure_url: String,
        /// How long the order can be paid.
        valid_for: Duration,
        /// The language of the page, by the provider's name for it.
        language: String,
        /// A short description of what is paid for.
        title: String,
        /// What is paid for, by line.
        items: Vec<Item>,
        /// Text that the provider returns with the order.
        metadata: String,
        /// A note for the merchant, shown at the provider.
        note: String,
        /// The asset to pay in, if the price is in another one.
        pay_with: Asset,
        /// The customer's country, ISO 3166-1 alpha-2.
        country: String,
        /// The customer's e-mail address.
        email: SensitiveString,
        /// The customer's IP address.
        ip: IpAddr,
        /// The customer's other id at the provider, if it has two kinds of ids.
        customer_other_id: String,
        /// The customer's token from the provider's login. It is not stored in a ticket.
        customer_token: SensitiveString,
        /// The number of a scene that the merchant configured at the provider, instead of the account's.
        scene_type: u32,
    }
}
