//! Money in: a card the merchant holds the data of.

use std::fmt;
use std::net::IpAddr;

use async_trait::async_trait;
use payments_core::{InvalidRequest, MerchantRef, Timestamp};

use crate::options::options;
use crate::{
    Answer, Contact, CreatedCheckout, Error, Item, Lookup, LookupKind, Money, OptionNames, Payment,
    PersonName, PostalAddress, SensitiveString, Ticket,
};

/// Cards without a payment page ("host to host"). Handling cards at all is the merchant's duty under PCI DSS; with
/// [`CheckoutOrder::card_page`](crate::CheckoutOrder::card_page) the provider does it.
#[async_trait]
pub trait Cards: Send + Sync {
    /// The options of a charge that are carried. Computed from the reading itself, by [`survey`](crate::survey).
    fn offers(&self) -> OptionNames;

    /// Whether [`find`](Self::find) works by this.
    fn finds_by(&self, kind: LookupKind) -> bool;

    /// Everything that [`charge`](Self::charge) would refuse before any I/O.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, charge: &CardCharge) -> Result<(), InvalidRequest>;

    /// A ticket for this charge, to be stored before the call: a crash leaves no error. It holds nothing of the card.
    fn ticket(&self, charge: &CardCharge, now: Timestamp) -> Ticket;

    /// Charges the card. A success usually leads to the bank's page first. Dropping the future leaves the outcome unknown.
    ///
    /// # Errors
    /// [`Error`], with a [`Ticket`] where the outcome is unknown.
    async fn charge(&self, charge: &CardCharge) -> Result<Answer<CreatedCheckout>, Error>;

    /// Asks how a charge stands: as [`Checkout::find`](crate::Checkout::find).
    ///
    /// # Errors
    /// As there.
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error>;
}

/// A charge to a card.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a card is charged by `Cards::charge`"]
pub struct CardCharge {
    reference: MerchantRef,
    money: Money,
    card: CardSource,
    payer: Payer,
    browser: Browser,
    options: CardOptions,
}

/// Which card. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CardSource {
    /// The card's own data. The adapter checks it.
    Details {
        /// Digits without spaces.
        number: SensitiveString,
        /// The last month in which it is good, 1 to 12.
        expiry_month: u8,
        /// The year of that month, four digits.
        expiry_year: u16,
        /// The code on its back.
        cvv: SensitiveString,
    },
    /// A card the provider has stored, by the provider's id.
    Stored(SensitiveString),
}

impl fmt::Debug for CardSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Details { .. } => "Details(***)",
            Self::Stored(_) => "Stored(***)",
        })
    }
}

/// Who pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    /// The name on the card.
    pub name: PersonName,
    /// How the payer is reached.
    pub contact: Contact,
    /// Where the card's bills go.
    pub address: PostalAddress,
}

/// The payer's browser, as its request to the shop shows it. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Browser {
    /// Its network address.
    pub ip: IpAddr,
    /// The header `Accept`.
    pub accept: String,
    /// The header `User-Agent`.
    pub user_agent: String,
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Browser(***)")
    }
}

impl CardCharge {
    /// A charge of `money` to `card`.
    pub fn new(
        reference: MerchantRef,
        money: Money,
        card: CardSource,
        payer: Payer,
        browser: Browser,
    ) -> Self {
        Self {
            reference,
            money,
            card,
            payer,
            browser,
            options: CardOptions::default(),
        }
    }

    /// The merchant's reference.
    #[must_use]
    pub const fn reference(&self) -> &MerchantRef {
        &self.reference
    }

    /// What is charged.
    #[must_use]
    pub const fn money(&self) -> &Money {
        &self.money
    }

    /// Which card.
    #[must_use]
    pub const fn card(&self) -> &CardSource {
        &self.card
    }

    /// Who pays.
    #[must_use]
    pub const fn payer(&self) -> &Payer {
        &self.payer
    }

    /// The payer's browser.
    #[must_use]
    pub const fn browser(&self) -> &Browser {
        &self.browser
    }
}

options! {
    /// The options of a [`CardCharge`].
    CardOptions of CardCharge {
        /// The customer, by the merchant's own id.
        customer: String,
        /// What is paid for.
        items: Vec<Item>,
        /// Where the webhook of this charge goes, instead of the account's URL.
        notify_url: String,
        /// Where the customer is sent after success. Arriving there proves no payment.
        success_url: String,
        /// Where the customer is sent after failure.
        failure_url: String,
        /// The language of the pages, by the provider's name for it.
        language: String,
        /// The provider's name of a way to its bank.
        channel: String,
        /// Whether the provider is to store the card if the charge succeeds.
        store_card: bool,
    }
}
