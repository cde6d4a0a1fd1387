//! Accounts of CCPayment v2 in every command that treats them differently.

use payments_sandbox::{Fault, Gateway};
use serde_json::{Value, json};

use crate::inbox::{Serving, deliveries, migrate};
use crate::listener::shop;
use crate::support::{Stage, ended};

const ID: &str = "ccpayment/v2";

/// An account of v2 at a sandbox.
fn stage() -> Stage {
    let stage = Stage::with(|builder| builder);
    stage.write_config(&account(&stage, "v2"));
    stage
}

fn account(stage: &Stage, version: &str) -> String {
    let (base_url, own) = (
        stage.sandbox.base_url(),
        &stage.sandbox.credentials().ccpayment_v2,
    );
    format!(
        "inline_secrets = true\n\n[[gateway]]\nprovider = \"ccpayment\"\nversion = \"{version}\"\naccount = \"v2\"\n\
         base_url = \"{base_url}/ccpayment/{version}/\"\napp_id = \"{}\"\napp_secret = \"{}\"\n",
        own.app_id, own.app_secret
    )
}

#[test]
fn api_lists_and_makes_the_calls_of_v2() {
    let stage = stage();
    let (status, listed) = stage.json(&["api", ID, "--list"]);
    let calls = listed["calls"].as_array().unwrap();
    assert_eq!((status, calls.len()), (0, 63), "{listed}");
    let data = r#"{"coinIds":[1329]}"#;
    let (status, printed) = stage.json(&["api", ID, "getCoinUSDTPrice", "--data", data]);
    assert_eq!(status, 0, "{printed}");
    assert_eq!(printed["answer"]["prices"]["1329"], "0.25", "{printed}");
}

#[test]
fn orders_payouts_and_exchanges_end_as_the_sandbox_says() {
    let stage = stage();
    let sandbox = &stage.sandbox;
    let (status, page) = stage.json(&["checkout", "create", "page-1", "25.50", "USD"]);
    assert_eq!(status, 0, "{page}");
    stage
        .block_on(sandbox.ccpayment_v2_choose("page-1", 1280, "POLYGON"))
        .unwrap();
    stage.block_on(sandbox.pay("page-1", None)).unwrap();
    let (_, shown) = stage.json(&["checkout", "show", "page-1"]);
    assert_eq!(shown["payment"]["phase"], "completed", "{shown}");

    let native = ["checkout", "create", "order-1", "25", "USDT@polygon"];
    let (status, native) = stage.json(&[native.as_slice(), &["--kind", "native"]].concat());
    assert_eq!(status, 0, "{native}");
    let to = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
    let chain = [
        "--to",
        to,
        "--network",
        "polygon",
        "--fee",
        "on-top",
        "--yes",
    ];
    let payout = ["payout", "create", "payout-1", "4", "USDT"];
    let (status, made) = stage.json(&[payout.as_slice(), &chain].concat());
    assert_eq!(
        (status, &made["payment"]["phase"]),
        (0, &"processing".into())
    );
    let payout = ["payout", "create", "payout-2", "4", "USDT"];
    let account = ["--account", "9454818", "--fee", "included", "--yes"];
    let (status, made) = stage.json(&[payout.as_slice(), &account].concat());
    assert_eq!(status, 0, "{made}");
    let exchange = [
        "exchange",
        "swap-1",
        "100",
        "USDT",
        "POL",
        "--minimum",
        "390",
        "--yes",
    ];
    let (status, swapped) = stage.json(&exchange);
    assert_eq!(
        (status, &swapped["target"]["amount"]),
        (0, &"398".into()),
        "{swapped}"
    );
}

#[test]
fn a_lost_answer_is_confirmed_and_a_lost_request_leaves_a_ticket() {
    let stage = stage();
    let payout = |reference: &'static str| {
        let to = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
        let options = ["--to", to, "--network", "polygon", "--fee", "included"];
        let all = ["payout", "create", reference, "4", "USDT", "--yes"];
        stage.json(&[all.as_slice(), &options].concat())
    };
    let call = "applyAppWithdrawToNetwork";
    let after = Fault::after(Gateway::CCPAYMENT_V2).call(call);
    stage.sandbox.fault(after).unwrap();
    let (status, made) = payout("payout-1");
    assert_eq!(status, 0, "{made}");
    let instead = Fault::instead(Gateway::CCPAYMENT_V2).call(call);
    stage.sandbox.fault(instead).unwrap();
    let (status, lost) = payout("payout-2");
    assert_eq!((status, &lost["error"]["outcome"]), (3, &"unknown".into()));
    let ticket = lost["error"]["ticket"].as_str().unwrap();
    let (status, resolved) = stage.json(&["resolve", ticket]);
    assert_eq!(
        (status, &resolved["resolution"]),
        (3, &"pending".into()),
        "{resolved}"
    );
    assert_eq!(stage.sandbox.orders().len(), 1);
}

