//! `payments intents`.

use std::time::Duration;

use payments_facade::{Money, PayoutOrder};
use payments_sandbox::{Fault, Gateway as Provider};
use serde_json::json;

use super::{BY_ANA, Program, order};

#[test]
fn lists_and_cancels_a_staged_payout_which_is_never_sent() {
    let program = Program::new();
    program.stage_payout("payout-7");
    let (status, listed) = program.json(&["intents", "list", "--state", "staged"]);
    let intent = &listed["intents"][0];
    assert_eq!(
        (status, &intent["reference"]),
        (0, &"payout-7".into()),
        "{listed}"
    );
    assert_eq!(
        intent["money"],
        json!({"amount": "4", "asset": "USDT", "network": null})
    );
    let resolve = program.run(&["intents", "resolve", "payout-7"]);
    assert_eq!(resolve.status, 1, "{}", resolve.stdout);
    let cancel = ["intents", "cancel", "payout-7"];
    let unasked = program.run(&[&cancel[..], &BY_ANA].concat());
    assert_eq!(unasked.status, 2, "{}", unasked.stderr);
    let close = [
        "intents",
        "close",
        "payout-7",
        "--outcome",
        "applied",
        "--yes",
    ];
    let close = program.run(&[&close[..], &BY_ANA].concat());
    assert_eq!(close.status, 1);
    assert!(
        close.stderr.contains("payments intents cancel"),
        "{}",
        close.stderr
    );
    let (status, ended) = program.json(&[&cancel[..], &BY_ANA, &["--yes"]].concat());
    assert_eq!(
        (status, &ended["intent"]["state"]),
        (0, &"not_applied".into()),
        "{ended}"
    );
    let again = program.run(&[&cancel[..], &BY_ANA, &["--yes"]].concat());
    assert_eq!(again.status, 1);
    assert!(
        again.stderr.contains("has ended as not applied"),
        "{}",
        again.stderr
    );
    let shown = program.run(&["intents", "show", "payout-7"]);
    assert!(
        shown.stdout.contains("case 4711") && shown.stdout.contains("pt1:"),
        "{}",
        shown.stdout
    );
    program.stage.block_on(async {
        let work = tokio::time::sleep(Duration::from_millis(100));
        program.store.run_staged(&program.gateways, work).await;
    });
    assert_eq!(program.sent(), 0);
}

#[test]
fn resolves_a_lost_payout_by_a_query_and_closes_what_a_query_cannot_decide() {
    let program = Program::new();
    let lost = Fault::after(Provider::CPAY).call("withdraw");
    program.stage.sandbox.fault(lost).unwrap();
    let order = order("payout-7");
    let made = program.store.payout(program.gateway(), &order);
    program.stage.block_on(made).unwrap_err();
    let none = program.run(&["intents", "resolve", "payout-9"]);
    // Status 1 would mean that it took no effect, or is staged.
    assert_eq!(none.status, 2);
    assert!(
        none.stderr.contains("no call with this reference"),
        "{}",
        none.stderr
    );
    let (status, resolved) = program.json(&["intents", "resolve", "--due"]);
    // C-Pay's query does not state the payee.
    assert_eq!(
        (status, &resolved["intents"][0]["state"]),
        (0, &"found".into()),
        "{resolved}"
    );
    let (status, none) = program.json(&["intents", "resolve", "--due"]);
    assert_eq!((status, none), (0, json!({"intents": [], "problem": null})));
    let shown = program.run(&["intents", "resolve", "payout-7"]);
    assert_eq!(shown.status, 0);
    assert!(
        shown
            .stdout
            .contains("found: the provider has such an order"),
        "{}",
        shown.stdout
    );
    let unnamed = program.run(&["intents", "resolve"]);
    assert_eq!(unnamed.status, 2);
    assert!(
        unnamed.stderr.contains("or add --due"),
        "{}",
        unnamed.stderr
    );
    let cancel = ["intents", "cancel", "payout-7", "--yes"];
    let cancel = program.run(&[&cancel[..], &BY_ANA].concat());
    assert!(
        cancel.stderr.contains("may have been sent"),
        "{}",
        cancel.stderr
    );

    let close = ["intents", "close", "payout-7", "--outcome"];
    let undecided = program.run(&close[..3]);
    assert_eq!(undecided.status, 2);
    assert!(
        undecided.stderr.contains("--outcome"),
        "{}",
        undecided.stderr
    );
    let unnamed = program.run(&[&close[..], &["applied"]].concat());
    assert!(
        unnamed.stderr.contains("missing --name and --reason"),
        "{}",
        unnamed.stderr
    );
    let far = "UPDATE pay_intents SET state = 'sending', ends_at = 99999999999999";
    program.change(far);
    let leased = program.run(&[&close[..], &["applied", "--yes"], &BY_ANA].concat());
    assert_eq!(leased.status, 1);
    assert!(
        leased.stderr.contains("may be under way"),
        "{}",
        leased.stderr
    );
    program.change("UPDATE pay_intents SET state = 'unknown'");
    let (status, closed) = program.json(&[&close[..], &["applied", "--yes"], &BY_ANA].concat());
    assert_eq!(
        (status, &closed["intent"]["state"]),
        (0, &"applied".into()),
        "{closed}"
    );
    assert_eq!(closed["intent"]["closed"][0]["because"], "case 4711");
    assert_eq!(program.run(&["intents", "resolve", "payout-7"]).status, 0);
    assert_eq!(program.sent(), 1);
}

