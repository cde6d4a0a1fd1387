//! What a set of observations comes to. Every function here looks at the set alone, never at the order it grew in.

use std::collections::BTreeMap;

use super::Agreement;
use super::observation::{Observation, PaymentKind, Source};
use super::stated::Stated;
use crate::{Funds, Money, Phase};

/// The most telling kind: whoever knows better than [`PaymentKind::Unstated`] says the same.
pub(super) fn kind(observations: &[Observation]) -> PaymentKind {
    let kinds = observations.iter().map(|one| one.kind);
    kinds.max().unwrap_or(PaymentKind::Unstated)
}

/// The furthest phase that was seen.
pub(super) fn phase(observations: &[Observation]) -> Phase {
    let phases = observations.iter().filter_map(|one| one.phase);
    phases.max().unwrap_or(Phase::Unrecognised)
}

pub(super) fn funds(observations: &[Observation]) -> Funds {
    let kind = kind(observations);
    let came = |one: &Observation| came(one, kind);
    let expected = expected(observations, came);
    let received =
        total(observations, expected.as_ref(), came).or_else(|| total(observations, None, came));
    let credited = total(observations, None, |one| {
        one.credited.clone().filter(|_| !is_void(one, kind))
    });
    Funds {
        late: is_late(observations),
        expected,
        received,
        credited,
    }
}

/// What the provider charges; none where it is stated in several assets.
pub(super) fn fee(observations: &[Observation]) -> Option<&Money> {
    let fees = || observations.iter().filter_map(|one| one.fee.as_ref());
    let greatest = fees().max().map(|fee| &fee.0);
    greatest.filter(|_| is_one_asset(fees()))
}

/// What a source says of money that came: in, before fees; out and in an exchange, after them. Before and after differ by
/// the fee, so the one is computed of the other only where the same source tells the fee as well.
fn came(one: &Observation, kind: PaymentKind) -> Option<Stated> {
    if is_void(one, kind) {
        return None;
    }
    match kind {
        PaymentKind::Payout | PaymentKind::Refund => {
            one.credited.clone().or_else(|| paid_less_fee(one))
        }
        // What is given away and what is had for it are two assets.
        PaymentKind::Exchange => one.credited.clone(),
        _ => one.paid.clone().or_else(|| credited_with_fee(one)),
    }
}

/// Whether the provider names this sum as that of the order. What the payer of an order paid is his to choose, so of money in
/// the price alone counts; what a payout moved is its sum, before the fee or after it.
pub(super) fn agreement(observations: &[Observation], asked: &Money) -> Agreement {
    let kind = kind(observations);
    let goes_out = matches!(kind, PaymentKind::Payout | PaymentKind::Refund);
    let told = observations
        .iter()
        .filter(|one| one.source != Source::Books)
        .flat_map(|one| {
            let moved = goes_out && !is_void(one, kind);
            let moved = moved.then(|| {
                let sums = [one.paid.clone(), one.credited.clone()];
                let others = [paid_less_fee(one), credited_with_fee(one)];
                sums.into_iter().chain(others)
            });
            let price = one.expected.clone().filter(|_| comes_in(kind));
            let named = [one.ordered.clone(), price];
            named.into_iter().chain(moved.into_iter().flatten())
        })
        .flatten();
    let mut agreement = Agreement::Untold;
    for Stated(sum) in told {
        let is_alike = sum.is_comparable(asked);
        if is_alike && sum.amount == asked.amount {
            return Agreement::Same;
        }
        // A price may stand in another currency beside the one that was asked for.
        if is_alike || goes_out {
            agreement = Agreement::Other;
        }
    }
    agreement
}

/// What was closed without success moved nothing, unless it is known to be money that comes in: an order may be closed
/// with part of its money there.
fn is_void(one: &Observation, kind: PaymentKind) -> bool {
    !comes_in(kind) && matches!(one.phase, Some(Phase::Closed(_)))
}

fn paid_less_fee(one: &Observation) -> Option<Stated> {
    let (paid, fee) = (&one.paid.as_ref()?.0, &one.fee.as_ref()?.0);
    let left = paid.amount.checked_sub(fee.amount)?;
    let left = Money::new(left, paid.asset.clone());
    paid.is_comparable(fee).then_some(Stated(left))
}

fn credited_with_fee(one: &Observation) -> Option<Stated> {
    let (credited, fee) = (&one.credited.as_ref()?.0, &one.fee.as_ref()?.0);
    credited.checked_add(fee).map(Stated)
}

