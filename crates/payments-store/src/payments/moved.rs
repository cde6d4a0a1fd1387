//! What payments moved, and its sums by asset. A balance is compared with them.
//!
//! Each row of payments remembers its part of the sums, so that a change of the row changes the sums by the difference.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::Amount;
use payments_facade::payment::PaymentKind;
use payments_facade::{Money, Payment, Phase};
use serde::{Deserialize, Serialize};

use super::reading::comes_in;
use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Transaction};
use crate::error::StoreError;

/// The amounts of one asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Amounts {
    /// What the account was credited with.
    pub(crate) came_in: Amount,
    /// What left it for good.
    pub(crate) went_out: Amount,
    /// What payouts hold that have not ended.
    pub(crate) on_hold: Amount,
}

/// The amounts by symbol, in capitals: balances name no network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Moved(BTreeMap<String, Amounts>);

impl Moved {
    /// What the payments of one row moved.
    pub(crate) fn of(payments: &[Payment]) -> Self {
        let mut moved = Self::default();
        let has_order = payments.iter().any(|it| comes_in(it.kind()));
        for payment in payments {
            match payment.kind() {
                kind if comes_in(kind) => moved.incoming(payment),
                PaymentKind::Payout => moved.payout(payment),
                PaymentKind::Exchange if payment.phase() == Phase::Completed => {
                    moved.add(payment.ordered(), |it| &mut it.went_out);
                    moved.add(payment.funds().received.as_ref(), |it| &mut it.came_in);
                }
                // With its order, it is what the order refunded.
                PaymentKind::Refund if !has_order => {
                    moved.add(payment.funds().received.as_ref(), |it| &mut it.went_out);
                }
                _ => {}
            }
        }
        moved
    }

    /// What a row has counted in the sums so far, by its text.
    pub(crate) fn read(id: &str, text: Option<&str>) -> Result<Self, StoreError> {
        let moved = text.map(|text| document::read("sums of payment", id, text));
        Ok(moved.transpose()?.unwrap_or_default())
    }

    /// What was credited: after the fee, if that is stated in some way.
    fn incoming(&mut self, payment: &Payment) {
        let funds = payment.funds();
        let less_fee = || {
            let (received, fee) = (funds.received.clone()?, payment.fee()?);
            let left = received.amount.checked_sub(fee.amount)?;
            let left = Money::new(left, received.asset.clone());
            received.is_comparable(fee).then_some(left)
        };
        let credited = funds.credited.clone().or_else(less_fee);
        let credited = credited.or_else(|| funds.received.clone());
        self.add(credited.as_ref(), |it| &mut it.came_in);
        self.add(funds.refunded.as_ref(), |it| &mut it.went_out);
    }

    /// What a payout takes with its fee, which may be in another asset.
    fn payout(&mut self, payment: &Payment) {
        let place: fn(&mut Amounts) -> &mut Amount = match payment.phase() {
            Phase::Closed(_) => return,
            Phase::Completed => |it| &mut it.went_out,
            _ => |it| &mut it.on_hold,
        };
        let funds = payment.funds();
        let (ordered, fee) = (payment.ordered(), payment.fee());
        let arrives = funds.received.or(funds.expected);
        self.add(arrives.as_ref().or(ordered), place);
        let is_comparable = |fee: &Money| ordered.is_some_and(|ordered| ordered.is_comparable(fee));
        let is_included = arrives.is_none() && payment.includes_fee();
        self.add(
            fee.filter(|fee| !(is_included && is_comparable(fee))),
            place,
        );
    }

    /// A sum of more than 38 digits is not changed: it cannot be real money.
    fn add(&mut self, money: Option<&Money>, place: fn(&mut Amounts) -> &mut Amount) {
        let Some(money) = money.filter(|money| !money.amount.is_zero()) else {
            return;
        };
        let symbol = money.asset.symbol().to_ascii_uppercase();
        let amount = place(self.0.entry(symbol).or_default());
        *amount = amount.checked_add(money.amount).unwrap_or(*amount);
    }
}

/// Replaces the part of a row in the sums of its gateway: all of it, or nothing if a sum cannot be read.
pub(crate) async fn replace(
    tx: &mut dyn Transaction,
    gateway: &str,
    old: &Moved,
    new: &Moved,
) -> Result<(), StoreError> {
    let assets: BTreeSet<&String> = old.0.keys().chain(new.0.keys()).collect();
    let mut changes = Vec::new();
    for asset in assets {
        let part = |moved: &Moved| moved.0.get(asset).copied().unwrap_or_default();
        let (before, after) = (part(old), part(new));
        if before != after {
            changes.push((asset, sums(tx, gateway, asset).await?, before, after));
        }
    }
    for (asset, known, before, after) in changes {
        change(tx, gateway, asset, known, before, after).await?;
    }
    Ok(())
}

