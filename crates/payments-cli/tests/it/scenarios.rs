//! `payments sandbox run`.

use serde_json::{Value, json};

use crate::listener::shop;
use crate::support::{Ran, Stage, payments};

const SHIPPED: [&str; 12] = [
    "underpaid",
    "overpaid",
    "late-payment",
    "expired",
    "refund",
    "lost-answer",
    "payout-failed",
    "retry-storm",
    "out-of-order",
    "key-rotation",
    "invoice-v2",
    "risky-v2",
];

fn run(arguments: &[&str]) -> Ran {
    payments(&[&["sandbox", "run"], arguments].concat(), "")
}

/// Runs the text of a scenario.
fn play(stage: &Stage, text: &str, more: &[&str]) -> Ran {
    std::fs::write(stage.folder.join("mine.toml"), text).unwrap();
    stage.run(&[&["sandbox", "run", "mine.toml"], more].concat())
}

fn scenario(steps: &str) -> String {
    format!("title = \"x\"\ngateway = \"cpay\"\nsteps = [\n{steps}\n]\n")
}

#[test]
fn every_scenario_that_comes_with_the_command_passes() {
    let ran = run(&[&SHIPPED[..], &["--json"]].concat());
    let reports: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let failed: Vec<&Value> = reports
        .iter()
        .filter(|report| report["passed"] != true)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!((ran.status, reports.len()), (0, SHIPPED.len()));
}

