//! What a customer is to pay.

use std::net::IpAddr;
use std::time::Duration;

use payments_core::{Amount, Asset, MerchantRef};

use crate::options::options;
use crate::{Money, SensitiveString};

/// A payment a customer is asked for.
///
/// Required are its kind, the merchant's reference and the money. Whatever else is set, the adapter carries or refuses
/// before anything is sent: nothing is dropped without a word.
///
/// ```
/// use payments_core::MerchantRef;
/// use payments_facade::{CheckoutOrder, Money};
///
/// let order = CheckoutOrder::hosted(MerchantRef::new("order-1001")?, Money::of("10.50", "USDT")?)
///     .customer("customer-7")
///     .notify_url("https://shop.example/webhooks/cpay")
///     .success_url("https://shop.example/thanks");
/// # let _ = order;
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
    /// On a page of the provider's.
    Hosted,
    /// To an address that the shop shows itself.
    Native,
    /// By card, on a page of the provider's or a bank's.
    CardPage,
}

impl CheckoutKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Hosted, Self::Native, Self::CardPage];

    /// The name in capability tables and in refusals.
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
    /// What it is.
    pub name: String,
    /// The price of one, in the order's asset.
    pub price: Amount,
    /// How many.
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
    /// Paid on a page of the provider's.
    ///
    /// - `reference`: the merchant's own id of this order. Store it before the call: after a failure it is the way to ask
    ///   what happened. It must be unique over calls of all kinds: some providers look up payouts and pay-ins under one roof.
    /// - `money`: what the customer is to pay.
    pub fn hosted(reference: MerchantRef, money: Money) -> Self {
        Self::new(CheckoutKind::Hosted, reference, money)
    }

    /// Paid to an address that the shop shows itself; otherwise as [`hosted`](Self::hosted).
    pub fn native(reference: MerchantRef, money: Money) -> Self {
        Self::new(CheckoutKind::Native, reference, money)
    }

    /// Paid by card on a page of the provider's or a bank's; otherwise as [`hosted`](Self::hosted).
    pub fn card_page(reference: MerchantRef, money: Money) -> Self {
        Self::new(CheckoutKind::CardPage, reference, money)
    }

    /// As the kind says.
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
}

options! {
    /// The options of a [`CheckoutOrder`].
    CheckoutOptions of CheckoutOrder {
        /// The customer, by the merchant's own id.
        customer: String,
        /// Where the webhook of this order goes, instead of the account's URL.
        notify_url: String,
        /// Where the customer is sent after paying. Arriving there proves no payment.
        success_url: String,
        /// Where the customer is sent after failing to pay.
        failure_url: String,
        /// How long the order can be paid.
        valid_for: Duration,
        /// The language of the page, by the provider's name for it.
        language: String,
        /// What is paid for, in a few words.
        title: String,
        /// What is paid for, in lines.
        items: Vec<Item>,
        /// Text of the merchant's that comes back with the order.
        metadata: String,
        /// A note for the merchant's own eyes at the provider.
        note: String,
        /// The asset it is paid in, where the price is in another one.
        pay_with: Asset,
        /// The customer's country, ISO 3166-1 alpha-2.
        country: String,
        /// The customer's e-mail address.
        email: SensitiveString,
        /// The customer's network address.
        ip: IpAddr,
    }
}
