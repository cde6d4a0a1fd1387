//! What is read from a payment in more than one place.

use payments_core::{MerchantRef, ProviderRef};
use payments_facade::Payment;
use payments_facade::payment::PaymentKind;

/// The name of a payment for people. Refunds name the reference of their order, so they are named by their id.
pub(crate) fn subject(payment: &Payment) -> String {
    let reference = payment.reference().map(MerchantRef::as_str);
    let id = payment.provider_ref().map(ProviderRef::as_str);
    let name = match payment.kind() {
        PaymentKind::Refund => id.or(reference),
        _ => reference.or(id),
    };
    name.unwrap_or("without a name").to_owned()
}

/// Whether money of payments of this kind is credited to the account.
pub(crate) fn comes_in(kind: PaymentKind) -> bool {
    matches!(
        kind,
        PaymentKind::Checkout | PaymentKind::Card | PaymentKind::Deposit
    )
}

/// Whether money arrived, or was paid out.
pub(crate) fn has_money(payment: &Payment) -> bool {
    let received = payment.funds().received;
    received.is_some_and(|money| !money.amount.is_zero())
}
