//! The commands for a running sandbox.

mod faults;
mod hostile;
mod settings;
mod start;

use std::io::BufReader;

use serde_json::Value;

use crate::support::{Ran, Stage, answering, line_of, response};

/// `payments sandbox …` against the sandbox of the stage.
fn sandbox(stage: &Stage, arguments: &[&str]) -> Ran {
    let url = ["--url", stage.sandbox.base_url()];
    stage.run(&[&["sandbox"][..], arguments, &url].concat())
}

fn create(stage: &Stage, reference: &str) {
    let line = [
        "checkout",
        "create",
        reference,
        "10.50",
        "USDT",
        "--customer",
        "c",
    ];
    let ran = stage.run(&line);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

pub(crate) fn json(stage: &Stage, arguments: &[&str]) -> Value {
    let ran = sandbox(stage, &[arguments, &["--json"]].concat());
    assert_eq!(ran.status, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    ran.json()
}

#[test]
fn acts_on_orders_and_shows_them() {
    let stage = Stage::cpay();
    for reference in ["order-1", "order-2", "a/b"] {
        create(&stage, reference);
    }
    assert_eq!(json(&stage, &["pay", "order-1", "10"])["funds"], "under");
    assert_eq!(json(&stage, &["expire", "a/b"])["status"], "closed");
    let listed = json(&stage, &["orders", "list", "--state", "pending"]);
    assert_eq!(listed["orders"].as_array().unwrap().len(), 1);
    assert_eq!(listed["orders"][0]["merchant_ref"], "order-2");
    assert_eq!(
        json(&stage, &["orders", "show", "order-1"])["order"]["actual_amount"],
        "10"
    );
    let table = sandbox(&stage, &["orders", "list", "--limit", "2"]).stdout;
    assert!(
        table.contains("order-2") && !table.contains("order-1"),
        "{table}"
    );
    assert!(table.contains("older ones are not shown"), "{table}");

    let requests = sandbox(&stage, &["requests", "list"]).stdout;
    assert_eq!(requests.matches("createOrder").count(), 3, "{requests}");
    let shown = sandbox(&stage, &["requests", "show", "1"]).stdout;
    assert!(shown.contains("\noperation"), "{shown}");
}

#[test]
fn pays_refunds_and_completes_at_ccpayment() {
    let stage = Stage::all();
    let line =
        "checkout create order-1 25.50 USD --kind native --pay-with USDT@tron --gateway ccpayment";
    let line: Vec<&str> = line.split(' ').collect();
    let made = stage.run(&[&line[..], &["--notify-url", "http://127.0.0.1:9/hook"]].concat());
    assert_eq!(made.status, 0, "{}", made.stderr);
    assert_eq!(json(&stage, &["pay", "order-1"])["status"], "completed");
    let refund = json(&stage, &["refund", "order-1", "5"]);
    let id = refund["order_id"].as_str().unwrap();
    assert_eq!(json(&stage, &["complete", id])["status"], "completed");
    stage.block_on(stage.sandbox.webhooks_quiet());
    let deliveries = json(&stage, &["deliveries", "list", "--gateway", "ccpayment"]);
    let number = deliveries["deliveries"][0]["id"].to_string();
    assert_eq!(json(&stage, &["resend", &number])["state"], "waiting");
    let shown = sandbox(&stage, &["deliveries", "show", &number]).stdout;
    assert!(shown.contains("http://127.0.0.1:9/hook"), "{shown}");
}

#[test]
fn sets_faults_moves_the_clock_and_resets() {
    let stage = Stage::cpay();
    let set = [
        "fault",
        "cpay",
        "--call",
        "createOrder",
        "--http-status",
        "502",
    ];
    json(&stage, &[&set[..], &["--set", "times=2"]].concat());
    let faults = json(&stage, &["fault", "--list"]);
    assert_eq!(faults["faults"][0]["call"], "createOrder");
    assert_eq!(faults["faults"][0]["http_status"], 502);
    let create = [
        "checkout",
        "create",
        "order-1",
        "10.50",
        "USDT",
        "--customer",
        "c",
    ];
    for _ in 0..2 {
        let lost = stage.run(&create);
        assert_eq!(lost.status, 3, "{}", lost.stderr);
    }
    assert_eq!(stage.sandbox.waiting_faults(), 0);
    assert_eq!(stage.run(&create).status, 0);

    let before = json(&stage, &["clock"])["now_ms"].as_u64().unwrap();
    let after = json(&stage, &["clock", "--advance", "1h30m"])["now_ms"].as_u64();
    assert_eq!(after, Some(before + 5_400_000));

    let refused = sandbox(&stage, &["reset"]);
    assert_eq!(refused.status, 2, "{}", refused.stderr);
    assert!(stage.sandbox.order("order-1").is_some());
    json(&stage, &["reset", "--yes"]);
    assert!(stage.sandbox.orders().is_empty());
}

#[test]
fn sends_a_webhook_spoiled_and_as_a_duplicate_and_refunds_everything() {
    let stage = Stage::all();
    let line =
        "checkout create order-1 25.50 USD --kind native --pay-with USDT@tron --gateway ccpayment";
    let line: Vec<&str> = line.split(' ').collect();
    let (url, _requests) = answering(response("200 OK", "text/plain", "success"));
    let made = stage.run(&[&line[..], &["--notify-url", &url]].concat());
    assert_eq!(made.status, 0, "{}", made.stderr);
    json(&stage, &["pay", "order-1"]);
    let quiet = || stage.block_on(stage.sandbox.webhooks_quiet());
    quiet();
    json(&stage, &["resend", "1", "--spoil", "webhook_altered"]);
    quiet();
    assert_eq!(json(&stage, &["resend", "1", "--duplicate"])["id"], 2);
    quiet();
    let shown = sandbox(&stage, &["deliveries", "show", "1"]).stdout;
    for part in [
        "attempt  1 ",
        "attempt  2 ",
        "HTTP 200",
        "fault webhook_altered",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // The second attempt has another body than the delivery.
    assert_eq!(shown.matches("sent {").count(), 1, "{shown}");
    let unknown = sandbox(&stage, &["resend", "1", "--spoil", "lost"]);
    assert_eq!(unknown.status, 2, "{}", unknown.stderr);

    // Without an amount, all of it goes back.
    let refund = json(&stage, &["refund", "order-1"]);
    let received = stage.sandbox.order("order-1").unwrap().received_amount;
    assert_eq!(refund["amount"], *received, "{refund}");
}

#[test]
fn lists_the_requests_of_a_call_and_the_kinds_of_faults() {
    let stage = Stage::cpay();
    create(&stage, "order-1");
    stage.run(&["balance", "cpay/main"]);
    let calls =
        |call: &str| json(&stage, &["requests", "list", "--call", call])["requests"].clone();
    assert_eq!(calls("createOrder").as_array().unwrap().len(), 1);
    assert_eq!(calls("withdraw").as_array().unwrap().len(), 0);
    let unknown = sandbox(&stage, &["requests", "list", "--call", "createOrders"]);
    assert_eq!(unknown.status, 2);
    assert!(
        unknown.stderr.contains("createOrder,"),
        "{}",
        unknown.stderr
    );
    let orders = sandbox(&stage, &["orders", "list", "--call", "createOrder"]);
    assert_eq!(orders.status, 2);
    assert!(
        orders.stderr.contains("only requests have a call"),
        "{}",
        orders.stderr
    );

    let kinds = sandbox(&stage, &["fault", "--kinds"]).stdout;
    for kind in payments_sandbox::FaultKind::ALL {
        let is_listed = kinds
            .lines()
            .any(|line| line.starts_with(&format!("{} ", kind.as_str())));
        assert!(is_listed, "{}: {kinds}", kind.as_str());
    }
    json(
        &stage,
        &["fault", "cpay", "--call", "withdraw", "--code", "1"],
    );
    let waiting = sandbox(&stage, &["fault", "--list"]).stdout;
    assert!(
        waiting.contains("withdraw") && waiting.contains("code 1 "),
        "{waiting}"
    );
}

#[test]
fn repeats_the_sandboxs_sentence_about_a_mistake() {
    let stage = Stage::cpay();
    create(&stage, "order-1");
    for (arguments, status, sentence) in [
        (&["expire", "nothing"] as &[&str], 1, "No order has the id"),
        (&["reject", "order-1"], 1, "not a payout"),
        (
            &["fault", "cpay", "--set", "what=7"],
            2,
            "unknown field `what`",
        ),
        (&["resend", "9"], 1, "No delivery has the number 9"),
        (&["orders", "show", "nothing"], 1, "No order has the id"),
        (&["orders", "list", "--limit", "501"], 2, "501"),
    ] {
        let ran = sandbox(&stage, arguments);
        assert_eq!(ran.status, status, "{arguments:?}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(sentence),
            "{arguments:?}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_lost_answer_names_the_command_that_shows_what_happened() {
    let stage = Stage::cpay();
    // It reads the request and closes the connection.
    let (url, _) = answering(String::new());
    for (line, command) in [
        ("pay order-1", "orders list"),
        ("reset --yes", "orders list"),
        ("fault cpay", "fault --list"),
        ("settings set webhook_timeout_ms=1", "settings list"),
        ("clock --advance 1s", "clock"),
        ("resend 1", "deliveries list"),
    ] {
        let line: Vec<&str> = line.split(' ').collect();
        let ran = stage.run(&[&["sandbox"][..], &line, &["--url", &url]].concat());
        assert_eq!(ran.status, 1, "{line:?}: {}", ran.stderr);
        let said = ran.stderr.replace('\n', " ");
        let end = format!("may have done it; look at `payments sandbox {command}`");
        assert!(said.contains(&end), "{line:?}: {said}");
    }
}

#[test]
fn names_the_url_where_no_sandbox_answers() {
    let stage = Stage::cpay();
    let ran = stage.run(&["sandbox", "orders", "list", "--url", "http://127.0.0.1:1"]);
    assert_eq!(ran.status, 1);
    let message = "error: no sandbox answers at http://127.0.0.1:1 (";
    assert!(ran.stderr.starts_with(message), "{}", ran.stderr);
    assert!(ran.stderr.contains("`payments dev`"), "{}", ran.stderr);
    let line = [
        "sandbox",
        "pay",
        "x",
        "--json",
        "--url",
        "http://127.0.0.1:1",
    ];
    let ran = stage.run(&line);
    assert_eq!(
        (ran.status, ran.json()["error"]["exit"].as_u64()),
        (1, Some(1))
    );

    let (other, _) =
        crate::support::answering(crate::support::response("200 OK", "text/html", "<p>"));
    let ran = stage.run(&["sandbox", "orders", "list", "--url", &other]);
    assert!(
        ran.stderr.contains("but not as a sandbox"),
        "{}",
        ran.stderr
    );
}

#[test]
fn follows_requests_and_webhooks_as_they_happen() {
    let stage = Stage::cpay();
    let line = ["logs", "tail", "--json", "--url", stage.sandbox.base_url()];
    let mut child = stage.command(&line).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut next = || {
        let line = line_of(&mut lines);
        serde_json::from_str::<Value>(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    };
    // What happened before the command has read the lists is not printed, so orders are made until one is.
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let stage = &stage;
        scope.spawn(move || {
            let mut number = 0;
            while is_done.try_recv().is_err() && number < 100 {
                number += 1;
                let reference = format!("order-{number}");
                let hook = ["--notify-url", "http://127.0.0.1:9/"];
                let create = [
                    "checkout",
                    "create",
                    &reference,
                    "1",
                    "USDT",
                    "--customer",
                    "c",
                ];
                stage.run(&[&create[..], &hook].concat());
                sandbox(stage, &["pay", &reference]);
            }
        });
        let (mut request, mut delivery) = (Value::Null, Value::Null);
        while request.is_null() || delivery.is_null() {
            let mut line = next();
            if line.get("request").is_some() {
                request = line["request"].take();
            } else {
                delivery = line["delivery"].take();
            }
        }
        done.send(()).unwrap();
        assert_eq!(request["operation"], "createOrder");
        assert!(delivery["attempts"][0]["problem"].is_string(), "{delivery}");
    });
    let _ = child.kill();
    let _ = child.wait();
}

#[test]
fn refuses_a_state_that_no_list_has_and_filters_by_reference() {
    let stage = Stage::cpay();
    for (list, known) in [
        ("orders", "pending, processing, completed, failed, closed"),
        ("requests", "accepted, refused"),
        (
            "deliveries",
            "waiting, sending, delivered, given_up, refused, dropped",
        ),
    ] {
        let ran = sandbox(&stage, &[list, "list", "--state", "foo"]);
        let said = ran.stderr.replace('\n', " ");
        assert_eq!(ran.status, 2, "{said}");
        assert!(
            said.contains(&format!("--state: write one of {known}")),
            "{said}"
        );
    }
    create(&stage, "order-1");
    create(&stage, "order-2");
    for list in ["orders", "requests"] {
        let listed = json(&stage, &[list, "list", "--reference", "order-2"]);
        assert_eq!(listed[list].as_array().unwrap().len(), 1, "{listed}");
    }
}

#[test]
fn is_the_payer_who_chooses_a_coin_and_pays_late() {
    let stage = Stage::all();
    let line = "checkout create order-1 10 USDT --customer c --gateway cpay";
    let line: Vec<&str> = line.split(' ').collect();
    assert_eq!(stage.run(&line).status, 0);
    let line = "checkout create order-2 25.50 USD --title Tea --gateway ccpayment";
    let line: Vec<&str> = line.split(' ').collect();
    assert_eq!(stage.run(&line).status, 0);
    let early = sandbox(&stage, &["pay", "order-2", "--late"]);
    assert_eq!(early.status, 1, "{}", early.stdout);
    assert!(
        early.stderr.contains("chosen no coin yet"),
        "{}",
        early.stderr
    );
    let wrong = sandbox(&stage, &["choose", "order-2", "USDT@SOLANA"]);
    assert_eq!(wrong.status, 2);
    let said = wrong.stderr.replace('\n', " ");
    assert!(
        said.contains("USDT is not on `SOLANA`, but on TRC20, ERC20,"),
        "{said}"
    );
    let chosen = json(&stage, &["choose", "order-2", "USDT@TRC20"]);
    assert_eq!(chosen["currency"], "USDT");
    let paid = json(&stage, &["pay", "order-2", "--late"]);
    assert_eq!(paid["gateway_state"], "Paid(Overdue)");
    let never = sandbox(&stage, &["pay", "order-1", "--late"]);
    assert!(
        never
            .stderr
            .contains("At C-Pay, an order of the kind pay_in"),
        "{}",
        never.stderr
    );
}
