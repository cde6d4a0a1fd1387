//! CCPayment, version 1: the API under `/ccpayment/v1/`, the checkout page and the webhooks.
//!
//! Every call takes the same way: path → headers and signature → the fields → one signed answer, one record. A new call
//! is a file with a `run` function and a row in [`operations`].

mod account;
mod answer;
mod assets;
mod bill_create;
mod bill_info;
mod book;
mod chains;
mod check_user;
mod checkout;
mod coin_lists;
pub(crate) mod coins;
mod concise_url;
pub(crate) mod control;
pub(crate) mod cwallet;
pub(crate) mod desk;
mod fees;
mod fields;
mod heights;
mod network_fee;
mod new_order;
mod notice;
mod operations;
pub(crate) mod page;
mod permanent_address;
mod qr;
mod rates;
mod resend;
mod token_rate;
mod verify;
pub(crate) mod webhook;
mod withdraw;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::Response;

pub(crate) use account::{Account, Settings};
pub(crate) use book::Book;
pub use control::{CcpaymentDeposit, CcpaymentInvoice};

use crate::app::App;
use crate::store::{Gateway, RequestRecord};
use answer::{Class, Outcome, Refusal};
use operations::Operation;

/// Answers every request below `/ccpayment/`.
pub(crate) async fn receive(State(app): State<Arc<App>>, request: Request) -> Response {
    let now_ms = app.clock.now_ms();
    let operation = operations::find(request.uri().path());
    let name = operation.map(|operation| operation.name);
    let mut record = RequestRecord::received(Gateway::Ccpayment, now_ms, name, &request);
    record.accept(answer::OK, answer::SUCCESS);
    let outcome = carry_out(&app, operation, request, now_ms, &mut record).await;
    if let (Ok(_), Some(operation)) = (&outcome, operation)
        && !operation.assumed.is_empty()
    {
        record.notes.push(operation.assumed.to_owned());
    }
    if let Err(refusal) = &outcome {
        let code = refusal.code(&app.ccpayment);
        record.refuse(
            &refusal.sentence,
            code,
            &refusal.message(),
            refusal.is_assumed(),
        );
    }
    let failure_has_data = operation.is_none_or(|operation| operation.failure_has_data);
    let response = answer::respond(&app.ccpayment, now_ms, &outcome, failure_has_data);
    app.record(record);
    response
}

async fn carry_out(
    app: &App,
    operation: Option<&Operation>,
    request: Request,
    now_ms: u64,
    record: &mut RequestRecord,
) -> Outcome {
    let Some(operation) = operation else {
        return Err(Refusal::new(
            Class::Path,
            "no operation of CCPayment has this path; they are under /ccpayment/v1/",
        ));
    };
    if request.method() != Method::POST {
        return Err(Refusal::new(
            Class::Path,
            format!("{} is called with POST, as every call is", operation.name),
        ));
    }
    let verified = verify::receive(&app.ccpayment, request, now_ms, record).await?;
    for name in verified.names() {
        if !operation.fields.contains(&name) && record.notes.len() < 8 {
            let name = crate::store::shorten(name, 40);
            record.notes.push(format!(
                "`{name}` is no field of {} and was passed over (assumed).",
                operation.name
            ));
        }
    }
    control::settle_due(app);
    (operation.run)(app, &verified)
}
