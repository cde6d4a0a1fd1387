//! What was sent.

use payments_facade::address::AddressRequest;
use payments_facade::exchange::ExchangeOrder;
use payments_facade::layer::Call;
use payments_facade::rate::RateRequest;
use payments_facade::statement::StatementQuery;
use payments_facade::{CheckoutOrder, Lookup, PayoutOrder, Ticket};

/// A request that reached a fake gateway, or got lost on its way there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FakeRequest {
    /// An order, all its options with it.
    CreateCheckout(CheckoutOrder),
    /// A payout.
    CreatePayout(PayoutOrder),
    /// An exchange.
    Exchange(ExchangeOrder),
    /// A query for something that the first part names.
    Find(Call, Lookup),
    /// A cancellation.
    Cancel(Lookup),
    /// A query for a customer's addresses.
    Addresses(AddressRequest),
    /// A query for a rate.
    Quote(RateRequest),
    /// A query for the balances.
    Balances,
    /// A page of a statement.
    Statement(StatementQuery, u32),
    /// The question what became of a call.
    Resolve(Ticket),
}

impl FakeRequest {
    /// Which call it was made for.
    #[must_use]
    pub const fn call(&self) -> Call {
        match self {
            Self::CreateCheckout(_) => Call::CreateCheckout,
            Self::CreatePayout(_) => Call::CreatePayout,
            Self::Exchange(_) => Call::Exchange,
            Self::Find(call, _) => *call,
            Self::Cancel(_) => Call::CancelCheckout,
            Self::Addresses(_) => Call::Addresses,
            Self::Quote(_) => Call::Quote,
            Self::Balances => Call::Balances,
            Self::Statement(..) => Call::Statement,
            Self::Resolve(_) => Call::Resolve,
        }
    }
}
