//! Trials of the groups that move no money, and of calling orders off.

use payments_core::Amount;

use super::env::Act;
use super::order::{Op, Order};
use super::report::{Stop, ensure};
use super::stage::{Stage, Tried, lookup, merge, nobodys};
use payments_facade::balance::Balance;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::Closure;
use payments_facade::rate::{RatePurpose, RateRequest, Side};
use payments_facade::{Fee, Money, Payment, Phase};

/// What the environment must have for a trial.
pub(super) fn given<T>(sample: Option<T>) -> Tried<T> {
    sample.ok_or(Stop::Skipped("the environment has nothing to ask with"))
}

pub(super) fn gone() -> Stop {
    Stop::failed("the group has gone since the capabilities were read")
}

pub(super) fn failed(error: &payments_facade::Error) -> Stop {
    Stop::failed(format!("a good call failed: {error}"))
}

/// The same customer has the same addresses, another one has others.
pub(super) async fn addresses_are_kept(stage: Stage<'_>) -> Tried {
    let addresses = stage.gateway.addresses().ok_or_else(gone)?;
    let mut told = Vec::new();
    for customer in [1, 1, 2] {
        let request = given(stage.env.addresses_of(customer))?;
        let checked = addresses.check(&request);
        ensure!(
            checked.is_ok(),
            "check() refuses a good request: {checked:?}"
        );
        let rows = addresses
            .get(&request)
            .await
            .map_err(|error| failed(&error))?;
        ensure!(!rows.is_empty(), "no address came");
        told.push(rows.into_inner());
    }
    let [first, again, other] = told.as_slice() else {
        return Err(gone());
    };
    ensure!(first == again, "one customer's addresses changed");
    let shared = first.iter().any(|one| other.iter().any(|two| one == two));
    ensure!(!shared, "two customers share an address");
    Ok(())
}

/// A network that is asked for is the only one that comes, or asking for it is refused.
pub(super) async fn address_option(stage: Stage<'_>, option: &'static str) -> Tried {
    let addresses = stage.gateway.addresses().ok_or_else(gone)?;
    let request = given(stage.env.addresses_of(3))?;
    let every = addresses
        .get(&request)
        .await
        .map_err(|error| failed(&error))?;
    let network = every
        .first()
        .map(|row| row.network.clone())
        .ok_or_else(gone)?;
    let request = match option {
        "network" => request.network(network.clone()),
        _ => request.notify_url("https://shop.example/conformance-notify"),
    };
    if !addresses.supported_options().contains(&option) {
        let checked = addresses.check(&request);
        ensure!(checked.is_err(), "check() must refuse it");
        return stage.unsupported(option, addresses.get(&request)).await;
    }
    let rows = addresses
        .get(&request)
        .await
        .map_err(|error| failed(&error))?;
    let fits = |row: &payments_facade::address::DepositAddress| {
        option != "network" || row.network == network
    };
    ensure!(
        !rows.is_empty() && rows.iter().all(fits),
        "asked for {network}, got {rows:?}"
    );
    Ok(())
}

/// A rate comes, says back what was asked, and more of the one side is more of the other.
pub(super) async fn quotes(stage: Stage<'_>, purpose: RatePurpose) -> Tried {
    let rates = stage.gateway.rates().ok_or_else(gone)?;
    let request = given(stage.env.rate(purpose))?;
    ensure!(
        request.purpose == purpose,
        "the environment has a rate for something else"
    );
    let checked = rates.check(&request);
    ensure!(
        checked.is_ok(),
        "check() refuses a good request: {checked:?}"
    );
    let (asset, other) = match request.side {
        Side::Source => (&request.source, &request.target),
        Side::Target => (&request.target, &request.source),
    };
    let twice = request
        .amount
        .checked_add(request.amount)
        .ok_or_else(gone)?;
    let mut sums: Vec<Amount> = Vec::new();
    for amount in [request.amount, twice] {
        let quote = rates
            .quote(&RateRequest {
                amount,
                ..request.clone()
            })
            .await;
        let quote = quote.map_err(|error| failed(&error))?;
        ensure!(!quote.rate.is_zero(), "the rate is nothing");
        let (asked, comes) = match request.side {
            Side::Source => (&quote.source, &quote.target),
            Side::Target => (&quote.target, &quote.source),
        };
        let said = Some(Money::new(amount, asset.clone()));
        ensure!(
            asked.is_none() || *asked == said,
            "asked for {said:?}, answered for {asked:?}"
        );
        if let Some(comes) = comes {
            ensure!(comes.asset.symbol() == other.symbol(), "comes to {comes}");
            sums.push(comes.amount);
        }
    }
    ensure!(
        sums.is_sorted() && sums.first() != sums.get(1),
        "does not grow: {sums:?}"
    );
    Ok(())
}

