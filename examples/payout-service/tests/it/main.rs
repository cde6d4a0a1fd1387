//! Instances of the service over one database, against the sandbox. Skipped with a message if PostgreSQL is not installed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)] // a failed unwrap fails the test

/// A private server, as the tests of the store have it.
#[allow(dead_code, reason = "what only the tests of the store use")]
#[path = "../../../../crates/payments-store/tests/it/cluster.rs"]
mod cluster;
#[path = "../../../../fixtures/leaks.rs"]
mod leaks;

use std::future::pending;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use payments_facade::ccpayment::{self, Ccpayment};
use payments_facade::ccpayment_v2::{self, CcpaymentV2};
use payments_facade::{Gateways, standard_executor};
use payments_reqwest::SystemClock;
use payments_sandbox::{Fault, FaultKind, Gateway, Sandbox};
use payments_store::engine::{Engine as _, Postgres};
use payout_service::Service;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Both accounts of CCPayment; `base` is the URL of the first.
fn gateways(sandbox: &Sandbox, base: &str) -> Gateways {
    let mut gateways = Gateways::new();
    let (executor, app) = (
        standard_executor().unwrap(),
        &sandbox.credentials().ccpayment_v2,
    );
    let url = format!("{base}/ccpayment/v2/");
    let config = ccpayment_v2::Config::new(url, &*app.app_id, &*app.app_secret).unwrap();
    let main = CcpaymentV2::new("main", &config, executor.clone()).unwrap();
    gateways.add(main).unwrap();
    let app = &sandbox.credentials().ccpayment;
    let url = format!("{}/ccpayment/v1/", sandbox.base_url());
    let config = ccpayment::Config::new(url, &*app.app_id, &*app.app_secret).unwrap();
    let spare = Ccpayment::new("spare", &config, executor).unwrap();
    gateways.add(spare).unwrap();
    gateways
}

/// One instance, as a process has it.
struct Instance {
    service: Service,
    url: String,
}

impl Instance {
    async fn start(sandbox: &Sandbox, database: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::serve(gateways(sandbox, sandbox.base_url()), database, listener).await
    }

    async fn serve(gateways: Gateways, database: &str, listener: TcpListener) -> Self {
        let accounts = ["ccpayment/main", "ccpayment/spare"].map(|id| id.parse().unwrap());
        let clock = Arc::new(SystemClock::new());
        let service = Service::connect(database, gateways, accounts.to_vec(), clock).await;
        let service = service.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = service.routes();
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { service, url }
    }

    /// Asks for a payout of 4 USDT. Returns the status and the body.
    async fn pay(&self, reference: &str) -> (u16, Value) {
        let url = format!("{}/payouts", self.url);
        let request = json!({
            "reference": reference,
            "address": "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
            "network": "Tron",
            "amount": "4",
            "asset": "USDT",
        });
        call(move |agent| agent.post(url).send_json(request)).await
    }

    async fn state(&self, reference: &str) -> Value {
        let url = format!("{}/payouts/{reference}", self.url);
        call(move |agent| agent.get(url).call()).await.1["outcome"].clone()
    }
}

type Answer = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