/// Makes a payout of another amount under the reference of this one.
fn make_another(program: &Program, order: &PayoutOrder) {
    let other = PayoutOrder::new(
        order.reference().clone(),
        order.payee().clone(),
        Money::of("5", "USDT").unwrap(),
        order.fee(),
    )
    .customer("customer-7");
    let payouts = program.gateway().payouts().unwrap();
    program.stage.block_on(payouts.create(&other)).unwrap();
    // Before, C-Pay's query does not state the amount.
    let completed = program.stage.sandbox.complete(order.reference().as_str());
    program.stage.block_on(completed).unwrap();
}

#[test]
fn another_order_under_the_reference_has_an_exit_status() {
    let program = Program::new();
    let order = order("payout-7");
    make_another(&program, &order);
    let made = program.store.payout(program.gateway(), &order);
    program.stage.block_on(made).unwrap_err();
    for line in [
        &["intents", "resolve", "--due"],
        &["intents", "resolve", "payout-7"],
    ] {
        let (status, resolved) = program.json(line);
        assert_eq!(status, 4, "{resolved}");
        let problem = resolved["intents"][0]["problem"].as_str().unwrap();
        assert!(problem.contains("it differs in: amount"), "{resolved}");
    }
}

#[test]
fn an_unknown_payout_that_the_gateway_does_not_find_stays_unknown() {
    let program = Program::new();
    let lost = Fault::instead(Provider::CPAY).call("withdraw");
    program.stage.sandbox.fault(lost).unwrap();
    let order = order("payout-7");
    let made = program.store.payout(program.gateway(), &order);
    program.stage.block_on(made).unwrap_err();
    // By its reference it is queried although it is not due any more.
    for line in [
        &["intents", "resolve", "--due"][..],
        &["intents", "resolve", "payout-7"],
    ] {
        let (status, resolved) = program.json(line);
        assert_eq!(
            (status, &resolved["intents"][0]["state"]),
            (3, &"unknown".into()),
            "{resolved}"
        );
    }
    assert_eq!(program.sent(), 1);
}

