//! Converts the responses of v2 to observations.
//!
//! Every payment, withdrawal and swap has a record with an id. Its effect key is that of record and status, in every response.

use std::time::Duration;

use ccpayment_client::v2::{
    Deposit, DepositStatus, Fee, Invoice, Order, SwapRecord, SwapStatus, WithdrawType,
    WithdrawalRecord, WithdrawalStatus,
};
use payments_core::{Amount, Asset, MerchantRef, ProviderRef, Timestamp};

use crate::adapter::ccpayment_shared::names;
use crate::gateway::GatewayId;
use crate::money::{self, Money};
use crate::payment::{Closure, Observation, Payment, PaymentKind, Phase, Source};
use crate::webhook::EffectKey;

/// How long after its end an unpaid order is called expired (`assumed`): a payment that was made in time may be seen later.
const SEEN_WITHIN: Duration = Duration::from_secs(60 * 60);

/// A coin on its chain, with the facade's name of the network.
pub(super) fn asset(symbol: Option<&str>, chain: Option<&str>) -> Option<Asset> {
    let symbol = symbol?;
    let coin = money::asset(symbol, chain.map(names::common));
    coin.or_else(|_| money::asset(symbol, None)).ok()
}

/// Money, if both the amount and the asset are stated.
fn money(amount: Option<Amount>, asset: Option<&Asset>) -> Option<Money> {
    Some(Money::new(amount?, asset?.clone()))
}

/// The key of a record that reached a status.
pub(super) fn effect(gateway: &GatewayId, record: &ProviderRef, status: &str) -> EffectKey {
    EffectKey::new(gateway, record.as_str(), status)
}

/// The status of a deposit. A confirmed one that is not money has another text, and so another effect key: if the provider takes
/// the flag back, the money is not a repetition.
pub(super) fn deposit_status(status: &DepositStatus, is_risky: Option<bool>) -> String {
    let flag = match (status, is_risky) {
        (DepositStatus::Success, Some(true)) => " (flagged as risky)",
        (DepositStatus::Success, None) => " (risk not stated)",
        _ => "",
    };
    format!("{}{flag}", status.as_str())
}

/// A reference that this library could have sent.
pub(super) fn reference(text: &str) -> Option<MerchantRef> {
    MerchantRef::new(text).ok()
}

/// All observations as one payment: they have the same reference, or the same id.
fn merged(gateway: &GatewayId, observations: impl IntoIterator<Item = Observation>) -> Payment {
    let mut payments = observations
        .into_iter()
        .map(|observation| Payment::new(gateway.clone(), observation));
    let mut payment = payments
        .next()
        .unwrap_or_else(|| Payment::new(gateway.clone(), queried(PaymentKind::Unstated)));
    for other in payments {
        // All have the same reference and kind, so this cannot fail.
        let _ = payment.merge(other);
    }
    payment
}

fn queried(kind: PaymentKind) -> Observation {
    Observation::new(Source::Queried, kind)
}

/// One payment of an order or an invoice.
struct Paid<'a> {
    record: Option<&'a ProviderRef>,
    status: &'a DepositStatus,
    is_risky: Option<bool>,
    /// What counts as paid.
    amount: Option<Money>,
    fee: Option<Money>,
    transaction: Option<&'a String>,
    is_late: bool,
}

impl Paid<'_> {
    /// Only a confirmed payment that is stated not to be risky is money.
    fn is_credit(&self) -> bool {
        *self.status == DepositStatus::Success && self.is_risky == Some(false)
    }

    /// A payment says nothing about the end of its order, so its phase is never final. A failed one has none.
    fn phase(&self) -> Option<Phase> {
        match self.status {
            DepositStatus::Failed => None,
            DepositStatus::Processing => Some(Phase::Processing),
            DepositStatus::Success if self.is_credit() => Some(Phase::Processing),
            _ => Some(Phase::Unrecognised),
        }
    }

    /// `None` without a record, which would be counted again with every query: the total of the order has it.
    fn observation(&self, gateway: &GatewayId, about: Observation) -> Option<Observation> {
        let record = self.record?;
        let status = deposit_status(self.status, self.is_risky);
        let about = match self.phase() {
            Some(phase) => about.phase(phase, &*status),
            None => about,
        };
        let paid = self.amount.clone().filter(|_| self.is_credit());
        // Money that is not stated cannot be booked.
        let has_key = !self.is_credit() || paid.is_some();
        let credited = paid.as_ref().zip(self.fee.as_ref());
        let credited = credited.and_then(|(paid, fee)| {
            let left = paid.amount.checked_sub(fee.amount)?;
            Some(Money::new(left, paid.asset.clone()))
        });
        Some(
            about
                .transfer(record.as_str())
                .paid(paid)
                .credited(credited)
                .transaction(self.transaction.cloned())
                .late(self.is_late && self.is_credit())
                .effect(has_key.then(|| effect(gateway, record, &status))),
        )
    }
}

