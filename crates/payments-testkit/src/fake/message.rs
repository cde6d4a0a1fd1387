//! Webhooks as text: flat JSON, signed by an HMAC over all fields.

use std::fmt::Write as _;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use payments_core::{Asset, MerchantRef, ProviderRef, Timestamp};
use payments_facade::payment::PaymentKind;
use payments_facade::{GatewayId, Money, WebhookError};
use payments_signing::cpay::{Fields, Key};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::order::{FakeOrder, phase, status_text};

/// A webhook as a provider would send it. Pass it to the application's endpoint: once or repeatedly, late, or out of order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeWebhook {
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

const KINDS: [(&str, PaymentKind); 4] = [
    ("checkout", PaymentKind::Checkout),
    ("deposit", PaymentKind::Deposit),
    ("payout", PaymentKind::Payout),
    ("exchange", PaymentKind::Exchange),
];

impl FakeWebhook {
    /// Reports the current state of an order. No value needs escaping in JSON, because text is percent-encoded.
    pub(super) fn signed(gateway: &GatewayId, key: &Key, order: &FakeOrder) -> Self {
        let kind = KINDS.iter().find(|(_, kind)| *kind == order.kind);
        let money = |money: &Option<Money>| money.as_ref().map(write_money).unwrap_or_default();
        let reference = order.reference.as_ref().map(MerchantRef::as_str);
        let fields = [
            ("at", order.made_at.to_string()),
            ("credited", money(&order.credited)),
            ("expected", money(&order.expected)),
            ("fee", money(&order.fee)),
            ("gateway", gateway.to_string()),
            ("id", escaped(order.id.as_str())),
            ("kind", kind.map_or("", |(name, _)| name).to_owned()),
            ("late", order.late.to_string()),
            ("paid", money(&order.paid)),
            ("reference", reference.map(escaped).unwrap_or_default()),
            ("revision", order.revision.to_string()),
            ("status", status_text(order.phase).to_owned()),
            (
                "transaction",
                order
                    .transaction
                    .as_deref()
                    .map(escaped)
                    .unwrap_or_default(),
            ),
        ];
        let pairs = fields.iter().map(|(name, value)| (*name, value.as_str()));
        // Signing cannot fail: the names are unique and in ascending order.
        let sign = key.sign(pairs).map(|sign| sign.as_str().to_owned());
        let mut body = String::from("{");
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            let _ = write!(body, "\"{name}\":\"{value}\",");
        }
        let _ = write!(body, "\"sign\":\"{}\"}}", sign.unwrap_or_default());
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            headers,
            body: body.into(),
        }
    }
}

/// Percent-encodes everything but ASCII letters and digits, so that no character is special in JSON or in the signed text.
fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Reads what [`escaped`] writes.
fn unescaped(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    Some(text.into_owned())
}

fn write_money(money: &Money) -> String {
    let network = money.asset.network().map(escaped).unwrap_or_default();
    let symbol = escaped(money.asset.symbol());
    format!("{}:{symbol}:{network}", money.amount)
}

fn read_money(text: &str) -> Option<Money> {
    let mut parts = text.split(':');
    let amount = parts.next()?.parse().ok()?;
    let symbol = unescaped(parts.next()?)?;
    let network = unescaped(parts.next()?).filter(|network| !network.is_empty());
    let asset = Asset::new(symbol).ok()?;
    let asset = match network {
        Some(network) => asset.on_network(network).ok()?,
        None => asset,
    };
    Some(Money::new(amount, asset))
}

/// Reads what [`FakeWebhook::signed`] writes.
pub(super) fn read(fields: &Fields) -> Result<FakeOrder, WebhookError> {
    let unreadable = |field| WebhookError::Unreadable { field };
    let must = |field| fields.get(field).ok_or(unreadable(field));
    let money = |field| match fields.get(field) {
        Some(text) => read_money(text).map(Some).ok_or(unreadable(field)),
        None => Ok(None),
    };
    let text = |field| match fields.get(field) {
        Some(text) => unescaped(text).map(Some).ok_or(unreadable(field)),
        None => Ok(None),
    };
    let id = text("id")?.and_then(|id| ProviderRef::new(id).ok());
    let kind = must("kind")?;
    let kind = KINDS.iter().find(|(name, _)| *name == kind);
    let (_, kind) = kind.ok_or(unreadable("kind"))?;
    let at = must("at")?.parse().map_err(|_| unreadable("at"))?;
    let id = id.ok_or(unreadable("id"))?;
    let mut order = FakeOrder::new(id, *kind, Timestamp::from_millis(at));
    order.reference = match text("reference")? {
        Some(reference) => Some(MerchantRef::new(reference).map_err(|_| unreadable("reference"))?),
        None => None,
    };
    order.phase = phase(must("status")?).ok_or(unreadable("status"))?;
    order.expected = money("expected")?;
    order.paid = money("paid")?;
    order.credited = money("credited")?;
    order.fee = money("fee")?;
    order.late = must("late")? == "true";
    order.transaction = text("transaction")?;
    let revision = must("revision")?.parse();
    order.revision = revision.map_err(|_| unreadable("revision"))?;
    Ok(order)
}