/// The greatest statement that can be measured by money that came; failing that, the greatest.
fn expected(
    observations: &[Observation],
    came: impl Fn(&Observation) -> Option<Stated>,
) -> Option<Money> {
    let came: Vec<Stated> = observations.iter().filter_map(came).collect();
    let measured = |money: &Money| came.iter().any(|came| came.0.is_comparable(money));
    let stated = observations.iter().filter_map(|one| one.expected.as_ref());
    let best = stated.max_by_key(|stated| (measured(&stated.0), *stated));
    best.map(|stated| stated.0.clone())
}

/// The greatest total, or the sum of all transfers if that is more, of money like `like` if that is given. Otherwise all
/// of it must be of one asset: there is no sum and no greatest across assets.
fn total(
    observations: &[Observation],
    like: Option<&Money>,
    read: impl Fn(&Observation) -> Option<Stated>,
) -> Option<Money> {
    let mut totals = Vec::new();
    // Several statements about one transfer are one transfer: the greatest counts.
    let mut transfers: BTreeMap<&str, Stated> = BTreeMap::new();
    let mut all = Vec::new();
    for one in observations {
        let Some(stated) = read(one) else { continue };
        if like.is_some_and(|like| !like.is_comparable(&stated.0)) {
            continue;
        }
        all.push(stated.clone());
        match one.transfer.as_deref() {
            None => totals.push(stated),
            Some(id) => {
                let known = transfers.entry(id).or_insert_with(|| stated.clone());
                if *known < stated {
                    *known = stated;
                }
            }
        }
    }
    if like.is_none() && !is_one_asset(all.iter()) {
        return None;
    }
    totals.extend(sum(transfers.values()));
    totals.into_iter().max().map(|stated| stated.0)
}

/// The sum of what is of one asset.
fn sum<'a>(transfers: impl Iterator<Item = &'a Stated>) -> Option<Stated> {
    transfers.cloned().reduce(|sum, one| {
        // More than 38 digits: no provider's money. The sum so far stands.
        let amount = sum.0.amount.checked_add(one.0.amount);
        let amount = amount.unwrap_or(sum.0.amount);
        Stated(Money::new(amount, sum.max(one).0.asset))
    })
}

/// Whether no two of them differ in the coin, or name two networks.
fn is_one_asset<'a>(mut all: impl Iterator<Item = &'a Stated>) -> bool {
    let Some(Stated(first)) = all.next() else {
        return true;
    };
    // One that names its network, once there is one: a coin without a network is like the coin on any.
    let mut known = first;
    all.all(|Stated(money)| {
        let is_alike = known.is_comparable(money);
        if known.asset.network().is_none() {
            known = money;
        }
        is_alike
    })
}

/// Whether a provider said so. It is never concluded: a payment that was closed and completed is
/// [contested](is_contested).
fn is_late(observations: &[Observation]) -> bool {
    observations.iter().any(|one| one.late)
}

fn comes_in(kind: PaymentKind) -> bool {
    matches!(
        kind,
        PaymentKind::Checkout | PaymentKind::Card | PaymentKind::Deposit
    )
}

/// Whether the sources contradict each other in a way that nobody explains.
pub(super) fn is_contested(observations: &[Observation]) -> bool {
    let was_closed = observations
        .iter()
        .any(|one| matches!(one.phase, Some(Phase::Closed(_))));
    let both_ends = was_closed && phase(observations) == Phase::Completed;
    let is_explained = comes_in(kind(observations)) && is_late(observations);
    let two_orders = differ(
        observations
            .iter()
            .filter_map(|one| one.provider_ref.as_ref()),
    );
    let stated = || observations.iter().filter_map(|one| one.expected.as_ref());
    let two_prices = stated().any(|left| {
        let mut others = stated();
        others.any(|right| left.0.is_comparable(&right.0) && left.0.amount != right.0.amount)
    });
    // No merge makes it; a document may say it.
    let two_kinds = differ(
        observations
            .iter()
            .map(|one| one.kind)
            .filter(|kind| *kind != PaymentKind::Unstated),
    );
    (both_ends && !is_explained) || two_orders || two_prices || two_kinds
}

fn differ<T: PartialEq>(mut values: impl Iterator<Item = T>) -> bool {
    let first = values.next();
    values.any(|value| Some(value) != first)
}
