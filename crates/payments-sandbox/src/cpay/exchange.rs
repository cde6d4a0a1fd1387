//! `POST exchange` (specification, chapter 10): from one of the merchant's balances to another, immediately.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::new_order::Common;
use super::order::{Kind, Status};
use super::rates::{Pair, RESULT_DECIMALS};
use super::state::Cpay;
use super::verify::Verified;
use crate::shared::decimal::Decimal;
use crate::shared::ledger::{Account, Move};
use crate::shared::order::{Exchanged, Funds};

/// 0.3 % of the target, the fee in the specification's example (assumed to be the rule).
const FEE: Decimal = Decimal::constant(3, 3);

/// The example prints `40000.000000`.
const RATE_DECIMALS: usize = 6;

/// The fields of the specification's example, in its order. All are texts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Executed<'a> {
    target_currency: &'a str,
    target_amount: &'a str,
    exchange_rate: &'a str,
    fee: &'a str,
}

pub(super) fn run(cpay: &Cpay, params: &Verified) -> Outcome {
    let common = Common::read(cpay, params, &[])?;
    let pair = Pair::read(params)?;
    let source = params.amount("sourceAmount")?;
    let (gross, fee, net) = split(&pair, source.value()).ok_or_else(|| {
        Refusal::field(
            "sourceAmount",
            "comes to nothing, or to more than the sandbox can count",
        )
    })?;

    let mut state = cpay.state();
    // All amounts of an order are in one currency, here the target.
    let mut order = common.order(cpay, &state, Kind::Exchange, pair.target, gross.into())?;
    order.actual_amount = gross.to_string();
    order.received_amount = net.to_string();
    order.fee = fee;
    order.funds = Funds::Exact;
    order.status = Status::Completed;
    order.settled_ms = Some(order.created_ms);
    let exchanged = Exchanged {
        currency: pair.source.to_owned(),
        amount: source.text().to_owned(),
        rate: pair.rate.padded(RATE_DECIMALS),
    };
    let done = common.noted(answer::data(&Executed {
        target_currency: pair.target,
        target_amount: &order.received_amount,
        exchange_rate: &exchanged.rate,
        fee: &fee.to_string(),
    })?);
    order.exchanged = Some(exchanged);
    let entry = |currency, from, to, amount| Move {
        currency,
        from,
        to,
        amount,
    };
    state.ledger.post(&[
        entry(
            pair.source,
            Account::Available,
            Account::Exchange,
            source.value(),
        ),
        entry(pair.target, Account::Exchange, Account::Available, net),
        entry(pair.target, Account::Exchange, Account::Fees, fee),
    ])?;
    state.orders.add(order, cpay.context.next_order())?;
    Ok(done)
}

/// Gross, fee and net in the target currency. Fee and net add up to the gross exactly.
fn split(pair: &Pair, source: Decimal) -> Option<(Decimal, Decimal, Decimal)> {
    let gross = pair.obtained(source)?;
    let fee = gross.times(FEE)?.cut(RESULT_DECIMALS);
    let net = gross.minus(fee)?;
    net.is_positive().then_some((gross, fee, net))
}
