//! `POST exchange` (specification, chapter 10): from one of the merchant's balances to another, at once.

use serde::Serialize;

use super::Outcome;
use super::answer::{self, Refusal};
use super::new_order::{self, Common};
use super::rates::{Pair, RESULT_DECIMALS};
use super::verify::Verified;
use crate::app::App;
use crate::decimal::Decimal;
use crate::store::{Account, Exchanged, Funds, Move, OrderKind, OrderStatus};

/// Three thousandths of the target, which is what the specification's example comes to (assumed to be the rule).
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

pub(super) fn run(app: &App, params: &Verified) -> Outcome {
    let common = Common::read(params)?;
    let pair = Pair::read(params)?;
    let source = params.amount("sourceAmount")?;
    let (gross, fee, net) = split(&pair, source.value()).ok_or_else(|| {
        Refusal::field(
            "sourceAmount",
            "exchanged is nothing, or more than the sandbox can count",
        )
    })?;

    let mut tables = app.store.lock();
    let mut order = new_order::from_params(app, &tables, OrderKind::Exchange, &common)?;
    let rate = pair.rate.padded(RATE_DECIMALS);
    // One currency for all amounts of an order: the target's.
    pair.target.clone_into(&mut order.currency);
    order.amount = gross.to_string();
    order.actual_amount = gross.to_string();
    order.received_amount = net.to_string();
    order.fee = fee.to_string();
    order.funds = Funds::Exact;
    order.status = OrderStatus::Completed;
    order.settled_ms = Some(order.created_ms);
    let done = answer::data(&Executed {
        target_currency: pair.target,
        target_amount: &order.received_amount,
        exchange_rate: &rate,
        fee: &order.fee,
    })?;
    order.exchanged = Some(Exchanged::new(pair.source, source.text(), rate));
    let entry = |currency, from, to, amount| Move {
        currency,
        from,
        to,
        amount,
    };
    tables.ledger.post(&[
        entry(
            pair.source,
            Account::Available,
            Account::Desk,
            source.value(),
        ),
        entry(pair.target, Account::Desk, Account::Available, net),
        entry(pair.target, Account::Desk, Account::Fees, fee),
    ])?;
    tables.orders.add(order)?;
    Ok(done)
}

/// Gross, fee and net in the target currency; fee and net make up the gross exactly.
fn split(pair: &Pair, source: Decimal) -> Option<(Decimal, Decimal, Decimal)> {
    let gross = pair.obtained(source)?;
    let fee = gross.times(FEE)?.cut(RESULT_DECIMALS);
    let net = gross.minus(fee)?;
    net.is_positive().then_some((gross, fee, net))
}
