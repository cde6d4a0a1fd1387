//! What is to be paid out.

use payments_core::{Amount, MerchantRef};

use super::Payee;
use crate::Money;
use crate::options::options;

/// A payout.
///
/// Who bears the fee is said, never guessed: see [`Fee`].
///
/// ```
/// use payments_core::MerchantRef;
/// use payments_facade::{Destination, Fee, Money, Payee, PayoutOrder, network};
///
/// // Four leave the account, three arrive, one is the fee.
/// let payout = PayoutOrder::new(
///     MerchantRef::new("payout-7")?,
///     Payee::Chain(Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON)?),
///     Money::of("4", "USDT")?,
///     Fee::Split { arrives: "3".parse()? },
/// )
/// .customer("customer-7");
/// assert_eq!(payout.arriving(), Some(Money::of("3", "USDT")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a payout is made by `Payouts::create`"]
pub struct PayoutOrder {
    reference: MerchantRef,
    payee: Payee,
    money: Money,
    fee: Fee,
    options: PayoutOptions,
}

/// Who bears the fee of a payout, and so which sum [`PayoutOrder::money`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fee {
    /// The payee: the money leaves the account, the provider takes its fee off it, the rest arrives.
    Included,
    /// The merchant: the money arrives, the fee is taken from the account on top of it.
    OnTop,
    /// The merchant says both: the money leaves the account, `arrives` arrives, the difference is the fee.
    Split {
        /// What reaches the payee.
        arrives: Amount,
    },
}

impl Fee {
    /// One of each, for questions about capabilities.
    pub const ALL: &'static [Self] = &[
        Self::Included,
        Self::OnTop,
        Self::Split {
            arrives: Amount::ZERO,
        },
    ];

    /// The name in capability tables and in refusals.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Included => "fee_included",
            Self::OnTop => "fee_on_top",
            Self::Split { .. } => "fee_split",
        }
    }
}

impl PayoutOrder {
    /// A payout of `money` to `payee`.
    ///
    /// - `reference`: the merchant's own id of this payout. Store it before the call: after a failure it is the way to ask
    ///   what happened, and the library never sends a payout twice. It must be unique over calls of all kinds: some providers
    ///   look up payouts and pay-ins under one roof.
    /// - `fee`: whether `money` is what leaves the account or what arrives.
    pub fn new(reference: MerchantRef, payee: Payee, money: Money, fee: Fee) -> Self {
        Self {
            reference,
            payee,
            money,
            fee,
            options: PayoutOptions::default(),
        }
    }

    /// The merchant's reference.
    #[must_use]
    pub const fn reference(&self) -> &MerchantRef {
        &self.reference
    }

    /// Who gets it.
    #[must_use]
    pub const fn payee(&self) -> &Payee {
        &self.payee
    }

    /// The money: by [`fee`](Self::fee), what leaves the account or what arrives.
    #[must_use]
    pub const fn money(&self) -> &Money {
        &self.money
    }

    /// Who bears the fee.
    #[must_use]
    pub const fn fee(&self) -> Fee {
        self.fee
    }

    /// What reaches the payee, where that is known beforehand.
    #[must_use]
    pub fn arriving(&self) -> Option<Money> {
        let amount = match self.fee {
            Fee::Included => return None,
            Fee::OnTop => self.money.amount,
            Fee::Split { arrives } => arrives,
        };
        Some(Money::new(amount, self.money.asset.clone()))
    }
}

options! {
    /// The options of a [`PayoutOrder`].
    PayoutOptions of PayoutOrder {
        /// The customer, by the merchant's own id.
        customer: String,
        /// Where the webhook of this payout goes, instead of the account's URL.
        notify_url: String,
        /// Text of the merchant's that comes back with the payout.
        metadata: String,
        /// A note that goes with the payout.
        note: String,
    }
}
