//! C-Pay (cpay.ltd): the OpenAPI v1 under `/openapi/v1/`, the cashier page and the webhook message.
//!
//! Every call takes the same way: parameters → merchant and signature → the operation → one answer, one record.
//! A new call is a file with a `run` function and a row in [`OPERATIONS`].

mod answer;
pub(crate) mod cashier;
mod create_order;
mod fields;
mod order_detail;
mod params;
mod status;
mod verify;
pub(crate) mod webhook;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::Response;
use payments_signing::cpay::Key;
use payments_signing::{KeyError, Secret};
use serde_json::value::RawValue;

use crate::app::App;
use crate::credentials::CpayCredentials;
use crate::store::{Gateway, RequestRecord, Verdict, shorten};
use answer::Refusal;
use verify::Verified;

const PREFIX: &str = "/openapi/v1/";

/// The merchant's account at C-Pay.
pub(crate) struct Account {
    merchant_id: String,
    key: Key,
    /// "The callbackURL configured in the merchant platform".
    callback_url: Option<String>,
    /// Signs cashier links; only this sandbox knows it. What C-Pay signs them with is not documented.
    cashier_key: Key,
}

impl Account {
    pub(crate) fn new(
        credentials: &CpayCredentials,
        callback_url: Option<String>,
        cashier_secret: String,
    ) -> Result<Self, KeyError> {
        Ok(Self {
            merchant_id: credentials.merchant_id.clone(),
            key: Key::new(Secret::new(credentials.secret.clone())?),
            callback_url,
            cashier_key: Key::new(Secret::new(cashier_secret)?),
        })
    }

    /// `merchantId` where the specification's example prints a number.
    fn merchant_number(&self) -> u64 {
        // Credentials are checked to be at most 18 digits.
        self.merchant_id.parse().unwrap_or_default()
    }
}

/// What an operation gives back: its `data`, or why not.
type Outcome = Result<Box<RawValue>, Refusal>;

/// One call of the API.
struct Operation {
    name: &'static str,
    /// A later name of the same call (the `document` repository of March 2023).
    alias: Option<&'static str>,
    method: Method,
    run: fn(&App, &Verified) -> Outcome,
}

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "createOrder",
        alias: Some("createCryptoOrder"),
        method: Method::POST,
        run: create_order::run,
    },
    Operation {
        name: "getOrderDetail",
        alias: None,
        method: Method::GET,
        run: order_detail::run,
    },
];

fn operation(path: &str) -> Option<&'static Operation> {
    let name = path.strip_prefix(PREFIX)?;
    OPERATIONS
        .iter()
        .find(|operation| operation.name == name || operation.alias == Some(name))
}

/// Answers every request below `/openapi/`, and every one no other room knows.
pub(crate) async fn receive(State(app): State<Arc<App>>, request: Request) -> Response {
    let now_ms = app.clock.now_ms();
    let operation = operation(request.uri().path());
    let mut record = RequestRecord {
        id: 0,
        at_ms: now_ms,
        gateway: Gateway::Cpay,
        operation: operation.map(|operation| operation.name),
        method: shorten(request.method().as_str(), 16),
        path: shorten(request.uri().path(), 200),
        verdict: Verdict::Accepted,
        reason: None,
        code: answer::OK,
        message: answer::SUCCESS.to_owned(),
        message_assumed: false,
        trace_id: app.ids.trace_id(now_ms),
        canonical: None,
        expected_sign: None,
        received_sign: None,
    };
    let ours = request.uri().path().starts_with("/openapi/");
    let outcome = carry_out(&app, operation, request, &mut record).await;
    if let Err(refusal) = &outcome {
        record.verdict = Verdict::Refused;
        record.reason = Some(refusal.reason.clone());
        record.code = refusal.code;
        record.message.clone_from(&refusal.message);
        record.message_assumed = refusal.is_assumed();
    }
    let response = answer::respond(outcome, &record.trace_id, ours);
    app.record(record);
    response
}

async fn carry_out(
    app: &App,
    operation: Option<&Operation>,
    request: Request,
    record: &mut RequestRecord,
) -> Outcome {
    let Some(operation) = operation else {
        return Err(Refusal::new(
            "not found",
            "no operation of C-Pay has this path; they are under /openapi/v1/ and spelt with a small first letter",
        ));
    };
    if *request.method() != operation.method {
        return Err(Refusal::new(
            "method not allowed",
            format!("{} is called with {}", operation.name, operation.method),
        ));
    }
    let params = params::read(request).await?;
    let verified = verify::check(&app.cpay, params, record)?;
    (operation.run)(app, &verified)
}
