//! `/metrics` and `/readyz` of `payments inbox serve`.

use std::time::Duration;

use payments_store::engine::{Engine as _, Sqlite};

use super::{Serving, migrate, webhook};
use crate::support::{Stage, http};

fn figures(serving: &Serving) -> String {
    let reply = http(&serving.address, "GET /metrics", "");
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert!(
        reply.contains("application/openmetrics-text; version=1.0.0"),
        "{reply}"
    );
    let (_, body) = reply.split_once("\r\n\r\n").unwrap();
    assert!(body.ends_with("# EOF\n"), "{body}");
    body.to_owned()
}

#[track_caller]
fn states(figures: &str, line: &str) {
    assert!(figures.lines().any(|it| it == line), "{line}\n{figures}");
}

#[test]
fn counts_webhooks_by_what_became_of_them_and_what_waits() {
    let stage = Stage::cpay();
    migrate(&stage);
    let serving = Serving::start(&stage, &[]);
    let start = figures(&serving);
    for result in [
        "stored",
        "repeated",
        "empty",
        "not_genuine",
        "not_answered",
        "not_stored",
    ] {
        let line =
            format!("payments_inbox_webhooks_total{{gateway=\"cpay/main\",result=\"{result}\"}} 0");
        states(&start, &line);
    }
    states(&start, "payments_inbox_oldest_pending_seconds 0.0");
    let body = webhook(&stage, "71");
    for body in [&body, &body, &body.replace("10.50", "99")] {
        http(&serving.address, "POST /webhooks/cpay/main", body);
    }
    let after = figures(&serving);
    for result in ["stored", "repeated", "not_genuine"] {
        let line =
            format!("payments_inbox_webhooks_total{{gateway=\"cpay/main\",result=\"{result}\"}} 1");
        states(&after, &line);
    }
    for line in [
        "payments_database_up 1",
        "payments_inbox_pending 1",
        "payments_inbox_dead 0",
        "payments_findings 0",
        "payments_intents_open{state=\"unknown\"} 0",
    ] {
        states(&after, line);
    }
    // Neither a reference nor an effect key.
    assert!(
        !after.contains("order-1001") && !after.contains("71:14"),
        "{after}"
    );
}

#[test]
fn counts_and_times_what_the_command_does() {
    let stage = Stage::cpay();
    migrate(&stage);
    let serving = Serving::start(&stage, &["--exec", "true"]);
    http(
        &serving.address,
        "POST /webhooks/cpay/main",
        &webhook(&stage, "71"),
    );
    for _ in 0..600 {
        let figures = figures(&serving);
        if figures
            .contains("payments_inbox_attempts_total{gateway=\"cpay/main\",result=\"done\"} 1")
        {
            states(&figures, "payments_inbox_attempt_seconds_count 1");
            states(&figures, "payments_inbox_delay_seconds_count 1");
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{}", figures(&serving));
}

#[test]
fn is_not_ready_and_still_shows_figures_without_its_tables() {
    let stage = Stage::cpay();
    migrate(&stage);
    let serving = Serving::start(&stage, &[]);
    assert!(http(&serving.address, "GET /readyz", "").starts_with("HTTP/1.1 200"));
    change(
        &stage,
        "INSERT INTO pay_schema (version, applied_at) VALUES (99, 0)",
    );
    // A later release has added to the tables, and replaces this one step by step.
    assert!(http(&serving.address, "GET /readyz", "").starts_with("HTTP/1.1 200"));
    change(&stage, "DELETE FROM pay_schema WHERE version < 99");
    assert!(http(&serving.address, "GET /readyz", "").starts_with("HTTP/1.1 503"));
    assert!(http(&serving.address, "GET /healthz", "").starts_with("HTTP/1.1 200"));
    change(&stage, "DROP TABLE pay_findings");
    let figures = figures(&serving);
    states(&figures, "payments_database_up 0");
    assert!(!figures.contains("payments_inbox_pending"), "{figures}");
}

/// As another release of the command does it.
fn change(stage: &Stage, sql: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let engine = Sqlite::open(stage.folder.join("payments.db")).unwrap();
        let mut tx = engine.begin().await.unwrap();
        tx.execute(sql, &[]).await.unwrap();
        tx.commit().await.unwrap();
    });
}
