//! The calls that move money behind one interface, so that one trial fits all of them.

use payments_core::{InvalidRequest, MerchantRef, Timestamp};
use payments_facade::adapter;
use payments_facade::checkout::{CheckoutKind, CheckoutOptions};
use payments_facade::exchange::{ExchangeOptions, ExchangeOrder};
use payments_facade::lookup::LookupKind;
use payments_facade::payout::{PayeeKind, PayoutOptions};
use payments_facade::{
    Answer, CheckoutOrder, CustomerStep, Error, Fee, Gateway, Lookup, Money, Payment, PayoutOrder,
    Ticket,
};

/// A call that moves money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Op {
    /// A checkout order of this kind.
    Checkout(CheckoutKind),
    /// A payout to this kind of payee with this fee mode. The amount in [`Fee::Split`] is ignored.
    Payout(PayeeKind, Fee),
    /// An exchange.
    Exchange,
}

/// The request of such a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Order {
    /// For [`Op::Checkout`].
    Checkout(CheckoutOrder),
    /// For [`Op::Payout`].
    Payout(PayoutOrder),
    /// For [`Op::Exchange`].
    Exchange(ExchangeOrder),
}

/// The result of such a call.
#[derive(Clone, Debug)]
pub struct Created {
    /// The payment.
    pub payment: Payment,
    /// What the payer has to do next; `None` for payouts and exchanges.
    pub next: Option<CustomerStep>,
}

impl Op {
    /// The calls that this gateway supports.
    #[must_use]
    pub fn all_of(gateway: &dyn Gateway) -> Vec<Self> {
        let mut all = Vec::new();
        if let Some(checkout) = gateway.checkout() {
            let kinds = CheckoutKind::ALL.iter().copied();
            let offered = kinds.filter(|kind| checkout.supported_options(*kind).is_some());
            all.extend(offered.map(Self::Checkout));
        }
        if let Some(payouts) = gateway.payouts() {
            for kind in PayeeKind::ALL.iter().copied() {
                let fees = Fee::ALL.iter().copied();
                let taken = fees.filter(|fee| {
                    payouts.supported_options(kind).is_some() && payouts.takes_fee(kind, *fee)
                });
                all.extend(taken.map(|fee| Self::Payout(kind, fee)));
            }
        }
        all.extend(gateway.exchange().map(|_| Self::Exchange));
        all
    }

    /// The group, by the name of its method on [`Gateway`].
    #[must_use]
    pub const fn group(self) -> &'static str {
        match self {
            Self::Checkout(_) => "checkout",
            Self::Payout(..) => "payouts",
            Self::Exchange => "exchange",
        }
    }

    /// The capability: `checkout.hosted`, `payouts.chain`, `exchange.execute`.
    #[must_use]
    pub fn capability(self) -> String {
        let feature = match self {
            Self::Checkout(kind) => kind.as_str(),
            Self::Payout(kind, _) => kind.as_str(),
            Self::Exchange => "execute",
        };
        format!("{}.{feature}", self.group())
    }

    /// As [`capability`](Self::capability), with the fee mode of a payout added.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Payout(_, fee) => format!("{}.{}", self.capability(), fee.as_str()),
            _ => self.capability(),
        }
    }

    /// Whether this is a payout.
    #[must_use]
    pub const fn is_payout(self) -> bool {
        matches!(self, Self::Payout(..))
    }

    pub(super) const fn all_options(self) -> &'static [&'static str] {
        match self {
            Self::Checkout(_) => CheckoutOptions::NAMES,
            Self::Payout(..) => PayoutOptions::NAMES,
            Self::Exchange => ExchangeOptions::NAMES,
        }
    }

    pub(super) fn supported_options(self, gateway: &dyn Gateway) -> Option<&[&'static str]> {
        match self {
            Self::Checkout(kind) => gateway.checkout()?.supported_options(kind),
            Self::Payout(kind, _) => gateway.payouts()?.supported_options(kind),
            Self::Exchange => Some(gateway.exchange()?.supported_options()),
        }
    }

    pub(super) fn finds_by(self, gateway: &dyn Gateway, kind: LookupKind) -> bool {
        match self {
            Self::Checkout(_) => gateway.checkout().is_some_and(|group| group.finds_by(kind)),
            Self::Payout(..) => gateway.payouts().is_some_and(|group| group.finds_by(kind)),
            Self::Exchange => gateway.exchange().is_some_and(|group| group.finds_by(kind)),
        }
    }

    /// Calls the group's `find`.
    ///
    /// # Errors
    /// The gateway's error, or one of kind `Unsupported` if the gateway has no such group.
    pub async fn find(self, gateway: &dyn Gateway, by: &Lookup) -> Result<Option<Payment>, Error> {
        let unsupported =
            || adapter::refused("gateway", "find", InvalidRequest::unsupported(self.group()));
        let found = match self {
            Self::Checkout(_) => gateway.checkout().ok_or_else(unsupported)?.find(by).await,
            Self::Payout(..) => gateway.payouts().ok_or_else(unsupported)?.find(by).await,
            Self::Exchange => gateway.exchange().ok_or_else(unsupported)?.find(by).await,
        };
        Ok(found?.map(Answer::into_inner))
    }
}

