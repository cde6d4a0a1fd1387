//! From C-Pay's answers to observations.

use cpay_client::{OrderDetail, OrderStatus};
use payments_core::{Amount, MerchantRef, ProviderRef};

use super::names;
use crate::money::asset;
use crate::{
    Closure, EffectKey, GatewayId, Lookup, Money, Observation, PaymentKind, Phase, Source,
};

pub(super) fn phase(status: &OrderStatus) -> Phase {
    match status {
        OrderStatus::Pending => Phase::Open,
        OrderStatus::Processing => Phase::Processing,
        OrderStatus::Completed => Phase::Completed,
        OrderStatus::Closed => Phase::Closed(Closure::Unstated),
        _ => Phase::Unrecognised,
    }
}

/// Money, where the answer names both its parts: an amount without a unit is none.
pub(super) fn money(
    amount: Option<Amount>,
    symbol: Option<&str>,
    network: Option<&str>,
) -> Option<Money> {
    let symbol = symbol?;
    let network = network.map(names::common);
    let asset = asset(symbol, network).or_else(|_| asset(symbol, None));
    Some(Money::new(amount?, asset.ok()?))
}

/// A status that webhooks and queries tell alike, of an order with this id.
pub(super) fn effect(gateway: &GatewayId, id: &str, status: &OrderStatus) -> EffectKey {
    EffectKey::new(gateway, id, status.as_str())
}

/// What the merchant calls it. A text that is no [`MerchantRef`] is none that this library made.
pub(super) fn reference(text: Option<&str>) -> Option<MerchantRef> {
    text.and_then(|text| MerchantRef::new(text).ok())
}

/// A status and the order it is of, as far as every answer tells.
pub(super) fn observed(
    gateway: &GatewayId,
    observation: Observation,
    id: &ProviderRef,
    status: Option<&OrderStatus>,
) -> Observation {
    let observation = observation.provider_ref(Some(id.clone()));
    match status {
        Some(status) => observation
            .phase(phase(status), status.as_str())
            .effect(Some(effect(gateway, id.as_str(), status))),
        None => observation,
    }
}

/// What an order's details tell: not what it is. Its amounts count once it has ended: before, they are not confirmed.
pub(super) fn detail(gateway: &GatewayId, by: &Lookup, detail: &OrderDetail) -> Observation {
    let money = |amount| {
        let amount = amount_once_final(amount, &detail.status);
        self::money(
            amount,
            detail.currency.as_deref(),
            detail.network.as_deref(),
        )
    };
    let asked = match by {
        Lookup::Reference(reference) => Some(reference.clone()),
        Lookup::Provider(_) | Lookup::Transaction(_) => None,
    };
    let trade_no = detail.merchant_trade_no.as_deref();
    let known = reference(trade_no).or(asked);
    let observation = Observation::new(Source::Queried, PaymentKind::Unstated)
        .reference(known)
        .paid(money(detail.actual_amount))
        .credited(money(detail.received_amount))
        .fee(money(detail.fee))
        .transaction(detail.hash.clone())
        .made_at(detail.create_time);
    observed(gateway, observation, &detail.order_id, Some(&detail.status))
}

pub(super) fn amount_once_final(amount: Option<Amount>, status: &OrderStatus) -> Option<Amount> {
    amount.filter(|_| status.is_final())
}
