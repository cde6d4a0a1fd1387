//! What a call that goes wrong leaves behind: nothing, or a ticket; never a second sending.

use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{NextStep, Outcome, Reach, TransportError};
use payments_facade::ccpayment::Ccpayment;
use payments_facade::ticket::MoneyCall;
use payments_facade::{Error, Fee, Gateway, Resolution, Ticket};

use super::support::*;

fn run(gateway: &Ccpayment, call: &str) -> Result<(), Error> {
    block_on(async {
        let (checkout, payouts) = (gateway.checkout().unwrap(), gateway.payouts().unwrap());
        match call {
            "hosted" => drop(checkout.create(&hosted("r-1")).await?),
            "native" => drop(checkout.create(&native("r-1")).await?),
            "chain" => drop(payouts.create(&to_chain("r-1", Fee::OnTop)).await?),
            _ => drop(payouts.create(&to_account("r-1")).await?),
        }
        Ok(())
    })
}

const CALLS: [(&str, MoneyCall); 4] = [
    ("hosted", MoneyCall::Checkout),
    ("native", MoneyCall::Checkout),
    ("chain", MoneyCall::Payout),
    ("account", MoneyCall::Payout),
];

fn unknown() -> Vec<ScriptedTransport> {
    let script = ScriptedTransport::new;
    let failed = |code: &str| format!(r#"{{"code":{code},"msg":"service error"}}"#);
    vec![
        script().fail(TransportError::timeout(Reach::MaybeSent)),
        script().fail(TransportError::timeout(Reach::ResponseStarted)),
        script().answer(500, ""),
        script().answer(200, "<html>maintenance</html>"),
        script().says_all(r#"{"code":10000,"msg":"suc"#.to_owned()),
        script().says("null"),
        // An unsigned success proves nothing.
        script().answer(200, r#"{"code":10000,"msg":"success","data":{}}"#),
        // No code proves that nothing was made: duplicates, a small balance and wrong values have unpublished ones.
        script().says_all(failed("224066")),
        script().says_all(failed("225213")),
        script().says_all(failed("11011")),
        script().answer(200, failed("224066")),
        script().hang(),
    ]
}

#[test]
fn an_unknown_outcome_has_a_ticket_and_nothing_is_sent_twice() {
    let mut runs = 0;
    for (call, made) in CALLS {
        for transport in unknown() {
            let error = run(&fixed(&transport), call).unwrap_err();
            assert_eq!(
                (error.outcome(), error.next_step()),
                (Outcome::Unknown, NextStep::Query),
                "{call}: {error}"
            );
            assert_eq!(transport.requests().len(), 1, "{call}: sent again");
            let ticket = error
                .ticket()
                .unwrap_or_else(|| panic!("{call}: no ticket"));
            assert_eq!(
                (ticket.call(), ticket.reference()),
                (made, &reference("r-1"))
            );
            assert!(ticket.at() >= NOW);
            let line = error.to_string();
            let (_, word) = line.rsplit_once("ticket ").unwrap();
            // The label can be resolved, but contains no payee.
            let label: Ticket = word.parse().unwrap();
            assert_eq!(label.to_string(), ticket.to_string());
            assert_eq!(label.get("payee"), None);
            let stored: Ticket = ticket.export().expose().parse().unwrap();
            assert_eq!(&stored, ticket);
            for secret in [SECRET, ADDRESS, "9558861", "Teapot"] {
                assert!(
                    !line.contains(secret) && !format!("{error:?}").contains(secret),
                    "{line}"
                );
            }
            runs += 1;
        }
    }
    assert_eq!(runs, 48);
}

#[test]
fn a_request_that_was_not_sent_has_no_ticket() {
    for (call, _) in CALLS {
        let refused = || TransportError::connect(std::io::Error::other("refused"));
        let transport = ScriptedTransport::new()
            .fail(refused())
            .fail(refused())
            .fail(refused());
        let error = run(&fixed(&transport), call).unwrap_err();
        assert_eq!(
            (error.outcome(), error.ticket()),
            (Outcome::NotApplied, None),
            "{call}"
        );
        assert_eq!(error.attempts(), 3);
    }
}

#[test]
fn resolving_queries_the_right_kind_and_never_sends_again() {
    let deposit = r#"[{"order_detail":{"product_price":"25.50","denominated_currency":"USD","merchant_order_id":"r-1",
        "status":"Pending","crypto":"USDT","chain":"TRX"},"trade_list":[]}]"#;
    let payout = r#"[{"order_detail":{"merchant_order_id":"r-1","order_id":"CP7","status":"Pending","crypto":"USDT",
        "order_amount":"4","chain":"TRX"},"trade_list":[]}]"#;
    let month = NOW
        .checked_add(std::time::Duration::from_secs(30 * 86_400))
        .unwrap();
    for (call, made) in CALLS {
        let (own, other) = match made {
            MoneyCall::Payout => (payout, deposit),
            _ => (deposit, payout),
        };
        for (answer, is_found) in [(own, true), (other, false), ("[]", false)] {
            let lost = ScriptedTransport::new().fail(TransportError::timeout(Reach::MaybeSent));
            let transport = lost.says(answer);
            let gateway = fixed(&transport);
            let error = run(&gateway, call).unwrap_err();
            match block_on(error.ticket().unwrap().resolve_at(&gateway, month)) {
                Resolution::Found(payment) => {
                    assert!(is_found, "{call}");
                    assert_eq!(
                        (payment.reference(), payment.kind()),
                        (Some(&reference("r-1")), made.kind())
                    );
                    assert!(!payment.is_contested());
                }
                // A month later an empty list still proves nothing, and another kind of order even less.
                Resolution::Pending(pending) => {
                    assert!(!is_found && pending.until > month, "{call}");
                    assert_eq!(pending.cause.is_some(), answer != "[]");
                }
                other => panic!("{call}: nothing proves that: {other:?}"),
            }
            let asked = paths(&transport);
            assert_eq!((asked.len(), asked[1].as_str()), (2, "bill/info"));
        }
    }
}
