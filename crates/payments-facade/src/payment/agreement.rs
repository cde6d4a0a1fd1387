//! Whether what a provider states of a payment is what was asked for.

use payments_core::{Asset, SensitiveString};

use super::observation::{Observation, PaymentKind, Source};
use super::stated::Stated;
use super::view::{comes_in, credited_with_fee, is_void, kind, paid_less_fee};
use crate::money::Money;
use crate::network;

/// Whether the provider's statements name an expected value: an amount, or a payee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They name the value.
    Same,
    /// They do not name any.
    Unstated,
    /// They name another value.
    Other,
}

/// Whether the provider names this amount as that of the order. For incoming payments only the price is compared, because the
/// payer chooses what to pay. For payouts the amounts moved are compared, with and without the fee. An amount
/// [as it was requested](Observation::ordered) decides.
///
/// - `arrives`: what is to reach the payee, if that is another sum than `asked`.
pub(super) fn agreement(
    observations: &[Observation],
    asked: &Money,
    arrives: Option<&Money>,
) -> Agreement {
    let kind = kind(observations);
    let goes_out = matches!(kind, PaymentKind::Payout | PaymentKind::Refund);
    let stated = || {
        observations
            .iter()
            .filter(|one| one.content.source != Source::Books)
    };
    let ordered = stated().filter_map(|one| one.content.ordered.as_ref());
    let is_other = |sum: &Stated| !(sum.0.is_comparable(asked) && sum.0.amount == asked.amount);
    if let Some(agreement) = ordered.map(is_other).max() {
        return if agreement {
            Agreement::Other
        } else {
            Agreement::Same
        };
    }
    let amounts = stated().flat_map(|one| {
        let moves = goes_out && !is_void(one, kind);
        let moved = moves.then(|| moved(one, asked, arrives));
        let price = one.content.expected.clone().filter(|_| comes_in(kind));
        let price = price.map(|price| (price, asked));
        moved.into_iter().flatten().chain(price)
    });
    let mut agreement = Agreement::Unstated;
    for (Stated(sum), asked) in amounts {
        let is_alike = sum.is_comparable(asked);
        if is_alike && sum.amount == asked.amount {
            return Agreement::Same;
        }
        // The price may also be stated in another currency than the expected one.
        if is_alike || goes_out {
            agreement = Agreement::Other;
        }
    }
    agreement
}

/// The sums that a payout moved, each with what it should be. One that is as it should be suffices.
fn moved<'a>(
    one: &Observation,
    asked: &'a Money,
    arrives: Option<&'a Money>,
) -> Vec<(Stated, &'a Money)> {
    let (paid, credited) = (one.content.paid.clone(), one.content.credited.clone());
    let Some(arrives) = arrives else {
        let sums = [paid, credited, paid_less_fee(one), credited_with_fee(one)];
        return sums.into_iter().flatten().map(|sum| (sum, asked)).collect();
    };
    // Zero is what a provider states before it knows the sum.
    let is_known = |sum: &Stated| !sum.0.amount.is_zero();
    let is = |sum: &Stated, it: &Money| sum.0.is_comparable(it) && sum.0.amount == it.amount;
    match (paid.filter(is_known), credited.filter(is_known)) {
        // It may be stated with or without the fee.
        (Some(paid), _) if !is(&paid, asked) && !is(&paid, arrives) => vec![(paid, asked)],
        (_, Some(arrived)) => vec![(arrived, arrives)],
        (Some(paid), None) => vec![(paid.clone(), asked), (paid, arrives)],
        (None, None) => Vec::new(),
    }
}

/// Whether the provider names this payee. A memo that only one side names is not compared, unless the other payee's is stated.
pub(super) fn payee_agreement(
    observations: &[Observation],
    address: &str,
    memo: Option<&str>,
) -> Agreement {
    let mut agreement = Agreement::Unstated;
    for one in observations {
        let Some(named) = &one.content.payee else {
            continue;
        };
        let named_memo = one.content.payee_memo.as_ref().map(SensitiveString::expose);
        agreement = match (is_same_address(named, address), named_memo, memo) {
            (false, ..) => return Agreement::Other,
            (true, named, asked) if named == asked => Agreement::Same,
            (true, Some(_), _) => return Agreement::Other,
            (true, None, _) => continue,
        };
    }
    agreement
}

/// Hexadecimal addresses have a check sum in their letters' case, or none.
fn is_same_address(left: &str, right: &str) -> bool {
    left == right || (left.starts_with("0x") && left.eq_ignore_ascii_case(right))
}

/// The money in the provider's statements about the order itself: not what a payer chose to pay.
fn sums(observations: &[Observation]) -> impl Iterator<Item = &Money> {
    let is_incoming = comes_in(kind(observations));
    let stated = observations
        .iter()
        .filter(|one| one.content.source != Source::Books);
    stated
        .flat_map(move |one| {
            let moved = [&one.content.paid, &one.content.credited]
                .map(|sum| sum.as_ref().filter(|_| !is_incoming));
            [one.content.ordered.as_ref(), one.content.expected.as_ref()]
                .into_iter()
                .chain(moved)
        })
        .filter_map(|sum| sum.map(|sum| &sum.0))
}

/// Whether the provider names this asset, on any network.
pub(super) fn names_asset(observations: &[Observation], asset: &Asset) -> bool {
    let symbol = asset.symbol();
    sums(observations).any(|sum| sum.asset.symbol().eq_ignore_ascii_case(symbol))
}

/// Whether the provider names a network that is certainly another one.
pub(super) fn is_on_other_network(observations: &[Observation], asked: &str) -> bool {
    let mut networks = sums(observations).filter_map(|sum| sum.asset.network());
    networks.any(|network| !network::may_be_same(network, asked))
}

#[cfg(test)]
mod tests {
    use super::is_same_address;

    #[test]
    fn case_counts_unless_an_address_is_hexadecimal() {
        assert!(is_same_address("0xAb01", "0xab01") && is_same_address("TAb01", "TAb01"));
        assert!(!is_same_address("0xab01", "0xab02") && !is_same_address("TAb01", "Tab01"));
    }
}