/// Status 1 would mean that the exchange took no effect, and that this is proven.
#[cfg(target_os = "linux")]
#[test]
fn a_ticket_that_cannot_be_removed_does_not_change_the_outcome() {
    let stage = stage();
    let full = || std::fs::File::options().write(true).open("/dev/full");
    let exchange = ["exchange", "swap-1", "100", "USDT", "POL"];
    let exchange = [&exchange[..], &["--minimum", "390", "--yes"]].concat();
    let mut exchange = stage.command(&exchange);
    let unprinted = ended(exchange.stdout(full().unwrap()).spawn().unwrap());
    assert_eq!(unprinted.status, 3, "{}", unprinted.stderr);
    let ticket = unprinted.stderr.split('\'').nth(1).unwrap();
    // The folder of the tickets cannot be read, whoever runs this.
    let obstacle = stage.folder.join("state/payments/a-folder.json");
    std::fs::create_dir(&obstacle).unwrap();
    let resolve = stage.run(&["resolve", ticket, "--json"]);
    assert_eq!(resolve.status, 0, "{}", resolve.stderr);
    assert_eq!(resolve.json()["confirmed"], true, "{}", resolve.stdout);
    assert!(
        resolve.stderr.contains("cannot read the state folder"),
        "{}",
        resolve.stderr
    );
    std::fs::remove_dir(&obstacle).unwrap();

    // The record is written, and only its report is lost.
    let words = ["resolve", ticket, "--close", "applied", "--reason", "seen"];
    let mut close = stage.command(&words);
    let closed = ended(close.stdout(full().unwrap()).spawn().unwrap());
    assert_eq!(closed.status, 3, "{}", closed.stderr);
    assert!(
        closed.stderr.contains("the ticket is closed, but"),
        "{}",
        closed.stderr
    );
    let (_, listed) = stage.json(&["tickets", "list", "--all"]);
    let record = &listed["tickets"][0]["closed"];
    assert_eq!(record["because"], "seen", "{listed}");

    // For scripts: nothing is left to do.
    let elsewhere = [&words[..], &["--state-dir", "other", "--json"]].concat();
    let mut close = stage.command(&elsewhere);
    let closed = ended(close.stdout(full().unwrap()).spawn().unwrap());
    assert_eq!(closed.status, 3, "{}", closed.stderr);
    let error: serde_json::Value = serde_json::from_str(&closed.stderr).unwrap();
    let error = &error["error"];
    assert_eq!(error["outcome"], "applied", "{error}");
    assert!(
        error.get("next_step").is_some_and(|it| it.is_null()),
        "{error}"
    );
}

#[test]
fn the_listener_queries_and_forwards_what_a_webhook_is_about() {
    let stage = stage();
    let (url, answered) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nSuccess");
    let mut listening = stage.listen(&["--forward", &url]);
    let url = listening.url(ID);
    let order = ["checkout", "create", "order-1", "25", "USDT@polygon"];
    let (status, made) = stage.json(
        &[
            order.as_slice(),
            &["--kind", "native", "--notify-url", &url],
        ]
        .concat(),
    );
    assert_eq!(status, 0, "{made}");
    stage
        .block_on(stage.sandbox.pay("order-1", Some("10")))
        .unwrap();
    let event = listening.next();
    assert_eq!(event["refused"], Value::Null, "{event}");
    assert_eq!(event["payment"]["reference"], "order-1", "{event}");
    assert_eq!(event["payment"]["received"]["amount"], "10", "{event}");
    assert!(
        event["effect_key"].as_str().unwrap().contains("Success"),
        "{event}"
    );
    assert_eq!(event["forwarded"]["answer"]["body"], "Success", "{event}");
    let forwarded = answered.join().unwrap();
    assert!(
        forwarded.contains("ApiDeposit") && forwarded.contains("\r\nSign: "),
        "{forwarded}"
    );
    stage.block_on(stage.sandbox.webhooks_quiet());
    let delivered = stage.sandbox.deliveries();
    assert_eq!(
        delivered[0].state,
        payments_sandbox::DeliveryState::Delivered
    );
}

#[test]
fn a_listener_says_whether_a_webhook_was_queried() {
    let stage = stage();
    let queries = account(&stage, "v2");
    let follows = format!("{queries}webhook_policy = \"hint-only\"\n");
    for (config, acknowledged, hint) in [
        (&queries, false, "the gateway has no such payment"),
        (
            &follows,
            true,
            "not queried, as the account's webhook_policy says",
        ),
    ] {
        stage.write_config(config);
        let mut listening = stage.listen(&[]);
        let (_, sent) = stage.json(&["webhook", "send", &listening.url(ID)]);
        assert_eq!(sent["acknowledged"], acknowledged, "{sent}");
        assert_eq!(listening.next()["hint"], hint);
        let (_, probe) = stage.json(&["webhook", "send", &listening.url(ID), "--kind", "probe"]);
        assert_eq!(probe["acknowledged"], true, "{probe}");
    }
}

