//! Payouts, exchanges, rates and balances of a fake gateway.

use async_trait::async_trait;
use payments_core::{Amount, Asset, InvalidRequest, Timestamp};

use super::money_in::plain;
use super::state::no_funds;
use super::{FakeGateway, FakeGroup, FakeRequest};
use payments_facade::adapter;
use payments_facade::balance::{Balance, Balances};
use payments_facade::exchange::{Exchange, ExchangeOrder, Exchanged};
use payments_facade::layer::Call;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::{PaymentKind, Source};
use payments_facade::payout::{PayeeKind, Payouts};
use payments_facade::rate::{Quote, RatePurpose, RateRequest, Rates, Side};
use payments_facade::{
    Answer, Error, Fee, Gateway, Lookup, Money, Payment, PayoutOrder, Phase, Ticket,
};

/// The three sums of a payout.
struct Sums {
    leaves: Money,
    arrives: Money,
    fee: Money,
}

/// How many decimals a conversion has; the rest is cut off.
const DECIMALS: u8 = 8;

/// What `source` buys at so many units of it for one of the target.
fn bought(source: Amount, rate: Amount) -> Option<Amount> {
    let up = 10_u128.checked_pow(u32::from(DECIMALS + rate.decimals()))?;
    let down = 10_u128.checked_pow(u32::from(source.decimals()))?;
    let over = source.coefficient().checked_mul(up)?;
    let under = rate.coefficient().checked_mul(down)?;
    Amount::from_parts(over.checked_div(under)?, DECIMALS).ok()
}

/// What `target` costs, to the last digit.
fn cost(target: Amount, rate: Amount) -> Option<Amount> {
    let digits = target.coefficient().checked_mul(rate.coefficient())?;
    let decimals = target.decimals().checked_add(rate.decimals())?;
    Amount::from_parts(digits, decimals).ok()
}

impl FakeGateway {
    fn takes(&self, kind: PayeeKind, fee: Fee) -> bool {
        let mut fees = self.plan().fees.iter();
        self.plan().payees.contains(&kind) && fees.any(|known| known.as_str() == fee.as_str())
    }

    fn sums(&self, payout: &PayoutOrder) -> Result<Sums, InvalidRequest> {
        let kind = payout.payee().kind();
        if !self.offers(FakeGroup::Payouts) || !self.plan().payees.contains(&kind) {
            return Err(InvalidRequest::unsupported(kind.as_str()));
        }
        if !self.takes(kind, payout.fee()) {
            return Err(InvalidRequest::unsupported(payout.fee().as_str()));
        }
        payout.options().check(&self.plan().options.payout)?;
        let money = payout.money();
        self.plan().check_money(money)?;
        let (amount, fee) = (money.amount, self.plan().payout_fee);
        let too_little = || InvalidRequest::request("amount", "does not cover the fee");
        let (leaves, arrives) = match payout.fee() {
            Fee::Included => (amount, amount.checked_sub(fee).ok_or_else(too_little)?),
            Fee::OnTop => (amount.checked_add(fee).ok_or_else(too_little)?, amount),
            Fee::Split { arrives } => (amount, arrives),
            fee => return Err(InvalidRequest::unsupported(fee.as_str())),
        };
        let fee = leaves.checked_sub(arrives).ok_or_else(too_little)?;
        let of = |amount| Money::new(amount, money.asset.clone());
        Ok(Sums {
            leaves: of(leaves),
            arrives: of(arrives),
            fee: of(fee),
        })
    }

    fn rate(&self, source: &Asset, target: &Asset) -> Result<Amount, InvalidRequest> {
        let mut rates = self.plan().rates.iter();
        rates
            .find(|(from, to, _)| from == source.symbol() && to == target.symbol())
            .map(|(.., rate)| *rate)
            .ok_or_else(|| InvalidRequest::request("asset", "has no rate here"))
    }

    fn exchanged(&self, order: &ExchangeOrder) -> Result<(Money, Amount), InvalidRequest> {
        if !self.offers(FakeGroup::Exchange) {
            return Err(InvalidRequest::unsupported("exchange"));
        }
        order.options().check(&self.plan().options.exchange)?;
        self.plan().check_money(order.source())?;
        let rate = self.rate(&order.source().asset, order.target())?;
        let target = bought(order.source().amount, rate)
            .ok_or_else(|| InvalidRequest::request("amount", "cannot be converted"))?;
        Ok((Money::new(target, order.target().clone()), rate))
    }

