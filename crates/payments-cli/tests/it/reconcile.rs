//! `payments reconcile`.

use payments_store::engine::{Engine as _, Sqlite};
use serde_json::{Value, json};

use crate::inbox::{Serving, database, deliveries, migrate};
use crate::listener::{shop, signed};
use crate::support::{Stage, http};

/// Executes statements in the database of the stage.
fn change(stage: &Stage, statements: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let engine = Sqlite::open(stage.folder.join("payments.db")).unwrap();
        let mut tx = engine.begin().await.unwrap();
        for statement in statements {
            tx.execute(statement, &[]).await.unwrap();
        }
        tx.commit().await.unwrap();
    });
}

const FINDINGS: [&str; 2] = [
    r#"INSERT INTO pay_findings (gateway, kind, subject, detail, money, found_at)
    VALUES ('cpay/main', 'overpaid', 'order-1001', '11 USDT was received, which is 0.5 USDT too much',
    '{"amount":"0.50","asset":"USDT"}', 1700000000000)"#,
    "INSERT INTO pay_findings (gateway, kind, subject, detail, found_at)
    VALUES ('cpay/main', 'missed_webhook', 'cpay/main:71:14', 'no webhook', 1800000000000)",
];

#[test]
fn stores_the_event_of_a_lost_webhook_and_finds_it_missed() {
    let stage = Stage::cpay();
    migrate(&stage);
    let (url, answered) = shop(b"HTTP/1.1 204 No Content\r\n\r\n");
    let serving = Serving::start(&stage, &["--forward", &url]);
    let created = [
        "checkout",
        "create",
        "order-1001",
        "10.50",
        "USDT",
        "--customer",
        "customer-7",
    ];
    assert_eq!(stage.run(&created).status, 0);
    let id = stage.sandbox.orders()[0].order_id.clone();
    let body = signed(
        &stage,
        &[
            ("merchantTradeNo", "order-1001"),
            ("orderId", &id),
            ("orderStatus", "11"),
        ],
    );
    let reply = http(&serving.address, "POST /webhooks/cpay/main", &body);
    assert!(reply.ends_with("\r\n\r\nOK"), "{reply}");
    answered.join().unwrap();
    while deliveries(&stage)[0]["state"] != "done" {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    drop(serving);

    let database = database(&stage);
    let run = ["reconcile", "run", "--database", &database];
    let (status, report) = stage.json(&run);
    assert_eq!((status, &report["queries"]), (0, &json!(0)), "{report}");

    // An hour later, the order is paid, and its webhook lost.
    let hour = "UPDATE pay_payments SET seen_at = seen_at - 3600000, poll_at = 0";
    change(&stage, &[hour]);
    stage
        .block_on(stage.sandbox.pay("order-1001", None))
        .unwrap();
    let ran = stage.run(&run);
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (0, "1 payment queried, 1 event without a webhook stored\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(deliveries(&stage).len(), 2);

    // The webhook does not come either.
    change(
        &stage,
        &["UPDATE pay_deliveries SET webhook_due = 1 WHERE webhook_due IS NOT NULL"],
    );
    let ran = stage.run(&run);
    assert_eq!(ran.status, 5, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("1 finding new or changed"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("`payments reconcile report`"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_provider_that_does_not_answer_is_a_problem_and_status_1() {
    let stage = Stage::cpay();
    migrate(&stage);
    let account = stage.cpay_account("main");
    let gone = account.replace(stage.sandbox.base_url(), "http://127.0.0.1:9/");
    stage.write_config(&gone);
    let (status, report) = stage.json(&["reconcile", "run", "--database", &database(&stage)]);
    assert_eq!(status, 1, "{report}");
    let problem = report["problems"][0]["problem"].as_str().unwrap();
    assert!(
        problem.starts_with("the balances cannot be read"),
        "{problem}"
    );
    assert_eq!(report["problems"][0]["gateway"], "cpay/main");
}

#[test]
fn refuses_to_run_without_a_pause() {
    let stage = Stage::cpay();
    let database = database(&stage);
    for every in ["0s", "999ms"] {
        let line = [
            "reconcile",
            "run",
            "--every",
            every,
            "--database",
            &database,
        ];
        let ran = stage.run(&line);
        assert_eq!(ran.status, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("at least 1s"), "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn what_is_repeated_ends_with_0_whatever_was_found() {
    let stage = Stage::cpay();
    migrate(&stage);
    change(&stage, &FINDINGS);
    let database = database(&stage);
    let run = ["reconcile", "run", "--database", &database];
    assert_eq!(stage.run(&run).status, 5);
    let repeated = [&run[..], &["--every", "1s"]].concat();
    let mut child = stage.command(&repeated).spawn().unwrap();
    // The first run is complete.
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    crate::support::line_of(&mut stdout);
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn lists_findings_and_ends_them_with_name_and_reason() {
    let stage = Stage::cpay();
    migrate(&stage);
    change(&stage, &FINDINGS);
    let database = database(&stage);
    let with = |line: &[&str]| {
        let mut all: Vec<&str> = line.to_vec();
        all.extend(["--database", &database]);
        stage.json(&all)
    };
    let ids = |listed: &Value| -> Vec<String> {
        let all = listed["findings"].as_array().unwrap().iter();
        all.map(|it| it["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let (status, listed) = with(&["reconcile", "report"]);
    assert_eq!(status, 5);
    let (missed, overpaid) = (
        "missed_webhook:cpay/main:cpay/main:71:14",
        "overpaid:cpay/main:order-1001",
    );
    assert_eq!(ids(&listed), [missed, overpaid]);
    assert_eq!(
        listed["findings"][1]["money"],
        json!({"amount": "0.50", "asset": "USDT", "network": null})
    );
    let (status, listed) = with(&["reconcile", "report", "--since", "2026-01-01"]);
    assert_eq!((status, ids(&listed)), (5, vec![missed.to_owned()]));
    let (status, listed) = with(&["reconcile", "report", "--kind", "refund"]);
    assert_eq!((status, ids(&listed)), (0, vec![]));

    let (status, resolved) = with(&[
        "reconcile",
        "close",
        overpaid,
        "--name",
        "ana",
        "--reason",
        "sent back",
    ]);
    assert_eq!(status, 0, "{resolved}");
    assert_eq!(resolved["resolutions"][0]["by"], "ana");
    let (_, listed) = with(&["reconcile", "report"]);
    assert_eq!(ids(&listed), [missed]);
    let (_, listed) = with(&["reconcile", "report", "--all"]);
    assert_eq!(ids(&listed).len(), 2);

    for (line, status, message) in [
        (
            [
                "reconcile",
                "close",
                overpaid,
                "--name",
                "ana",
                "--reason",
                "again",
            ],
            1,
            "is closed already",
        ),
        (
            [
                "reconcile",
                "close",
                "refund:cpay/main:x",
                "--name",
                "ana",
                "--reason",
                "r",
            ],
            1,
            "there is no such finding",
        ),
        (
            ["reconcile", "close", missed, "--name", " ", "--reason", ""],
            2,
            "missing --name and --reason",
        ),
    ] {
        let (ended, error) = with(&line);
        assert_eq!(ended, status, "{error}");
        let text = error["error"]["message"].as_str().unwrap();
        assert!(text.contains(message), "{text}");
    }
    let ran = stage.run(&[
        "reconcile",
        "close",
        "order-1001",
        "--name",
        "a",
        "--reason",
        "b",
        "--database",
        &database,
    ]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("KIND:GATEWAY:SUBJECT"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_report_fits_and_shows_what_to_copy() {
    let stage = Stage::cpay();
    migrate(&stage);
    change(&stage, &FINDINGS);
    let line = [
        "reconcile",
        "report",
        "--database",
        &database(&stage),
        "--kind",
        "overpaid",
    ];
    let child = stage.command(&line).env("COLUMNS", "60").spawn().unwrap();
    let ran = crate::support::ended(child);
    let expected = "\
finding   overpaid:cpay/main:order-1001
amount    0.50 USDT
found at  2023-11-14T22:13:20Z
detail    11 USDT was received, which is 0.5 USDT too much

1 finding
";
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (5, expected),
        "{}",
        ran.stderr
    );
}
