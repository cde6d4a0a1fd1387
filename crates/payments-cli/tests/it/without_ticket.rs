//! Calls that change something and have no ticket: exit status 3, with advice.

use crate::support::{Stage, ended, silent, text};

#[test]
fn an_unknown_outcome_without_a_ticket_says_what_to_run() {
    let stage = Stage::all();
    let (silent, _listener) = silent();
    let config = text(&stage.config()).replace(
        &format!("base_url = \"{}\"\napp_id", stage.sandbox.base_url()),
        &format!("calls = {{ deadline = \"300ms\" }}\nbase_url = \"{silent}\"\napp_id"),
    );
    stage.write_config(&config);
    let ran = stage.run(&[
        "checkout",
        "cancel",
        "--provider-id",
        "1",
        "--gateway",
        "chainup-opay/main",
    ]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("\nBefore anything else, see whether the order is cancelled:"),
        "{}",
        ran.stderr
    );
}

/// These calls have no ticket either, and took effect.
#[cfg(target_os = "linux")]
#[test]
fn a_change_without_a_ticket_that_cannot_be_printed_is_not_called_refused() {
    let stage = Stage::all();
    let words = "checkout create order-1 10 USDT --customer 22033390 --title Teapot \
                 --notify-url http://127.0.0.1:9/hook --success-url http://127.0.0.1:9/thanks \
                 --gateway chainup-opay/main";
    let create: Vec<&str> = words.split_whitespace().collect();
    let (_, made) = stage.json(&create);
    let number = made["payment"]["provider_id"].as_str().unwrap();
    let cancel = ["checkout", "cancel", "--provider-id", number];
    let cancel = [&cancel[..], &["--gateway", "chainup-opay/main"]].concat();
    let address = ["address", "customer-7", "--gateway", "cpay/main"];
    let words = "checkout create order-2 10 USD --kind native --pay-with USDT@tron \
                 --notify-url http://127.0.0.1:9/hook --gateway ccpayment/main";
    let create: Vec<&str> = words.split_whitespace().collect();
    assert_eq!(stage.json(&create).0, 0);
    stage.block_on(stage.sandbox.pay("order-2", None)).unwrap();
    let resend = ["webhook", "resend", "order-2", "--yes"];
    let resend = [&resend[..], &["--gateway", "ccpayment/main"]].concat();
    let fields = serde_json::json!({
        "appOrderId": "order-3", "userId": "22033390", "orderAmount": "10", "payCoinSymbol": "USDT",
        "returnPage": "http://127.0.0.1:9/thanks", "notifyPage": "http://127.0.0.1:9/hook",
        "orderSceneType": "1000011", "appKey": stage.sandbox.credentials().chainup_opay.app_id,
        "goods": "[{\"name\":\"Teapot\",\"desc\":\"green\"}]",
    });
    let fields = fields.to_string();
    let api = ["api", "chainup-opay", "createThirdOrder"];
    let api = [&api[..], &["--data", &fields, "--yes"]].concat();
    for (words, advice) in [
        (&cancel[..], "payments checkout show --provider-id"),
        (&address, "use the address it prints"),
        (&resend, "Wait a minute"),
        (&api, "Do not repeat the call."),
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let mut command = stage.command(words);
        let ran = ended(command.stdout(full.unwrap()).spawn().unwrap());
        assert_eq!(ran.status, 3, "{words:?}: {}", ran.stderr);
        for text in ["(outcome: applied)", advice] {
            assert!(ran.stderr.contains(text), "{words:?}: {}", ran.stderr);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_change_without_a_ticket_that_is_stopped_is_an_unknown_outcome() {
    let stage = Stage::cpay();
    let (url, listener) = silent();
    stage.write_config(&stage.cpay_account_at("main", &url));
    let child = stage.command(&["address", "customer-7"]).spawn().unwrap();
    // The request has arrived.
    let _connection = listener.accept().unwrap();
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(kill.unwrap().success());
    let ran = ended(child);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    for text in ["stopped before", "an address may have been created"] {
        assert!(ran.stderr.contains(text), "{}", ran.stderr);
    }
}
