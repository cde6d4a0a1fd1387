//! What a set of observations means. No function here depends on the order in which the set grew.

use std::collections::BTreeMap;

use payments_core::{ProviderRef, SensitiveString};

use super::observation::{Observation, PaymentKind};
use super::stated::Stated;
use super::status::{Funds, Phase};
use crate::money::Money;

/// The stated kind. All observations that state one state the same.
pub(super) fn kind(observations: &[Observation]) -> PaymentKind {
    let kinds = observations.iter().map(|one| one.content.kind);
    kinds.max().unwrap_or(PaymentKind::Unstated)
}

/// The furthest phase.
pub(super) fn phase(observations: &[Observation]) -> Phase {
    let phases = observations.iter().filter_map(|one| one.content.phase);
    phases.max().unwrap_or(Phase::Unrecognised)
}

pub(super) fn funds(observations: &[Observation]) -> Funds {
    let kind = kind(observations);
    let received_by = |one: &Observation| received_by(one, kind);
    let expected = expected(observations, received_by);
    let received = total(observations, expected.as_ref(), received_by)
        .or_else(|| total(observations, None, received_by));
    let credited_by =
        |one: &Observation| one.content.credited.clone().filter(|_| !is_void(one, kind));
    // A source that states what was credited may be older than one that states what was received.
    let covered = total(observations, received.as_ref(), |one| {
        received_by(one).filter(|_| one.content.credited.is_some())
    });
    let credited = total(observations, None, credited_by).filter(|_| is_same(&covered, &received));
    let refunded = total(observations, None, |one| one.content.refunded.clone());
    let states_refund = observations
        .iter()
        .any(|one| one.content.refunded.is_some());
    Funds {
        late: is_late(observations),
        expected,
        received,
        credited,
        // Refunds in several assets have no total.
        has_unknown_refund: (states_refund && refunded.is_none())
            || observations
                .iter()
                .any(|one| one.content.has_unknown_refund),
        refunded,
    }
}

/// The text that was stated with the furthest phase.
pub(super) fn metadata(observations: &[Observation]) -> Option<&str> {
    let stated = observations
        .iter()
        .filter_map(|one| Some((one.content.phase, one.content.metadata.as_ref()?)));
    stated.max().map(|(_, text)| text.expose())
}

/// What an observation of a refund states about the order of its reference, whose kind is `kind`.
pub(super) fn refund_of_order(one: &Observation, kind: PaymentKind) -> Option<Observation> {
    if one.content.kind != PaymentKind::Refund || is_void(one, one.content.kind) {
        return None;
    }
    let reference = one.content.reference.clone()?;
    let gross = one.content.paid.clone().or_else(|| credited_with_fee(one));
    let sent = gross.or_else(|| one.content.credited.clone())?;
    let observation = Observation::new(one.content.source, kind)
        .reference(Some(reference))
        .refunded(Some(sent.0));
    let id = one.content.provider_ref.as_ref().map(ProviderRef::as_str);
    Some(match one.content.transfer.as_deref().or(id) {
        Some(id) => observation.transfer(id),
        None => observation,
    })
}

/// Whether both are the same amount, or both are missing.
fn is_same(left: &Option<Money>, right: &Option<Money>) -> bool {
    left.as_ref().map(|money| money.amount) == right.as_ref().map(|money| money.amount)
}

/// The one value that is stated. `None` if there are different ones.
pub(super) fn only<'a>(
    observations: &'a [Observation],
    read: impl Fn(&'a Observation) -> Option<&'a SensitiveString>,
) -> Option<&'a str> {
    let mut stated = observations.iter().filter_map(read);
    let first = stated.next()?;
    stated.all(|other| other == first).then(|| first.expose())
}

/// The amount of the order as it was requested.
pub(super) fn ordered(observations: &[Observation]) -> Option<&Money> {
    let ordered = observations
        .iter()
        .filter_map(|one| one.content.ordered.as_ref());
    ordered.max().map(|ordered| &ordered.0)
}

/// The provider's fee. `None` if it is stated in several assets.
pub(super) fn fee(observations: &[Observation]) -> Option<&Money> {
    let fees = || {
        observations
            .iter()
            .filter_map(|one| one.content.fee.as_ref())
    };
    let greatest = fees().max().map(|fee| &fee.0);
    greatest.filter(|_| is_one_asset(fees()))
}

/// The amount that counts as received: gross for incoming payments, net for payouts and exchanges. Gross and net are converted
/// only if the same observation states the fee.
fn received_by(one: &Observation, kind: PaymentKind) -> Option<Stated> {
    if is_void(one, kind) {
        return None;
    }
    match kind {
        PaymentKind::Payout | PaymentKind::Refund => {
            one.content.credited.clone().or_else(|| paid_less_fee(one))
        }
        // What is sold and what is bought are different assets.
        PaymentKind::Exchange => one.content.credited.clone(),
        _ => one.content.paid.clone().or_else(|| credited_with_fee(one)),
    }
}

