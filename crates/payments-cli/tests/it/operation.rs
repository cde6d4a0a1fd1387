//! What an operator does: dead events, intents, retention.

mod events;
mod intents;
mod retention;
mod unreadable;

use std::sync::Arc;

use payments_core::MerchantRef;
use payments_facade::config::{GatewaysConfig, SystemSecrets};
use payments_facade::{Destination, Fee, Gateway, Gateways, Money, Payee, PayoutOrder};
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_store::Store;
use payments_store::engine::{Engine, Sqlite};

use crate::inbox::{Serving, database, migrate, webhook};
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

/// Those that refuse to select an account, and `api`, which has it as an argument.
#[test]
fn only_commands_that_take_gateway_show_it() {
    let stage = Stage::cpay();
    for line in [
        "inbox list",
        "inbox dead",
        "inbox show",
        "inbox retry",
        "inbox discard",
        "intents list",
        "intents show",
        "intents close",
        "intents cancel",
        "reconcile report",
        "reconcile close",
        "db schema",
        "db migrate",
        "db check",
        "db prune",
        "tickets list",
        "api",
    ] {
        let words: Vec<&str> = line.split(' ').chain(["--help"]).collect();
        let help = stage.run(&words).stdout;
        assert!(help.contains("--config"), "{line}: {help}");
        assert!(!help.contains("--gateway <"), "{line}: {help}");
    }
    for line in ["inbox serve", "intents resolve", "reconcile run", "resolve"] {
        let words: Vec<&str> = line.split(' ').chain(["--help"]).collect();
        let help = stage.run(&words).stdout;
        assert!(help.contains("--gateway <"), "{line}: {help}");
    }
}

#[test]
fn commands_about_all_accounts_refuse_to_select_one() {
    let program = Program::new();
    program.with_dead_events();
    program.stage_payout("payout-7");
    let key = "cpay/main:71:14";
    for line in [
        &["inbox", "list"][..],
        &["inbox", "dead"],
        &["inbox", "show", key],
        &["inbox", "retry", key],
        &[&["inbox", "discard", key, "--yes"][..], &BY_ANA].concat()[..],
        &["intents", "list"],
        &["intents", "show", "payout-7"],
        &[&["intents", "cancel", "payout-7", "--yes"][..], &BY_ANA].concat()[..],
        &[
            &[
                "intents",
                "close",
                "payout-7",
                "--yes",
                "--outcome",
                "applied",
            ][..],
            &BY_ANA,
        ]
        .concat()[..],
        &["reconcile", "report"],
        &[
            &["reconcile", "close", "refund:cpay/main:order-1"][..],
            &BY_ANA,
        ]
        .concat()[..],
        &["db", "prune", "--yes"],
        &["db", "migrate"],
        &["db", "check"],
    ] {
        for gateway in ["cpay/main", "cpay/other"] {
            let refused = program.run(&[line, &["--gateway", gateway]].concat());
            assert_eq!(refused.status, 2, "{line:?}: {}", refused.stdout);
            assert!(
                refused.stderr.contains("leave out --gateway"),
                "{}",
                refused.stderr
            );
        }
        let before = [&["--gateway", "cpay/main"], line].concat();
        assert_eq!(program.run(&before).status, 2, "{line:?}");
    }
    for (command, arguments) in [("db schema", "sqlite"), ("tickets list", "")] {
        let line = format!("{command} {arguments} --gateway cpay/main");
        let words: Vec<&str> = line.split_whitespace().collect();
        let refused = program.stage.run(&words);
        assert_eq!(refused.status, 2, "{line}: {}", refused.stdout);
        assert!(
            refused.stderr.contains("leave out --gateway"),
            "{}",
            refused.stderr
        );
    }
    let (_, listed) = program.json(&["inbox", "dead"]);
    assert_eq!(listed["deliveries"].as_array().unwrap().len(), 2);
}
