//! A ticket survives, and is resolved by what the provider's answer proves and nothing else.

use std::sync::Mutex;
use std::time::Duration;

use crate::support::{NOW, reference, usdt};
use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::scripted::block_on;
use payments_core::{
    Asset, Effect, Fault, MerchantRef, Outcome, Reach, Refusal, Timestamp, TransportError,
};
use payments_facade::answer::ProviderResponse;
use payments_facade::facts::{Fact, Facts, Strategy as Way};
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::recovery::{LookupResult, Recovery};
use payments_facade::ticket::{MoneyCall, TicketError};
use payments_facade::webhook::Webhooks;
use payments_facade::{
    Answer, Error, Gateway, GatewayId, Gateways, Money, Payment, Phase, Received, Resolution,
    Ticket, WebhookError,
};
use proptest::prelude::*;

fn id() -> GatewayId {
    GatewayId::new("imaginary", "main").unwrap()
}

fn ticket(call: MoneyCall) -> Ticket {
    Ticket::new(id(), call, reference("r-1"), usdt("4.00"), NOW)
}

proptest! {
    #[test]
    fn both_forms_bring_a_ticket_back(
        text in "[!-~]{1,64}", symbol in "[!-~é€]{1,20}", network in proptest::option::of("[!-~]{1,20}"),
        coefficient in 0_u64..u64::MAX, decimals in 0_u8..18, at: u64,
        details in proptest::collection::btree_map("[a-z_]{1,8}", "\\PC{0,40}", 0..4),
    ) {
        let amount = payments_core::Amount::from_parts(u128::from(coefficient), decimals).unwrap();
        let mut asset = Asset::new(symbol).unwrap();
        if let Some(network) = network {
            asset = asset.on_network(network).unwrap();
        }
        let ticket = Ticket::new(
            id(),
            MoneyCall::Exchange,
            MerchantRef::new(text).unwrap(),
            Money::new(amount, asset),
            Timestamp::from_millis(at),
        );
        let ticket = details.iter().fold(ticket, |ticket, (name, value)| ticket.detail(name, value));

        let word = ticket.export();
        let word = word.expose();
        prop_assert!(word.bytes().all(|byte| byte.is_ascii_graphic()), "{word}");
        let back: Ticket = word.parse().unwrap();
        prop_assert_eq!(&back, &ticket);
        prop_assert_eq!(back.money().to_string(), ticket.money().to_string());

        let json = serde_json::to_string(&ticket).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Ticket>(&json).unwrap(), &ticket);

        // The label has nothing of the details in it, and is no ticket where there are some.
        let label = ticket.to_string();
        prop_assert_eq!(format!("{ticket:?}"), format!("Ticket({label})"));
        if details.is_empty() {
            prop_assert_eq!(label, word);
        } else {
            prop_assert!(label.contains(&format!(":+{}:", details.len())), "{label}");
            prop_assert_eq!(label.parse::<Ticket>(), Err(TicketError::Label));
        }
    }

    #[test]
    fn a_changed_letter_is_found(place in 0_usize..60, letter in "[0-9a-z]") {
        let word = ticket(MoneyCall::Payout).to_string();
        let place = place % word.len();
        let changed = format!("{}{letter}{}", &word[..place], &word[place + 1..]);
        prop_assert!(changed == word || changed.parse::<Ticket>().is_err(), "{changed}");
        prop_assert!(word[..place].parse::<Ticket>().is_err());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}|pt1(:[0-9a-f%]{0,9}){0,12}") {
        let _ = text.parse::<Ticket>();
    }
}

#[test]
fn versions_are_told_apart() {
    let mut json = serde_json::to_value(ticket(MoneyCall::Payout)).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "version": 1, "gateway": "imaginary/main", "call": "payout", "reference": "r-1",
            "money": {"amount": "4.00", "asset": "USDT"}, "at": 1_700_000_000_000_u64,
        })
    );
    for (field, value) in [
        ("version", 2.into()),
        ("call", "gift".into()),
        ("more", 1.into()),
    ] {
        let mut json = json.clone();
        let fields: &mut serde_json::Map<_, _> = json.as_object_mut().unwrap();
        let _: Option<serde_json::Value> = fields.insert(field.to_owned(), value);
        assert!(serde_json::from_value::<Ticket>(json).is_err(), "{field}");
    }
    // A version is looked at before the fields that came with it.
    json["version"] = 2.into();
    json["more"] = 1.into();
    let error = serde_json::from_value::<Ticket>(json).unwrap_err();
    assert!(error.to_string().contains("another version"), "{error}");
    assert_eq!("pt2:whatever".parse::<Ticket>(), Err(TicketError::Version));
    assert_eq!("pt1:cpay/main".parse::<Ticket>(), Err(TicketError::Damaged));
    assert_eq!(
        "order-1".parse::<Ticket>(),
        Err(TicketError::Malformed("beginning"))
    );
}

/// A gateway that has nothing but recovery: it says what it is told to say, and counts.
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

fn still(resolution: Resolution) -> (Timestamp, bool) {
    match resolution {
        Resolution::Pending(pending) => (pending.until, pending.cause.is_some()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn absence_takes_an_answer_a_document_and_time() {
    let quiet_until = NOW.checked_add(QUIET).unwrap();
    let at = |after: Duration| NOW.checked_add(after).unwrap();
    let before = QUIET.checked_sub(Duration::from_millis(1)).unwrap();
    let payout = MoneyCall::Payout;

    assert_eq!(
        still(resolve(payout, Says::NotFound, true, Duration::ZERO)),
        (quiet_until, false)
    );
    assert_eq!(
        still(resolve(payout, Says::NotFound, true, before)),
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
        still(resolve(payout, Says::NotFound, false, Duration::ZERO)),
        (quiet_until, false)
    );
    assert_eq!(
        still(resolve(payout, Says::NotFound, false, month)),
        (at(month + again), false)
    );
    // Neither does no answer.
    assert_eq!(
        still(resolve(payout, Says::Nothing, true, month)),
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
fn an_assumption_proves_no_absence() {
    let assumed = Fact::assumed(true, "a test");
    let month = Duration::from_secs(30 * 86_400);
    let payout = MoneyCall::Payout;
    still(resolve_by(
        Way::Query,
        assumed,
        payout,
        Says::NotFound,
        month,
    ));
}

#[test]
fn an_answer_about_another_order_tells_nothing() {
    for says in [Says::FoundOther, Says::FoundExchange] {
        let Resolution::Pending(pending) = resolve(MoneyCall::Payout, says, true, QUIET) else {
            panic!("{says:?}");
        };
        let cause = pending.cause.unwrap();
        assert_eq!(cause.kind(), payments_core::Kind::Integrity, "{says:?}");
    }
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
fn a_refusal_has_a_ticket_where_an_earlier_call_may_have_made_the_order() {
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
    }
}

#[test]
fn no_other_gateway_is_asked() {
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
    assert!(still(resolution).1, "it says why");
    assert!(other.says.lock().unwrap().is_some(), "nothing was asked");
}

#[test]
fn a_ticket_of_a_gateway_that_is_not_there_says_so() {
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
