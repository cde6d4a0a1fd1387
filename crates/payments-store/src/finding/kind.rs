//! The kinds of findings.

use std::str::FromStr;

use payments_core::InvalidRequest;

/// What a [`Finding`](super::Finding) is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// The sources of a payment contradict each other.
    Contested,
    /// Another order exists under the reference of an intent, or one that was ended as not applied was made. Also an order of a kind that
    /// the provider does not state, under the reference of a payout at another gateway: it may be a second payout.
    Conflict,
    /// Two webhooks with one effect key differ.
    OtherContent,
    /// A query shows an event that no webhook reported in time.
    MissedWebhook,
    /// Money arrived after the order ended.
    LatePayment,
    /// An order ended, and less than its amount arrived.
    Underpaid,
    /// More than the amount of an order arrived.
    Overpaid,
    /// Money was sent back to a payer.
    Refund,
    /// The provider made a payout that is no intent of this store.
    PayoutWithoutIntent,
    /// A staged payout was given up: the provider refuses it, or it could not be sent in time.
    PayoutNotSent,
    /// A statement has a row for a payment that this store does not know.
    StatementWithoutPayment,
    /// Two sums that should be equal are not: of a statement and the payments, or of a balance and what was moved.
    SumDifference,
    /// Something in the database, or the statement of a day, cannot be read. It is left out of what is compared.
    Unreadable,
}

impl FindingKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[
        Self::Contested,
        Self::Conflict,
        Self::OtherContent,
        Self::MissedWebhook,
        Self::LatePayment,
        Self::Underpaid,
        Self::Overpaid,
        Self::Refund,
        Self::PayoutWithoutIntent,
        Self::PayoutNotSent,
        Self::StatementWithoutPayment,
        Self::SumDifference,
        Self::Unreadable,
    ];

    /// The name in the database, in ids and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contested => "contested",
            Self::Conflict => "conflict",
            Self::OtherContent => "other_content",
            Self::MissedWebhook => "missed_webhook",
            Self::LatePayment => "late_payment",
            Self::Underpaid => "underpaid",
            Self::Overpaid => "overpaid",
            Self::Refund => "refund",
            Self::PayoutWithoutIntent => "payout_without_intent",
            Self::PayoutNotSent => "payout_not_sent",
            Self::StatementWithoutPayment => "statement_without_payment",
            Self::SumDifference => "sum_difference",
            Self::Unreadable => "unreadable",
        }
    }
}

impl FromStr for FindingKind {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        let mut all = Self::ALL.iter().copied();
        all.find(|kind| kind.as_str() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            InvalidRequest::request("kind", "is no kind of finding").allowed(names.join(", "))
        })
    }
}
