//! What a call that goes wrong leaves behind: nothing, or a ticket; never a second sending.

use crate::support::{NOW, by_pix, card_page, hosted, reference, scripted, to_chain, usdt};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Asset, Kind, NextStep, Outcome, Reach, Refusal, TransportError};
use payments_facade::exchange::ExchangeOrder;
use payments_facade::ticket::MoneyCall;
use payments_facade::{Error, Gateway, Gateways, Resolution, Ticket, cpay::Cpay};

fn exchange() -> ExchangeOrder {
    ExchangeOrder::new(reference("r-1"), usdt("9"), Asset::new("BTC").unwrap()).customer("c")
}

/// Every call that moves money, by its name.
fn run(gateway: &Cpay, call: &str) -> Result<(), Error> {
    block_on(async {
        let (checkout, payouts) = (gateway.checkout().unwrap(), gateway.payouts().unwrap());
        match call {
            "hosted" => drop(checkout.create(&hosted("r-1")).await?),
            "card_page" => drop(checkout.create(&card_page("r-1")).await?),
            "chain" => drop(payouts.create(&to_chain("r-1")).await?),
            "pix" => drop(payouts.create(&by_pix("r-1")).await?),
            _ => drop(gateway.exchange().unwrap().execute(&exchange()).await?),
        }
        Ok(())
    })
}

const CALLS: [(&str, MoneyCall); 5] = [
    ("hosted", MoneyCall::Checkout),
    ("card_page", MoneyCall::Checkout),
    ("chain", MoneyCall::Payout),
    ("pix", MoneyCall::Payout),
    ("exchange", MoneyCall::Exchange),
];