async fn change(
    tx: &mut dyn Transaction,
    gateway: &str,
    asset: &str,
    known: Option<Amounts>,
    before: Amounts,
    after: Amounts,
) -> Result<(), StoreError> {
    let replaced = |sum: Amount, before: Amount, after: Amount| {
        let rest = sum.checked_sub(before);
        rest.and_then(|rest| rest.checked_add(after)).unwrap_or(sum)
    };
    let sum = known.unwrap_or_default();
    let sum = Amounts {
        came_in: replaced(sum.came_in, before.came_in, after.came_in),
        went_out: replaced(sum.went_out, before.went_out, after.went_out),
        on_hold: replaced(sum.on_hold, before.on_hold, after.on_hold),
    };
    let mut values = vec![gateway.into(), asset.into()];
    values.extend(texts(sum));
    let changed = match known {
        None => {
            let sql = "INSERT INTO pay_balances (gateway, asset, came_in, went_out, on_hold)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT (gateway, asset) DO NOTHING";
            tx.execute(sql, &values).await?
        }
        Some(known) => {
            values.extend(texts(known));
            let sql = "UPDATE pay_balances SET came_in = $3, went_out = $4, on_hold = $5
                WHERE gateway = $1 AND asset = $2 AND came_in = $6 AND went_out = $7 AND on_hold = $8";
            tx.execute(sql, &values).await?
        }
    };
    match changed {
        0 => {
            let text = "another transaction changed the same sums";
            Err(EngineError::new(EngineErrorKind::Conflict, text).into())
        }
        _ => Ok(()),
    }
}

fn texts(amounts: Amounts) -> [crate::engine::Value; 3] {
    [amounts.came_in, amounts.went_out, amounts.on_hold].map(|amount| amount.to_string().into())
}

