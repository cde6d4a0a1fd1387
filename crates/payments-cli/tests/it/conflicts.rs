//! What `payments resolve` does with an order that is not the ticket's.

use serde_json::{Value, json};

use crate::money::TO;
use crate::support::Stage;

const OTHER: &str = "TXLAQ63Xg1NAzckPwKHvzw7CSEmLMEqcdj";

fn payout<'a>(reference: &'a str, amount: &'a str, asset: &'a str, to: &'a str) -> Vec<&'a str> {
    let words = [
        "payout",
        "create",
        reference,
        amount,
        asset,
        "--fee",
        "on-top",
        "--to",
        to,
        "--network",
        "tron",
        "--gateway",
        "ccpayment/main",
        "--yes",
    ];
    words.to_vec()
}

fn open_tickets(stage: &Stage) -> usize {
    let (_, listed) = stage.json(&["tickets", "list"]);
    listed["tickets"].as_array().unwrap().len()
}

#[test]
fn another_payout_under_the_reference_is_a_conflict_with_an_exit_status() {
    let stage = Stage::all();
    assert_eq!(stage.json(&payout("p-1", "4", "USDT", TO)).0, 0);
    for (amount, asset, difference) in [("400", "TRX", "asset"), ("399", "USDT", "amount")] {
        for is_complete in [false, true] {
            let (status, failed) = stage.json(&payout("p-1", amount, asset, TO));
            assert_eq!(status, 3, "{failed}");
            if is_complete {
                let _ = stage.block_on(stage.sandbox.complete("p-1"));
            }
            let ticket = failed["error"]["ticket"].as_str().unwrap();
            let (status, resolved) = stage.json(&["resolve", ticket]);
            assert_eq!(
                (status, &resolved["resolution"], &resolved["differences"]),
                (4, &"conflict".into(), &json!([difference])),
                "{resolved}"
            );
            let ordered = json!({"amount": "4", "asset": "USDT", "network": "tron"});
            assert_eq!(resolved["payment"]["ordered"], ordered, "{resolved}");
            let ran = stage.run(&["resolve", ticket]);
            assert_eq!(ran.status, 4, "{}", ran.stdout);
            assert!(!ran.stdout.contains("took effect:"), "{}", ran.stdout);
            assert!(
                !ran.stdout.contains("did not take effect"),
                "{}",
                ran.stdout
            );
            assert_eq!(open_tickets(&stage), 1, "the ticket is kept");
            let close = [
                "resolve",
                ticket,
                "--close",
                "not-applied",
                "--reason",
                "a test",
            ];
            assert_eq!(stage.json(&close).0, 0);
        }
    }
}

/// No query of CCPayment returns the payee, so the answer is the same for both payees.
#[test]
fn a_payout_whose_payee_is_not_stated_keeps_its_ticket() {
    let stage = Stage::all();
    assert_eq!(stage.json(&payout("p-2", "4", "USDT", TO)).0, 0);
    let (status, failed) = stage.json(&payout("p-2", "4", "USDT", OTHER));
    assert_eq!(status, 3, "{failed}");
    let ticket = failed["error"]["ticket"].as_str().unwrap();
    let (status, resolved) = stage.json(&["resolve", ticket]);
    assert_eq!(
        (
            status,
            &resolved["confirmed"],
            &resolved["sum"],
            &resolved["payee"]
        ),
        (0, &false.into(), &"same".into(), &"not_stated".into()),
        "{resolved}"
    );
    let ran = stage.run(&["resolve", ticket]);
    assert!(
        ran.stdout.contains("The payee was not compared"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("took effect"), "{}", ran.stdout);
    assert_eq!(open_tickets(&stage), 1, "the ticket is kept");
}

/// The amount was not compared, so a result that cannot be printed is no proof of an effect.
#[cfg(target_os = "linux")]
#[test]
fn an_unconfirmed_order_that_cannot_be_printed_is_not_called_applied() {
    let stage = Stage::cpay();
    assert_eq!(stage.run(&crate::money::payout(&["--yes"])).status, 0);
    let ticket = "pt1:cpay/main:payout:payout-7:4:USDT::1700000000000::d4c24e21";
    for words in [&["resolve", ticket][..], &["resolve", ticket, "--json"]] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let mut command = stage.command(words);
        let ran = crate::support::ended(command.stdout(full.unwrap()).spawn().unwrap());
        assert_eq!(ran.status, 3, "{}", ran.stderr);
        assert!(!ran.stderr.contains("applied"), "{}", ran.stderr);
    }
}