#[test]
fn the_inbox_says_at_its_start_that_it_refuses_hints_that_are_not_queried() {
    let stage = stage();
    migrate(&stage);
    let config = format!("{}webhook_policy = \"hint-only\"\n", account(&stage, "v2"));
    stage.write_config(&config);
    let note = "webhook_policy: is \"hint-only\"";
    let (status, checked) = stage.json(&["config", "check"]);
    assert_eq!(
        (status, &checked["notices"][0]["field"]),
        (0, &json!("webhook_policy"))
    );

    let serving = Serving::start(&stage, &[]);
    let url = format!("http://{}/webhooks/{ID}", serving.address);
    let (ended, sent) = stage.json(&["webhook", "send", &url, "--kind", "checkout"]);
    assert_eq!((ended, &sent["acknowledged"]), (1, &json!(false)), "{sent}");
    let said = serving.stop();
    assert!(said.contains(note), "{said}");
}

#[test]
fn the_inbox_stores_and_posts_what_a_query_states_about_a_webhook() {
    let stage = stage();
    migrate(&stage);
    let (shop, answered) = shop(b"HTTP/1.1 204 No Content\r\n\r\n");
    let serving = Serving::start(&stage, &["--forward", &shop]);
    let url = format!("http://{}/webhooks/{ID}", serving.address);
    let probe = ["webhook", "send", &url, "--kind", "probe"];
    let (ended, sent) = stage.json(&probe);
    assert_eq!((ended, &sent["acknowledged"]), (0, &json!(true)), "{sent}");
    assert_eq!(deliveries(&stage), Vec::<Value>::new());
    // Signed correctly, about an order that does not exist.
    let (ended, sent) = stage.json(&["webhook", "send", &url, "--kind", "checkout"]);
    assert_eq!((ended, &sent["acknowledged"]), (1, &json!(false)), "{sent}");
    assert_eq!(deliveries(&stage), Vec::<Value>::new());

    let order = ["checkout", "create", "order-1", "25", "USDT@polygon"];
    let more = ["--kind", "native", "--notify-url", &url];
    let (status, made) = stage.json(&[order.as_slice(), &more].concat());
    assert_eq!(status, 0, "{made}");
    stage
        .block_on(stage.sandbox.pay("order-1", Some("10")))
        .unwrap();
    stage.block_on(stage.sandbox.webhooks_quiet());
    let sent = stage.sandbox.deliveries();
    assert_eq!(sent[0].state, payments_sandbox::DeliveryState::Delivered);
    let posted = answered.join().unwrap();
    let (_, body) = posted.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["payment"]["reference"], "order-1", "{body}");
    assert_eq!(body["event"]["received"]["amount"], "10", "{body}");
    let stored = deliveries(&stage);
    assert_eq!(stored[0]["effect_key"], body["effect_key"], "{stored:?}");
}

#[test]
fn every_kind_of_webhook_can_be_sent() {
    let stage = stage();
    for (kind, status, name) in [
        ("checkout", "completed", "ApiDeposit"),
        ("invoice", "processing", "ApiDeposit"),
        ("deposit", "failed", "DirectDeposit"),
        ("payout", "open", "ApiWithdrawal"),
        ("user-deposit", "completed", "UserDeposit"),
        ("user-payout", "closed", "UserWithdrawal"),
        ("probe", "completed", "ActivateWebhookURL"),
    ] {
        let (url, answered) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nSuccess");
        let send = ["webhook", "send", &url, "--kind", kind, "--status", status];
        let (ended, sent) = stage.json(&send);
        assert_eq!(
            (ended, &sent["acknowledged"]),
            (0, &json!(true)),
            "{kind}: {sent}"
        );
        let request = answered.join().unwrap();
        assert!(request.contains(&format!("\"{name}\"")), "{request}");
    }
    let refund = ["webhook", "send", "http://127.0.0.1:9/", "--kind", "refund"];
    let refused = stage.run(&refund);
    assert_eq!(refused.status, 2);
    assert!(
        refused.stderr.contains("no webhook of refunds"),
        "{}",
        refused.stderr
    );
}

#[test]
fn the_credentials_of_v1_are_refused_with_the_reason() {
    let stage = stage();
    let own = &stage.sandbox.credentials().ccpayment;
    let v2 = &stage.sandbox.credentials().ccpayment_v2;
    let config = account(&stage, "v2");
    let config = config.replace(v2.app_id.as_str(), &own.app_id);
    stage.write_config(&config.replace(v2.app_secret.as_str(), &own.app_secret));
    let ran = stage.run(&["balances"]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("11013"), "{}", ran.stderr);
}

/// A risky payment is not credited, and can be sent back.
#[test]
fn a_refund_of_what_was_not_credited_names_its_amount() {
    let stage = stage();
    stage.sandbox.ccpayment_v2_risky(true);
    let order = ["checkout", "create", "order-1", "25", "USDT@polygon"];
    let made = stage.run(&[order.as_slice(), &["--kind", "native"]].concat());
    assert_eq!(made.status, 0, "{}", made.stderr);
    stage.block_on(stage.sandbox.pay("order-1", None)).unwrap();
    let url = stage.sandbox.base_url();
    let refund = ["sandbox", "refund", "order-1", "--url", url];
    let ran = stage.run(&refund);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    let said = ran.stderr.replace('\n', " ");
    assert!(
        said.contains("nothing was credited for order-1; only a risky payment"),
        "{said}"
    );
    let ran = stage.run(&[refund.as_slice(), &["25"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}
