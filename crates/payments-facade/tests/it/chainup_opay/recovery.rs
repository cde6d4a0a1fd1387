//! What a lost order leaves behind: a ticket by which the very same order is sent again, and nothing else.

use std::time::Duration;

use super::support::{
    NOW, USER_ID, hosted, made, money, number, reference, refusal, scripted, sent,
};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Kind, Outcome, Reach, Refusal, Timestamp, TransportError};
use payments_facade::chainup_opay::{ChainupOpay, CustomerId};
use payments_facade::checkout::Item;
use payments_facade::facts::Strategy;
use payments_facade::ticket::{Difference, MoneyCall};
use payments_facade::{
    CheckoutOrder, CustomerStep, Error, Gateway, Gateways, Money, Phase, Resolution, Ticket,
};
use proptest::prelude::*;

fn create(transport: &ScriptedTransport) -> Error {
    let gateway = scripted(transport);
    block_on(gateway.checkout().unwrap().create(&hosted("o-1"))).unwrap_err()
}

fn lost() -> TransportError {
    TransportError::timeout(Reach::MaybeSent)
}

fn in_a_day() -> Timestamp {
    NOW.checked_add(Duration::from_secs(86_400)).unwrap()
}

/// What comes of a call that failed so, and how often it is sent.
fn unknown() -> Vec<(ScriptedTransport, usize)> {
    let script = ScriptedTransport::new;
    let wrong = made().replace("\"sign\":\"", "\"sign\":\"AAAA");
    vec![
        (script().fail(lost()).fail(lost()).fail(lost()), 3),
        (
            script().answer(500, "").answer(502, "<html>").fail(lost()),
            3,
        ),
        // It was there the second time: the first one made it, and its number is lost.
        (script().fail(lost()).answer(200, refusal("70002")), 2),
        (script().answer(200, r#"{"code":"0","msg":"succ"}"#), 1),
        (script().answer(200, wrong), 1),
        (
            script()
                .answer(200, "<html>")
                .answer(200, "<html>")
                .answer(200, "<html>"),
            3,
        ),
        (script().answer(200, refusal("10001")), 1),
        (script().answer(200, refusal("99999")), 1),
        (script().hang(), 1),
    ]
}

#[test]
fn the_ticket_of_an_unknown_outcome_contains_the_complete_order() {
    for (transport, times) in unknown() {
        let error = create(&transport);
        assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
        let texts = sent(&transport);
        assert_eq!(texts.len(), times, "{error}");
        assert!(texts.windows(2).all(|two| two[0] == two[1]), "{texts:?}");

        let ticket = error.ticket().unwrap();
        assert_eq!(
            (ticket.call(), ticket.reference()),
            (MoneyCall::Checkout, &reference("o-1"))
        );
        assert_eq!(ticket.gateway().as_str(), "chainup-opay/main");
        assert_eq!(&ticket.export().expose().parse::<Ticket>().unwrap(), ticket);
        // A log gets the label: neither keys nor the payer, nor the pages of the order.
        let line = error.to_string();
        assert!(line.contains("; ticket pt1:chainup-opay/main"), "{line}");
        for secret in ["PRIVATE", "MII", USER_ID, "shop.example"] {
            assert!(!format!("{line} {error:?}").contains(secret), "{line}");
        }
    }
}

#[test]
fn a_refusal_has_a_ticket_only_if_an_order_exists() {
    for (code, kind) in [
        ("70002", Kind::Duplicate),
        ("70007", Kind::Refused(Refusal::Request)),
        ("50013", Kind::Busy),
    ] {
        // A limit that is used up is asked for again.
        let script = (0..3).fold(ScriptedTransport::new(), |script, _| {
            script.answer(200, refusal(code))
        });
        let error = create(&script);
        assert_eq!((error.kind(), error.code()), (kind, Some(code)));
        assert_eq!(error.outcome(), Outcome::NotApplied);
        // Under a reference that exists there is an order: an earlier run of the program may have made it.
        assert_eq!(error.ticket().is_some(), kind == Kind::Duplicate);
    }
}

#[test]
fn sends_nothing_again_after_a_day() {
    let script = ScriptedTransport::new();
    let gateway = scripted(&script);
    let ticket = ticket(&gateway, &hosted("o-1"));
    let late = in_a_day().checked_add(Duration::from_millis(1)).unwrap();
    let Resolution::Pending(pending) = block_on(ticket.resolve_at(&gateway, late)) else {
        panic!("it is too late");
    };
    assert_eq!(pending.cause.unwrap().field(), Some("ticket"));
    assert!(script.requests().is_empty());
}

/// The order's ticket, made before the call as for a crash.
fn ticket(gateway: &ChainupOpay, order: &CheckoutOrder) -> Ticket {
    gateway.checkout().unwrap().ticket(order, NOW)
}

fn resolve(transport: &ScriptedTransport, ticket: &Ticket) -> Resolution {
    let mut gateways = Gateways::new();
    gateways.add(scripted(transport)).unwrap();
    block_on(ticket.resolve(&gateways, in_a_day())).unwrap()
}

#[test]
fn resolving_sends_the_same_order_again() {
    let first = ScriptedTransport::new()
        .fail(lost())
        .fail(lost())
        .fail(lost());
    let ticket = create(&first).ticket().unwrap().clone();

    // It had never arrived, and is made now: a pay-in that no one has paid.
    let second = ScriptedTransport::new().answer(200, made());
    let Resolution::Found(found) = resolve(&second, &ticket) else {
        panic!("it is there now");
    };
    assert_eq!(sent(&second), [sent(&first)[0].clone()]);
    assert_eq!(
        (found.reference(), found.provider_ref()),
        (Some(&reference("o-1")), Some(&number()))
    );
    assert_eq!(
        (found.phase(), found.funds().expected),
        (Phase::Open, Some(money("10.5")))
    );
    let typed = found
        .provided::<chainup_opay_client::CreatedOrder>()
        .unwrap();
    let page = scripted(&second)
        .pay_page(&typed.order_num, USER_ID)
        .unwrap();
    assert!(matches!(page, CustomerStep::Visit(_)));

    // It was there: found, without a number and without a word about how it stands.
    for script in [
        ScriptedTransport::new().answer(200, refusal("70002")),
        ScriptedTransport::new()
            .fail(lost())
            .answer(200, refusal("70002")),
    ] {
        let Resolution::Found(found) = resolve(&script, &ticket) else {
            panic!("the platform knows it");
        };
        assert_eq!(
            (found.reference(), found.provider_ref()),
            (Some(&reference("o-1")), None)
        );
        assert_eq!(
            (found.phase(), found.funds().received.clone()),
            (Phase::Unrecognised, None)
        );
        let error = found.provided::<payments_core::Error>().unwrap();
        assert_eq!(error.code(), Some("70002"));
        // The callback brings the number, and the rest.
        let mut payment = found.into_inner();
        let event =
            super::support::receive(&scripted(&script), &super::support::callback("3")).unwrap();
        payment.merge(event.into_event().into_payment()).unwrap();
        assert_eq!(
            (payment.phase(), payment.provider_ref()),
            (Phase::Completed, Some(&number()))
        );
    }
}

#[test]
fn no_answer_ever_proves_an_absence() {
    let gateway = scripted(&ScriptedTransport::new());
    let facts = gateway.facts();
    assert_eq!(
        (facts.strategy.value, facts.not_found_proves.value),
        (Strategy::Repeat, false)
    );
    let ticket = ticket(&gateway, &hosted("o-1"));
    for script in [
        ScriptedTransport::new().answer(200, refusal("70001")),
        ScriptedTransport::new().answer(200, refusal("70004")),
        ScriptedTransport::new().answer(200, refusal("70007")),
        ScriptedTransport::new().answer(200, refusal("50005")),
        ScriptedTransport::new().answer(200, refusal("10001")),
        ScriptedTransport::new().answer(200, "<html>"),
        ScriptedTransport::new()
            .fail(lost())
            .fail(lost())
            .fail(lost()),
    ] {
        match resolve(&script, &ticket) {
            Resolution::Pending(pending) => {
                assert!(pending.until > in_a_day());
                assert!(pending.cause.unwrap().ticket().is_none());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn does_not_send_a_ticket_of_another_account() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let good = ticket(&gateway, &hosted("o-1"));
    let copy = |id: &str, call| {
        let (reference, money) = (good.reference().clone(), good.money().clone());
        let bare = Ticket::new(id.parse().unwrap(), call, reference, money, NOW);
        ["user_id", "success_url", "notify_url"]
            .iter()
            .fold(bare, |ticket, name| {
                ticket.detail(name, good.get(name).unwrap())
            })
    };
    assert_eq!(copy("chainup-opay/main", MoneyCall::Checkout), good);
    let own = "chainup-opay/main".parse().unwrap();
    let bare = Ticket::new(
        own,
        MoneyCall::Checkout,
        reference("o-1"),
        money("10.50"),
        NOW,
    );
    let foreign = copy("chainup-opay/second", MoneyCall::Checkout);
    let altered = good.clone().detail("user_id", "customer-7");
    let scene = good.clone().detail("scene_type", "no number");
    let mut tickets = vec![bare, foreign, altered, scene];
    for call in [MoneyCall::Payout, MoneyCall::Exchange] {
        tickets.push(copy("chainup-opay/main", call));
    }
    for ticket in tickets {
        let error = block_on(gateway.recovery().lookup(&ticket)).unwrap_err();
        assert_eq!(error.attempts(), 0, "{error}");
    }
    // A ticket for what would be refused is a ticket, too.
    let refused = ticket(&gateway, &hosted("o-1").language("en"));
    assert_eq!(refused.get("user_id"), None);
    assert_eq!(transport.requests().len(), 0, "something was sent");
}

#[test]
fn the_longest_order_survives_its_ticket() {
    let long = |text: &str, bytes: usize| text.repeat(bytes / text.len());
    let url = |path: &str| format!("https://{}", long(path, 504));
    let symbol = long("é", 128);
    let order = CheckoutOrder::hosted(
        reference(&long("é", 128)),
        Money::of("99999999999999999999.999999999999999999", &symbol).unwrap(),
    )
    .customer(long("%", 128))
    // It comes back in the callback, where other characters take more room.
    .success_url(url("%"))
    .notify_url(url("ü"))
    .items(
        (0..16_u32)
            .map(|n| Item::new("ß", "1".parse().unwrap(), n))
            .collect::<Vec<_>>(),
    );
    // As wide as goods may be: the symbol stands in the description of each.
    let wide = order.clone().items(vec![]).title(long("ß", 256)).items(
        (0..3_u32)
            .map(|n| Item::new("ß", "1".parse().unwrap(), n))
            .collect::<Vec<_>>(),
    );
    let transport = ScriptedTransport::new()
        .answer(200, made())
        .answer(200, made());
    let gateway = scripted(&transport)
        .with_customers_by(CustomerId::OpenId)
        .with_scene_type(u32::MAX);
    let checkout = gateway.checkout().unwrap();
    assert_eq!(checkout.check(&order).unwrap_err().field(), "items");
    assert_eq!(checkout.check(&wide), Ok(()));

    block_on(checkout.create(&wide)).unwrap();
    let text = ticket(&gateway, &wide).export();
    let text = text.expose();
    assert!(text.len() > 6_000, "{}", text.len());
    // Read in another process, by a gateway that is set up otherwise by now.
    let later = scripted(&transport).with_scene_type(7);
    let resolved = block_on(text.parse::<Ticket>().unwrap().resolve_at(&later, NOW));
    assert!(matches!(resolved, Resolution::Found(_)), "{resolved:?}");
    let texts = sent(&transport);
    assert_eq!(texts[0], texts[1]);
}

/// A 70002 to the repetition of an order that was itself refused with 70002 proves nothing about this call.
#[test]
fn an_order_that_was_refused_as_a_duplicate_is_never_taken_for_its_own() {
    let refused = create(&ScriptedTransport::new().answer(200, refusal("70002")));
    let ticket: Ticket = refused.ticket().unwrap().export().expose().parse().unwrap();
    assert!(ticket.was_refused());
    let again = ScriptedTransport::new().answer(200, refusal("70002"));
    let resolution = resolve(&again, &ticket);
    let Resolution::Conflict { found, differences } = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!(differences, [Difference::EarlierCall]);
    assert_eq!(
        found.funds().expected,
        None,
        "the amount of that order is not known"
    );
    // It exists no more, and is made now, with this ticket's amount.
    let made_now = ScriptedTransport::new().answer(200, made());
    let Resolution::Found(found) = resolve(&made_now, &ticket) else {
        panic!("it was made");
    };
    assert!(ticket.is_confirmed_by(&found));
    // A lost answer before the refusal leaves the outcome unknown: the first request may have made the order.
    let lost_first = ScriptedTransport::new()
        .fail(lost())
        .answer(200, refusal("70002"));
    assert!(!create(&lost_first).ticket().unwrap().was_refused());
}

#[test]
fn both_ids_and_the_scene_are_sent_again_and_the_token_is_not_stored() {
    let order = hosted("o-1")
        .customer_other_id("open-id-7")
        .customer_token("t0ken-of-the-payer")
        .scene_type(1001_u32);
    let first = ScriptedTransport::new()
        .fail(lost())
        .fail(lost())
        .fail(lost());
    let gateway = scripted(&first).with_scene_type(202);
    let error = block_on(gateway.checkout().unwrap().create(&order)).unwrap_err();
    let (_, mut text) = sent(&first)[0].clone();
    assert_eq!(
        (&text["userId"], &text["openId"], &text["orderSceneType"]),
        (&USER_ID.into(), &"open-id-7".into(), &"1001".into())
    );
    assert_eq!(text["token"], "t0ken-of-the-payer");
    let exported = error.ticket().unwrap().export();
    assert!(!exported.expose().contains("t0ken"), "a secret in a ticket");
    let ticket: Ticket = exported.expose().parse().unwrap();
    let second = ScriptedTransport::new().answer(200, made());
    assert!(matches!(resolve(&second, &ticket), Resolution::Found(_)));
    // The same order but for the token.
    let _ = text.as_object_mut().unwrap().remove("token");
    assert_eq!(sent(&second)[0].1, text);
    for wrong in ["", "ü"] {
        let order = hosted("o-1").customer_other_id(wrong);
        let refused = gateway.checkout().unwrap().check(&order).unwrap_err();
        assert_eq!(refused.field(), "customer_other_id");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever passes the check can be exported, read back and sent again.
    #[test]
    fn every_order_that_may_be_sent_survives_its_ticket(
        letter in "[a%ü]", lengths in (0_usize..480, 0_usize..480, 1_usize..128), goods in 0_usize..=17,
    ) {
        let transport = ScriptedTransport::new();
        let gateway = scripted(&transport).with_customers_by(CustomerId::OpenId);
        let url = |length: usize| format!("https://shop.example/{}", letter.repeat(length));
        let lines = (0..goods).map(|_| Item::new(letter.repeat(20), "1".parse().unwrap(), 1));
        let order = CheckoutOrder::hosted(reference("o-1"), money("10.50"))
            .customer("%".repeat(lengths.2))
            .success_url(url(lengths.0))
            .notify_url(url(lengths.1))
            .items(lines.collect::<Vec<_>>());
        if gateway.checkout().unwrap().check(&order).is_ok() {
            let ticket = ticket(&gateway, &order);
            let text = ticket.export();
            prop_assert_eq!(&text.expose().parse::<Ticket>().unwrap(), &ticket);
            prop_assert!(text.expose().len() < 32 * 1024);
        }
    }
}
