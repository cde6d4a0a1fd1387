//! C-Pay does not say what an order is: nothing is taken for what it may not be, and nothing is booked under two keys.

use crate::support::{NOW, by_pix, hosted, reference, scripted, to_chain, usdt};
use bytes::Bytes;
use http::HeaderMap;
use payments_core::Outcome;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_facade::payment::{Agreement, PaymentKind};
use payments_facade::ticket::{Difference, MoneyCall};
use payments_facade::{
    Capabilities, CheckoutOrder, Gateway, Payment, PayoutOrder, Phase, Resolution, Settlement,
    Ticket, WebhookError,
};
use payments_signing::Secret;
use payments_signing::cpay::Key;

fn detail(status: &str, actual: &str, received: &str, currency: &str) -> String {
    format!(
        r#"{{"code": 0, "data": {{"orderId": "71", "status": "{status}", "merchantTradeNo": "r-1",
        "actualAmount": "{actual}", "receivedAmount": "{received}", "fee": "1", "currency": "{currency}"}}}}"#
    )
}

#[test]
fn a_query_does_not_state_the_kind() {
    let gateway =
        || scripted(&ScriptedTransport::new().answer(200, detail("14", "4", "3", "USDT")));
    let by = reference("r-1").into();
    let (first, second, third) = (gateway(), gateway(), gateway());
    let found = [
        block_on(first.checkout().unwrap().find(&by)),
        block_on(second.payouts().unwrap().find(&by)),
        block_on(third.exchange().unwrap().find(&by)),
    ];
    for one in found {
        let one = one.unwrap().unwrap().into_inner();
        assert_eq!(
            (one.kind(), one.phase()),
            (PaymentKind::Unstated, Phase::Completed)
        );
        assert!(
            !one.status().is_paid_in_full(),
            "the amount due was not stated"
        );
        // The merchant's books do.
        for (kind, asked) in [(PaymentKind::Checkout, "4"), (PaymentKind::Payout, "3")] {
            let id = "cpay/main".parse().unwrap();
            let mut books = Payment::asked_for(id, kind, reference("r-1"), usdt(asked));
            assert_eq!(books.merge(one.clone()), Ok(true));
            assert_eq!(books.funds().settlement(), Settlement::Exact, "{kind:?}");
        }
    }
}

/// No call writes such a ticket any more.
#[test]
fn resolves_a_stored_ticket_of_a_card_payment_from_version_0_1_0() {
    let word = "pt1:cpay/main:card:r-1:10:USDT::1700000000000::c591d300";
    let ticket: Ticket = word.parse().unwrap();
    let json = r#"{"version": 1, "gateway": "cpay/main", "call": "card", "reference": "r-1",
        "money": {"amount": "10", "asset": "USDT"}, "at": 1700000000000}"#;
    assert_eq!(serde_json::from_str::<Ticket>(json).unwrap(), ticket);
    assert_eq!(
        (ticket.call(), ticket.export().expose()),
        (MoneyCall::Card, word)
    );

    let transport = ScriptedTransport::new().answer(200, detail("14", "10", "9.5", "USDT"));
    let resolution = block_on(ticket.resolve_at(&scripted(&transport), NOW));
    let Resolution::Found(found) = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!(found.kind(), PaymentKind::Card);
    assert_eq!(found.reference(), Some(&reference("r-1")));
    assert_eq!(transport.requests().len(), 1);
}

fn resolved(payout: &PayoutOrder, answer: String) -> Resolution {
    let transport = ScriptedTransport::new().answer(200, answer);
    let gateway = scripted(&transport);
    let ticket = gateway.payouts().unwrap().ticket(payout, NOW);
    block_on(ticket.resolve_at(&gateway, NOW))
}

