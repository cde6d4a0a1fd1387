//! Converts CCPayment's responses to observations.

use ccpayment_client::v1::{
    DepositOrder, DepositStatus, Fee, Trade, WithdrawalOrder, WithdrawalStatus,
};
use payments_core::{Amount, Asset, MerchantRef};

use super::names;
use crate::gateway::GatewayId;
use crate::money::{self, Money};
use crate::payment::{Closure, Observation, Payment, PaymentKind, Phase, Source};

/// A coin on its chain, with the facade's name of the network.
pub(super) fn asset(crypto: Option<&str>, chain: Option<&str>) -> Option<Asset> {
    let crypto = crypto?;
    let coin = money::asset(crypto, chain.map(names::common));
    coin.or_else(|_| money::asset(crypto, None)).ok()
}

/// Money, if both the amount and the asset are stated.
pub(super) fn money(amount: Option<Amount>, asset: Option<&Asset>) -> Option<Money> {
    Some(Money::new(amount?, asset?.clone()))
}

/// A fee in its coin. `None` if the coin is not stated.
pub(super) fn fee(fee: Option<&Fee>) -> Option<Money> {
    let (amount, crypto) = fee?.parts();
    Some(Money::new(amount, asset(crypto, None)?))
}

/// A price, in a currency or in the coin.
pub(super) fn price(
    amount: Option<Amount>,
    denominated_currency: Option<&str>,
    coin: Option<&Asset>,
) -> Option<Money> {
    let currency = denominated_currency?;
    if currency.eq_ignore_ascii_case("token") {
        return money(amount, coin);
    }
    money(amount, Asset::new(currency).ok().as_ref())
}

/// The phase, and whether money was late. Overdue states mean late money. They may also mean a payment that was too small
/// and in time; that the two are not distinguished is `assumed`.
fn deposit_phase(status: &DepositStatus) -> (Phase, bool) {
    match status {
        DepositStatus::Pending | DepositStatus::AwaitingPayment => (Phase::Open, false),
        DepositStatus::Processing | DepositStatus::Underpayment => (Phase::Processing, false),
        DepositStatus::Expired => (Phase::Closed(Closure::Expired), false),
        DepositStatus::UnderpaymentOverdue => (Phase::Closed(Closure::Expired), true),
        DepositStatus::Successful | DepositStatus::Paid | DepositStatus::Overpayment => {
            (Phase::Completed, false)
        }
        DepositStatus::PaidOverdue | DepositStatus::OverpaymentOverdue => (Phase::Completed, true),
        _ => (Phase::Unrecognised, false),
    }
}

/// CCPayment's fee, if every payment counts and states its fee in the order's coin.
fn service_fee(row: &DepositOrder, paid: Amount, coin: &Asset) -> Option<Amount> {
    let sum = |of: fn(&Trade, &Asset) -> Option<Amount>| {
        let mut payments = row.payments.iter();
        payments.try_fold(Amount::ZERO, |sum, one| sum.checked_add(of(one, coin)?))
    };
    let all = sum(|payment, _| payment.amount)?;
    let fees = sum(|payment, coin| payment.service_fee.as_ref()?.amount_in(coin.symbol()))?;
    (all == paid).then_some(fees)
}

/// An order and its payments. They have no ids here, so they count as one total, not as single transfers as in webhooks.
pub(super) fn deposit(gateway: &GatewayId, reference: &MerchantRef, row: &DepositOrder) -> Payment {
    let coin = asset(row.crypto.as_deref(), row.chain.as_deref());
    let coin = coin.as_ref();
    let paid = row.paid_amount();
    let fees = paid
        .zip(coin)
        .and_then(|(paid, coin)| service_fee(row, paid, coin));
    let credited = paid
        .zip(fees)
        .and_then(|(paid, fees)| paid.checked_sub(fees));

    let refunded = row.refunded_amount().filter(|_| !row.refunds.is_empty());
    let has_unknown_refund = !row.refunds.is_empty() && (refunded.is_none() || coin.is_none());

    let (phase, late) = deposit_phase(&row.status);
    let expected = price(row.product_price, row.denominated_currency.as_deref(), coin);
    let about = || {
        Observation::new(Source::Queried, PaymentKind::Checkout)
            .reference(Some(reference.clone()))
            .provider_ref(row.order_id.clone())
    };
    let order = about()
        .phase(phase, row.status.as_str())
        .late(late)
        .made_at(row.created)
        .ordered(expected.clone())
        .expected(expected)
        .paid(money(paid, coin))
        .credited(money(credited, coin))
        .fee(money(fees, coin))
        .refunded(money(refunded, coin))
        .with_unknown_refund(has_unknown_refund);
    let due = about().expected(money(row.order_amount, coin));
    let hashes = row
        .payments
        .iter()
        .filter_map(|payment| payment.txid.clone());
    let transactions = hashes.map(|hash| about().transaction(Some(hash)));

    let mut payment = Payment::new(gateway.clone(), order);
    for observation in std::iter::once(due).chain(transactions) {
        // Both have the same reference, so this cannot fail.
        let _ = payment.merge(Payment::new(gateway.clone(), observation));
    }
    payment
}

fn withdrawal_phase(status: &WithdrawalStatus) -> Phase {
    match status {
        WithdrawalStatus::Pending => Phase::Open,
        WithdrawalStatus::Processing => Phase::Processing,
        WithdrawalStatus::Successful => Phase::Completed,
        WithdrawalStatus::Failed => Phase::Closed(Closure::Failed),
        _ => Phase::Unrecognised,
    }
}

/// A payout. The response does not state who bore the fee, so the amount that arrived is known only if there was no fee.
pub(super) fn withdrawal(
    gateway: &GatewayId,
    reference: &MerchantRef,
    row: &WithdrawalOrder,
) -> Payment {
    let coin = asset(row.crypto.as_deref(), row.chain.as_deref());
    let transfer = row.transfers.first();
    let network_fee = transfer.and_then(|transfer| transfer.network_fee.as_ref());
    let is_made = row.status == WithdrawalStatus::Successful;
    let is_free = network_fee.is_some_and(|fee| fee.parts().0.is_zero());
    let arrived = transfer.and_then(|transfer| transfer.amount);
    let observation = Observation::new(Source::Queried, PaymentKind::Payout)
        .reference(Some(reference.clone()))
        .provider_ref(row.order_id.clone())
        .phase(withdrawal_phase(&row.status), row.status.as_str())
        .ordered(money(row.order_amount, coin.as_ref()))
        .credited(money(arrived.filter(|_| is_made && is_free), coin.as_ref()))
        .fee(fee(network_fee))
        .transaction(transfer.and_then(|transfer| transfer.txid.clone()))
        .made_at(row.created);
    Payment::new(gateway.clone(), observation)
}
