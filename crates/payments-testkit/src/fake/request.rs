//! Requests that a fake gateway has received.

use payments_facade::address::AddressRequest;
use payments_facade::exchange::ExchangeOrder;
use payments_facade::layer::Call;
use payments_facade::rate::RateRequest;
use payments_facade::statement::StatementQuery;
use payments_facade::{CheckoutOrder, Lookup, PayoutOrder, Ticket};

/// A request that was sent to a fake gateway, including one that was lost on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FakeRequest {
    /// Creates a checkout order.
    CreateCheckout(CheckoutOrder),
    /// Creates a payout.
    CreatePayout(PayoutOrder),
    /// Executes an exchange.
    Exchange(ExchangeOrder),
    /// Queries one order; the call is one of `FindCheckout`, `FindPayout` and `FindExchange`.
    Find(Call, Lookup),
    /// Cancels a checkout order.
    Cancel(Lookup),
    /// Queries a customer's deposit addresses.
    Addresses(AddressRequest),
    /// Queries an exchange rate.
    Quote(RateRequest),
    /// Queries the balances.
    Balances,
    /// Queries one page of a statement; pages count from 1.
    Statement(StatementQuery, u32),
    /// Looks up the outcome of an earlier call.
    Resolve(Ticket),
    /// Sends the webhook of an order again.
    ResendWebhooks(Lookup),
}

impl FakeRequest {
    /// The call that sent the request.
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
            Self::ResendWebhooks(_) => Call::ResendWebhooks,
        }
    }
}