/// Faults after which it is not known what happened.
fn unknown() -> Vec<ScriptedTransport> {
    let script = ScriptedTransport::new;
    vec![
        script().fail(TransportError::timeout(Reach::MaybeSent)),
        script().fail(TransportError::timeout(Reach::ResponseStarted)),
        script().answer(500, ""),
        script().answer(502, "<html>bad gateway</html>"),
        script().answer(200, "<html>maintenance</html>"),
        script().answer(502, r#"{"code": 90751002, "msg": "illegal IP"}"#),
        script().answer(403, r#"{"code": 90751002, "msg": "illegal IP"}"#),
        script().answer(
            301,
            r#"{"code": 0, "msg": "success", "data": {"orderId": "71"}}"#,
        ),
        limited(),
        script().answer(200, r#"{"code": 0, "msg": "suc"#),
        script().answer(200, r#"{"code": 0, "msg": "success"}"#),
        script().answer(200, r#"{"code": 1, "msg": "system error"}"#),
        script().answer(200, r#"{"code": 90759999, "msg": "?"}"#),
        script().hang(),
    ]
}

/// An answer with the status 429, which asks to wait an hour.
fn limited() -> ScriptedTransport {
    ScriptedTransport::new().respond(|_| {
        let limited = http::Response::builder()
            .status(429)
            .header("retry-after", "3600");
        Ok(limited.body(bytes::Bytes::new()).unwrap())
    })
}

#[test]
fn an_error_has_the_wait_that_the_gateway_asks_for() {
    let hour = Some(std::time::Duration::from_secs(3_600));
    let transport = limited();
    let gateway = scripted(&transport);
    let error = block_on(gateway.balances().unwrap().list()).unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (Kind::Busy, hour));
    assert_eq!(transport.requests().len(), 1);
    assert!(
        error.to_string().ends_with("try again in 3600 s"),
        "{error}"
    );

    let error = run(&scripted(&limited()), "chain").unwrap_err();
    assert_eq!(
        (error.outcome(), error.retry_after()),
        (Outcome::Unknown, hour)
    );
}

#[test]
fn an_unknown_outcome_has_a_ticket_and_nothing_is_sent_twice() {
    let mut runs = 0;
    for (call, made) in CALLS {
        for transport in unknown() {
            let error = run(&scripted(&transport), call).unwrap_err();
            assert_eq!(error.outcome(), Outcome::Unknown, "{call}: {error}");
            assert_eq!(error.next_step(), NextStep::Query);
            assert_eq!(transport.requests().len(), 1, "{call}: sent again");

            let ticket = error
                .ticket()
                .unwrap_or_else(|| panic!("{call}: no ticket"));
            assert_eq!(
                (ticket.call(), ticket.reference()),
                (made, &reference("r-1"))
            );
            assert_eq!(ticket.gateway().as_str(), "cpay/main");
            assert!(ticket.at() >= NOW);
            // The line in the log is enough to resolve it by, and shows nothing it should not.
            let line = error.to_string();
            let (_, word) = line.rsplit_once("ticket ").unwrap();
            // The label can be resolved, but contains no payee.
            let label: Ticket = word.parse().unwrap();
            assert_eq!(label.to_string(), ticket.to_string());
            assert_eq!(label.get("payee"), None);
            let stored: Ticket = ticket.export().expose().parse().unwrap();
            assert_eq!(&stored, ticket);
            for secret in ["k3y", "ana@", "TRMY", "customer-7"] {
                assert!(!line.contains(secret), "{line}");
                assert!(!format!("{error:?}").contains(secret), "{error:?}");
            }
            runs += 1;
        }
    }
    assert_eq!(runs, 70);
}

#[test]
fn a_call_certainly_without_effect_has_no_ticket() {
    for (call, _) in CALLS {
        let refusal = r#"{"code": 90751002, "msg": "illegal IP"}"#;
        let transport = ScriptedTransport::new().answer(200, refusal);
        let error = run(&scripted(&transport), call).unwrap_err();
        assert_eq!(error.kind(), Kind::Refused(Refusal::Permission), "{call}");
        assert_eq!(
            (error.outcome(), error.ticket()),
            (Outcome::NotApplied, None)
        );
        assert_eq!(error.code(), Some("90751002"));

        // No connection: sent again by the executor, since nothing left.
        let refused = || TransportError::connect(std::io::Error::other("refused"));
        let transport = ScriptedTransport::new()
            .fail(refused())
            .fail(refused())
            .fail(refused());
        let error = run(&scripted(&transport), call).unwrap_err();
        assert_eq!(
            (error.outcome(), error.ticket()),
            (Outcome::NotApplied, None),
            "{call}"
        );
        assert_eq!(error.attempts(), 3);
    }
}

#[test]
fn resolving_queries_and_never_sends_again() {
    let found = |coin| {
        format!(
            r#"{{"code": 0, "data": {{"orderId": "71", "status": "11", "merchantTradeNo": "r-1",
            "actualAmount": "0", "currency": "{coin}"}}}}"#
        )
    };
    let not_found = r#"{"code": 1, "msg": "order not found"}"#.to_owned();
    let month = NOW
        .checked_add(std::time::Duration::from_secs(30 * 86_400))
        .unwrap();
    for (call, made) in CALLS {
        let lost = || ScriptedTransport::new().fail(TransportError::timeout(Reach::MaybeSent));
        let coin = if call == "pix" { "BRL" } else { "USDT" };
        for (answer, is_found) in [(found(coin), true), (not_found.clone(), false)] {
            let transport = lost().answer(200, answer);
            let gateway = scripted(&transport);
            let error = run(&gateway, call).unwrap_err();
            let mut gateways = Gateways::new();
            gateways.add(gateway).unwrap();
            match block_on(error.ticket().unwrap().resolve(&gateways, month)).unwrap() {
                Resolution::Found(payment) => {
                    assert!(is_found, "{call}");
                    assert_eq!(payment.reference(), Some(&reference("r-1")));
                    assert_eq!(payment.kind(), made.kind());
                    assert!(payment.provided::<cpay_client::OrderDetail>().is_some());
                }
                // Code 1 may mean anything: a month later it still proves no absence.
                Resolution::Pending(pending) => {
                    assert!(!is_found && pending.until > month, "{call}");
                    assert_eq!(pending.cause.unwrap().code(), Some("1"));
                }
                other => panic!("{call}: code 1 proves nothing: {other:?}"),
            }
            let requests = transport.requests();
            assert_eq!(
                (requests.len(), requests[1].method()),
                (2, &http::Method::GET)
            );
        }
    }
}

#[test]
fn a_ticket_is_resolved_again_when_a_busy_gateway_asks_for_it() {
    let transport = ScriptedTransport::new()
        .fail(TransportError::timeout(Reach::MaybeSent))
        .respond(|_| {
            let busy = http::Response::builder().status(429);
            Ok(busy.header("retry-after", "3600").body("".into()).unwrap())
        });
    let gateway = scripted(&transport);
    let ticket = run(&gateway, "chain").unwrap_err();
    let ticket = ticket.ticket().unwrap();
    let Resolution::Pending(pending) = block_on(ticket.resolve_at(&gateway, NOW)) else {
        panic!("a busy gateway proves nothing");
    };
    let hour = std::time::Duration::from_secs(3_600);
    assert_eq!(Some(pending.until), NOW.checked_add(hour));
}
