//! A reference is paid once, by all instances and accounts together.

use std::path::Path;
use std::process::Command;

use payments_sandbox::{Fault, FaultKind, Gateway, Sandbox};
use serde_json::{Value, json};

use crate::cluster;
use crate::instance::{Instance, Listeners, gateways, made};
use crate::page::free_address;

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_whose_answer_is_lost_is_resolved_by_a_query_and_never_sent_again() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let one = Instance::start(&sandbox, &database).await;
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
    // It is not sent again, by no other account either.
    assert_eq!(one.pay("salary-1").await.0, 409);
    sandbox.clear_faults();

    // Another instance starts, and queries it.
    let two = Instance::start(&sandbox, &database).await;
    two.shows("salary-1", "outcome", "applied").await;
    for instance in [&one, &two] {
        let (status, body) = instance.pay("salary-1").await;
        assert_eq!(status, 409, "{body}");
    }
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
        Err(_) => {
            cluster::skip::without("payments");
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
    assert_eq!(one.known("salary-1").await["outcome"], "not_applied");
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
async fn a_request_that_no_account_can_make_is_not_answered_as_unpaid_if_its_reference_was_paid() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let sandbox = Sandbox::builder().start().await.unwrap();
    let one = Instance::start(&sandbox, &database).await;
    let mistyped = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnv";
    let (status, body) = one.pay_to(mistyped, "salary-1").await;
    let not_applied = json!("not_applied");
    assert_eq!((status, &body["outcome"]), (422, &not_applied), "{body}");
    assert_eq!(one.pay("salary-1").await.0, 201);
    let (status, body) = one.pay_to(mistyped, "salary-1").await;
    assert_eq!(status, 409, "{body}");
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.contains("ccpayment/main"), "{detail}");
    assert_eq!(body["outcome"], one.known("salary-1").await["outcome"]);
    assert_eq!(made(&sandbox), ["salary-1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spare_account_pays_when_the_first_certainly_did_not() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let sandbox = Sandbox::builder().start().await.unwrap();
    // Nothing listens at the address of the first account.
    let gateways = gateways(&sandbox, &format!("http://{}", free_address()));
    let one = Instance::serve(gateways, &database, Listeners::bind().await).await;
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
