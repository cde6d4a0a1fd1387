//! Webhooks of a fake gateway: flat JSON, signed by an HMAC over all fields.

use std::fmt::Write as _;

use bytes::Bytes;
use http::HeaderMap;
use payments_core::{Asset, MerchantRef, ProviderRef, Timestamp};
use payments_signing::cpay::{Fields, Key};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::order::{phase, status_text};
use super::{FakeGateway, FakeOrder};
use payments_facade::answer::ProviderResponse;
use payments_facade::payment::{PaymentKind, Source};
use payments_facade::webhook::{EffectKey, Event, Webhooks};
use payments_facade::{Gateway, GatewayId, Money, Received, WebhookError};

/// A webhook as a provider would send it: hand it to the application's endpoint, twice, late or in another order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeWebhook {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

const KINDS: [(&str, PaymentKind); 4] = [
    ("checkout", PaymentKind::Checkout),
    ("deposit", PaymentKind::Deposit),
    ("payout", PaymentKind::Payout),
    ("exchange", PaymentKind::Exchange),
];

impl FakeWebhook {
    /// What the gateway has to say about an order as it stands. Nothing of it needs escaping in JSON.
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
        // The names ascend, each once: there is nothing to refuse.
        let sign = key.sign(pairs).map(|sign| sign.as_str().to_owned());
        let mut body = String::from("{");
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            let _ = write!(body, "\"{name}\":\"{value}\",");
        }
        let _ = write!(body, "\"sign\":\"{}\"}}", sign.unwrap_or_default());
        let mut headers = HeaderMap::new();
        headers.insert(
            http::header::CONTENT_TYPE,
            http::HeaderValue::from_static("application/json"),
        );
        Self {
            headers,
            body: body.into(),
        }
    }
}

/// Letters and digits as they are, everything else percent-encoded: no character is special to JSON or to the signature.
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
fn read(fields: &Fields) -> Result<FakeOrder, WebhookError> {
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

impl Webhooks for FakeGateway {
    fn receive(
        &self,
        _headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        self.0.verifies.receive(now, |key| {
            let fields = key
                .verify_webhook(body)
                .map_err(|_| WebhookError::Refused)?;
            if fields.get("gateway") != Some(self.id().as_str()) {
                return Err(WebhookError::Refused);
            }
            let event = fields.try_map(|fields| {
                let order = read(&fields)?;
                let happening = format!("{}.{}", status_text(order.phase), order.revision);
                Ok(Event::new(
                    self.id().clone(),
                    order.observation(self.id(), Source::Event),
                    EffectKey::new(self.id(), order.id.as_str(), &happening),
                    ProviderResponse::new(order),
                    body.clone(),
                ))
            })?;
            Ok(Received::verified(event, reply(200, "received")))
        })
    }

    fn nack(&self) -> http::Response<Bytes> {
        reply(500, "again")
    }
}

fn reply(status: u16, text: &'static str) -> http::Response<Bytes> {
    let mut reply = http::Response::new(Bytes::from_static(text.as_bytes()));
    if let Ok(status) = http::StatusCode::from_u16(status) {
        *reply.status_mut() = status;
    }
    reply
}
