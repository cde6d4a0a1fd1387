//! Money out.

mod order;
mod payee;

pub use order::{Fee, PayoutOptions, PayoutOrder};
pub use payee::{Payee, PayeeKind, PixKey};

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use crate::{Answer, Error, Lookup, LookupKind, OptionNames, Payment, Ticket};

/// Payouts, of coins and of money. None is ever sent twice by this library.
#[async_trait]
pub trait Payouts: Send + Sync {
    /// The options of a payout to such a payee that are carried; none where such payees are not paid. Computed from the
    /// reading itself, by [`survey`](crate::survey).
    fn offers(&self, kind: PayeeKind) -> Option<OptionNames>;

    /// Whether the fee of a payout to such a payee can be borne so. The amount in [`Fee::Split`] does not matter here.
    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool;

    /// Whether a payout to a chain carries a memo. Where it does not, one with a memo is refused before any I/O.
    fn takes_memo(&self) -> bool;

    /// Whether [`find`](Self::find) works by this.
    fn finds_by(&self, kind: LookupKind) -> bool;

    /// Everything that [`create`](Self::create) would refuse before any I/O.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest>;

    /// A ticket for this payout, to be stored before the call: a crash leaves no error.
    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket;

    /// Makes the payout. A success says that it was accepted, not that it was carried out. Dropping the future leaves the
    /// outcome unknown.
    ///
    /// # Errors
    /// [`Error`], with a [`Ticket`] where the outcome is unknown. Never make it again, under no reference whatever, before
    /// that is resolved.
    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error>;

    /// Asks how a payout stands: as [`Checkout::find`](crate::Checkout::find).
    ///
    /// # Errors
    /// As there.
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error>;
}