    fn quoted(&self, request: &RateRequest) -> Result<Quote, InvalidRequest> {
        if !self.offers(FakeGroup::Rates) || !self.quotes_for(request.purpose) {
            return Err(InvalidRequest::unsupported(request.purpose.as_str()));
        }
        let rate = self.rate(&request.source, &request.target)?;
        let (source, target) = match request.side {
            Side::Source => (Some(request.amount), bought(request.amount, rate)),
            Side::Target => (cost(request.amount, rate), Some(request.amount)),
        };
        let of = |amount: Option<Amount>, asset: &Asset| {
            amount.map(|amount| Money::new(amount, asset.clone()))
        };
        Ok(Quote {
            rate,
            source: of(source, &request.source),
            target: of(target, &request.target),
        })
    }
}

#[async_trait]
impl Payouts for FakeGateway {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        let is_offered = self.plan().payees.contains(&kind);
        is_offered.then_some(&*self.plan().options.payout)
    }

    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        self.takes(kind, fee)
    }

    fn takes_memo(&self) -> bool {
        true
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        self.plan().lookups.contains(&kind)
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        self.sums(payout).map(drop)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        payout.ticket(self.id(), now)
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let call = Call::CreatePayout;
        let sums = self.sums(payout).map_err(self.local(call))?;
        let request = FakeRequest::CreatePayout(payout.clone());
        let made = self.send(request, |state| {
            let mut order = state.new_order(PaymentKind::Payout, Some(payout.reference()))?;
            state.purse.hold(&sums.leaves).map_err(no_funds)?;
            order.phase = Phase::Processing;
            order.expected = Some(sums.arrives.clone());
            order.paid = Some(sums.leaves);
            order.credited = Some(sums.arrives);
            order.fee = Some(sums.fee);
            let answer = order.answer(self.id(), Source::Created);
            state.orders.push(order);
            Ok(answer)
        });
        made.await.map_err(|error| {
            adapter::money_error(error, || Payouts::ticket(self, payout, self.now()))
        })
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindPayout;
        self.look_up(FakeGroup::Payouts, call, PaymentKind::Payout, by)
            .await
    }
}

#[async_trait]
impl Exchange for FakeGateway {
    fn supported_options(&self) -> &[&'static str] {
        &self.plan().options.exchange
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        self.plan().lookups.contains(&kind)
    }

    fn check(&self, order: &ExchangeOrder) -> Result<(), InvalidRequest> {
        self.exchanged(order).map(drop)
    }

    fn ticket(&self, order: &ExchangeOrder, now: Timestamp) -> Ticket {
        order.ticket(self.id(), now)
    }

    async fn execute(&self, order: &ExchangeOrder) -> Result<Answer<Exchanged>, Error> {
        let call = Call::Exchange;
        let (target, rate) = self.exchanged(order).map_err(self.local(call))?;
        let request = FakeRequest::Exchange(order.clone());
        let made = self.send(request, |state| {
            let mut made = state.new_order(PaymentKind::Exchange, Some(order.reference()))?;
            let mut purse = state.purse.clone();
            purse.debit(order.source()).map_err(no_funds)?;
            purse.credit(&target).map_err(no_funds)?;
            state.purse = purse;
            made.phase = Phase::Completed;
            made.credited = Some(target.clone());
            let (payment, provided) = made.answer(self.id(), Source::Created).into_parts();
            state.orders.push(made);
            let exchanged = Exchanged {
                payment,
                target,
                rate: Some(rate),
            };
            Ok(Answer::new(exchanged, provided))
        });
        made.await.map_err(|error| {
            adapter::money_error(error, || Exchange::ticket(self, order, self.now()))
        })
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindExchange;
        self.look_up(FakeGroup::Exchange, call, PaymentKind::Exchange, by)
            .await
    }
}

#[async_trait]
impl Rates for FakeGateway {
    fn quotes_for(&self, purpose: RatePurpose) -> bool {
        matches!(purpose, RatePurpose::Conversion | RatePurpose::Card)
    }

    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest> {
        self.quoted(request).map(drop)
    }

    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error> {
        let quote = self.quoted(request).map_err(self.local(Call::Quote))?;
        let quoted = self.send(FakeRequest::Quote(request.clone()), |_| Ok(plain(quote)));
        quoted.await.map_err(adapter::read_error)
    }
}

#[async_trait]
impl Balances for FakeGateway {
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        if !FakeGateway::offers(self, FakeGroup::Balances) {
            let refused = InvalidRequest::unsupported("balances");
            return Err(self.local(Call::Balances)(refused));
        }
        let listed = self.send(FakeRequest::Balances, |state| {
            let accounts = state.purse.accounts();
            let rows = accounts.filter_map(|(symbol, account)| {
                Some(Balance {
                    asset: Asset::new(symbol).ok()?,
                    available: Some(account.available),
                    held: Some(account.held),
                })
            });
            Ok(plain(rows.collect()))
        });
        listed.await.map_err(adapter::read_error)
    }
}