/// Whether the observation's amounts do not count: closed payouts and exchanges moved nothing. An incoming payment may be
/// closed although part of the money arrived.
pub(super) fn is_void(one: &Observation, kind: PaymentKind) -> bool {
    !comes_in(kind) && matches!(one.content.phase, Some(Phase::Closed(_)))
}

pub(super) fn paid_less_fee(one: &Observation) -> Option<Stated> {
    let (paid, fee) = (&one.content.paid.as_ref()?.0, &one.content.fee.as_ref()?.0);
    let left = paid.amount.checked_sub(fee.amount)?;
    let left = Money::new(left, paid.asset.clone());
    paid.is_comparable(fee).then_some(Stated(left))
}

pub(super) fn credited_with_fee(one: &Observation) -> Option<Stated> {
    let (credited, fee) = (
        &one.content.credited.as_ref()?.0,
        &one.content.fee.as_ref()?.0,
    );
    credited.checked_add(fee).map(Stated)
}

/// The greatest expected amount that is comparable with received money, or else the greatest.
fn expected(
    observations: &[Observation],
    received_by: impl Fn(&Observation) -> Option<Stated>,
) -> Option<Money> {
    let received: Vec<Stated> = observations.iter().filter_map(received_by).collect();
    let measured = |money: &Money| received.iter().any(|one| one.0.is_comparable(money));
    let stated = observations
        .iter()
        .filter_map(|one| one.content.expected.as_ref());
    let best = stated.max_by_key(|stated| (measured(&stated.0), *stated));
    best.map(|stated| stated.0.clone())
}

/// The greatest total, or the sum of all transfers if that is more. With `like`, only money comparable with it counts.
/// Otherwise all money must be of one asset, because amounts of different assets are neither added nor compared.
fn total(
    observations: &[Observation],
    like: Option<&Money>,
    read: impl Fn(&Observation) -> Option<Stated>,
) -> Option<Money> {
    let mut totals = Vec::new();
    // Of several statements about one transfer the greatest counts.
    let mut transfers: BTreeMap<&str, Stated> = BTreeMap::new();
    let mut all = Vec::new();
    for one in observations {
        let Some(stated) = read(one) else { continue };
        if like.is_some_and(|like| !like.is_comparable(&stated.0)) {
            continue;
        }
        all.push(stated.clone());
        match one.content.transfer.as_deref() {
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

/// The sum of transfers of one asset.
fn sum<'a>(transfers: impl Iterator<Item = &'a Stated>) -> Option<Stated> {
    transfers.cloned().reduce(|sum, one| {
        // More than 38 digits cannot be real money: the sum so far is kept.
        let amount = sum.0.amount.checked_add(one.0.amount);
        let amount = amount.unwrap_or(sum.0.amount);
        Stated(Money::new(amount, sum.max(one).0.asset))
    })
}

/// Whether all have the same symbol and no two name different networks.
fn is_one_asset<'a>(mut all: impl Iterator<Item = &'a Stated>) -> bool {
    let Some(Stated(first)) = all.next() else {
        return true;
    };
    // Prefer one that names its network: an asset without a network is comparable with the asset on any network.
    let mut known = first;
    all.all(|Stated(money)| {
        let is_alike = known.is_comparable(money);
        if known.asset.network().is_none() {
            known = money;
        }
        is_alike
    })
}

/// Whether a provider states that money was late. It is never inferred: a payment that was closed and completed is
/// [contested](is_contested).
fn is_late(observations: &[Observation]) -> bool {
    observations.iter().any(|one| one.content.late)
}

pub(super) fn comes_in(kind: PaymentKind) -> bool {
    matches!(
        kind,
        PaymentKind::Checkout | PaymentKind::Card | PaymentKind::Deposit
    )
}

/// Whether the sources contradict each other without an explanation.
pub(super) fn is_contested(observations: &[Observation]) -> bool {
    let was_closed = observations
        .iter()
        .any(|one| matches!(one.content.phase, Some(Phase::Closed(_))));
    let both_ends = was_closed && phase(observations) == Phase::Completed;
    let is_explained = comes_in(kind(observations)) && is_late(observations);
    let two_orders = differ(
        observations
            .iter()
            .filter_map(|one| one.content.provider_ref.as_ref()),
    );
    let stated = || {
        observations
            .iter()
            .filter_map(|one| one.content.expected.as_ref())
    };
    let two_prices = stated().any(|left| {
        let mut others = stated();
        others.any(|right| left.0.is_comparable(&right.0) && left.0.amount != right.0.amount)
    });
    // Merging never produces this, but a stored document may contain it.
    let two_kinds = differ(
        observations
            .iter()
            .map(|one| one.content.kind)
            .filter(|kind| *kind != PaymentKind::Unstated),
    );
    (both_ends && !is_explained) || two_orders || two_prices || two_kinds
}

fn differ<T: PartialEq>(mut values: impl Iterator<Item = T>) -> bool {
    let first = values.next();
    values.any(|value| Some(value) != first)
}
