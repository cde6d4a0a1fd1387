//! The orders that can be routed.

use async_trait::async_trait;
use payments_core::{InvalidRequest, MerchantRef, Timestamp};

use super::rule::SkipReason;
use crate::answer::Answer;
use crate::checkout::{CheckoutOrder, CreatedCheckout};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::money::Money;
use crate::payment::Payment;
use crate::payout::{Payee, PayoutOrder};
use crate::ticket::{MoneyCall, Ticket};

/// An order that several gateways could make.
#[async_trait]
pub(super) trait Job: Send + Sync {
    type Made: Send;

    const CALL: MoneyCall;

    fn reference(&self) -> &MerchantRef;

    fn money(&self) -> &Money;

    fn network(&self) -> Option<&str>;

    /// The ticket of the call, if the gateway can make it. Sends nothing.
    fn prepare(&self, gateway: &dyn Gateway, now: Timestamp) -> Result<Ticket, SkipReason>;

    /// Makes the order. The call must have been [prepared](Self::prepare).
    async fn make(&self, gateway: &dyn Gateway) -> Result<Self::Made, Error>;
}

#[async_trait]
impl Job for CheckoutOrder {
    type Made = Answer<CreatedCheckout>;

    const CALL: MoneyCall = MoneyCall::Checkout;

    fn reference(&self) -> &MerchantRef {
        self.reference()
    }

    fn money(&self) -> &Money {
        self.money()
    }

    fn network(&self) -> Option<&str> {
        let pay_with = || self.options().pay_with.as_ref()?.network();
        self.money().asset.network().or_else(pay_with)
    }

    fn prepare(&self, gateway: &dyn Gateway, now: Timestamp) -> Result<Ticket, SkipReason> {
        let checkout = gateway.checkout().ok_or(SkipReason::Group("checkout"))?;
        let kind = self.kind();
        let options = checkout.supported_options(kind);
        options.ok_or(SkipReason::Kind(kind.as_str()))?;
        checkout.check(self).map_err(SkipReason::Refused)?;
        Ok(checkout.ticket(self, now))
    }

    async fn make(&self, gateway: &dyn Gateway) -> Result<Self::Made, Error> {
        match gateway.checkout() {
            Some(checkout) => checkout.create(self).await,
            None => Err(missing("checkout")),
        }
    }
}

#[async_trait]
impl Job for PayoutOrder {
    type Made = Answer<Payment>;

    const CALL: MoneyCall = MoneyCall::Payout;

    fn reference(&self) -> &MerchantRef {
        self.reference()
    }

    fn money(&self) -> &Money {
        self.money()
    }

    fn network(&self) -> Option<&str> {
        match self.payee() {
            Payee::Chain(to) => Some(to.network()),
            Payee::Pix(_) | Payee::Account(_) => self.money().asset.network(),
        }
    }

    fn prepare(&self, gateway: &dyn Gateway, now: Timestamp) -> Result<Ticket, SkipReason> {
        let payouts = gateway.payouts().ok_or(SkipReason::Group("payouts"))?;
        let kind = self.payee().kind();
        let options = payouts.supported_options(kind);
        options.ok_or(SkipReason::Kind(kind.as_str()))?;
        payouts.check(self).map_err(SkipReason::Refused)?;
        Ok(payouts.ticket(self, now))
    }

    async fn make(&self, gateway: &dyn Gateway) -> Result<Self::Made, Error> {
        match gateway.payouts() {
            Some(payouts) => payouts.create(self).await,
            None => Err(missing("payouts")),
        }
    }
}

fn missing(group: &'static str) -> Error {
    Error::local("router", group, InvalidRequest::unsupported(group))
}
