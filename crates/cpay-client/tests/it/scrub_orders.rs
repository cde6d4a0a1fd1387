//! Nothing the client, its errors, its events or the sandbox's records print holds the secret.

use crate::support;
use crate::support::transcript::Transcript;
use std::fmt::Write as _;

use crate::support::receiver::Receiver;
use crate::support::reference;
use cpay_client::{Client, Config, CreateOrder, OrderQuery};
use payments_sandbox::{CpayCredentials, Credentials, Sandbox};

/// Has characters that escape differently in forms, in JSON and in `Debug`.
const PLANTED: &str = "pl4nted S3cr3t+\"%2F\\/ü";

/// The secret in every encoding that could be printed.
fn spellings() -> Vec<String> {
    let hex: String = PLANTED.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut spellings = vec![
        PLANTED.to_owned(),
        format!("{PLANTED:?}").trim_matches('"').to_owned(),
        serde_json::to_string(PLANTED)
            .unwrap()
            .trim_matches('"')
            .to_owned(),
        form_urlencoded::byte_serialize(PLANTED.as_bytes()).collect(),
        format!("{:?}", PLANTED.as_bytes())
            .trim_matches(['[', ']'])
            .to_owned(),
        hex.to_uppercase(),
        hex,
    ];
    // The beginning alone would be bad enough.
    spellings.push("pl4nted".to_owned());
    spellings.push("S3cr3t".to_owned());
    spellings
}

#[tokio::test]
async fn the_secret_is_never_printed() {
    let cpay = CpayCredentials {
        merchant_id: "20003092".to_owned(),
        secret: PLANTED.to_owned(),
    };
    let credentials = Credentials {
        cpay,
        ..Credentials::test()
    };
    let sandbox = Sandbox::builder()
        .credentials(credentials)
        .start()
        .await
        .unwrap();
    let config = Config::new(sandbox.base_url(), "20003092", PLANTED).unwrap();
    let client = Client::new(&config).unwrap();
    let receiver = Receiver::start(client.webhooks().clone()).await;
    let mut transcript = Transcript::default();
    transcript.note(&config);
    transcript.note(&client);
    transcript.note(client.webhooks());

    let order = |name: &str| {
        CreateOrder::new(reference(name), "u", "1.5".parse().unwrap(), "USDT")
            .callback_url(receiver.url())
    };
    transcript.note(&order("a"));
    let request = client.prepare(&order("a"), support::now()).unwrap();
    transcript.note(&request);
    transcript.note(
        &client
            .prepare(&OrderQuery::by_hash("ff"), support::now())
            .unwrap(),
    );

    // Every call, well and badly.
    let created = client.create_order(order("a")).await.unwrap();
    transcript.note(&created);
    sandbox.pay(created.order_id.as_str(), None).await.unwrap();
    sandbox.webhooks_quiet().await;
    transcript.note(&receiver.received());
    transcript.note(
        &client
            .order_detail(OrderQuery::by_trade_no(reference("a")))
            .await
            .unwrap(),
    );
    transcript.note_error(&client.create_order(order("a")).await.unwrap_err());
    transcript.note_error(
        &client
            .order_detail(OrderQuery::by_hash("nothing"))
            .await
            .unwrap_err(),
    );
    transcript.note_error(&client.create_order(order("b&c")).await.unwrap_err());
    let other = Config::new(sandbox.base_url(), "20003092", format!("{PLANTED}-old")).unwrap();
    let refused = Client::new(&other).unwrap();
    transcript.note_error(&refused.create_order(order("d")).await.unwrap_err());
    let body = sandbox.deliveries()[0].body.clone();
    transcript.note(&refused.webhooks().receive(body.as_bytes()).unwrap_err());
    transcript.note(&sandbox.requests());
    transcript.note(&sandbox.deliveries());
    transcript.note(&sandbox);
    let base_url = sandbox.base_url().to_owned();
    sandbox.shutdown().await;
    transcript.note_error(
        &client
            .order_detail(OrderQuery::by_trade_no(reference("a")))
            .await
            .unwrap_err(),
    );
    for bad in [
        format!("{PLANTED}\n"),
        format!(" {PLANTED}"),
        format!("{PLANTED}\u{0}"),
    ] {
        let error = Config::new(&base_url, "20003092", &bad).unwrap_err();
        transcript.note(&error);
        writeln!(transcript.0, "{error}").unwrap();
    }

    transcript.assert_hides(
        &[
            "20003092",
            "create_order",
            "Connect",
            "key=***",
            "verify sign fail",
            "orderStatus",
        ],
        spellings(),
    );
}

/// A finder that finds nothing would let everything pass.
#[test]
fn the_search_finds_a_printed_secret() {
    for printed in [
        format!("{:?}", Some(PLANTED)),
        format!("key={PLANTED}"),
        format!("{:?}", PLANTED.as_bytes()),
    ] {
        assert!(
            spellings()
                .iter()
                .any(|spelling| printed.contains(spelling)),
            "{printed}"
        );
    }
}
