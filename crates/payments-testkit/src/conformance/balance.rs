//! Trials of balances.

use payments_core::Amount;
use payments_facade::balance::Balance;
use payments_facade::{Fee, Money, Payment, network};

use super::context::{Context, TrialResult, call_failed, group_missing};
use super::env::Act;
use super::order::{Op, Order};
use super::report::{Stop, ensure};

async fn list(context: Context<'_>) -> TrialResult<Vec<Balance>> {
    let balances = context.gateway.balances().ok_or_else(group_missing)?;
    let rows = balances.list().await;
    Ok(rows.map_err(|error| call_failed(&error))?.into_inner())
}

/// Payments, payouts and rejected payouts change the balance by exactly their amount.
pub(super) async fn balances_add_up(context: Context<'_>) -> TrialResult {
    ensure!(!list(context).await?.is_empty(), "no balance was returned");
    let mut ops = Op::all_of(context.gateway);
    ops.retain(|op| matches!(op, Op::Checkout(_) | Op::Payout(..)));
    if ops.is_empty() {
        // No call changes a balance, so there is nothing more to test.
        return Ok(());
    }
    let (mut ordered, mut measured) = (0_usize, 0_usize);
    for op in ops {
        let Some(order) = context.env.order(op, context.env.reference()) else {
            continue;
        };
        ordered = ordered.saturating_add(1);
        if changes_balance(context, &order).await? {
            measured = measured.saturating_add(1);
        }
    }
    if ordered == 0 {
        return Err(Stop::Skipped("the environment has no order"));
    }
    ensure!(
        measured > 0,
        "{ordered} orders were created, but none could be compared with the balance"
    );
    Ok(())
}

/// Returns false if the balance of this order's asset cannot be compared.
async fn changes_balance(context: Context<'_>, order: &Order) -> TrialResult<bool> {
    let op = order.op();
    let before = list(context).await?;
    let created = context.create(order).await?;
    if !op.is_payout() && !context.env.act(order.reference(), Act::PayExactly).await {
        return Ok(false);
    }
    let payment = context.observe(order, &created).await?;
    let Some(money) = booked(order, &payment) else {
        return Ok(false);
    };
    let after = list(context).await?;
    let (less, more) = if op.is_payout() {
        (&after, &before)
    } else {
        (&before, &after)
    };
    let (Some(less), Some(more)) = (available(less, &money), available(more, &money)) else {
        return Ok(false);
    };
    ensure!(
        more.checked_sub(less) == Some(money.amount),
        "{}: {money} was moved, but the balance changed between {less} and {more}",
        op.name()
    );
    if op.is_payout() && context.env.act(order.reference(), Act::Reject).await {
        let back = available(&list(context).await?, &money);
        ensure!(
            back == Some(more),
            "{}: the payout was rejected, but {back:?} is available instead of {more}",
            op.name()
        );
    }
    Ok(true)
}

/// The change of the merchant's balance.
fn booked(order: &Order, payment: &Payment) -> Option<Money> {
    let funds = payment.funds();
    match order {
        Order::Payout(payout) if payout.fee() == Fee::OnTop => {
            payout.money().checked_add(payment.fee()?)
        }
        Order::Payout(payout) => Some(payout.money().clone()),
        _ => funds.credited.or(funds.received),
    }
}

/// The available balance of this asset, preferably on its network.
fn available(rows: &[Balance], money: &Money) -> Option<Amount> {
    let has_symbol = |row: &&Balance| {
        row.asset
            .symbol()
            .eq_ignore_ascii_case(money.asset.symbol())
    };
    let has_network = |row: &&Balance| match (row.asset.network(), money.asset.network()) {
        (Some(one), Some(other)) => network::is_same(one, other),
        (one, other) => one == other,
    };
    let mut same_symbol = rows.iter().filter(has_symbol);
    let first = same_symbol.clone().next();
    same_symbol.find(has_network).or(first)?.available
}
