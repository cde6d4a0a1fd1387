//! An adapter for an imaginary provider, "Tinypay": hosted orders, found by reference, with signed webhooks.

use async_trait::async_trait;
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, Request, Response, StatusCode};
use payments_core::{
    Amount, Asset, Clock, Effect, Error as Failure, Fault, InvalidRequest, Kind, MerchantRef,
    ProviderRef, Refusal, SensitiveString, Timestamp, Transport,
};
use payments_facade::answer::{Answer, ProviderResponse};
use payments_facade::checkout::{
    Checkout, CheckoutKind, CheckoutOrder, CreatedCheckout, CustomerStep,
};
use payments_facade::facts::{Fact, Facts, Strategy};
use payments_facade::lookup::{Lookup, LookupKind};
use payments_facade::payment::{Closure, Observation, Payment, PaymentKind, Phase, Source};
use payments_facade::recovery::{LookupResult, Recovery};
use payments_facade::webhook::{EffectKey, Event, Received, WebhookError, Webhooks};
use payments_facade::{Error, Gateway, GatewayId, Money, Ticket, adapter};
use std::{sync::Arc, time::Duration};

const NAME: &str = "tinypay";

#[derive(Debug, serde::Deserialize)]
pub(crate) struct Invoice {
    id: ProviderRef,
    reference: MerchantRef,
    state: String,
    amount: Amount,
    asset: String,
    paid: Amount,
    late: bool,
}

#[derive(Debug)]
pub(crate) struct Tinypay {
    pub(crate) id: GatewayId,
    pub(crate) secret: SensitiveString,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
}

static FACTS: Facts = Facts::new(
    Fact::documented(Strategy::Query, "manual, invoices"),
    Fact::documented(Duration::from_secs(60), "manual, consistency"),
    Fact::documented(true, "manual, status 404"),
);

/// The supported options. All others are refused.
const OPTIONS: &[&str] = &["notify_url"];

fn plan(order: &CheckoutOrder) -> Result<Request<Bytes>, InvalidRequest> {
    if order.kind() != CheckoutKind::Hosted {
        return Err(InvalidRequest::unsupported(order.kind().as_str()));
    }
    order.options().check(OPTIONS)?;
    let body = serde_json::json!({
        "reference": order.reference(),
        "amount": order.money().amount,
        "asset": order.money().asset.symbol(),
        "callback": order.options().notify_url,
    });
    let request = Request::post("https://tinypay.example/invoices").body(body.to_string().into());
    request.map_err(|_| InvalidRequest::configuration("url", "is not valid"))
}

impl Tinypay {
    /// Sends the request once. The status codes have the meaning that the provider's manual gives them; `payments-core` derives
    /// the outcome and the next step.
    async fn call(&self, effect: Effect, request: Request<Bytes>) -> Result<Invoice, Failure> {
        let answer = self.transport.send(request).await;
        let answer =
            answer.map_err(|error| Failure::from_transport(NAME, "call", effect, error))?;
        let fault = match (answer.status(), serde_json::from_slice(answer.body())) {
            (StatusCode::OK | StatusCode::CREATED, Ok(invoice)) => return Ok(invoice),
            (StatusCode::OK | StatusCode::CREATED, Err(_)) => {
                Fault::undecodable("the body is not an invoice")
            }
            (StatusCode::NOT_FOUND, _) => Fault::refused(Refusal::NotFound),
            (StatusCode::CONFLICT, _) => Fault::duplicate(),
            (status, _) if status.is_client_error() => Fault::refused(Refusal::Request),
            _ => Fault::unavailable(),
        };
        Err(Failure::from_fault(NAME, "call", effect, fault, None))
    }

    fn observed(&self, source: Source, invoice: &Invoice) -> Observation {
        let phase = match invoice.state.as_str() {
            "open" => Phase::Open,
            "paid" => Phase::Completed,
            "expired" => Phase::Closed(Closure::Expired),
            _ => Phase::Unrecognised,
        };
        let asset = Asset::new(invoice.asset.as_str()).ok();
        let money = |amount| asset.clone().map(|asset| Money::new(amount, asset));
        Observation::new(source, PaymentKind::Checkout)
            .reference(Some(invoice.reference.clone()))
            .provider_ref(Some(invoice.id.clone()))
            .phase(phase, invoice.state.as_str())
            .expected(money(invoice.amount))
            .paid(money(invoice.paid))
            .late(invoice.late)
    }