/// A rate for something that is not offered is refused before any I/O.
pub(super) async fn refuses_rate(stage: Stage<'_>, purpose: RatePurpose) -> Tried {
    let rates = stage.gateway.rates().ok_or_else(gone)?;
    let others = RatePurpose::ALL
        .iter()
        .find_map(|purpose| stage.env.rate(*purpose));
    let request = RateRequest {
        purpose,
        ..given(others)?
    };
    let checked = rates.check(&request);
    ensure!(checked.is_err(), "check() must refuse it");
    stage
        .unsupported(purpose.as_str(), rates.quote(&request))
        .await
}

/// What comes in, goes out and comes back is in the balance to the last digit.
pub(super) async fn balances_add_up(stage: Stage<'_>) -> Tried {
    let balances = stage.gateway.balances().ok_or_else(gone)?;
    let list = async || balances.list().await.map_err(|error| failed(&error));
    ensure!(!list().await?.is_empty(), "there is no row");
    let mut ops = Op::all_of(stage.gateway);
    ops.retain(|op| matches!(op, Op::Checkout(_) | Op::Payout(..)));
    if ops.is_empty() {
        // Nothing moves money here: that there are rows is all there is to see.
        return Ok(());
    }
    let (mut ordered, mut measured) = (0_usize, 0_usize);
    for op in ops {
        let Some(order) = stage.env.order(op, stage.env.reference()) else {
            continue;
        };
        ordered = ordered.saturating_add(1);
        let before = list().await?;
        let made = stage.make(&order).await?;
        if !op.pays_out() && !stage.env.act(order.reference(), Act::PayExactly).await {
            continue;
        }
        let payment = stage.whole(&order, &made).await?;
        let Some(money) = booked(&order, &payment) else {
            continue;
        };
        let after = list().await?;
        let (less, more) = if op.pays_out() {
            (&after, &before)
        } else {
            (&before, &after)
        };
        let (Some(less), Some(more)) = (available(less, &money), available(more, &money)) else {
            continue;
        };
        ensure!(
            more.checked_sub(less) == Some(money.amount),
            "{}: {money} was moved, and the balance went between {less} and {more}",
            op.name()
        );
        if op.pays_out() && stage.env.act(order.reference(), Act::Reject).await {
            let back = available(&list().await?, &money);
            ensure!(
                back == Some(more),
                "{}: rejected, and {back:?} is there, not {more}",
                op.name()
            );
        }
        measured = measured.saturating_add(1);
    }
    if ordered == 0 {
        return Err(Stop::Skipped("the environment has no order to measure by"));
    }
    ensure!(
        measured > 0,
        "{ordered} orders were made, and none could be held against the balance"
    );
    Ok(())
}

/// What the order moves in the merchant's balance.
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

fn available(rows: &[Balance], money: &Money) -> Option<Amount> {
    let like = |row: &&Balance| {
        row.asset
            .symbol()
            .eq_ignore_ascii_case(money.asset.symbol())
    };
    let on = |row: &&Balance| match (row.asset.network(), money.asset.network()) {
        (Some(one), Some(other)) => payments_facade::network::is_same(one, other),
        (one, other) => one == other,
    };
    let row = rows
        .iter()
        .filter(like)
        .find(on)
        .or_else(|| rows.iter().find(like));
    row?.available
}

/// An order is called off by this lookup, or that is refused before any I/O.
pub(super) async fn cancels(stage: Stage<'_>, op: Op, kind: LookupKind) -> Tried {
    let checkout = stage.gateway.checkout().ok_or_else(gone)?;
    let cancellation = checkout.cancellation().ok_or_else(gone)?;
    if !cancellation.cancels_by(kind) {
        let by = nobodys(kind, stage.env)?;
        return stage
            .unsupported(kind.as_str(), cancellation.cancel(&by))
            .await;
    }
    let order = stage.order(op)?;
    let made = stage.make(&order).await?;
    let mut by = lookup(kind, &order, &made.payment);
    if by.is_none() && stage.env.act(order.reference(), Act::PayLess).await {
        // An order that was paid in part has a transaction.
        by = lookup(kind, &order, &stage.whole(&order, &made).await?);
    }
    let by = by.ok_or(Stop::Skipped("nobody tells the id to call it off by"))?;
    let answer = cancellation
        .cancel(&by)
        .await
        .map_err(|error| failed(&error))?;
    let mut payment = stage.whole(&order, &made).await?;
    merge(&mut payment, answer.into_inner(), "the cancellation")?;
    let phase = payment.phase();
    ensure!(
        matches!(phase, Phase::Closed(Closure::Cancelled | Closure::Unstated)),
        "was called off and is {phase:?}"
    );
    Ok(())
}

/// A group is there or it is not; asking for it sends nothing.
pub(super) async fn groups_stay(stage: Stage<'_>) -> Tried {
    let before = stage.env.requests();
    let first = payments_facade::Capabilities::of(stage.gateway);
    for _ in 0..3 {
        ensure!(
            payments_facade::Capabilities::of(stage.gateway) == first,
            "the capabilities change"
        );
    }
    let sent = stage.env.requests().saturating_sub(before);
    ensure!(
        sent == 0,
        "{sent} requests were sent by asking what can be done"
    );
    Ok(())
}
