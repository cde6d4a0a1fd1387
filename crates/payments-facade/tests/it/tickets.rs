//! Tickets: their text forms, and what resolving them proves.

mod differences;
mod forms;
mod records;

use std::sync::Mutex;
use std::time::Duration;

use crate::support::{NOW, reference, usdt};
use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::scripted::block_on;
use payments_core::{Effect, Fault, Outcome, Reach, Refusal, Timestamp, TransportError};
use payments_facade::answer::ProviderResponse;
use payments_facade::facts::{Fact, Facts, Strategy as Way};
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::recovery::{LookupResult, Recovery};
use payments_facade::ticket::{Closed, ClosedAs, Difference, MoneyCall};
use payments_facade::webhook::Webhooks;
use payments_facade::{
    Answer, Error, Gateway, GatewayId, Gateways, Payment, Phase, Received, Resolution, Ticket,
    WebhookError,
};

fn id() -> GatewayId {
    GatewayId::new("imaginary", "main").unwrap()
}

fn ticket(call: MoneyCall) -> Ticket {
    Ticket::new(id(), call, reference("r-1"), usdt("4.00"), NOW)
}

/// A gateway with recovery only: it returns the scripted result and counts queries.
#[derive(Debug)]
struct Imaginary {
    id: GatewayId,
    facts: Facts,
    says: Mutex<Option<Says>>,
}

#[derive(Clone, Copy, Debug)]
enum Says {
    Found,
    /// Another reference, another kind.
    FoundOther,
    FoundExchange,
    NotFound,
    Nothing,
}

#[async_trait]
impl Recovery for Imaginary {
    async fn lookup(&self, ticket: &Ticket) -> Result<LookupResult, Error> {
        match self.says.lock().unwrap().take().unwrap() {
            says @ (Says::Found | Says::FoundOther | Says::FoundExchange) => {
                let (kind, named) = match says {
                    Says::FoundOther => (PaymentKind::Unstated, reference("r-2")),
                    Says::FoundExchange => (PaymentKind::Exchange, ticket.reference().clone()),
                    _ => (PaymentKind::Unstated, ticket.reference().clone()),
                };
                let observation = Observation::new(Source::Queried, kind)
                    .reference(Some(named))
                    .phase(Phase::Processing, "busy");
                let payment = Payment::new(self.id.clone(), observation);
                Ok(LookupResult::Found(Answer::new(
                    payment,
                    ProviderResponse::new(7_u8),
                )))
            }
            Says::NotFound => Ok(LookupResult::NotFound),
            Says::Nothing => {
                let timeout = TransportError::timeout(Reach::MaybeSent);
                Err(payments_facade::adapter::read_error(
                    payments_core::Error::from_transport(
                        "imaginary",
                        "find",
                        Effect::Read,
                        timeout,
                    ),
                ))
            }
        }
    }
}

impl Webhooks for Imaginary {
    fn receive(&self, _: &HeaderMap, _: &Bytes, _: Timestamp) -> Result<Received, WebhookError> {
        Err(WebhookError::Refused)
    }

    fn nack(&self) -> http::Response<Bytes> {
        http::Response::new(Bytes::new())
    }
}

