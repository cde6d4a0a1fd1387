//! What is wrong with the merchant's program on purpose, to see that the claims notice it.

use super::claims;

/// A mistake that the store, the facade and the clients prevent, made all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Defect {
    /// None.
    Nothing,
    /// The database forgets what it has committed.
    LosesCommits,
    /// A webhook is acknowledged before it is stored, and not stored then.
    AcknowledgesFirst,
    /// The handler books in another database, without a unique key.
    BooksWithoutKey,
    /// Each event is booked under two keys, as if a webhook and a query made different ones of it.
    BooksUnderTwoKeys,
    /// An order is booked with the amount that it asks for.
    BooksWhatIsAskedFor,
    /// The secret of the webhooks is known to a forger.
    LeaksSecret,
    /// A payout of unknown outcome is sent again.
    SendsAgain,
    /// A payout of unknown outcome is sent to another gateway.
    SendsElsewhere,
    /// A process that starts forgets the calls of unknown outcome.
    ForgetsIntents,
    /// Nothing is reconciled, and no unknown outcome is resolved.
    NeverReconciles,
}

impl Defect {
    /// The defects, with the claim that each violates.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::LosesCommits, claims::LOST),
        (Self::AcknowledgesFirst, claims::LOST),
        (Self::BooksWithoutKey, claims::DOUBLE_EFFECT),
        (Self::BooksUnderTwoKeys, claims::DOUBLE_EFFECT),
        (Self::BooksWhatIsAskedFor, claims::PHANTOM),
        (Self::LeaksSecret, claims::PHANTOM),
        (Self::SendsAgain, claims::DOUBLE_SEND),
        (Self::SendsElsewhere, claims::DOUBLE_SEND),
        (Self::ForgetsIntents, claims::DOUBLE_SEND),
        (Self::NeverReconciles, claims::CONVERGENCE),
    ];
}
