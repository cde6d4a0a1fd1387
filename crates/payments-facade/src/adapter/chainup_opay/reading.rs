//! Converts ChainUp's responses to observations.

use chainup_opay_client::{CreatedOrder, OrderDetail, OrderStatus, OrderType, StatementRow};
use payments_core::{Amount, MerchantRef, ProviderRef};

use super::CustomerId;
use crate::gateway::GatewayId;
use crate::money::{Money, asset};
use crate::payment::{Closure, Observation, PaymentKind, Phase, Source};
use crate::webhook::EffectKey;

fn phase(status: &OrderStatus) -> Phase {
    match status {
        OrderStatus::Pending => Phase::Open,
        OrderStatus::Paid => Phase::Completed,
        OrderStatus::Failed => Phase::Closed(Closure::Failed),
        OrderStatus::Closed => Phase::Closed(Closure::Unstated),
        _ => Phase::Unrecognised,
    }
}

/// Money, if the response names both the amount and the coin. Responses have lowercase symbols, requests have capitals.
fn money(amount: Option<Amount>, coin: Option<&str>) -> Option<Money> {
    let asset = asset(&coin?.to_ascii_uppercase(), None).ok()?;
    Some(Money::new(amount?, asset))
}

/// The merchant's reference. Text that is not a valid [`MerchantRef`] was not sent by this library.
fn reference(text: &str) -> Option<MerchantRef> {
    MerchantRef::new(text).ok()
}

/// The effect key of a status, the same for webhooks and queries.
pub(super) fn effect(gateway: &GatewayId, number: &ProviderRef, status: &OrderStatus) -> EffectKey {
    EffectKey::new(gateway, number.as_str(), status.as_str())
}

/// The response to a new order contains only its number.
pub(super) fn created(made: &CreatedOrder, reference: MerchantRef, money: Money) -> Observation {
    Observation::new(Source::Created, PaymentKind::Checkout)
        .reference(Some(reference))
        .provider_ref(Some(made.order_num.clone()))
        .expected(Some(money))
        .phase(Phase::Open, "")
}

/// An order exists under this reference. Nothing else is known.
pub(super) fn known(reference: MerchantRef) -> Observation {
    Observation::new(Source::Queried, PaymentKind::Checkout).reference(Some(reference))
}

/// An order's details. A paid order is paid in full: see the module documentation.
pub(super) fn detail(
    gateway: &GatewayId,
    customer_id: CustomerId,
    detail: &OrderDetail,
) -> Observation {
    let money = money(detail.amount, detail.coin.as_deref());
    let is_paid = detail.status == OrderStatus::Paid;
    Observation::new(Source::Queried, PaymentKind::Checkout)
        .reference(detail.app_order_id.as_deref().and_then(reference))
        .provider_ref(Some(detail.order_num.clone()))
        .phase(phase(&detail.status), detail.status.as_str())
        .paid(money.clone().filter(|_| is_paid))
        .expected(money)
        .made_at(detail.create_time)
        // The answer has no `openId`.
        .customer(match customer_id {
            CustomerId::UserId => detail.user_id.clone(),
            CustomerId::OpenId => None,
        })
        .effect(Some(effect(gateway, &detail.order_num, &detail.status)))
}

/// A callback. It states no coin for its amount, so it contains no money.
pub(super) fn event(event: &chainup_opay_client::Event) -> Observation {
    Observation::new(Source::Event, PaymentKind::Checkout)
        .reference(reference(&event.app_order_id))
        .provider_ref(Some(event.order_num.clone()))
        .phase(phase(&event.status), event.status.as_str())
}

/// A statement row. It has no status: a row with a payment time was paid. It has no number of the platform either, and
/// therefore no effect key.
pub(super) fn row(customer_id: CustomerId, row: &StatementRow) -> Observation {
    let kind = match row.order_type {
        OrderType::Payment => PaymentKind::Checkout,
        OrderType::Transfer => PaymentKind::Refund,
        _ => PaymentKind::Unstated,
    };
    let money = money(Some(row.amount), Some(&row.coin));
    let observation = Observation::new(Source::Statement, kind)
        .reference(reference(&row.app_order_id))
        .made_at(row.create_time)
        .customer(match customer_id {
            CustomerId::UserId => row.user_id.clone(),
            CustomerId::OpenId => row.open_id.clone(),
        });
    let Some(pay_time) = row.pay_time else {
        return observation.expected(money);
    };
    let observation = observation.phase(Phase::Completed, "");
    if kind == PaymentKind::Refund {
        // A separate payment beside its order. It has no id, so the time distinguishes several refunds of one order.
        let transfer = pay_time.as_millis().to_string();
        return observation.credited(money).transfer(transfer);
    }
    observation.expected(money.clone()).paid(money)
}