/// The sums of an asset. `None` if nothing of it was moved.
pub(crate) async fn sums(
    tx: &mut dyn Transaction,
    gateway: &str,
    asset: &str,
) -> Result<Option<Amounts>, StoreError> {
    let sql =
        "SELECT came_in, went_out, on_hold FROM pay_balances WHERE gateway = $1 AND asset = $2";
    let rows = tx.query(sql, &[gateway.into(), asset.into()]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let amount = |column| {
        let amount = row.text(column)?.parse();
        amount.map_err(|_| StoreError::Unreadable {
            document: document::SUMS,
            name: format!("balance {asset}"),
            problem: "one of them is no amount".to_owned(),
        })
    };
    Ok(Some(Amounts {
        came_in: amount(0)?,
        went_out: amount(1)?,
        on_hold: amount(2)?,
    }))
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use payments_core::MerchantRef;
    use payments_facade::GatewayId;
    use payments_facade::payment::{Closure, Observation, Source};

    use super::*;
    use crate::engine::{Row, Value};

    fn money(amount: &str, asset: &str) -> Option<Money> {
        Money::of(amount, asset).ok()
    }

    /// What payments under one reference moved: the asset with what came in, went out and is on hold.
    fn moved<const COUNT: usize>(observations: [Observation; COUNT]) -> Vec<(String, [String; 3])> {
        let payments = observations.map(payment);
        of(&payments)
    }

    fn payment(observation: Observation) -> Payment {
        let gateway = GatewayId::new("fake", "main").unwrap();
        let named = observation.reference(MerchantRef::new("order-1").ok());
        Payment::new(gateway, named)
    }

    fn of(payments: &[Payment]) -> Vec<(String, [String; 3])> {
        let moved = Moved::of(payments);
        let texts = |it: Amounts| [it.came_in, it.went_out, it.on_hold].map(|it| it.to_string());
        moved
            .0
            .into_iter()
            .map(|(asset, it)| (asset, texts(it)))
            .collect()
    }

    fn row(asset: &str, texts: [&str; 3]) -> (String, [String; 3]) {
        (asset.to_owned(), texts.map(str::to_owned))
    }

    #[test]
    fn what_comes_in_counts_after_the_fee() {
        let order = || {
            Observation::new(Source::Queried, PaymentKind::Checkout)
                .phase(Phase::Completed, "")
                .paid(money("10", "USDT"))
        };
        let all = ["10", "0", "0"];
        assert_eq!(moved([order()]), [row("USDT", all)]);
        let less = row("USDT", ["9.75", "0", "0"]);
        let fee = order().fee(money("0.25", "usdt"));
        assert_eq!(moved([fee]), std::slice::from_ref(&less));
        assert_eq!(moved([order().credited(money("9.75", "USDT"))]), [less]);
        // A fee in another coin is not part of the amount.
        assert_eq!(moved([order().fee(money("1", "TRX"))]), [row("USDT", all)]);
    }

    #[test]
    fn a_payout_is_on_hold_until_it_ends_and_takes_its_fee() {
        let payout = |phase| {
            Observation::new(Source::Queried, PaymentKind::Payout)
                .phase(phase, "")
                .expected(money("4", "USDT"))
                .fee(money("1", "TRX"))
        };
        let held = [row("TRX", ["0", "0", "1"]), row("USDT", ["0", "0", "4"])];
        assert_eq!(moved([payout(Phase::Processing)]), held);
        let gone = [row("TRX", ["0", "1", "0"]), row("USDT", ["0", "4", "0"])];
        assert_eq!(moved([payout(Phase::Completed)]), gone);
        assert_eq!(moved([payout(Phase::Closed(Closure::Failed))]), []);
    }

    #[test]
    fn a_fee_that_is_part_of_what_was_ordered_is_taken_once() {
        let payout = |source| Observation::new(source, PaymentKind::Payout);
        let record = |fee| {
            payout(Source::Queried)
                .phase(Phase::Completed, "")
                .ordered(money("4", "USDT"))
                .fee(money("1", fee))
        };
        let taken = |amount| row("USDT", ["0", amount, "0"]);
        let both = |ours, record| {
            let mut both = payment(ours);
            both.merge(payment(record)).unwrap();
            of(&[both])
        };
        for source in [Source::Books, Source::Created] {
            let ours = |arrives| payout(source).ordered(money("4", "USDT")).expected(arrives);
            assert_eq!(both(ours(None), record("USDT")), [taken("4")]);
            let in_other_coin = [row("TRX", ["0", "1", "0"]), taken("4")];
            assert_eq!(both(ours(None), record("TRX")), in_other_coin);
            let arrived = record("USDT").credited(money("3", "USDT"));
            assert_eq!(both(ours(None), arrived), [taken("4")]);
            assert_eq!(both(ours(money("4", "USDT")), record("USDT")), [taken("5")]);
            assert_eq!(both(ours(money("3", "USDT")), record("USDT")), [taken("4")]);
            let held = record("USDT").phase(Phase::Processing, "");
            assert_eq!(both(ours(None), held), [row("USDT", ["0", "0", "4"])]);
        }
        // A record without an order does not state who bears the fee.
        assert_eq!(both(payout(Source::Books), record("USDT")), [taken("5")]);
        assert_eq!(both(payout(Source::Created), record("USDT")), [taken("4")]);
    }

    #[test]
    fn an_exchange_sells_one_asset_and_buys_another_when_it_is_completed() {
        let exchange = |phase| {
            Observation::new(Source::Queried, PaymentKind::Exchange)
                .phase(phase, "")
                .ordered(money("100", "USDT"))
                .credited(money("550", "BRL"))
        };
        let both = [
            row("BRL", ["550", "0", "0"]),
            row("USDT", ["0", "100", "0"]),
        ];
        assert_eq!(moved([exchange(Phase::Completed)]), both);
        assert_eq!(moved([exchange(Phase::Processing)]), []);
    }

    #[test]
    fn a_refund_goes_out_once_with_or_without_its_order() {
        let refund = || {
            Observation::new(Source::Queried, PaymentKind::Refund)
                .phase(Phase::Completed, "")
                .credited(money("3", "USDT"))
        };
        assert_eq!(moved([refund()]), [row("USDT", ["0", "3", "0"])]);
        let order = Observation::new(Source::Queried, PaymentKind::Checkout)
            .phase(Phase::Completed, "")
            .paid(money("10", "USDT"))
            .refunded(money("3", "USDT"));
        assert_eq!(moved([order, refund()]), [row("USDT", ["10", "3", "0"])]);
    }

    /// A transaction over sums that another one changes at once.
    struct Late;

    #[async_trait]
    impl Transaction for Late {
        async fn execute(&mut self, _: &str, _: &[Value]) -> Result<u64, EngineError> {
            Ok(0)
        }

        async fn query(&mut self, _: &str, _: &[Value]) -> Result<Vec<Row>, EngineError> {
            Ok(Vec::new())
        }

        async fn query_each(&mut self, _: &str, _: &[Vec<Value>]) -> Result<Vec<Row>, EngineError> {
            Ok(Vec::new())
        }

        async fn commit(self: Box<Self>) -> Result<(), EngineError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn sums_that_another_transaction_changed_are_a_conflict() {
        let amounts = Amounts {
            came_in: "5".parse().unwrap(),
            ..Amounts::default()
        };
        let new = Moved(BTreeMap::from([("USDT".to_owned(), amounts)]));
        let replaced = replace(&mut Late, "fake/main", &Moved::default(), &new).await;
        let is_conflict = matches!(
            &replaced,
            Err(StoreError::Engine(error)) if error.kind() == EngineErrorKind::Conflict
        );
        assert!(is_conflict, "{replaced:?}");
    }
}