async fn call(make: impl FnOnce(ureq::Agent) -> Answer + Send + 'static) -> (u16, Value) {
    let work = move || {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let mut answer = make(config.build().into()).unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        leaks::check("an answer of the service", &body);
        (
            answer.status().as_u16(),
            serde_json::from_str(&body).unwrap(),
        )
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// The payouts that the gateways made, under all references.
fn made(sandbox: &Sandbox) -> Vec<String> {
    sandbox
        .orders()
        .into_iter()
        .map(|order| order.merchant_ref)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_whose_answer_is_lost_is_resolved_by_a_query_and_never_sent_again() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, two) = (
        Instance::start(&sandbox, &database).await,
        Instance::start(&sandbox, &database).await,
    );
    // The payout is made. Its answer is lost, and so is that of the query after it.
    let lost = Fault::after(Gateway::CCPAYMENT_V2).call("applyAppWithdrawToNetwork");
    sandbox.fault(lost).unwrap();
    let query = Fault::instead(Gateway::CCPAYMENT_V2)
        .call("getAppWithdrawRecord")
        .kind(FaultKind::Cut);
    sandbox.fault(query.times(10)).unwrap();
    let (status, body) = one.pay("salary-1").await;
    assert_eq!(
        (status, &body["outcome"]),
        (202, &json!("unknown")),
        "{body}"
    );
    sandbox.clear_faults();

    // No instance and no other account sends it again.
    for instance in [&one, &two] {
        let (status, body) = instance.pay("salary-1").await;
        assert_eq!(status, 409, "{body}");
    }
    // The other instance queries it.
    assert_eq!(two.service.resolve_due().await.unwrap(), 1);
    assert_eq!(one.state("salary-1").await, "applied");
    assert_eq!(one.pay("salary-1").await.0, 409);
    assert_eq!(made(&sandbox), ["salary-1"]);
}

/// `payments` with these arguments over the service's database, and what it printed. `None` if it is not built: a test of the
/// workspace builds it beside the tests.
fn operator(database: &str, line: &[&str]) -> Option<(i32, Value)> {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let mut command = Command::new(folder.join("payments"));
    command.args(line).arg("--json");
    let done = match command.env("PAYMENTS_DATABASE", database).output() {
        Ok(done) => done,
        Err(error) => {
            println!("skipped: the command `payments` cannot be run: {error}");
            return None;
        }
    };
    let printed = serde_json::from_slice(&done.stdout).unwrap_or(Value::Null);
    Some((done.status.code().unwrap(), printed))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_closes_a_payout_that_no_query_decides_and_the_service_knows_it() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let one = Instance::start(&sandbox, &database).await;
    // Neither the call nor the query after it arrives.
    for call in ["applyAppWithdrawToNetwork", "getAppWithdrawRecord"] {
        let cut = Fault::instead(Gateway::CCPAYMENT_V2).call(call);
        sandbox.fault(cut.kind(FaultKind::Cut).times(10)).unwrap();
    }
    assert_eq!(one.pay("salary-1").await.0, 202);
    sandbox.clear_faults();
    let Some((status, listed)) = operator(&database, &["intents", "list"]) else {
        return;
    };
    let intent = &listed["intents"][0];
    assert_eq!(
        (status, &intent["reference"], &intent["state"]),
        (0, &json!("salary-1"), &json!("unknown")),
        "{listed}"
    );
    let close =
        "intents close salary-1 --outcome not-applied --name Ana --reason never-received --yes";
    let close: Vec<&str> = close.split(' ').collect();
    let (status, closed) = operator(&database, &close).unwrap();
    assert_eq!(
        (status, &closed["intent"]["state"]),
        (0, &json!("not_applied")),
        "{closed}"
    );
    assert_eq!(one.state("salary-1").await, "not_applied");
    // The service may pay again now, once.
    assert_eq!(one.pay("salary-1").await.0, 201);
    assert_eq!(one.pay("salary-1").await.0, 409);
    assert_eq!(made(&sandbox), ["salary-1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_are_asked_at_the_same_time_make_one_payout() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (one, two) = (
        Instance::start(&sandbox, &database).await,
        Instance::start(&sandbox, &database).await,
    );
    let references: Vec<String> = (0..10).map(|number| format!("salary-{number}")).collect();
    for reference in &references {
        let (first, second) = tokio::join!(one.pay(reference), two.pay(reference));
        let mut statuses = [first.0, second.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{first:?} {second:?}");
    }
    assert_eq!(made(&sandbox), references);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spare_account_pays_when_the_first_certainly_did_not() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let sandbox = Sandbox::builder().start().await.unwrap();
    // Nothing listens at the address of the first account.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let unused = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gateways = gateways(&sandbox, &format!("http://{unused}"));
    let one = Instance::serve(gateways, &database, listener).await;
    let (status, body) = one.pay("salary-1").await;
    assert_eq!(
        (status, &body["detail"]),
        (201, &json!("ccpayment/spare")),
        "{body}"
    );
    let orders = sandbox.orders();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].gateway, Gateway::CCPAYMENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_payout_is_booked_once_however_often_its_webhook_comes() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let webhooks = format!(
        "http://{}/webhooks/ccpayment/main",
        listener.local_addr().unwrap()
    );
    let sandbox = Sandbox::builder()
        .ccpayment_v2_webhook_url(webhooks)
        .start()
        .await
        .unwrap();
    let one = Instance::serve(gateways(&sandbox, sandbox.base_url()), &database, listener).await;
    let service = one.service.clone();
    tokio::spawn(async move { service.work(pending()).await });
    assert_eq!(one.pay("salary-1").await.0, 201);
    let twice = Fault::webhook(Gateway::CCPAYMENT_V2, FaultKind::WebhookDuplicate);
    sandbox.fault(twice).unwrap();
    sandbox.complete("salary-1").await.unwrap();
    sandbox.webhooks_quiet().await;
    let engine = Postgres::connect(&database).await.unwrap();
    for _ in 0..1_200 {
        let mut tx = engine.begin().await.unwrap();
        let sql = "SELECT reference, gateway FROM paid_out";
        let rows = tx.query(sql, &[]).await.unwrap();
        if let [row] = rows.as_slice() {
            let booked: Vec<_> = (0..2).map(|column| row.text(column).unwrap()).collect();
            assert_eq!(booked, ["salary-1", "ccpayment/main"]);
            return;
        }
        assert!(rows.is_empty(), "{rows:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing was booked in a minute: {:?}", sandbox.deliveries());
}

/// The program ends with an error, which has no password.
#[test]
fn a_database_that_cannot_be_reached_is_reported_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let account = "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"\nmerchant_id = \"7\"\n\
        base_url = \"https://api.cpay.ltd\"\nsecret = { env = \"CPAY_SECRET\" }\n";
    std::fs::write(folder.path().join("payments.toml"), account).unwrap();
    // Nothing listens there any more.
    let unused = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let ended = Command::new(env!("CARGO_BIN_EXE_payout-service"))
        .args(["127.0.0.1:0", "cpay/main"])
        .current_dir(&folder)
        .env("CPAY_SECRET", "sentinel-secret-of-the-merchant")
        .env(
            "DATABASE_URL",
            format!("postgres://shop:sentinel-password@{unused}/payouts"),
        )
        .output()
        .unwrap();
    let text = String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{text}");
    assert!(text.contains("Unavailable"), "{text}");
    leaks::check("the end of the service", &text);
}
