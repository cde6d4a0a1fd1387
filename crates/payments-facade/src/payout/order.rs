//! A payout.

use payments_core::{Amount, MerchantRef, Timestamp};
use serde::{Deserialize, Serialize};

use super::payee::Payee;
use crate::gateway::GatewayId;
use crate::money::Money;
use crate::options::options;
use crate::ticket::{MoneyCall, Ticket};

/// A payout.
///
/// The caller states who bears the fee: see [`Fee`].
///
/// ```
/// use payments_core::MerchantRef;
/// use payments_facade::{Destination, Fee, Money, Payee, PayoutOrder, network};
///
/// // 4 USDT leave the account, 3 arrive, 1 is the fee.
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
///
/// By `serde` it is stored until it is made. The text contains the payee: treat it as confidential. Unknown fields are refused,
/// because they could change the meaning of the payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a payout is made by `Payouts::create`"]
pub struct PayoutOrder {
    reference: MerchantRef,
    payee: Payee,
    money: Money,
    fee: Fee,
    options: PayoutOptions,
}

/// Who bears the fee of a payout. It decides which amount [`PayoutOrder::money`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fee {
    /// The payee: the money leaves the account, and the payee receives it less the fee.
    Included,
    /// The merchant: the payee receives the money, and the fee is charged to the account in addition.
    OnTop,
    /// The merchant states both amounts: the money leaves the account, `arrives` reaches the payee, the difference is the fee.
    Split {
        /// What reaches the payee.
        arrives: Amount,
    },
}

impl Fee {
    /// All modes, for queries about capabilities.
    pub const ALL: &'static [Self] = &[
        Self::Included,
        Self::OnTop,
        Self::Split {
            arrives: Amount::ZERO,
        },
    ];

    /// The name in capability tables and errors.
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
    /// - `reference`: the merchant's own id of this payout. Store it before the call; after a failure the payout is looked up
    ///   by it. It must be unique among calls of all kinds, because some providers look up payouts and orders together.
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

    /// The payee.
    #[must_use]
    pub const fn payee(&self) -> &Payee {
        &self.payee
    }

    /// The amount that leaves the account or that arrives, depending on [`fee`](Self::fee).
    #[must_use]
    pub const fn money(&self) -> &Money {
        &self.money
    }

    /// Who bears the fee.
    #[must_use]
    pub const fn fee(&self) -> Fee {
        self.fee
    }

    /// What reaches the payee, if that is known in advance.
    #[must_use]
    pub fn arriving(&self) -> Option<Money> {
        let amount = match self.fee {
            Fee::Included => return None,
            Fee::OnTop => self.money.amount,
            Fee::Split { arrives } => arrives,
        };
        Some(Money::new(amount, self.money.asset.clone()))
    }

    /// For adapters: the ticket of this payout at a gateway that looks it up by reference.
    #[must_use]
    pub fn ticket(&self, gateway: &GatewayId, now: Timestamp) -> Ticket {
        let (reference, money) = (self.reference.clone(), self.money.clone());
        let ticket = Ticket::new(gateway.clone(), MoneyCall::Payout, reference, money, now);
        let arriving = self.arriving().map(|money| money.amount);
        ticket.payee(&self.payee).arriving(arriving)
    }
}

options! {
    /// The options of a [`PayoutOrder`].
    #[derive(Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    PayoutOptions of PayoutOrder {
        /// The merchant's own id of the customer.
        customer: String,
        /// Where the webhooks of this payout are sent, instead of the account's URL.
        notify_url: String,
        /// Text that the provider returns with the payout.
        metadata: String,
        /// A note that is sent with the payout.
        note: String,
        /// Where the customer is sent after the payout was made. Arriving there proves no payout.
        success_url: String,
        /// Where the customer is sent after the payout failed.
        failure_url: String,
    }
}
