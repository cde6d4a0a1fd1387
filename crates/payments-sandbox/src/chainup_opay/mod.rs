//! ChainUp OPay, version 2: the RSA envelope under `/platformapi/chainup/open/`, the payment page and the callback.
//!
//! Every call takes the same way: path and content type → the four fields of the envelope → app and time → decryption
//! and signature → the fields inside → the operation → one answer, sealed or not, and one record. A new call is a file
//! with a `run` function and a row in [`operations`].

mod account;
mod answer;
mod billing;
mod book;
mod cancel;
pub(crate) mod coins;
pub(crate) mod control;
mod create;
mod detail;
mod envelope;
mod fault;
mod goods;
mod operations;
pub(crate) mod page;
mod params;
pub(crate) mod payers;
mod plain;
mod status;
pub(crate) mod webhook;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;

pub(crate) use account::{Account, Settings, is_app_id};
pub(crate) use book::Book;
pub use fault::ChainupOpayFault;
pub(crate) use fault::prepare as prepare_fault;

use crate::actions;
use crate::app::App;
use crate::store::{Gateway, RequestRecord};
use answer::{Done, Refusal};
use operations::Operation;

/// What an operation gives back: what is to be answered, or why not.
type Outcome = Result<Done, Refusal>;

/// Answers every request below `/platformapi/` and `/opay/`.
pub(crate) async fn receive(State(app): State<Arc<App>>, request: Request) -> Response {
    let operation = operations::find(request.uri().path());
    let name = operation.map(|operation| operation.name);
    let mut record =
        RequestRecord::received(Gateway::ChainupOpay, app.clock.now_ms(), name, &request);
    record.accept(answer::OK.into(), answer::SUCCESS);
    let body = match carry_out(&app, operation, request, &mut record).await {
        Ok(done) => {
            record.notes.extend(done.notes);
            answer::body(&app.chainup_opay, done.content).await
        }
        Err(refusal) => Err(refusal),
    };
    if let Err(refusal) = &body {
        // The guide lists the codes; it does not say that `msg` has its words.
        let is_assumed = true;
        record.refuse(
            &refusal.reason,
            refusal.code.into(),
            refusal.words(),
            is_assumed,
        );
        record.notes.extend(refusal.note.map(str::to_owned));
    }
    let response = answer::respond(body);
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
            answer::NO_SUCH_CALL,
            "no call of OPay has this path; they are createThirdOrder, orderDetail, merchantBillingDay and cancelOrder under /platformapi/chainup/open/opay/",
        )
        .noting("assumed: code 50007 for a path that no call has"));
    };
    let body = envelope::body(request).await?;
    let object = envelope::object(&body)?;
    if operation.is_plain_possible && plain::is_one(&object) {
        return plain::run(app, &object, record);
    }
    let params = envelope::open(app, &object, record).await?;
    for name in params.strangers(operation.fields) {
        record.notes.push(format!(
            "assumed: {name} is no field of {} and was passed over",
            operation.name
        ));
    }
    actions::settle_due(app);
    let fault = app.store.lock().chainup_opay.next_fault();
    match fault {
        None => (operation.run)(app, &params),
        Some(fault) if fault.is_carried_out() => {
            (operation.run)(app, &params)?;
            Err(fault.after_the_deed())
        }
        Some(fault) => Err(fault.instead_of_it()),
    }
}
