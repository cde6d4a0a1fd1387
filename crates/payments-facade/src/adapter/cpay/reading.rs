//! Converts C-Pay's responses to observations.

use cpay_client::{OrderDetail, OrderStatus};
use payments_core::{Amount, MerchantRef, ProviderRef};

use super::names;
use crate::gateway::GatewayId;
use crate::lookup::Lookup;
use crate::money::{Money, asset};
use crate::payment::{Closure, Observation, PaymentKind, Phase, Source};
use crate::webhook::EffectKey;

pub(super) fn phase(status: &OrderStatus) -> Phase {
    match status {
        OrderStatus::Pending => Phase::Open,
        OrderStatus::Processing => Phase::Processing,
        OrderStatus::Completed => Phase::Completed,
        OrderStatus::Closed => Phase::Closed(Closure::Unstated),
        _ => Phase::Unrecognised,
    }
}

/// Money, if the response names both the amount and the symbol.
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

/// The effect key of a status, the same for webhooks and queries.
pub(super) fn effect(gateway: &GatewayId, id: &str, status: &OrderStatus) -> EffectKey {
    EffectKey::new(gateway, id, status.as_str())
}

/// The merchant's reference. Text that is not a valid [`MerchantRef`] was not sent by this library.
pub(super) fn reference(text: Option<&str>) -> Option<MerchantRef> {
    text.and_then(|text| MerchantRef::new(text).ok())
}

/// Adds the order's id and, if stated, its status.
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

/// An order's details, which do not state its kind. The amounts count only in a final status: before, they are unconfirmed.
pub(super) fn detail(gateway: &GatewayId, by: &Lookup, detail: &OrderDetail) -> Observation {
    let money = |amount| {
        let amount = amount_once_final(amount, &detail.status);
        self::money(
            amount,
            detail.currency.as_deref(),
            detail.network.as_deref(),
        )
    };
    let requested = match by {
        Lookup::Reference(reference) => Some(reference.clone()),
        Lookup::Provider(_) | Lookup::Transaction(_) => None,
    };
    let trade_no = detail.merchant_trade_no.as_deref();
    let known = reference(trade_no).or(requested);
    let observation = Observation::new(Source::Queried, PaymentKind::Unstated)
        .reference(known)
        .paid(money(detail.actual_amount))
        .credited(money(detail.received_amount))
        .fee(money(detail.fee))
        .transaction(detail.hash.clone())
        .made_at(detail.create_time)
        .customer(detail.merchant_user_id.clone())
        .metadata(detail.ext_info.clone());
    observed(gateway, observation, &detail.order_id, Some(&detail.status))
}

pub(super) fn amount_once_final(amount: Option<Amount>, status: &OrderStatus) -> Option<Amount> {
    amount.filter(|_| status.is_final())
}
