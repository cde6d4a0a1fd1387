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
/// - `arrives`: what is to reach the payee, if that is another sum than `asked`. If another sum reached the payee, that decides.
pub(super) fn agreement(
    observations: &[Observation],
    asked: &Money,
    arrives: Option<&Money>,
) -> Agreement {
    let kind = kind(observations);
    let goes_out = matches!(kind, PaymentKind::Payout | PaymentKind::Refund);
    let arrives = arrives.filter(|_| goes_out);
    let stated = || {
        observations
            .iter()
            .filter(|one| one.content.source != Source::Books)
    };
    let moved = || stated().filter(|one| goes_out && !is_void(one, kind));
    let credited = || moved().filter_map(|one| known(one.content.credited.as_ref()));
    if arrives.is_some_and(|arrives| credited().any(|sum| !is(sum, arrives))) {
        return Agreement::Other;
    }
    let ordered = stated().filter_map(|one| one.content.ordered.as_ref());
    if let Some(is_other) = ordered.map(|sum| !is(sum, asked)).max() {
        return if is_other {
            Agreement::Other
        } else {
            Agreement::Same
        };
    }
    if let Some(arrives) = arrives {
        let paid = || moved().filter_map(|one| known(one.content.paid.as_ref()));
        // It may be stated with or without the fee.
        return if paid().any(|sum| !is(sum, asked) && !is(sum, arrives)) {
            Agreement::Other
        } else if paid().chain(credited()).next().is_some() {
            Agreement::Same
        } else {
            Agreement::Unstated
        };
    }
    let prices = stated()
        .filter(|_| comes_in(kind))
        .filter_map(|one| one.content.expected.clone());
    let mut agreement = Agreement::Unstated;
    for sum in moved().flat_map(sums_moved).chain(prices) {
        if is(&sum, asked) {
            return Agreement::Same;
        }
        // The price may also be stated in another currency than the expected one.
        if goes_out || sum.0.is_comparable(asked) {
            agreement = Agreement::Other;
        }
    }
    agreement
}

fn is(sum: &Stated, expected: &Money) -> bool {
    sum.0.is_comparable(expected) && sum.0.amount == expected.amount
}

/// Zero is what a provider states before it knows the sum.
fn known(sum: Option<&Stated>) -> Option<&Stated> {
    sum.filter(|sum| !sum.0.amount.is_zero())
}

/// The sums that a payout moved. One that is as it should be suffices.
fn sums_moved(one: &Observation) -> impl Iterator<Item = Stated> + use<> {
    let (paid, credited) = (one.content.paid.clone(), one.content.credited.clone());
    let sums = [paid, credited, paid_less_fee(one), credited_with_fee(one)];
    sums.into_iter().flatten()
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