    fn answer(&self, source: Source, invoice: Invoice) -> Answer<Payment> {
        let payment = Payment::new(self.id.clone(), self.observed(source, &invoice));
        Answer::new(payment, ProviderResponse::new(invoice))
    }
}

impl Gateway for Tinypay {
    fn id(&self) -> &GatewayId {
        &self.id
    }
    fn facts(&self) -> &Facts {
        &FACTS
    }
    fn webhooks(&self) -> &dyn Webhooks {
        self
    }
    fn recovery(&self) -> &dyn Recovery {
        self
    }
    fn checkout(&self) -> Option<&dyn Checkout> {
        Some(self)
    }
}

#[async_trait]
impl Checkout for Tinypay {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        (kind == CheckoutKind::Hosted).then_some(OPTIONS)
    }
    fn finds_by(&self, kind: LookupKind) -> bool {
        kind == LookupKind::Reference
    }
    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        plan(order).map(drop)
    }
    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        order.ticket(&self.id, now)
    }
    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let request = plan(order).map_err(|bad| adapter::refused(NAME, "create", bad))?;
        let failed = |error| adapter::money_error(error, || self.ticket(order, self.clock.now()));
        let made = self.call(Effect::Unkeyed, request).await.map_err(failed)?;
        let page = format!("https://tinypay.example/pay/{}", made.id);
        let next = CustomerStep::Visit(page.into());
        let made = self.answer(Source::Created, made);
        Ok(made.map(|payment| CreatedCheckout { payment, next }))
    }
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let bad = |invalid| adapter::refused(NAME, "find", invalid);
        let Lookup::Reference(reference) = by else {
            return Err(bad(InvalidRequest::unsupported(by.kind().as_str())));
        };
        let request = Request::get(format!("https://tinypay.example/invoices/{reference}"));
        let not_a_path = || InvalidRequest::request("reference", "does not fit into a path");
        let request = request.body(Bytes::new()).map_err(|_| bad(not_a_path()))?;
        match self.call(Effect::Read, request).await {
            Ok(found) => Ok(Some(self.answer(Source::Queried, found))),
            Err(error) if error.kind() == Kind::Refused(Refusal::NotFound) => Ok(None),
            Err(error) => Err(adapter::read_error(error)),
        }
    }
}

#[async_trait]
impl Recovery for Tinypay {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        let found = self.find(&ticket.reference().clone().into()).await?;
        Ok(found.map_or(LookupResult::NotFound, LookupResult::Found))
    }
}

/// `x-tiny-signature`: HMAC-SHA256 of the body, in hexadecimal.
impl Webhooks for Tinypay {
    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        _: Timestamp,
    ) -> Result<Received, WebhookError> {
        let signature = headers
            .get("x-tiny-signature")
            .ok_or(WebhookError::Refused)?;
        verify(self.secret.expose(), signature.as_bytes(), body).ok_or(WebhookError::Refused)?;
        let invoice: Result<Invoice, _> = serde_json::from_slice(body);
        let invoice = invoice.map_err(|_| WebhookError::Unreadable { field: "body" })?;
        let effect = EffectKey::new(&self.id, invoice.id.as_str(), &invoice.state);
        let observation = self.observed(Source::Event, &invoice);
        let provided = ProviderResponse::new(invoice);
        let event = Event::new(self.id.clone(), observation, effect, provided, body.clone());
        let ack = Response::new(Bytes::from_static(b"thanks"));
        Ok(Received::attested(event, ack))
    }
    fn nack(&self) -> Response<Bytes> {
        Response::new(Bytes::from_static(b"again"))
    }
}

/// `Some` if the signature is that of the body. The library compares it in constant time.
fn verify(secret: &str, signature: &[u8], body: &[u8]) -> Option<()> {
    let digits = std::str::from_utf8(signature).ok()?;
    let pairs = (0..digits.len()).step_by(2);
    let byte = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let signature: Vec<u8> = pairs.map(byte).collect::<Option<_>>()?;
    let mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.chain_update(body).verify_slice(&signature).ok()
}
