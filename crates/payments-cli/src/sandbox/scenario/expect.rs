//! Compares a payment, or the webhooks of an order, with what a scenario expects.

use payments_facade::Payment;
use serde_json::Value;

use super::step::{Deliveries, Expected, Found};
use crate::payment_view::PaymentView;
use crate::sandbox::records::text;

/// What was compared, or everything that differs.
pub(super) fn compare(payment: &Payment, expected: &Expected) -> Found {
    // Strings, numbers and lists cannot fail to serialise.
    let view = serde_json::to_value(PaymentView::from(payment)).unwrap_or_default();
    let word = |value: &Option<String>| value.clone();
    let flag = |value: Option<bool>| value.map(|flag| flag.to_string());
    let amount = |value: Option<payments_core::Amount>| value.map(|amount| amount.to_string());
    let checks = [
        ("kind", "/kind", word(&expected.kind)),
        ("phase", "/phase", word(&expected.phase)),
        ("closure", "/closure", word(&expected.closure)),
        (
            "settlement",
            "/settlement/state",
            word(&expected.settlement),
        ),
        ("late", "/late", flag(expected.late)),
        ("paid_in_full", "/paid_in_full", flag(expected.paid_in_full)),
        ("received", "/received/amount", amount(expected.received)),
        ("refunded", "/refunded/amount", amount(expected.refunded)),
    ];
    let (mut same, mut different) = (Vec::new(), Vec::new());
    for (name, place, wanted) in checks {
        let Some(wanted) = wanted else { continue };
        let is = match view.pointer(place) {
            None | Some(Value::Null) => "not stated".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        match is_same(&is, &wanted) {
            true => same.push(format!("{name} {is}")),
            false => different.push(format!("{name} is {is}, expected {wanted}")),
        }
    }
    match different.is_empty() {
        true => Ok(same.join(", ")),
        false => Err(different.join("; ")),
    }
}

/// The same text, or the same amount: `10.5` is `10.50`.
fn is_same(one: &str, other: &str) -> bool {
    let amount = |text: &str| text.parse::<payments_core::Amount>().ok();
    one == other || amount(one).is_some_and(|amount_of_one| amount(other) == Some(amount_of_one))
}

/// The state and attempts of each webhook, if they are as expected.
pub(super) fn compare_deliveries(deliveries: &[Value], expected: &Deliveries) -> Found {
    let attempts = |delivery: &Value| {
        let attempts = delivery.get("attempts").and_then(Value::as_array);
        attempts.map_or(0, Vec::len)
    };
    let shown: Vec<String> = deliveries
        .iter()
        .map(|one| format!("{} after {}", text(one, "state"), attempts(one)))
        .collect();
    let shown = shown.join(", ");
    let fits = |one: &&Value| {
        let state = expected.state.as_ref();
        state.is_none_or(|state| *state == text(one, "state"))
            && expected.attempts.is_none_or(|count| count == attempts(one))
    };
    let fitting = deliveries.iter().filter(fits).count();
    let is_right = match expected.count {
        Some(count) => fitting == count,
        None => fitting > 0 && fitting == deliveries.len(),
    };
    match is_right {
        true => Ok(shown),
        false if shown.is_empty() => Err("the order has no webhooks".to_owned()),
        false => Err(format!("the webhooks are: {shown}")),
    }
}