#[test]
fn lists_and_prints_the_scenarios_that_come_with_the_command() {
    let listed = run(&["--list", "--json"]).json();
    let names: Vec<&str> = listed["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, SHIPPED);
    let stage = Stage::cpay();
    let printed = run(&["--print", "overpaid"]).stdout;
    assert_eq!(play(&stage, &printed, &[]).status, 0);
    assert_eq!(run(&["--print", "none"]).status, 2);
    assert_eq!(run(&[]).status, 2);
    let unread = run(&["absent.toml", "unknown", "underpaid"]);
    assert_eq!((unread.status, unread.stdout.as_str()), (2, ""));
    for part in ["cannot read absent.toml", "there is no such scenario"] {
        assert!(unread.stderr.contains(part), "{}", unread.stderr);
    }
}

#[test]
fn a_failed_expectation_says_what_is_there_and_ends_with_status_1() {
    let stage = Stage::cpay();
    let steps = "{ create = \"o-1\", amount = \"10\", asset = \"USDT\" },\n{ pay = \"o-1\", percent = 50 },\n{ expect_webhook = \"o-1\", phase = \"open\", received = \"10\" },\n{ expire = \"o-1\" },";
    let ran = play(&stage, &scenario(steps), &["--json"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    let report = ran.json();
    assert_eq!(report["passed"], false);
    let last = report["steps"].as_array().unwrap().last().unwrap();
    let expected = json!({
        "line": 6,
        "step": "expect_webhook = \"o-1\", phase = \"open\", received = \"10\"",
        "ok": false,
        "found": "phase is completed, expected open; received is 5, expected 10",
    });
    assert_eq!(*last, expected);
    let shown = play(&stage, &scenario(steps), &[]).stdout;
    assert!(
        shown.contains("line 6: phase is completed, expected open"),
        "{shown}"
    );
    assert!(shown.ends_with("failed at step 3 of 4\n"), "{shown}");
}

#[test]
fn each_expectation_can_fail() {
    let stage = Stage::cpay();
    let create = "{ create = \"o-1\", amount = \"10\", asset = \"USDT\" },";
    for (steps, found) in [
        ("{ expect_webhook = \"o-1\" },", "no webhook arrived"),
        (
            "{ pay = \"o-1\" }, { expect_no_webhook = \"o-1\" },",
            "there is a webhook",
        ),
        (
            "{ pay = \"o-1\" }, { expect_refused_webhook = true },",
            "no webhook was refused",
        ),
        (
            "{ expect_status = \"o-1\", phase = \"completed\" },",
            "phase is open",
        ),
        (
            "{ expect_payment = \"o-1\", settlement = \"exact\" },",
            "settlement is unstated",
        ),
        (
            "{ expect_deliveries = \"o-1\", count = 1 },",
            "has no webhooks",
        ),
        (
            "{ pay = \"o-1\" }, { expect_deliveries = \"o-1\", attempts = 2 },",
            "delivered after 1",
        ),
        (
            "{ resolve = \"o-1\", resolution = \"absent\" },",
            "the resolution is found",
        ),
        (
            "{ pay = \"o-1\" }, { expect_webhook = \"o-1\", repeated = true },",
            "no repetition",
        ),
        ("{ pay = \"o-1\" }, { pay = \"o-1\" },", "completed"),
        ("{ reject = \"o-1\" },", "not a payout"),
        (
            "{ fault = \"createOrder\", when = \"instead\", http_status = 502 }, { create = \"o-2\", amount = \"1\", asset = \"USDT\" },",
            "the outcome is unknown",
        ),
        (
            "{ fault = \"noSuchCall\", when = \"after\" },",
            "no call `noSuchCall`",
        ),
    ] {
        let ran = play(
            &stage,
            &scenario(&format!("{create}\n{steps}")),
            &["--json"],
        );
        assert_eq!(ran.status, 1, "{steps}: {}{}", ran.stdout, ran.stderr);
        let report = ran.json();
        let last = report["steps"].as_array().unwrap().last().unwrap();
        let text = last["found"].as_str().unwrap();
        assert!(text.contains(found), "{steps}: {text}");
    }
}

#[test]
fn reports_all_mistakes_of_a_file_with_their_lines_and_runs_nothing() {
    let stage = Stage::cpay();
    let steps = "{ create = \"o-1\", amount = 10, asset = \"USDT\", other = 1 },\n{ pay = \"o-2\" },\n{ dance = true },";
    let ran = play(&stage, &scenario(steps), &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "error: mine.toml cannot run:",
            "  line 4: amount: write a text in quotes",
            "  line 4: other is no key here; known are create, amount, asset, pay_with, outcome",
            "  line 5: pay: no step before makes o-2",
        ]
    );
    let verbs = "  line 6: unknown step; it must begin with one of create, payout,";
    assert!(lines[4].starts_with(verbs), "{}", ran.stderr);
    assert_eq!(lines.len(), 5, "{}", ran.stderr);
}

#[test]
fn a_delay_beyond_every_limit_is_refused_by_the_sandbox() {
    let stage = Stage::cpay();
    let step =
        "{ fault = \"any\", when = \"after\", kind = \"late\", delay = \"2562047788015215h\" },";
    let ran = play(&stage, &scenario(step), &[]);
    assert_eq!(ran.status, 1, "{}{}", ran.stdout, ran.stderr);
    let said = ran.stdout.replace('\n', " ");
    assert!(said.contains("at most thirty days"), "{said}{}", ran.stderr);
}

#[test]
fn forwards_webhooks_to_a_program_and_returns_its_answer() {
    let stage = Stage::cpay();
    let (url, program) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess");
    let steps = "{ create = \"o-1\", amount = \"10\", asset = \"USDT\" },\n{ pay = \"o-1\" },\n{ expect_deliveries = \"o-1\", state = \"delivered\", attempts = 1 },";
    let ran = play(&stage, &scenario(steps), &["--forward", &url]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let request = program.join().unwrap();
    assert!(request.starts_with("POST /hook/cpay/sandbox "), "{request}");
    assert!(request.contains("\"merchantTradeNo\":\"o-1\""), "{request}");
}

#[test]
fn fails_if_the_program_does_not_answer_webhooks() {
    let stage = Stage::cpay();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", free.local_addr().unwrap());
    drop(free);
    let steps = "{ create = \"o-1\", amount = \"10\", asset = \"USDT\" },\n{ pay = \"o-1\" },\n{ expect_webhook = \"o-1\" },";
    let ran = play(&stage, &scenario(steps), &["--forward", &url]);
    assert_eq!(ran.status, 1, "{}{}", ran.stdout, ran.stderr);
    let printed = ran.stdout.replace('\n', " ");
    assert!(printed.contains("no answer of your program"), "{printed}");
}

/// Runs a scenario of the gateway in the sandbox of the stage.
fn play_at(stage: &Stage, gateway: &str, steps: &str) -> Ran {
    let text = format!("title = \"x\"\ngateway = \"{gateway}\"\nsteps = [\n{steps}\n]\n");
    let url = ["--json", "--url", stage.sandbox.base_url()];
    play(stage, &text, &url)
}

#[test]
fn runs_in_a_sandbox_that_runs_already() {
    let stage = Stage::all();
    for (gateway, money) in [
        ("cpay", "asset = \"USDT\""),
        ("chainup-opay", "asset = \"USDT\""),
        ("ccpayment", "asset = \"USD\", pay_with = \"USDT@tron\""),
        ("ccpayment-v2", "asset = \"USD\", pay_with = \"USDT@TRX\""),
    ] {
        // The calls have the time of the sandbox's clock, and the webhooks that of the machine.
        let steps = format!(
            "{{ create = \"{gateway}-1\", amount = \"10\", {money} }},\n{{ advance = \"10m\" }},\n{{ pay = \"{gateway}-1\" }},\n\
             {{ expect_webhook = \"{gateway}-1\" }},\n{{ expect_status = \"{gateway}-1\", phase = \"completed\" }},"
        );
        let ran = play_at(&stage, gateway, &steps);
        assert_eq!(ran.status, 0, "{gateway}: {}{}", ran.stdout, ran.stderr);
        let order = stage.sandbox.order(&format!("{gateway}-1")).unwrap();
        assert_eq!(order.status.as_str(), "completed");
    }
    // A reference can be used once, and the sandbox was not reset. Nothing is sent.
    let sent = stage.sandbox.requests().len();
    let again = "{ create = \"cpay-1\", amount = \"10\", asset = \"USDT\" },";
    let ran = play_at(&stage, "ccpayment", again);
    assert_eq!(ran.status, 1);
    let url = stage.sandbox.base_url();
    let advice = format!(
        "the sandbox has cpay-1 from before, at cpay; choose another reference, or forget all orders: \
         payments sandbox reset --yes --url {url}"
    );
    assert_eq!(ran.json()["steps"][0]["found"], *advice);
    assert_eq!(stage.sandbox.requests().len(), sent);
}

/// Each has references that no other one has.
#[test]
fn the_scenarios_that_come_with_the_command_run_one_after_another_in_a_sandbox_that_runs() {
    let stage = Stage::all();
    let url = ["--url", stage.sandbox.base_url(), "--json"];
    // The others need a setting from the start.
    let all: Vec<&str> = SHIPPED
        .into_iter()
        .filter(|name| !run(&["--print", name]).stdout.contains("push_every_state"))
        .collect();
    assert!(all.len() > 8, "{all:?}");
    let ran = run(&[&all[..], &url].concat());
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stdout.lines().count(), all.len());
}

#[test]
fn plays_the_payer_of_orders_that_the_program_makes() {
    let stage = Stage::cpay();
    let (url, program) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess");
    // The program under test, as its own process would be.
    let create = "checkout create order-1 10.50 USDT --customer c --notify-url";
    let create: Vec<&str> = create.split(' ').chain([&*url]).collect();
    assert_eq!(stage.run(&create).status, 0);
    let steps = "{ expect_order = \"order-1\" },\n{ pay = \"order-1\", percent = 50 },\n\
                 { expect_deliveries = \"order-1\", state = \"delivered\", attempts = 1 },\n\
                 { expect_status = \"order-1\", phase = \"completed\", received = \"5.25\" },";
    let ran = play_at(&stage, "cpay", steps);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(program.join().unwrap().contains("order-1"));
    let missing = play_at(&stage, "cpay", "{ expect_order = \"order-2\" },");
    assert_eq!(missing.status, 1);
    let found = missing.json()["steps"][0]["found"].to_string();
    assert!(
        found.contains("created no order order-2 at cpay within 5 s"),
        "{found}"
    );
}

#[test]
fn says_what_cannot_run_in_a_sandbox_that_runs_or_on_another_machine() {
    let stage = Stage::cpay();
    let text = "title = \"x\"\ngateway = \"ccpayment\"\npush_every_state = true\nsteps = [\n{ expect_order = \"o-1\" },\n\
                { expect_webhook = \"o-1\" },\n{ resolve = \"o-1\", resolution = \"found\" },\n\
                { payout = \"p-1\", amount = \"4\", asset = \"USDT\" },\n{ expect_no_webhook = \"p-1\" },\n{ switch = \"risky\" },\n]\n";
    let at = |url: &str| play(&stage, text, &["--url", url]);
    let ran = at(stage.sandbox.base_url());
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    let lines = ran.stderr.replace('\n', " ");
    for expected in [
        "line 3: push_every_state: the running sandbox has this setting from its start",
        "line 6: expect_webhook: your program makes this order and gets its webhooks",
        "line 7: resolve: your program makes this order",
        "line 9: expect_no_webhook: a payout of ccpayment has no webhook URL",
        "line 10: switch: only ccpayment-v2 has switches",
    ] {
        assert!(lines.contains(expected), "{expected}: {}", ran.stderr);
    }
    let own = play(&stage, text, &[]).stderr;
    assert!(
        own.contains("line 5: expect_order: your program does not know"),
        "{own}"
    );
    let steps = "{ create = \"o-1\", amount = \"10\", asset = \"USDT\" },\n{ answer = 503 },\n{ expect_webhook = \"o-1\" },";
    let far = ["--url", "http://sandbox.example:8420"];
    let far = play(&stage, &scenario(steps), &far);
    assert_eq!(far.status, 2);
    let lines = far.stderr.replace('\n', " ");
    for line in ["line 5: answer:", "line 6: expect_webhook:"] {
        let expected = format!("{line} a sandbox on another machine sends no webhooks");
        assert!(lines.contains(&expected), "{expected}: {}", far.stderr);
    }
    let nowhere = play_at(&stage, "cpay", "{ pay = \"o-9\" },");
    assert_eq!(nowhere.status, 2, "{}", nowhere.stdout);
}
