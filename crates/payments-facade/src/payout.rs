//! Outgoing payments.

mod destination;
mod order;
mod payee;

pub use destination::{Coin, Destination};
pub use order::{Fee, PayoutOptions, PayoutOrder};
pub use payee::{Payee, PayeeKind, PixKey};
pub use payments_address::{Checked, Strength};

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use crate::answer::Answer;
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::payment::Payment;
use crate::ticket::Ticket;

/// Payouts of crypto and fiat money. This library never sends one a second time.
#[async_trait]
pub trait Payouts: Send + Sync {
    /// The options that payouts to this kind of payee support. `None` if such payees are not supported.
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]>;

    /// Whether payouts to this kind of payee support this fee mode. The amount in [`Fee::Split`] is ignored.
    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool;

    /// Whether payouts to a chain support a memo. If not, a payout with a memo is refused before any I/O.
    fn takes_memo(&self) -> bool;

    /// Whether [`find`](Self::find) works by this kind of lookup.
    fn finds_by(&self, kind: LookupKind) -> bool;

    /// Checks a payout without I/O: everything that [`create`](Self::create) would refuse before sending a request. That
    /// includes the address, by [`Destination::check`].
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest>;

    /// A ticket for this payout. Store it before the call: after a crash there is no error to take it from.
    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket;

    /// Creates the payout. Success means that it was accepted, not that it was carried out. If the future is dropped, the
    /// outcome is unknown.
    ///
    /// # Errors
    /// [`Error`], with a [`Ticket`] if the outcome is unknown. Do not create the payout again, under any reference, until the
    /// ticket is resolved.
    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error>;

    /// Queries a payout, as [`Checkout::find`](crate::checkout::Checkout::find) queries an order.
    ///
    /// # Errors
    /// As there.
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error>;
}
