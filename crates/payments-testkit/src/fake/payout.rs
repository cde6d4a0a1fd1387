//! Payouts.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};
use payments_facade::layer::Call;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::{PaymentKind, Source};
use payments_facade::payout::{PayeeKind, Payouts};
use payments_facade::{
    Answer, Error, Fee, Gateway, Lookup, Money, Payee, Payment, PayoutOrder, Phase, Ticket, adapter,
};

use super::features::FakeGroup;
use super::gateway::FakeGateway;
use super::request::FakeRequest;
use super::state::insufficient_funds;

/// The amounts of a payout.
struct Amounts {
    leaving: Money,
    arriving: Money,
    fee: Money,
}

impl FakeGateway {
    fn amounts(&self, payout: &PayoutOrder) -> Result<Amounts, InvalidRequest> {
        let kind = payout.payee().kind();
        if !self.offers(FakeGroup::Payouts) || !self.features().payees.contains(&kind) {
            return Err(InvalidRequest::unsupported(kind.as_str()));
        }
        if !self.takes_fee(kind, payout.fee()) {
            return Err(InvalidRequest::unsupported(payout.fee().as_str()));
        }
        payout.options().check(&self.features().options.payout)?;
        let money = payout.money();
        self.features().check_money(money)?;
        let (amount, fee) = (money.amount, self.features().payout_fee);
        let too_little = || InvalidRequest::request("amount", "does not cover the fee");
        let (leaving, arriving) = match payout.fee() {
            Fee::Included => (amount, amount.checked_sub(fee).ok_or_else(too_little)?),
            Fee::OnTop => (amount.checked_add(fee).ok_or_else(too_little)?, amount),
            Fee::Split { arrives } => (amount, arrives),
            fee => return Err(InvalidRequest::unsupported(fee.as_str())),
        };
        let fee = leaving.checked_sub(arriving).ok_or_else(too_little)?;
        if let Payee::Chain(to) = payout.payee() {
            to.check()?;
        }
        let of = |amount| Money::new(amount, money.asset.clone());
        Ok(Amounts {
            leaving: of(leaving),
            arriving: of(arriving),
            fee: of(fee),
        })
    }
}

#[async_trait]
impl Payouts for FakeGateway {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        let is_offered = self.features().payees.contains(&kind);
        is_offered.then_some(&*self.features().options.payout)
    }

    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        let mut fees = self.features().fees.iter();
        self.features().payees.contains(&kind) && fees.any(|known| known.as_str() == fee.as_str())
    }

    fn takes_memo(&self) -> bool {
        true
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        self.features().lookups.contains(&kind)
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        self.amounts(payout).map(drop)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        payout.ticket(self.id(), now)
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let call = Call::CreatePayout;
        let amounts = self.amounts(payout).map_err(self.refuse(call))?;
        let request = FakeRequest::CreatePayout(payout.clone());
        let created = self.send(request, |state| {
            let mut order = state.new_order(PaymentKind::Payout, Some(payout.reference()))?;
            let held = state.ledger.hold(&amounts.leaving);
            held.map_err(insufficient_funds)?;
            order.phase = Phase::Processing;
            order.expected = Some(amounts.arriving.clone());
            order.ordered = Some(payout.money().clone());
            order.payee = Some(payout.payee().clone());
            order.paid = Some(amounts.leaving);
            order.credited = Some(amounts.arriving);
            order.fee = Some(amounts.fee);
            let answer = order.answer(self.id(), Source::Created);
            state.orders.push(order);
            Ok(answer)
        });
        created.await.map_err(|error| {
            adapter::money_error(error, || Payouts::ticket(self, payout, self.now()))
        })
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindPayout;
        self.find_order(FakeGroup::Payouts, call, PaymentKind::Payout, by)
            .await
    }
}
