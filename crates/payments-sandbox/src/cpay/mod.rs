//! C-Pay (cpay.ltd): the OpenAPI v1 under `/openapi/v1/`, the pages of orders and the webhook message.
//!
//! Every call takes the same way: address → parameters → merchant and signature → the operation → one answer, one
//! record. A new call is a file with a `run` function and a row in [`operations`].

mod account;
mod answer;
mod balance;
mod card;
mod card_order;
pub(crate) mod card_page;
pub(crate) mod cashier;
pub(crate) mod coins;
pub(crate) mod control;
mod create_order;
mod deposit;
mod exchange;
mod fiat_payout;
mod fields;
mod kyc;
mod link;
mod new_order;
mod operations;
mod order_detail;
mod params;
mod payout;
mod pwpp;
mod rates;
mod shapes;
mod status;
pub(crate) mod three_ds;
mod verify;
pub(crate) mod wallet_address;
pub(crate) mod webhook;
mod withdraw;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;

pub(crate) use account::{Account, Settings};
pub use deposit::Deposit;
pub(crate) use deposit::deposit;

use crate::actions;
use crate::app::App;
use crate::server::Peer;
use crate::store::{Gateway, RequestRecord};
use answer::{Done, Refusal};
use operations::Operation;

/// What an operation gives back: its `data`, or why not.
type Outcome = Result<Done, Refusal>;

/// Answers every request below `/openapi/`, and every one no other room knows.
pub(crate) async fn receive(State(app): State<Arc<App>>, request: Request) -> Response {
    let now_ms = app.clock.now_ms();
    let operation = operations::find(request.uri().path());
    let style = operation.map_or(operations::USUAL, |operation| operation.style);
    let name = operation.map(|operation| operation.name);
    let mut record = RequestRecord::received(Gateway::Cpay, now_ms, name, &request);
    record.accept(answer::OK, style.msg);
    record.trace_id = app.ids.trace_id(now_ms);
    let ours = request.uri().path().starts_with("/openapi/");
    let outcome = carry_out(&app, operation, request, &mut record).await;
    match &outcome {
        Ok(done) => record.notes.extend_from_slice(&done.notes),
        Err(refusal) => {
            record.refuse(
                &refusal.reason,
                refusal.code,
                &refusal.message,
                refusal.is_assumed(),
            );
        }
    }
    let response = answer::respond(&outcome, style, &record.trace_id, ours);
    app.record(record);
    response
}

async fn carry_out(
    app: &App,
    operation: Option<&Operation>,
    request: Request,
    record: &mut RequestRecord,
) -> Outcome {
    app.cpay.admit(request.extensions().get::<Peer>())?;
    let Some(operation) = operation else {
        return Err(Refusal::new(
            "not found",
            "no operation of C-Pay has this path; they are under /openapi/v1/ and spelt with a small first letter",
        ));
    };
    if request.method() != operation.method {
        return Err(Refusal::new(
            "method not allowed",
            format!("{} is called with {}", operation.name, operation.method),
        ));
    }
    let params = params::read(request, operation.body_limit).await?;
    let verified = verify::check(&app.cpay, operation.shown, params, record)?;
    actions::settle_due(app);
    (operation.run)(app, &verified)
}
