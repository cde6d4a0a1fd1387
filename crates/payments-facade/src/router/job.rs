//! What can be routed.

use async_trait::async_trait;
use payments_core::{MerchantRef, Timestamp};

use super::SkipReason;
use crate::answer::Answer;
use crate::checkout::{CheckoutOrder, CreatedCheckout};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::money::Money;
use crate::payment::Payment;
use crate::payout::{Payee, PayoutOrder};
use crate::ticket::{MoneyCall, Ticket};

/// An order that several gateways could make. A gateway is asked by [`make`](Self::make) only after it was found
/// [fit](Self::fits).
#[async_trait]
pub(super) trait Job: Send + Sync {
    type Made: Send;

    const CALL: MoneyCall;

    fn reference(&self) -> &MerchantRef;

    fn money(&self) -> &Money;

    fn network(&self) -> Option<&str>;

    fn fits(&self, gateway: &dyn Gateway) -> Result<(), SkipReason>;

    fn ticket(&self, gateway: &dyn Gateway, now: Timestamp) -> Option<Ticket>;

    async fn make(&self, gateway: &dyn Gateway) -> Option<Result<Self::Made, Error>>;
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
        self.money().asset.network()
    }

    fn fits(&self, gateway: &dyn Gateway) -> Result<(), SkipReason> {
        let checkout = gateway.checkout().ok_or(SkipReason::Group("checkout"))?;
        let kind = self.kind();
        let offers = checkout.supported_options(kind);
        offers.ok_or(SkipReason::Kind(kind.as_str()))?;
        checkout.check(self).map_err(SkipReason::Refused)
    }

    fn ticket(&self, gateway: &dyn Gateway, now: Timestamp) -> Option<Ticket> {
        Some(gateway.checkout()?.ticket(self, now))
    }

    async fn make(&self, gateway: &dyn Gateway) -> Option<Result<Self::Made, Error>> {
        Some(gateway.checkout()?.create(self).await)
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

    fn fits(&self, gateway: &dyn Gateway) -> Result<(), SkipReason> {
        let payouts = gateway.payouts().ok_or(SkipReason::Group("payouts"))?;
        let kind = self.payee().kind();
        let offers = payouts.supported_options(kind);
        offers.ok_or(SkipReason::Kind(kind.as_str()))?;
        payouts.check(self).map_err(SkipReason::Refused)
    }

    fn ticket(&self, gateway: &dyn Gateway, now: Timestamp) -> Option<Ticket> {
        Some(gateway.payouts()?.ticket(self, now))
    }

    async fn make(&self, gateway: &dyn Gateway) -> Option<Result<Self::Made, Error>> {
        Some(gateway.payouts()?.create(self).await)
    }
}
