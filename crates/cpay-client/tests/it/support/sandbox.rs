//! The client against the sandbox over HTTP.

use cpay_client::{Client, Config, OrderDetail, OrderQuery};
use payments_core::{Error, Kind, NextStep, Outcome};
use payments_sandbox::{Sandbox, SandboxBuilder};

use super::reference;

pub(crate) async fn start(builder: SandboxBuilder) -> (Sandbox, Client) {
    let sandbox = builder.start().await.unwrap();
    let client = Client::new(&config(&sandbox)).unwrap();
    (sandbox, client)
}

pub(crate) fn config(sandbox: &Sandbox) -> Config {
    let test = &sandbox.credentials().cpay;
    Config::new(sandbox.base_url(), &test.merchant_id, &test.secret).unwrap()
}

pub(crate) async fn detail(client: &Client, trade_no: &str) -> OrderDetail {
    client
        .order_detail(OrderQuery::by_trade_no(reference(trade_no)))
        .await
        .unwrap()
}

/// Code 1 is "fail" in one document and "system error" in another: it proves nothing about a write.
pub(crate) fn assert_unknown_after_code_1(error: &Error) {
    assert_eq!(error.code(), Some("1"), "{error}");
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Ambiguous, Outcome::Unknown),
        "{error}"
    );
    assert_eq!((error.next_step(), error.attempts()), (NextStep::Query, 1));
}
