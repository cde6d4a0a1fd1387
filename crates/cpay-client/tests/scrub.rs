//! Nothing the client, its errors, its events or the sandbox's records print holds the secret.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod support;

use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};

use cpay_client::{Client, Config, CreateOrder, OrderQuery};
use payments_core::Error;
use payments_sandbox::{CpayCredentials, Credentials, Sandbox};
use support::receiver::Receiver;
use support::reference;

/// Has characters that escape differently in forms, in JSON and in `Debug`.
const PLANTED: &str = "pl4nted S3cr3t+\"%2F\\/ü";

/// Everything that was printed.
#[derive(Default)]
struct Transcript(String);

impl Transcript {
    fn note(&mut self, what: &(impl Debug + ?Sized)) {
        writeln!(self.0, "{what:?}\n{what:#?}").unwrap();
    }

    fn note_error(&mut self, error: &Error) {
        self.note(error);
        let mut next: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = next {
            writeln!(self.0, "{error} / {error:?}").unwrap();
            next = error.source();
        }
        self.note(&(error.message(), error.raw()));
        if let Some(raw) = error.raw() {
            self.0.push_str(&String::from_utf8_lossy(raw.body()));
        }
    }
}

/// The secret as itself and in every dress it could have slipped through in.
fn dresses() -> Vec<String> {
    let hex: String = PLANTED.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut dresses = vec![
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
    dresses.push("pl4nted".to_owned());
    dresses.push("S3cr3t".to_owned());
    dresses
}

#[tokio::test]
async fn the_secret_is_nowhere_in_what_is_printed() {
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

    let printed = &transcript.0;
    for sign_of_life in [
        "20003092",
        "create_order",
        "Connect",
        "key=***",
        "verify sign fail",
        "orderStatus",
    ] {
        assert!(
            printed.contains(sign_of_life),
            "the transcript lacks {sign_of_life}"
        );
    }
    for dress in dresses() {
        assert!(
            !printed.contains(&dress),
            "the secret is printed as {dress}"
        );
    }
}

/// A finder that finds nothing would let everything pass.
#[test]
fn the_search_finds_a_secret_that_is_there() {
    for printed in [
        format!("{:?}", Some(PLANTED)),
        format!("key={PLANTED}"),
        format!("{:?}", PLANTED.as_bytes()),
    ] {
        assert!(
            dresses().iter().any(|dress| printed.contains(dress)),
            "{printed}"
        );
    }
}