impl Gateway for Imaginary {
    fn id(&self) -> &GatewayId {
        &self.id
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn webhooks(&self) -> &dyn Webhooks {
        self
    }

    fn recovery(&self) -> &dyn Recovery {
        self
    }
}

const QUIET: Duration = Duration::from_secs(600);

fn resolve(call: MoneyCall, says: Says, proves: bool, after: Duration) -> Resolution {
    let proves = Fact::documented(proves, "a test");
    resolve_by(Way::Query, proves, call, says, after)
}

fn resolve_by(
    strategy: Way,
    proves: Fact<bool>,
    call: MoneyCall,
    says: Says,
    after: Duration,
) -> Resolution {
    let strategy = Fact::assumed(strategy, "a test");
    let facts = Facts::new(strategy, Fact::assumed(QUIET, ""), proves);
    let says = Mutex::new(Some(says));
    let mut gateways = Gateways::new();
    gateways
        .add(Imaginary {
            id: id(),
            facts,
            says,
        })
        .unwrap();
    let now = NOW.checked_add(after).unwrap();
    block_on(ticket(call).resolve(&gateways, now)).unwrap()
}

fn pending(resolution: Resolution) -> (Timestamp, bool) {
    match resolution {
        Resolution::Pending(pending) => (pending.until, pending.cause.is_some()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn absence_needs_an_answer_a_document_and_the_quiet_period() {
    let quiet_until = NOW.checked_add(QUIET).unwrap();
    let at = |after: Duration| NOW.checked_add(after).unwrap();
    let before = QUIET.checked_sub(Duration::from_millis(1)).unwrap();
    let payout = MoneyCall::Payout;

    assert_eq!(
        pending(resolve(payout, Says::NotFound, true, Duration::ZERO)),
        (quiet_until, false)
    );
    assert_eq!(
        pending(resolve(payout, Says::NotFound, true, before)),
        (quiet_until, false)
    );
    assert!(matches!(
        resolve(payout, Says::NotFound, true, QUIET),
        Resolution::Absent
    ));

    // An answer that proves nothing never does, however long it is waited.
    let month = Duration::from_secs(30 * 86_400);
    let again = Duration::from_secs(30);
    assert_eq!(
        pending(resolve(payout, Says::NotFound, false, Duration::ZERO)),
        (quiet_until, false)
    );
    assert_eq!(
        pending(resolve(payout, Says::NotFound, false, month)),
        (at(month + again), false)
    );
    // Neither does no answer.
    assert_eq!(
        pending(resolve(payout, Says::Nothing, true, month)),
        (at(month + again), true)
    );

    let Resolution::Found(found) = resolve(payout, Says::Found, true, Duration::ZERO) else {
        panic!("it was found");
    };
    assert_eq!(
        (found.phase(), found.provided::<u8>()),
        (Phase::Processing, Some(&7))
    );
    assert_eq!(
        found.funds().expected,
        None,
        "what arrives of a payout is the provider's to say"
    );
    let Resolution::Found(found) = resolve(MoneyCall::Checkout, Says::Found, true, QUIET) else {
        panic!("it was found");
    };
    assert_eq!(found.funds().expected, Some(usdt("4")));
    assert_eq!(found.kind(), PaymentKind::Checkout);
}

#[test]
fn a_person_or_a_rule_of_the_merchant_ends_a_ticket_with_a_record() {
    let day = Duration::from_secs(86_400);
    let ticket = ticket(MoneyCall::Payout);
    let closed = ticket.close(ClosedAs::Applied, Some("Ana"), "on the chain", NOW);
    let closed = closed.unwrap();
    let stored = serde_json::to_string(&closed).unwrap();
    assert_eq!(serde_json::from_str::<Closed>(&stored).unwrap(), closed);
    assert_eq!(
        (closed.outcome, closed.by.as_deref()),
        (ClosedAs::Applied, Some("Ana"))
    );
    let refused = ticket.close(ClosedAs::NotApplied, None, " ", NOW);
    assert_eq!(refused.unwrap_err().field(), "because");

    let facts = Facts::new(
        Fact::assumed(Way::Query, ""),
        Fact::assumed(QUIET, ""),
        Fact::assumed(false, ""),
    );
    let at = |after: Duration| NOW.checked_add(after).unwrap();
    let not_found = resolve(MoneyCall::Payout, Says::NotFound, false, day);
    let assumed = ticket.assume_absent(&not_found, &facts, day, at(day));
    assert_eq!(assumed.unwrap().outcome, ClosedAs::NotApplied);
    let early = day.checked_sub(Duration::from_millis(1)).unwrap();
    assert_eq!(
        ticket.assume_absent(&not_found, &facts, day, at(early)),
        None
    );
    // Not before the quiet period of the provider is over, whatever the merchant says.
    let second = Duration::from_secs(1);
    assert_eq!(
        ticket.assume_absent(&not_found, &facts, second, at(second)),
        None
    );
    // No answer, an order, and another order are no "not found".
    for says in [
        Says::Nothing,
        Says::Found,
        Says::FoundOther,
        Says::FoundExchange,
    ] {
        let resolution = resolve(MoneyCall::Payout, says, false, day);
        let assumed = ticket.assume_absent(&resolution, &facts, day, at(day));
        assert_eq!(assumed, None, "{says:?}");
    }
}

#[test]
fn an_assumption_proves_no_absence() {
    let assumed = Fact::assumed(true, "a test");
    let month = Duration::from_secs(30 * 86_400);
    let payout = MoneyCall::Payout;
    pending(resolve_by(
        Way::Query,
        assumed,
        payout,
        Says::NotFound,
        month,
    ));
}

#[test]
fn an_answer_about_another_order_leaves_the_ticket_pending() {
    let says = Says::FoundOther;
    let Resolution::Pending(pending) = resolve(MoneyCall::Payout, says, true, QUIET) else {
        panic!("it says nothing about this reference");
    };
    let cause = pending.cause.unwrap();
    assert_eq!(cause.kind(), payments_core::Kind::Integrity);
}

#[test]
fn an_order_of_another_kind_is_a_conflict() {
    let resolution = resolve(MoneyCall::Payout, Says::FoundExchange, true, QUIET);
    let Resolution::Conflict { differences, .. } = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!(differences, [Difference::Kind]);
}

#[test]
fn an_order_is_sent_again_for_a_day_at_most() {
    let proves = || Fact::assumed(false, "");
    let day = Duration::from_secs(86_400);
    let found = resolve_by(Way::Repeat, proves(), MoneyCall::Checkout, Says::Found, day);
    assert!(matches!(found, Resolution::Found(_)));
    let later = day + Duration::from_millis(1);
    let Resolution::Pending(pending) = resolve_by(
        Way::Repeat,
        proves(),
        MoneyCall::Checkout,
        Says::Found,
        later,
    ) else {
        panic!("it was sent again");
    };
    assert_eq!(pending.cause.unwrap().field(), Some("ticket"));
    // A question may be asked for ever.
    let found = resolve_by(
        Way::Query,
        proves(),
        MoneyCall::Checkout,
        Says::Found,
        later,
    );
    assert!(matches!(found, Resolution::Found(_)));
}

#[test]
fn a_refusal_has_a_ticket_if_an_earlier_call_may_have_created_the_order() {
    for (fault, has_ticket) in [
        (Fault::duplicate(), true),
        (Fault::refused(Refusal::State), true),
        (Fault::refused(Refusal::Funds), false),
        (Fault::refused(Refusal::Other), false),
    ] {
        let cause =
            payments_core::Error::from_fault("imaginary", "pay", Effect::Keyed, fault, None);
        assert_eq!(cause.outcome(), Outcome::NotApplied);
        let error = payments_facade::adapter::money_error(cause, || ticket(MoneyCall::Payout));
        assert_eq!(error.ticket().is_some(), has_ticket, "{error}");
        // The call had no effect: an order under the reference is another call's.
        assert_eq!(
            error.ticket().is_some_and(Ticket::was_refused),
            has_ticket,
            "{error}"
        );
    }
}

#[test]
fn queries_no_other_gateway() {
    let other = Imaginary {
        id: GatewayId::new("imaginary", "second").unwrap(),
        facts: Facts::new(
            Fact::assumed(Way::Query, ""),
            Fact::assumed(QUIET, ""),
            Fact::documented(true, ""),
        ),
        says: Mutex::new(Some(Says::NotFound)),
    };
    let later = NOW.checked_add(QUIET).unwrap();
    let resolution = block_on(ticket(MoneyCall::Payout).resolve_at(&other, later));
    assert!(pending(resolution).1, "it says why");
    assert!(other.says.lock().unwrap().is_some(), "nothing was asked");
}

#[test]
fn resolving_fails_if_the_gateway_is_not_configured() {
    let error = block_on(ticket(MoneyCall::Payout).resolve(&Gateways::new(), NOW)).unwrap_err();
    assert!(error.to_string().contains("imaginary/main"), "{error}");
}

#[test]
fn one_name_is_one_gateway() {
    let gateway = |account: &str| {
        let fact = Fact::assumed(false, "");
        let facts = Facts::new(
            Fact::assumed(Way::Query, ""),
            Fact::assumed(QUIET, ""),
            fact,
        );
        let id = GatewayId::new("imaginary", account).unwrap();
        Imaginary {
            id,
            facts,
            says: Mutex::new(None),
        }
    };
    let mut gateways = Gateways::new();
    for account in ["second", "main"] {
        gateways.add(gateway(account)).unwrap();
    }
    assert_eq!(gateways.add(gateway("main")).unwrap_err().0, id());
    let names: Vec<&str> = gateways
        .of_provider("imaginary")
        .map(|one| one.id().account())
        .collect();
    assert_eq!(names, ["main", "second"]);
    assert!(gateways.get(&id()).is_some() && gateways.get_shared(&id()).is_some());
    assert_eq!(gateways.of_provider("cpay").count(), 0);
}
