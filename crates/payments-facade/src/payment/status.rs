//! The status of a payment: its phase, and the money received.

use std::cmp::Ordering;

use payments_core::Amount;
use serde::{Deserialize, Serialize};

use crate::money::Money;

/// The phase and the funds of a payment. They are independent: a completed payment may lack money, and a closed one may have
/// received too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The phase.
    pub phase: Phase,
    /// The money that was expected and received.
    pub funds: Funds,
    /// Whether the sources contradict each other, so that a person has to check: see
    /// [`Payment::is_contested`](crate::Payment::is_contested).
    pub contested: bool,
}

impl Status {
    /// Whether the payment is completed, not contested, and at least the expected amount was received. `false` if the expected
    /// or the received amount is not stated.
    #[must_use]
    pub fn is_paid_in_full(&self) -> bool {
        !self.contested
            && self.phase == Phase::Completed
            && matches!(
                self.funds.settlement(),
                Settlement::Exact | Settlement::Excess(_)
            )
    }
}

/// The phase of a payment. If several were observed, the greatest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It exists, and nothing has happened yet.
    Open,
    /// Money is on its way.
    Processing,
    /// The provider's status is undocumented or missing. It never means success: see
    /// [`status_texts`](crate::Payment::status_texts).
    Unrecognised,
    /// It ended without success. Money may have arrived nevertheless: see [`Funds`].
    Closed(Closure),
    /// It ended successfully.
    Completed,
}

impl Phase {
    /// The name in JSON, without the reason of a closure.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Processing => "processing",
            Self::Unrecognised => "unrecognised",
            Self::Closed(_) => "closed",
            Self::Completed => "completed",
        }
    }

    /// Whether the phase is final.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Closed(_) | Self::Completed)
    }
}

/// Why a payment was closed. A specific reason wins over [`Unstated`](Self::Unstated).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// The provider does not state the reason.
    Unstated,
    /// It was not paid in time.
    Expired,
    /// The merchant or the customer cancelled it.
    Cancelled,
    /// The provider or its risk control rejected it.
    Rejected,
    /// It was attempted and failed.
    Failed,
}

impl Closure {
    /// The name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unstated => "unstated",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }
}

/// The money that was expected and received.
///
/// `received` is what the payer sent, what a payee got, or what an exchange yielded. Closed payouts and exchanges contribute
/// nothing. If the amounts are of several assets and none is the expected one, there is no total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Funds {
    /// The expected amount.
    pub expected: Option<Money>,
    /// The received amount: the greatest total that was stated, or the sum of all single transfers if that is more.
    pub received: Option<Money>,
    /// The amount after fees, if the provider states it separately: credited to the merchant or, for a payout, to the payee. `None` if
    /// it does not cover everything in `received`. Refunds are not subtracted.
    pub credited: Option<Money>,
    /// The amount sent back to the payer: the greatest total that was stated, or the sum of all single refunds if that is more.
    /// It is part of `received`, and does not count as paid.
    pub refunded: Option<Money>,
    /// Whether something was sent back whose amount is not known, or in several assets. Then nothing counts as paid.
    pub has_unknown_refund: bool,
    /// Whether the provider states that money arrived after the order ended.
    pub late: bool,
}

/// The received amount, less what was refunded, compared with the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// An amount is not stated, or the assets differ.
    Unstated,
    /// Nothing was received.
    Nothing,
    /// This amount is missing.
    Missing(Money),
    /// Exactly the expected amount.
    Exact,
    /// This much more than expected.
    Excess(Money),
}

impl Funds {
    /// The received amount, less what was refunded, compared with the expected one. If everything was refunded, everything is
    /// [`Missing`](Settlement::Missing).
    ///
    /// ```
    /// use payments_facade::payment::Funds;
    /// use payments_facade::{Money, Settlement};
    ///
    /// let funds = Funds {
    ///     expected: Some(Money::of("10.50", "USDT")?),
    ///     received: Some(Money::of("10", "USDT")?),
    ///     ..Funds::default()
    /// };
    /// assert_eq!(funds.settlement(), Settlement::Missing(Money::of("0.5", "USDT")?));
    ///
    /// let refunded = Some(Money::of("4", "USDT")?);
    /// let funds = Funds { refunded, ..funds };
    /// assert_eq!(funds.settlement(), Settlement::Missing(Money::of("4.5", "USDT")?));
    /// # Ok::<(), payments_core::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn settlement(&self) -> Settlement {
        let (Some(expected), Some(received)) = (&self.expected, &self.received) else {
            return Settlement::Unstated;
        };
        if received.amount.is_zero() && !expected.amount.is_zero() {
            return Settlement::Nothing;
        }
        if !expected.is_comparable(received) {
            return Settlement::Unstated;
        }
        let difference = |more: Amount, less: Amount| {
            more.checked_sub(less)
                .map(|amount| Money::new(amount, expected.asset.clone()))
        };
        if self.has_unknown_refund {
            return Settlement::Unstated;
        }
        let refunded = match &self.refunded {
            None => Amount::ZERO,
            Some(refunded) if refunded.is_comparable(received) => refunded.amount,
            Some(_) => return Settlement::Unstated,
        };
        // More cannot be sent back than was received: the sources do not agree in time.
        let kept = received.amount.checked_sub(refunded);
        let (asked, paid) = (expected.amount, kept.unwrap_or(Amount::ZERO));
        let settlement = match paid.cmp(&asked) {
            Ordering::Equal => return Settlement::Exact,
            Ordering::Less => difference(asked, paid).map(Settlement::Missing),
            Ordering::Greater => difference(paid, asked).map(Settlement::Excess),
        };
        settlement.unwrap_or(Settlement::Unstated)
    }
}