#[test]
fn queries_the_calls_of_the_selected_account_only() {
    let program = Program::new();
    let stage = &program.stage;
    let both = format!(
        "{}{}",
        stage.cpay_account("main"),
        stage.cpay_account("other")
    );
    stage.write_config(&both);
    let lost = Fault::instead(Provider::CPAY).call("withdraw");
    stage.sandbox.fault(lost).unwrap();
    let order = order("payout-7");
    let made = program.store.payout(program.gateway(), &order);
    stage.block_on(made).unwrap_err();
    let sent = stage.sandbox.requests().len();
    let other = ["intents", "resolve", "--due", "--gateway", "cpay/other"];
    assert_eq!(
        program.json(&other),
        (0, json!({"intents": [], "problem": null}))
    );
    let other = ["intents", "resolve", "payout-7", "--gateway", "cpay/other"];
    let refused = program.run(&other);
    assert_eq!(refused.status, 2);
    assert!(
        refused.stderr.contains("a call of cpay/main"),
        "{}",
        refused.stderr
    );
    assert_eq!(stage.sandbox.requests().len(), sent, "nothing was queried");
    let own = ["intents", "resolve", "--due", "--gateway", "cpay/main"];
    let (status, resolved) = program.json(&own);
    assert_eq!(status, 3, "{resolved}");
    assert_eq!(resolved["intents"].as_array().unwrap().len(), 1);
    assert!(stage.sandbox.requests().len() > sent);
}

/// Two payouts whose answers are lost: `first` is due before `second`, which the database cannot change any more.
fn two_of_which_the_second_cannot_be_queried(first: &str, second: &str) -> Program {
    let program = Program::new();
    for reference in [first, second] {
        let lost = Fault::instead(Provider::CPAY).call("withdraw");
        program.stage.sandbox.fault(lost).unwrap();
        let order = order(reference);
        let made = program.store.payout(program.gateway(), &order);
        program.stage.block_on(made).unwrap_err();
    }
    program.change(&format!(
        "UPDATE pay_intents SET due_at = due_at - 1000 WHERE reference = '{first}'"
    ));
    program.change(&format!(
        "CREATE TRIGGER disk_full BEFORE UPDATE ON pay_intents WHEN OLD.reference = '{second}'
        BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    ));
    program
}

#[test]
fn what_was_found_out_is_printed_if_a_later_call_cannot_be_queried() {
    let due = ["intents", "resolve", "--due"];
    let why = "not every call that is due was queried: ";
    // The first one stays unknown, which is more than that the second one was not queried.
    let program = two_of_which_the_second_cannot_be_queried("payout-7", "payout-8");
    let ran = program.run(&due);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stdout.contains("payout-7"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("queried 1 call\n"), "{}", ran.stdout);
    assert!(ran.stderr.contains(why), "{}", ran.stderr);

    // The first one is found.
    let program = two_of_which_the_second_cannot_be_queried("payout-7", "payout-8");
    let payouts = program.gateway().payouts().unwrap();
    let order = order("payout-7");
    program.stage.block_on(payouts.create(&order)).unwrap();
    let (status, resolved) = program.json(&due);
    assert_eq!(status, 2, "{resolved}");
    assert_eq!(resolved["intents"].as_array().unwrap().len(), 1);
    assert_eq!(resolved["intents"][0]["state"], "found", "{resolved}");
    let problem = resolved["problem"].as_str().unwrap();
    assert!(problem.starts_with(why), "{problem}");

    // Another order exists.
    let program = two_of_which_the_second_cannot_be_queried("payout-7", "payout-8");
    make_another(&program, &order);
    let (status, resolved) = program.json(&due);
    assert_eq!(status, 4, "{resolved}");
    assert!(resolved["problem"].is_string(), "{resolved}");
}

#[test]
fn a_call_that_is_gone_after_the_query_is_no_success() {
    let program = Program::new();
    let lost = Fault::instead(Provider::CPAY).call("withdraw");
    program.stage.sandbox.fault(lost).unwrap();
    let order = order("payout-7");
    let made = program.store.payout(program.gateway(), &order);
    program.stage.block_on(made).unwrap_err();
    program.change(
        "CREATE TRIGGER gone AFTER UPDATE ON pay_intents
        BEGIN DELETE FROM pay_intents WHERE reference = NEW.reference; END",
    );
    let ran = program.run(&["intents", "resolve", "payout-7"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("nothing is known"), "{}", ran.stderr);
}
