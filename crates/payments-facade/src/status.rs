//! Where a payment stands: how far it is, and what money came.

use payments_core::Amount;
use serde::{Deserialize, Serialize};

use crate::Money;

/// Both axes, and whether they can be trusted. The axes are independent: a completed payment may lack money, a closed one may have too much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// How far it is.
    pub phase: Phase,
    /// What money was asked for, and what came.
    pub funds: Funds,
    /// Whether a person has to look, for the sources contradict each other: see
    /// [`Payment::is_contested`](crate::Payment::is_contested).
    pub contested: bool,
}

impl Status {
    /// Whether the provider calls it completed, all that was asked for is there, or more, and nothing contradicts that.
    /// Where nobody says how much was asked for, or how much came, it is not.
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

/// How far a payment is. The order of the variants is the order in which they win when several were seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It exists; nothing has happened.
    Open,
    /// Money is on its way.
    Processing,
    /// The provider's status is in no document of its, or there is none. Never a success: look at
    /// [`status_texts`](crate::Payment::status_texts).
    Unrecognised,
    /// It ended without success. Money may be there all the same: see [`Funds`].
    Closed(Closure),
    /// It ended with success.
    Completed,
}

impl Phase {
    /// Whether the provider calls it an end.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Closed(_) | Self::Completed)
    }
}

/// Why a payment was closed. A more exact reason wins over [`Unstated`](Self::Unstated).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// The provider has one status for several reasons.
    Unstated,
    /// Nobody paid in time.
    Expired,
    /// The merchant or the customer called it off.
    Cancelled,
    /// The provider, or its risk control, said no.
    Rejected,
    /// It was tried and did not work.
    Failed,
}

/// What was asked for, and what came.
///
/// For money that comes in, *received* is what the payer sent. For a payout it is what reached the payee, and for an exchange
/// what was had; nothing of that counts of what was closed. Where the statements are of several assets and none is the one
/// that was asked for, there is no sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Funds {
    /// What was asked for.
    pub expected: Option<Money>,
    /// What came: the greatest total that anybody stated, or the sum of all single transfers if that is more.
    pub received: Option<Money>,
    /// What arrived after fees, where the provider tells it apart: with the merchant; for a payout, with the payee.
    pub credited: Option<Money>,
    /// Whether the provider says that money came after the end.
    pub late: bool,
}

/// What came, measured by what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// One of the two is not stated, or they are of different assets.
    Unstated,
    /// Nothing came.
    Nothing,
    /// This much is missing.
    Missing(Money),
    /// All of it, to the last digit.
    Exact,
    /// All of it, and this much more.
    Excess(Money),
}

impl Funds {
    /// What came, measured by what was asked for.
    ///
    /// ```
    /// use payments_facade::{Funds, Money, Settlement};
    ///
    /// let funds = Funds {
    ///     expected: Some(Money::of("10.50", "USDT")?),
    ///     received: Some(Money::of("10", "USDT")?),
    ///     ..Funds::default()
    /// };
    /// assert_eq!(funds.settlement(), Settlement::Missing(Money::of("0.5", "USDT")?));
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
        let (asked, came) = (expected.amount, received.amount);
        if came == asked {
            return Settlement::Exact;
        }
        let settlement = if came < asked {
            difference(asked, came).map(Settlement::Missing)
        } else {
            difference(came, asked).map(Settlement::Excess)
        };
        settlement.unwrap_or(Settlement::Unstated)
    }
}