#[test]
fn a_query_shows_what_was_refunded() {
    let stage = Stage::all();
    let create =
        "checkout create rf-1 10 USD --kind native --pay-with USDT@tron --gateway ccpayment/main";
    let words: Vec<&str> = create.split(' ').collect();
    assert_eq!(stage.json(&words).0, 0);
    stage.block_on(stage.sandbox.pay("rf-1", None)).unwrap();
    let show = ["checkout", "show", "rf-1", "--gateway", "ccpayment/main"];
    let (_, before) = stage.json(&show);
    assert_eq!(
        (
            &before["payment"]["paid_in_full"],
            &before["payment"]["refunded"]
        ),
        (&true.into(), &Value::Null)
    );
    let refund = stage.block_on(stage.sandbox.refund("rf-1", "4")).unwrap();
    stage
        .block_on(stage.sandbox.complete(&refund.order_id))
        .unwrap();
    let (_, after) = stage.json(&show);
    let payment = &after["payment"];
    assert_eq!(
        (&payment["paid_in_full"], &payment["refunded"]["amount"]),
        (&false.into(), &"4".into()),
        "{after}"
    );
    assert_eq!(payment["settlement"]["state"], "missing", "{after}");
    let ran = stage.run(&show);
    assert!(ran.stdout.contains("refunded"), "{}", ran.stdout);
}

#[test]
fn shows_amount_and_coin_of_a_payout_at_ccpayment() {
    let stage = Stage::all();
    assert_eq!(stage.json(&payout("p-3", "4", "USDT", TO)).0, 0);
    stage.block_on(stage.sandbox.complete("p-3")).unwrap();
    let ran = stage.run(&["payout", "show", "p-3", "--gateway", "ccpayment/main"]);
    assert!(
        ran.stdout.contains("ordered            4 USDT on tron"),
        "{}",
        ran.stdout
    );
}

#[test]
fn ccpayment_sends_a_lost_webhook_again() {
    let stage = Stage::all();
    let mut listening = stage.listen(&["--gateway", "ccpayment/main"]);
    let url = listening.url("ccpayment/main");
    let create = format!(
        "checkout create order-1 10 USD --kind native --pay-with USDT@tron --gateway ccpayment/main --notify-url {url}"
    );
    let words: Vec<&str> = create.split(' ').collect();
    assert_eq!(stage.json(&words).0, 0);
    let resend = [
        "webhook",
        "resend",
        "order-1",
        "--gateway",
        "ccpayment/main",
        "--yes",
    ];
    let (status, unpaid) = stage.json(&resend);
    assert_eq!(status, 2, "{unpaid}");
    stage.block_on(stage.sandbox.pay("order-1", None)).unwrap();
    let first = listening.next();
    let (status, resent) = stage.json(&resend);
    assert_eq!((status, &resent["count"]), (0, &1.into()), "{resent}");
    let second = listening.next();
    assert!(first["effect_key"].is_string(), "{first}");
    assert_eq!(first["effect_key"], second["effect_key"]);
    let ran = stage.run(&resend[..5]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
    let elsewhere = [
        "webhook",
        "resend",
        "order-1",
        "--gateway",
        "cpay/main",
        "--yes",
    ];
    assert_eq!(stage.json(&elsewhere).0, 2);
}

#[test]
fn a_deposit_without_an_order_names_its_customer() {
    let stage = Stage::all();
    let mut listening = stage.listen(&["--gateway", "ccpayment/main"]);
    let url = listening.url("ccpayment/main");
    let send = [
        "webhook",
        "send",
        &url,
        "--gateway",
        "ccpayment/main",
        "--kind",
        "deposit",
    ];
    let _ = stage.json(&send);
    let payment = listening.next()["payment"].clone();
    assert_eq!(payment["kind"], "deposit", "{payment}");
    assert!(payment["customer"].is_string(), "{payment}");
}