#[test]
fn another_order_under_the_reference_is_not_the_payout() {
    let (coins, reais) = (to_chain("r-1"), by_pix("r-1"));
    for (payout, answer, field) in [
        // A checkout in another coin, paid or not, and one of another sum.
        (&coins, detail("14", "4", "3", "ETH"), Difference::Asset),
        (&coins, detail("11", "0", "0", "ETH"), Difference::Asset),
        (&reais, detail("14", "5", "5", "USDT"), Difference::Asset),
        (
            &coins,
            detail("14", "10.5", "9.5", "USDT"),
            Difference::Amount,
        ),
        // What arrives is 3. Another order may cost 5, of which 4 arrive: what the ticket's costs.
        (&coins, detail("14", "5", "4", "USDT"), Difference::Amount),
        (&coins, detail("14", "4", "4", "USDT"), Difference::Amount),
        // The same arrives, and it costs more.
        (&coins, detail("14", "5", "3", "USDT"), Difference::Amount),
        (&coins, detail("11", "5", "4", "USDT"), Difference::Amount),
        (&reais, detail("14", "7", "6.5", "BRL"), Difference::Amount),
        // Before its end, if the answer states a sum.
        (
            &coins,
            detail("11", "10.5", "9.5", "USDT"),
            Difference::Amount,
        ),
    ] {
        match resolved(payout, answer) {
            Resolution::Conflict { differences, found } => {
                assert_eq!(differences, [field]);
                assert_eq!(found.reference(), Some(&reference("r-1")));
            }
            other => panic!("{other:?}"),
        }
    }
    // Its own, before and after its end, whichever of the sums is reported.
    let (same, untold) = (Agreement::Same, Agreement::Unstated);
    for (payout, answer, agreement) in [
        (&coins, detail("14", "4", "3", "USDT"), same),
        (&coins, detail("14", "3", "3", "usdt"), same),
        (&coins, detail("11", "0", "0", "USDT"), untold),
        (&coins, detail("11", "4", "0", "USDT"), same),
        (&reais, detail("14", "6", "5.00", "BRL"), same),
        (&reais, detail("15", "0", "0", "BRL"), untold),
    ] {
        match resolved(payout, answer) {
            Resolution::Found(found) => {
                assert_eq!(found.kind(), PaymentKind::Payout);
                let gateway = scripted(&ScriptedTransport::new());
                let ticket = gateway.payouts().unwrap().ticket(payout, NOW);
                assert_eq!(ticket.agreement(&found), agreement);
            }
            other => panic!("{other:?}"),
        }
    }
    // Of a checkout the payer may have paid any sum: it is found, and measured.
    let transport = ScriptedTransport::new().answer(200, detail("14", "4", "3", "USDT"));
    let gateway = scripted(&transport);
    let ticket = gateway.checkout().unwrap().ticket(&hosted("r-1"), NOW);
    match block_on(ticket.resolve_at(&gateway, NOW)) {
        Resolution::Found(found) => {
            assert_eq!(found.kind(), PaymentKind::Checkout);
            assert_eq!(ticket.agreement(&found), untold, "C-Pay repeats no price");
            assert_eq!(found.funds().settlement(), Settlement::Missing(usdt("6.5")));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_order_in_other_coins_is_a_conflict() {
    let resolved = |order: CheckoutOrder, currency: &str| {
        let answer = detail("11", "0", "0", currency);
        let gateway = scripted(&ScriptedTransport::new().answer(200, answer));
        let ticket = gateway.checkout().unwrap().ticket(&order, NOW);
        block_on(ticket.resolve_at(&gateway, NOW))
    };
    let resolution = resolved(hosted("r-1"), "ETH");
    let Resolution::Conflict { differences, .. } = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!(differences, [Difference::Asset]);
    // No document says in what a card order is, which is priced in a currency.
    let price = payments_facade::Money::of("10", "EUR").unwrap();
    let card = CheckoutOrder::card_page(reference("r-1"), price);
    assert!(matches!(resolved(card, "USDT"), Resolution::Found(_)));
}

#[test]
fn an_order_of_another_customer_is_a_conflict() {
    let named = |customer: &str| {
        let named = format!(r#""currency": "USDT", "merchantUserId": "{customer}""#);
        detail("11", "0", "0", "USDT").replace(r#""currency": "USDT""#, &named)
    };
    let resolution = resolved(&to_chain("r-1"), named("customer-8"));
    let Resolution::Conflict { differences, .. } = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!(differences, [Difference::Customer]);
    let Resolution::Found(found) = resolved(&to_chain("r-1"), named("customer-7")) else {
        panic!("it is this customer's");
    };
    assert_eq!(found.customer(), Some("customer-7"));
    assert!(!format!("{found:?}").contains("customer-7"));
}

/// A genuine webhook of these fields, in ascending order.
fn webhook(fields: &[(&str, &str)]) -> Bytes {
    let key = Key::new(Secret::new("k3y-of-merchant").unwrap());
    let sign = key.sign(fields.iter().copied()).unwrap();
    let mut all: Vec<(&str, &str)> = fields.to_vec();
    all.push(("sign", sign.as_str()));
    let pairs = all
        .iter()
        .map(|(name, value)| format!(r#""{name}":"{value}""#));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(",")).into()
}

#[test]
fn refuses_a_webhook_without_the_order_id() {
    let with_id = [
        ("actualAmount", "10.5"),
        ("createTime", "1700000000000"),
        ("cryptoCurrency", "USDT"),
        ("fee", "0.5"),
        ("hash", "0xabc"),
        ("merchantId", "20003092"),
        ("merchantTradeNo", "r-1"),
        ("orderId", "71"),
        ("orderStatus", "14"),
        ("receivedAmount", "10"),
    ];
    let gateway =
        scripted(&ScriptedTransport::new().answer(200, detail("14", "10.5", "10", "USDT")));
    let receive = |fields: &[(&str, &str)]| {
        let body = webhook(fields);
        gateway.webhooks().receive(&HeaderMap::new(), &body, NOW)
    };
    let event = receive(&with_id).unwrap().into_event();
    let found = block_on(gateway.checkout().unwrap().find(&reference("r-1").into()));
    let found = found.unwrap().unwrap();
    let key = found.observations().iter().find_map(|one| one.effect_key());
    assert_eq!(key, Some(event.effect_key()), "one effect, one key");

    let without_id: Vec<_> = with_id
        .into_iter()
        .filter(|(name, _)| *name != "orderId")
        .collect();
    let error = receive(&without_id).unwrap_err();
    assert_eq!(error, WebhookError::Unreadable { field: "orderId" });
}

#[test]
fn memos_are_a_capability() {
    let gateway = scripted(&ScriptedTransport::new());
    assert!(!Capabilities::of(&gateway).has("payouts.chain.memo"));
    assert!(!gateway.payouts().unwrap().takes_memo());
}

/// A typing error in a coin or network would be answered with code 1, which proves nothing.
#[test]
fn names_that_are_not_listed_are_refused_before_anything_is_sent() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let payout = |network: &str, coin: &str| {
        let address = match network {
            "Arbitrum" => "0xcb5e6bc3699d1a92f80d9e1de129e500a58b5221",
            _ => "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
        };
        let to = payments_facade::Destination::new(address, network);
        let arrives = "3".parse().unwrap();
        payments_facade::PayoutOrder::new(
            reference("w-1"),
            payments_facade::Payee::Chain(to.unwrap()),
            payments_facade::Money::of("4", coin).unwrap(),
            payments_facade::Fee::Split { arrives },
        )
        .customer("customer-7")
    };
    for (network, coin, field) in [
        ("TRC", "USDT", "network"),
        ("BNB", "USDT", "network"),
        ("Arbitrum", "USDT", "network"),
        ("tron", "usdt", "crypto_currency"),
        ("bitcoin", "USDT", "crypto_currency"),
    ] {
        let order = payout(network, coin);
        let payouts = gateway.payouts().unwrap();
        assert_eq!(payouts.check(&order).unwrap_err().field(), field);
        let error = block_on(payouts.create(&order)).unwrap_err();
        assert_eq!(
            (error.outcome(), error.ticket()),
            (Outcome::NotApplied, None)
        );
    }
    assert!(transport.requests().is_empty());

    // An account that has more than the documents list.
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport).allow_unlisted();
    let order = payout("Arbitrum", "USDC");
    assert_eq!(gateway.payouts().unwrap().check(&order), Ok(()));
    block_on(gateway.payouts().unwrap().create(&order)).unwrap_err();
    let sent = transport.requests().remove(0);
    let body = std::str::from_utf8(sent.body()).unwrap();
    assert!(
        body.contains("cryptoCurrency=USDC") && body.contains("network=Arbitrum"),
        "{body}"
    );
}