/// The phase of an order, which the provider does not state.
///
/// - `credited`: the confirmed payments that are not risky. `None` if that is not stated of every payment.
fn order_phase(
    due: Amount,
    credited: Option<Amount>,
    payments: &[Paid<'_>],
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Phase {
    let has = |status: &DepositStatus| payments.iter().any(|one| one.status == status);
    let mut phases = payments.iter().filter_map(Paid::phase);
    let is_unclear = credited.is_none() || phases.any(|phase| phase == Phase::Unrecognised);
    let ended = expires_at.and_then(|end| end.checked_add(SEEN_WITHIN));
    if !due.is_zero() && credited.is_some_and(|credited| credited >= due) {
        Phase::Completed
    } else if has(&DepositStatus::Processing) {
        Phase::Processing
    } else if is_unclear {
        // Never closed: a payment counts as soon as the provider clears it, or states that it is not risky.
        Phase::Unrecognised
    } else if ended.is_some_and(|ended| now > ended) {
        Phase::Closed(Closure::Expired)
    } else if has(&DepositStatus::Success) {
        Phase::Processing
    } else {
        Phase::Open
    }
}

/// Whether a payment arrived after the end of its order.
fn is_late(arrived_at: Option<Timestamp>, expires_at: Option<Timestamp>) -> bool {
    let both = arrived_at.zip(expires_at);
    both.is_some_and(|(arrived, end)| arrived > end)
}

/// An order and its payments.
pub(super) fn order(
    gateway: &GatewayId,
    reference: &MerchantRef,
    order: &Order,
    now: Timestamp,
) -> Payment {
    let coin = asset(order.coin_symbol.as_deref(), Some(&order.chain));
    let coin = coin.as_ref();
    let about = || queried(PaymentKind::Checkout).reference(Some(reference.clone()));
    let payments = order.payments.iter().map(|payment| Paid {
        record: payment.record_id.as_ref(),
        status: &payment.status,
        is_risky: payment.is_flagged_as_risky,
        amount: money(Some(payment.amount), coin),
        fee: money(payment.service_fee, coin),
        transaction: payment.txid.as_ref(),
        is_late: is_late(payment.arrived_at, order.expires_at),
    });
    let payments: Vec<Paid<'_>> = payments.collect();
    let credited = order.credited();
    let phase = order_phase(
        order.amount_to_pay,
        credited,
        &payments,
        order.expires_at,
        now,
    );
    let total = about()
        .phase(phase, "")
        .made_at(order.created_at)
        .expected(money(Some(order.amount_to_pay), coin))
        .paid(money(credited, coin));
    let payments = payments
        .iter()
        .filter_map(|paid| paid.observation(gateway, about()));
    merged(gateway, std::iter::once(total).chain(payments))
}

/// An invoice and its payments, by their value in the price's currency.
pub(super) fn invoice(
    gateway: &GatewayId,
    reference: &MerchantRef,
    invoice: &Invoice,
    now: Timestamp,
) -> Payment {
    let currency = asset(invoice.price_symbol.as_deref(), None);
    let currency = currency.as_ref();
    let about = || queried(PaymentKind::Checkout).reference(Some(reference.clone()));
    let payments = invoice.payments.iter().map(|payment| Paid {
        record: payment.record_id.as_ref(),
        status: &payment.status,
        is_risky: payment.is_flagged_as_risky,
        amount: money(payment.paid_value, currency),
        // It is in the coin that was paid.
        fee: None,
        transaction: payment.txid.as_ref(),
        is_late: is_late(payment.arrived_at, invoice.expires_at),
    });
    let payments: Vec<Paid<'_>> = payments.collect();
    let credited = invoice.credited();
    let phase = order_phase(invoice.price, credited, &payments, invoice.expires_at, now);
    let price = money(Some(invoice.price), currency);
    let total = about()
        .phase(phase, "")
        .made_at(invoice.created_at)
        .ordered(price.clone())
        .expected(price)
        .paid(money(credited, currency));
    let payments = payments
        .iter()
        .filter_map(|paid| paid.observation(gateway, about()));
    merged(gateway, std::iter::once(total).chain(payments))
}

/// A record of a payment to a permanent address, which is a separate payment.
pub(super) fn deposit(gateway: &GatewayId, deposit: &Deposit) -> Payment {
    let coin = asset(deposit.coin_symbol.as_deref(), Some(&deposit.chain));
    let coin = coin.as_ref();
    let paid = deposit.amount;
    let paid = Some(paid).filter(|_| deposit.is_credit());
    let credited = paid
        .zip(deposit.service_fee)
        .and_then(|(paid, fee)| paid.checked_sub(fee));
    let phase = match deposit.status {
        DepositStatus::Processing => Phase::Processing,
        DepositStatus::Success if deposit.is_credit() => Phase::Completed,
        DepositStatus::Failed => Phase::Closed(Closure::Failed),
        _ => Phase::Unrecognised,
    };
    let status = deposit_status(&deposit.status, deposit.is_flagged_as_risky);
    let observation = queried(PaymentKind::Deposit)
        .provider_ref(Some(deposit.record_id.clone()))
        .phase(phase, &*status)
        .transfer(deposit.record_id.as_str())
        .paid(money(paid, coin))
        .credited(money(credited, coin))
        .fee(money(
            deposit.service_fee.filter(|_| deposit.is_credit()),
            coin,
        ))
        .transaction(deposit.tx_id.clone())
        .customer(deposit.reference_id.clone())
        .effect(Some(effect(gateway, &deposit.record_id, &status)));
    Payment::new(gateway.clone(), observation)
}

/// A record of a payment of an order, in the coin that was paid: the order may not have it, if it is in another coin.
pub(super) fn order_deposit(
    gateway: &GatewayId,
    reference: &MerchantRef,
    deposit: &Deposit,
) -> Payment {
    let coin = asset(deposit.coin_symbol.as_deref(), Some(&deposit.chain));
    let coin = coin.as_ref();
    let paid = Paid {
        record: Some(&deposit.record_id),
        status: &deposit.status,
        is_risky: deposit.is_flagged_as_risky,
        amount: money(Some(deposit.amount), coin),
        fee: money(deposit.service_fee, coin),
        transaction: deposit.tx_id.as_ref(),
        // The record does not state the end of the order.
        is_late: false,
    };
    let about = queried(PaymentKind::Checkout).reference(Some(reference.clone()));
    merged(gateway, paid.observation(gateway, about))
}

fn withdrawal_phase(status: &WithdrawalStatus) -> Phase {
    match status {
        WithdrawalStatus::Processing | WithdrawalStatus::WaitingApproval => Phase::Processing,
        WithdrawalStatus::Success => Phase::Completed,
        WithdrawalStatus::Failed => Phase::Closed(Closure::Failed),
        WithdrawalStatus::Rejected => Phase::Closed(Closure::Rejected),
        _ => Phase::Unrecognised,
    }
}

/// A fee in its coin, on no particular chain. `None` if the coin is not stated.
fn fee(fee: &Fee) -> Option<Money> {
    let coin = asset(fee.coin_symbol.as_deref(), None)?;
    Some(Money::new(fee.amount, coin))
}

/// What reaches the payee of a withdrawal. `merchant_pays` is not in the record.
fn arrives(record: &WithdrawalRecord, merchant_pays: Option<bool>) -> Option<Amount> {
    if record.withdraw_type == WithdrawType::Cwallet || merchant_pays == Some(true) {
        return Some(record.amount);
    }
    let fee = record.fee.as_ref()?;
    match merchant_pays {
        _ if fee.amount.is_zero() => Some(record.amount),
        Some(false) => record.amount.checked_sub(fee.amount_in(record.coin_id)?),
        _ => None,
    }
}

/// A payout.
///
/// - `merchant_pays`: who bears the network fee, if the caller knows it.
pub(super) fn withdrawal(
    gateway: &GatewayId,
    record: &WithdrawalRecord,
    merchant_pays: Option<bool>,
) -> Payment {
    let is_transfer = record.withdraw_type == WithdrawType::Cwallet;
    // A transfer is on no chain, whatever the record calls it.
    let chain = record.chain.as_deref().filter(|_| !is_transfer);
    let coin = asset(record.coin_symbol.as_deref(), chain);
    let coin = coin.as_ref();
    let is_made = record.status == WithdrawalStatus::Success;
    let arrived = arrives(record, merchant_pays).filter(|_| is_made);
    // An account may be named by its id here, and by its e-mail address in the order.
    let payee = record.to_address.clone().filter(|_| !is_transfer);
    let observation = queried(PaymentKind::Payout)
        .reference(reference(&record.order_id))
        .provider_ref(Some(record.record_id.clone()))
        .phase(withdrawal_phase(&record.status), record.status.as_str())
        .ordered(money(Some(record.amount), coin))
        .payee(payee, record.to_memo.clone())
        .credited(money(arrived, coin))
        .fee(record.fee.as_ref().and_then(fee))
        .transaction(record.tx_id.clone())
        .effect(Some(effect(
            gateway,
            &record.record_id,
            record.status.as_str(),
        )));
    Payment::new(gateway.clone(), observation)
}

fn swap_phase(status: &SwapStatus) -> Phase {
    match status {
        SwapStatus::Processing => Phase::Processing,
        SwapStatus::Success => Phase::Completed,
        SwapStatus::Failed => Phase::Closed(Closure::Failed),
        _ => Phase::Unrecognised,
    }
}

/// An exchange.
pub(super) fn swap(gateway: &GatewayId, record: &SwapRecord) -> Payment {
    let source = asset(record.coin_in_symbol.as_deref(), None);
    let target = asset(record.coin_out_symbol.as_deref(), None);
    let is_made = record.status == SwapStatus::Success;
    let got = Some(record.net_amount_out).filter(|_| is_made);
    let observation = queried(PaymentKind::Exchange)
        .reference(reference(&record.order_id))
        .provider_ref(Some(record.record_id.clone()))
        .phase(swap_phase(&record.status), record.status.as_str())
        .ordered(money(Some(record.amount_in), source.as_ref()))
        .credited(money(got, target.as_ref()))
        .fee(money(record.fee, target.as_ref()))
        .made_at(record.created_at)
        .effect(Some(effect(
            gateway,
            &record.record_id,
            record.status.as_str(),
        )));
    Payment::new(gateway.clone(), observation)
}
