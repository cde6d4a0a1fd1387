//! [`Payouts`](crate::Payouts) of a layered gateway.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use super::{Layer, Layered, called, there};
use crate::layer::call::Call;
use crate::{
    Answer, Error, Fee, Gateway, Lookup, LookupKind, MoneyCall, OptionNames, PayeeKind, Payment,
    PayoutOrder, Payouts, Ticket,
};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Payouts for Layered<G, L> {
    fn offers(&self, kind: PayeeKind) -> Option<OptionNames> {
        self.inner.payouts()?.offers(kind)
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
            None => Ticket::new(
                self.id().clone(),
                MoneyCall::Payout,
                payout.reference().clone(),
                payout.money().clone(),
                now,
            ),
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