impl Order {
    /// The call for this order.
    #[must_use]
    pub const fn op(&self) -> Op {
        match self {
            Self::Checkout(order) => Op::Checkout(order.kind()),
            Self::Payout(payout) => Op::Payout(payout.payee().kind(), payout.fee()),
            Self::Exchange(_) => Op::Exchange,
        }
    }

    /// The merchant's reference.
    #[must_use]
    pub const fn reference(&self) -> &MerchantRef {
        match self {
            Self::Checkout(order) => order.reference(),
            Self::Payout(payout) => payout.reference(),
            Self::Exchange(order) => order.reference(),
        }
    }

    /// The amount of the order; for an exchange, what is sold.
    #[must_use]
    pub const fn money(&self) -> &Money {
        match self {
            Self::Checkout(order) => order.money(),
            Self::Payout(payout) => payout.money(),
            Self::Exchange(order) => order.source(),
        }
    }

    /// Makes the call.
    ///
    /// # Errors
    /// The gateway's error, or one of kind `Unsupported` if the gateway has no such group.
    pub async fn create(&self, gateway: &dyn Gateway) -> Result<Created, Error> {
        let unsupported = || {
            adapter::refused(
                "gateway",
                "create",
                InvalidRequest::unsupported(self.op().group()),
            )
        };
        let (payment, next) = match self {
            Self::Checkout(order) => {
                let group = gateway.checkout().ok_or_else(unsupported)?;
                let created = group.create(order).await?.into_inner();
                (created.payment, Some(created.next))
            }
            Self::Payout(payout) => {
                let group = gateway.payouts().ok_or_else(unsupported)?;
                (group.create(payout).await?.into_inner(), None)
            }
            Self::Exchange(order) => {
                let group = gateway.exchange().ok_or_else(unsupported)?;
                (group.execute(order).await?.into_inner().payment, None)
            }
        };
        Ok(Created { payment, next })
    }

    /// Checks the order without I/O.
    ///
    /// # Errors
    /// The gateway's error, or one of kind `Unsupported` if the gateway has no such group.
    pub fn check(&self, gateway: &dyn Gateway) -> Result<(), InvalidRequest> {
        let unsupported = || InvalidRequest::unsupported(self.op().group());
        match self {
            Self::Checkout(order) => gateway.checkout().ok_or_else(unsupported)?.check(order),
            Self::Payout(payout) => gateway.payouts().ok_or_else(unsupported)?.check(payout),
            Self::Exchange(order) => gateway.exchange().ok_or_else(unsupported)?.check(order),
        }
    }

    /// The ticket to store before the call; `None` if the gateway has no such group.
    #[must_use]
    pub fn ticket(&self, gateway: &dyn Gateway, now: Timestamp) -> Option<Ticket> {
        Some(match self {
            Self::Checkout(order) => gateway.checkout()?.ticket(order, now),
            Self::Payout(payout) => gateway.payouts()?.ticket(payout, now),
            Self::Exchange(order) => gateway.exchange()?.ticket(order, now),
        })
    }
}
