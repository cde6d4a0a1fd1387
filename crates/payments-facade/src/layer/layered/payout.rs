//! [`Payouts`](crate::payout::Payouts) of a layered gateway.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use super::{Layer, Layered, called, there};
use crate::answer::Answer;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::layer::call::Call;
use crate::lookup::{Lookup, LookupKind};
use crate::payment::Payment;
use crate::payout::{Fee, PayeeKind, PayoutOrder, Payouts};
use crate::ticket::Ticket;

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Payouts for Layered<G, L> {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        self.inner.payouts()?.supported_options(kind)
    }

    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        let inner = self.inner.payouts();
        inner.is_some_and(|inner| inner.takes_fee(kind, fee))
    }

    fn takes_memo(&self) -> bool {
        let inner = self.inner.payouts();
        inner.is_some_and(|inner| inner.takes_memo())
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        let inner = self.inner.payouts();
        inner.is_some_and(|inner| inner.finds_by(kind))
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        there(self.inner.payouts(), "payouts")?.check(payout)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        match self.inner.payouts() {
            Some(inner) => inner.ticket(payout, now),
            None => payout.ticket(self.id(), now),
        }
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let call = Call::CreatePayout;
        let inner = called(self.inner.payouts(), "payouts", call)?;
        self.write(
            call,
            || inner.create(payout),
            |now| Some(inner.ticket(payout, now)),
        )
        .await
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindPayout;
        let inner = called(self.inner.payouts(), "payouts", call)?;
        self.layer.around(call, || inner.find(by)).await
    }
}
