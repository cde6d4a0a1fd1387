//! The program, as the page and an operator run it.
#![cfg(unix)]

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use payments_core::MerchantRef;
use payments_facade::ticket::MoneyCall;
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_sandbox::{Fault, Gateway, Sandbox};
use payments_store::engine::Postgres;
use payments_store::{IntentState, Store};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cluster;
use crate::instance::{get, made, post};
use crate::page::{Dev, Process, commands, free_address};

/// Waits until something listens there.
fn connect(address: &str) -> TcpStream {
    for _ in 0..1_200 {
        if let Ok(stream) = TcpStream::connect(address) {
            return stream;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nothing listens on {address} in a minute");
}

/// Stops the program. Returns what it printed.
fn stop(process: Process, signal: &str) -> String {
    process.signal(signal);
    let (ended, printed) = process.end();
    assert!(ended.success(), "{printed}");
    printed
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_page_pay_once_by_two_processes_that_both_signals_stop() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    tokio::task::spawn_blocking(move || run_the_page(&database))
        .await
        .unwrap();
}

fn run_the_page(database: &str) {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let page = commands("payouts-once.md", "Run two instances");
    let [dev, export, one, two, request, complete, query] = page.as_slice() else {
        panic!("the page has other commands: {page:#?}");
    };
    // The ports of the page may be in use.
    let ports = [
        "127.0.0.1:4001",
        "127.0.0.1:4101",
        "127.0.0.1:4002",
        "127.0.0.1:4102",
    ];
    let ports = ports.map(|port| (port, free_address()));
    let free = |command: &str| {
        let all = ports.iter();
        all.fold(command.to_owned(), |text, (port, free)| {
            text.replace(port, free)
        })
    };
    let Some(dev) = Dev::start(folder, &free(dev)) else {
        return;
    };
    assert!(
        export.starts_with("export DATABASE_URL=postgres://"),
        "{export}"
    );
    let variables = [
        ("DATABASE_URL", database),
        ("API_ADDRESS", &ports[0].1),
        ("WEBHOOKS_ADDRESS", &ports[1].1),
    ];
    let [one, two] = [one, two].map(|command| Process::start(folder, &free(command), &variables));
    let [api, webhooks, other_api, other_webhooks] = ports.each_ref().map(|(_, free)| free);
    for address in [api, webhooks, other_api, other_webhooks] {
        connect(address);
    }

    // The request of the page, at both.
    let (head, body) = request.split_once(" -d '").unwrap();
    assert_eq!(
        free(head),
        format!("curl -H 'Content-Type: application/json' http://{api}/payouts")
    );
    let body: Value = serde_json::from_str(body.strip_suffix('\'').unwrap()).unwrap();
    let (status, made) = post(&format!("http://{api}/payouts"), &body);
    let expected = json!({"outcome": "applied", "detail": "ccpayment/sandbox-v2"});
    assert_eq!((status, made), (201, expected));
    let (status, again) = post(&format!("http://{other_api}/payouts"), &body);
    assert_eq!(status, 409, "{again}");

    // Who reaches the address of the webhooks can neither pay nor read.
    for address in [webhooks, other_webhooks] {
        assert_eq!(post(&format!("http://{address}/payouts"), &body).0, 404);
        assert_eq!(get(&format!("http://{address}/payouts/salary-1")).0, 404);
    }
    let unsigned = post(
        &format!("http://{api}/webhooks/ccpayment/sandbox-v2"),
        &body,
    );
    assert_eq!(unsigned.0, 404);

    dev.run(folder, complete);
    let query = free(query);
    let query = query.strip_prefix("curl ").unwrap();
    assert!(query.starts_with(&format!("http://{api}/")), "{query}");
    let is_completed = |_: &u32| {
        std::thread::sleep(Duration::from_millis(50));
        get(query).1["phase"] == "completed"
    };
    assert!((0..1_200).find(is_completed).is_some(), "{:?}", get(query));
    for (mut process, signal) in [(one, "-TERM"), (two, "-INT")] {
        // The first report, in words.
        let line = process.line();
        assert!(
            line.starts_with("reconciled: ") && line.contains(" queried"),
            "{line}"
        );
        let printed = stop(process, signal);
        assert!(!format!("{line}{printed}").contains("Report"), "{printed}");
    }
}

/// An accounts file with CCPayment v2 of this sandbox.
fn write_accounts(folder: &Path, sandbox: &Sandbox) {
    let app = &sandbox.credentials().ccpayment_v2;
    let text = format!(
        "inline_secrets = true\n[[gateway]]\nprovider = \"ccpayment\"\nversion = \"v2\"\naccount = \"main\"\n\
         base_url = \"{}/ccpayment/v2/\"\napp_id = \"{}\"\napp_secret = \"{}\"\n",
        sandbox.base_url(),
        app.app_id,
        app.app_secret
    );
    std::fs::write(folder.join("payments.toml"), text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_the_payout_of_a_caller_that_hung_up() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let sandbox = Sandbox::builder().start().await.unwrap();
    // The answer comes after the grace of the connections.
    let late = Fault::late_answer(Gateway::CCPAYMENT_V2, Duration::from_secs(15));
    sandbox
        .fault(late.call("applyAppWithdrawToNetwork"))
        .unwrap();
    let folder = TempDir::new().unwrap();
    write_accounts(folder.path(), &sandbox);
    let address = free_address();
    let variables = [
        ("DATABASE_URL", database.as_str()),
        ("API_ADDRESS", &address),
        ("WEBHOOKS_ADDRESS", "127.0.0.1:0"),
    ];
    let command = "payout-service ccpayment/main";
    let service = Process::start(folder.path(), command, &variables);
    let body = json!({
        "reference": "salary-1",
        "address": "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
        "network": "Tron",
        "money": {"amount": "4", "asset": "USDT"},
    });
    let body = body.to_string();
    let mut caller = tokio::task::block_in_place(|| connect(&address));
    let request = format!(
        "POST /payouts HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    caller.write_all(request.as_bytes()).unwrap();
    let made = async {
        while made(&sandbox).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let made = tokio::time::timeout(Duration::from_secs(60), made).await;
    made.expect("the payout is made");
    drop(caller);
    let engine = Postgres::connect(&database).await.unwrap();
    let (clock, entropy) = (Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
    let store = Store::open(engine, clock, entropy).await.unwrap();
    let reference = MerchantRef::new("salary-1").unwrap();
    let state = async || {
        let intent = store.intent(MoneyCall::Payout, &reference).await;
        intent.unwrap().unwrap().state
    };
    assert_eq!(
        state().await,
        IntentState::Sending,
        "the answer is not there yet"
    );
    tokio::task::block_in_place(|| stop(service, "-TERM"));
    assert_eq!(state().await, IntentState::Applied);
}

/// What the program prints when it cannot start, and its exit status.
fn refused(folder: &Path, arguments: &str, database: &str) -> (Option<i32>, String) {
    let command = format!("payout-service {arguments}");
    let secret = ("CPAY_SECRET", "sentinel-secret-of-the-merchant");
    let database = ("DATABASE_URL", database);
    let (ended, printed) = Process::start(folder, &command, &[secret, database]).end();
    (ended.code(), printed)
}

#[test]
fn errors_are_sentences_with_their_causes_and_without_passwords() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    // Nothing listens there any more.
    let database = format!(
        "postgres://shop:sentinel-password@{}/payouts",
        free_address()
    );
    let usage = "Error: usage: payout-service ACCOUNT...\n".to_owned();
    assert_eq!(refused(folder, "", &database), (Some(1), usage));
    let missing = "Error: cannot read payments.toml\n\nCaused by:\n    No such file or directory (os error 2)\n";
    assert_eq!(
        refused(folder, "cpay/main", &database),
        (Some(1), missing.to_owned())
    );
    let account = "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"\nmerchant_id = \"7\"\n\
        base_url = \"https://api.cpay.ltd\"\nsecret = { env = \"CPAY_SECRET\" }\n";
    std::fs::write(folder.join("payments.toml"), account).unwrap();
    let (status, printed) = refused(folder, "cpay/main", &database);
    assert_eq!(status, Some(1), "{printed}");
    let text = "Error: the database cannot be opened or reached: ";
    assert!(printed.starts_with(text), "{printed}");
    let (status, printed) = refused(folder, "cpay/main", "postgres://");
    assert_eq!(
        (status, printed.as_str()),
        (
            Some(1),
            "Error: the database is misconfigured: the URL names no host\n"
        )
    );
}
