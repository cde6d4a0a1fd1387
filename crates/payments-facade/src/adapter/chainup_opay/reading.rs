//! From ChainUp's answers to observations.

use chainup_opay_client::{CreatedOrder, OrderDetail, OrderStatus, OrderType, StatementRow};
use payments_core::{Amount, MerchantRef, ProviderRef};

use crate::money::asset;
use crate::{Closure, EffectKey, GatewayId, Money, Observation, PaymentKind, Phase, Source};

fn phase(status: &OrderStatus) -> Phase {
    match status {
        OrderStatus::Pending => Phase::Open,
        OrderStatus::Paid => Phase::Completed,
        OrderStatus::Failed => Phase::Closed(Closure::Failed),
        OrderStatus::Closed => Phase::Closed(Closure::Unstated),
        _ => Phase::Unrecognised,
    }
}

/// Money, where the answer names both its parts. Answers spell in small letters what requests spell in capitals.
fn money(amount: Option<Amount>, coin: Option<&str>) -> Option<Money> {
    let asset = asset(&coin?.to_ascii_uppercase(), None).ok()?;
    Some(Money::new(amount?, asset))
}

/// What the merchant calls it. A text that is no [`MerchantRef`] is none that this library made.
fn reference(text: &str) -> Option<MerchantRef> {
    MerchantRef::new(text).ok()
}

/// A status that webhooks and queries tell alike, of the order with this number.
pub(super) fn effect(gateway: &GatewayId, number: &ProviderRef, status: &OrderStatus) -> EffectKey {
    EffectKey::new(gateway, number.as_str(), status.as_str())
}

/// The answer to a new order names its number and nothing else.
pub(super) fn created(made: &CreatedOrder, reference: MerchantRef, money: Money) -> Observation {
    Observation::new(Source::Created, PaymentKind::Checkout)
        .reference(Some(reference))
        .provider_ref(Some(made.order_num.clone()))
        .expected(Some(money))
        .phase(Phase::Open, "")
}

/// There is an order under this reference, and that is all that was told.
pub(super) fn known(reference: MerchantRef) -> Observation {
    Observation::new(Source::Queried, PaymentKind::Checkout).reference(Some(reference))
}

/// What an order's details tell. An order that is paid is paid in full: see the module's head.
pub(super) fn detail(gateway: &GatewayId, detail: &OrderDetail) -> Observation {
    let money = money(detail.amount, detail.coin.as_deref());
    let is_paid = detail.status == OrderStatus::Paid;
    Observation::new(Source::Queried, PaymentKind::Checkout)
        .reference(detail.app_order_id.as_deref().and_then(reference))
        .provider_ref(Some(detail.order_num.clone()))
        .phase(phase(&detail.status), detail.status.as_str())
        .paid(money.clone().filter(|_| is_paid))
        .expected(money)
        .made_at(detail.create_time)
        .effect(Some(effect(gateway, &detail.order_num, &detail.status)))
}

/// What a callback tells: of its amount the coin is not known, so there is no money in it.
pub(super) fn event(event: &chainup_opay_client::Event) -> Observation {
    Observation::new(Source::Event, PaymentKind::Checkout)
        .reference(reference(&event.app_order_id))
        .provider_ref(Some(event.order_num.clone()))
        .phase(phase(&event.status), event.status.as_str())
}

/// What a row of a statement tells. It has no status: a row with a time of payment was paid. It has no number of the
/// platform's either, and so no key of an effect.
pub(super) fn row(row: &StatementRow) -> Observation {
    let kind = match row.order_type {
        OrderType::Payment => PaymentKind::Checkout,
        OrderType::Transfer => PaymentKind::Refund,
        _ => PaymentKind::Unstated,
    };
    let money = money(Some(row.amount), Some(&row.coin));
    let observation = Observation::new(Source::Statement, kind)
        .reference(reference(&row.app_order_id))
        .made_at(row.create_time);
    let Some(pay_time) = row.pay_time else {
        return observation.expected(money);
    };
    let observation = observation.phase(Phase::Completed, "");
    if kind == PaymentKind::Refund {
        // It stands beside the order it names. It has no id, so the time tells several of one order apart.
        let transfer = pay_time.as_millis().to_string();
        return observation.credited(money).transfer(transfer);
    }
    observation.expected(money.clone()).paid(money)
}
