//! What an operator does: dead events, intents, retention.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use payments_core::MerchantRef;
use payments_facade::config::{GatewaysConfig, SystemSecrets};
use payments_facade::{Destination, Fee, Gateway, Gateways, Money, Payee, PayoutOrder};
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_sandbox::{Fault, Gateway as Provider};
use payments_store::Store;
use payments_store::engine::{Engine, Sqlite};
use serde_json::json;

use crate::inbox::{Serving, database, deliveries, migrate, webhook};
use crate::money::TO;
use crate::support::{Ran, Stage, http};
use crate::width::in_80_columns;

/// What the program with the database does, which the operator looks after.
struct Program {
    stage: Stage,
    engine: Sqlite,
    store: Store,
    gateways: Gateways,
}

impl Program {
    fn new() -> Self {
        let stage = Stage::cpay();
        migrate(&stage);
        let all = stage.sandbox.credentials();
        let secret = format!("secret = \"{}\"", all.cpay.secret);
        let account = stage.cpay_account("main");
        let account = account.replace("secret = { env = \"CPAY_SECRET\" }", &secret);
        let text = format!("inline_secrets = true\n{account}");
        let secrets = SystemSecrets::beside(&stage.config());
        let gateways = GatewaysConfig::read(&text, &secrets)
            .unwrap()
            .connect()
            .unwrap();
        let (engine, store) = stage.block_on(async {
            let engine = Sqlite::open(stage.folder.join("payments.db")).unwrap();
            let (clock, entropy) = (Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
            let store = Store::open(engine.clone(), clock, entropy).await.unwrap();
            (engine, store)
        });
        Self {
            stage,
            engine,
            store,
            gateways,
        }
    }

    fn gateway(&self) -> &dyn Gateway {
        self.gateways.iter().next().unwrap()
    }

    fn stage_payout(&self, reference: &str) {
        self.stage.block_on(async {
            let mut tx = self.engine.begin().await.unwrap();
            let order = order(reference);
            self.store
                .stage_payout(&mut *tx, self.gateway(), &order)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        });
    }

    fn change(&self, sql: &str) -> u64 {
        self.stage.block_on(async {
            let mut tx = self.engine.begin().await.unwrap();
            let changed = tx.execute(sql, &[]).await.unwrap();
            tx.commit().await.unwrap();
            changed
        })
    }

    fn run(&self, line: &[&str]) -> Ran {
        let database = database(&self.stage);
        self.stage.run(&[line, &["--database", &database]].concat())
    }

    fn json(&self, line: &[&str]) -> (i32, serde_json::Value) {
        let database = database(&self.stage);
        self.stage
            .json(&[line, &["--database", &database]].concat())
    }

    /// How many payouts the gateway was asked for.
    fn sent(&self) -> usize {
        let all = self.stage.sandbox.requests();
        all.iter()
            .filter(|it| it.operation == Some("withdraw"))
            .count()
    }

    /// Two events, both dead.
    fn with_dead_events(&self) {
        let serving = Serving::start(&self.stage, &[]);
        for id in ["71", "72"] {
            let body = webhook(&self.stage, id);
            let reply = http(&serving.address, "POST /webhooks/cpay/main", &body);
            assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
        }
        let sql = "UPDATE pay_deliveries SET state = 'dead', attempts = 12, problem = 'the ledger is closed'";
        assert_eq!(self.change(sql), 2);
    }
}

fn order(reference: &str) -> PayoutOrder {
    let to = Destination::new(TO, "tron").unwrap();
    let arrives = "3".parse().unwrap();
    PayoutOrder::new(
        MerchantRef::new(reference).unwrap(),
        Payee::Chain(to),
        Money::of("4", "USDT").unwrap(),
        Fee::Split { arrives },
    )
    .customer("customer-7")
}

const BY_ANA: [&str; 4] = ["--name", "Ana", "--reason", "case 4711"];

#[test]
fn shows_retries_and_discards_dead_events() {
    let program = Program::new();
    program.with_dead_events();
    let (status, dead) = program.json(&["inbox", "dead"]);
    assert_eq!(
        (status, dead["deliveries"].as_array().unwrap().len()),
        (0, 2)
    );
    let shown = program.run(&["inbox", "show", "cpay/main:71:14"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    for part in ["the ledger is closed", "order-1001", "dead", "12"] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    assert!(!shown.stdout.contains("\"sign\""), "{}", shown.stdout);
    let body = program.run(&["inbox", "show", "cpay/main:71:14", "--body"]);
    assert!(body.stdout.contains("\"sign\""), "{}", body.stdout);
    let (_, shown) = program.json(&["inbox", "show", "cpay/main:71:14"]);
    assert_eq!(shown["payment"]["reference"], "order-1001");
    assert_eq!(
        (&shown["source"], &shown["body"]),
        (&"webhook".into(), &json!(null))
    );

    // All problems at once, and nothing is changed.
    let wrong = program.run(&[
        "inbox",
        "retry",
        "cpay/main:71:14",
        "cpay/main:1:1",
        "cpay/main:2:2",
    ]);
    assert_eq!(wrong.status, 1);
    assert!(
        wrong.stderr.contains("key 2") && wrong.stderr.contains("key 3"),
        "{}",
        wrong.stderr
    );
    assert_eq!(program.json(&["inbox", "dead"]).1, dead);
    let (status, retried) = program.json(&["inbox", "retry", "cpay/main:71:14"]);
    assert_eq!(
        (status, retried),
        (0, json!({"revived": ["cpay/main:71:14"]}))
    );

    let discard = ["inbox", "discard", "cpay/main:72:14"];
    let unnamed = program.run(&[&discard[..], &["--name", " "]].concat());
    assert_eq!(unnamed.status, 2);
    assert!(
        unnamed.stderr.contains("missing --name and --reason"),
        "{}",
        unnamed.stderr
    );
    let unasked = program.run(&[&discard[..], &BY_ANA].concat());
    assert_eq!(unasked.status, 2);
    assert!(
        unasked
            .stderr
            .contains("nothing was changed: to discard the event"),
        "{}",
        unasked.stderr
    );
    let pending = ["inbox", "discard", "cpay/main:71:14"];
    let pending = program.run(&[&pending[..], &BY_ANA, &["--yes"]].concat());
    assert_eq!(pending.status, 1);
    assert!(
        pending.stderr.contains("is not dead but pending"),
        "{}",
        pending.stderr
    );
    let (status, ended) = program.json(&[&discard[..], &BY_ANA, &["--yes"]].concat());
    assert_eq!(
        (status, &ended["delivery"]["state"]),
        (0, &"discarded".into()),
        "{ended}"
    );
    assert_eq!(ended["delivery"]["discarded"]["by"], "Ana");
    let shown = program.run(&["inbox", "show", "cpay/main:72:14"]);
    assert!(shown.stdout.contains("case 4711"), "{}", shown.stdout);
    let absent = program.run(&["inbox", "show", "cpay/main:9:9"]);
    assert_eq!(
        (absent.status, absent.stderr.as_str()),
        (1, "error: there is no event with this effect key\n")
    );
    assert_eq!(deliveries(&program.stage).len(), 2);
}

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
    assert_eq!(none.status, 1);
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
    assert_eq!((status, none), (0, json!({"intents": []})));
    let shown = program.run(&["intents", "resolve", "payout-7"]);
    assert_eq!(shown.status, 0);
    assert!(
        shown
            .stdout
            .contains("found: the provider has such an order"),
        "{}",
        shown.stdout
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
fn prunes_old_bodies_after_a_question_and_keeps_the_rest() {
    let program = Program::new();
    program.with_dead_events();
    program.change("UPDATE pay_deliveries SET state = 'done' WHERE effect_key = 'cpay/main:71:14'");
    let young = program.json(&["db", "prune", "--dry-run"]).1;
    assert_eq!(
        (&young["dry_run"], &young["events"]),
        (&true.into(), &0.into())
    );
    program.change(&format!(
        "UPDATE pay_deliveries SET received_at = {}",
        days_ago(32)
    ));
    for (bodies, events) in [("30d", 1), ("40d", 0), ("768h", 1)] {
        let (status, counted) = program.json(&["db", "prune", "--dry-run", "--bodies", bodies]);
        assert_eq!(
            (status, &counted["events"]),
            (0, &events.into()),
            "{bodies}: {counted}"
        );
    }
    let unasked = program.run(&["db", "prune"]);
    assert_eq!(unasked.status, 2);
    assert!(
        unasked
            .stderr
            .contains("nothing was changed: to delete them"),
        "{}",
        unasked.stderr
    );
    let wrong = program.run(&["db", "prune", "--bodies", "a month"]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.stderr.contains("as in 30d"), "{}", wrong.stderr);
    let pruned = program.run(&["db", "prune", "--yes"]);
    assert_eq!(pruned.status, 0, "{}", pruned.stderr);
    assert!(
        pruned
            .stdout
            .contains("deleted body and details of 1 event"),
        "{}",
        pruned.stdout
    );
    let shown = program.run(&["inbox", "show", "cpay/main:71:14", "--body"]);
    assert!(
        shown.stdout.contains("details were deleted"),
        "{}",
        shown.stdout
    );
    let dead = program.run(&["inbox", "show", "cpay/main:72:14"]);
    assert!(dead.stdout.contains("order-1001"), "{}", dead.stdout);
}

#[test]
fn everything_fits_into_80_columns() {
    let program = Program::new();
    program.with_dead_events();
    program.stage_payout("payout-7");
    program.stage_payout("a-payout-with-a-reference-that-is-as-long-as-is-usual-012345");
    program.change(
        "UPDATE pay_intents SET problem = 'connection refused by 127.0.0.1:8420; nothing was sent'",
    );
    let database = database(&program.stage);
    for line in [
        "inbox list",
        "inbox dead",
        "inbox show cpay/main:71:14",
        "inbox retry cpay/main:9:9",
        "inbox discard cpay/main:71:14 --name Ana --reason x",
        "inbox discard cpay/main:71:14",
        "intents list",
        "intents show payout-7",
        "intents resolve payout-7",
        "intents resolve payout-9",
        "intents resolve --due",
        "intents close payout-7 --outcome not-applied --name Ana --reason x --yes",
        "intents cancel payout-7 --name Ana --reason x",
        "intents cancel payout-7 --name Ana --reason x --yes",
        "db prune --dry-run",
    ] {
        let words: Vec<&str> = line.split(' ').chain(["--database", &database]).collect();
        in_80_columns(&program.stage, &words);
    }
}

/// The machine's time this many days ago, in milliseconds.
fn days_ago(days: u64) -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = u64::try_from(now.unwrap().as_millis()).unwrap();
    millis - days * 86_400_000
}
