//! Handles the requests to the API.

use axum::http::request::Parts;
use axum::response::Response;

use super::answer::{self, Outcome, Refusal};
use super::operations::{self, Operation};
use super::state::Cpay;
use super::{params, verify};
use crate::shared::api_request::ApiRequest;
use crate::shared::clock::stamp;
use crate::shared::fault;
use crate::shared::gateway::Gateway;
use crate::shared::requests::RequestRecord;

/// The longest body of a request that can be one of the calls, by its method, path and content type.
pub(crate) fn longest_body(parts: &Parts) -> usize {
    let operation = operations::find(parts.uri.path());
    let is_possible = |operation: &&Operation| {
        parts.method == operation.method && params::form_only(&parts.headers).is_ok()
    };
    operation
        .filter(is_possible)
        .map_or(0, |operation| operation.body_limit)
}

/// Answers every request below `/openapi/`.
pub(super) async fn receive(cpay: &Cpay, request: ApiRequest) -> Response {
    let now_ms = cpay.context.clock.now_ms();
    let operation = operations::find(request.path());
    let style = operation.map_or(operations::USUAL, |operation| operation.style);
    let name = operation.map(|operation| operation.name);
    let mut record = RequestRecord::received(Gateway::CPAY, now_ms, name, &request);
    record.accept(answer::OK, style.msg);
    record.trace_id = trace_id(cpay, now_ms);
    let outcome = carry_out(cpay, operation, request, &mut record).await;
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
    let response = answer::respond(&outcome, style, &record);
    let response = fault::answer::finish(&cpay.context, &record, response).await;
    cpay.context.record(record);
    response
}

async fn carry_out(
    cpay: &Cpay,
    operation: Option<&Operation>,
    request: ApiRequest,
    record: &mut RequestRecord,
) -> Outcome {
    cpay.account.admit(request.peer)?;
    let Some(operation) = operation else {
        return Err(Refusal::new(
            "not found",
            "C-Pay has no call with this path; its calls are under /openapi/v1/ and begin with a small letter",
        ));
    };
    if request.method() != operation.method {
        return Err(Refusal::new(
            "method not allowed",
            format!("{} is called with {}", operation.name, operation.method),
        ));
    }
    let params = params::read(request, operation.body_limit)?;
    let verified = verify::check(&cpay.account, operation.shown, params, record)?;
    let run = || {
        cpay.complete_due_payouts();
        (operation.run)(cpay, &verified)
    };
    let request = record.canonical.clone().unwrap_or_default();
    let (context, names) = (&cpay.context, &answer::NAMES);
    fault::meet::meet(context, names, operation.name, || request, record, run).await
}

/// `yyMMddHHmmss` in UTC, `X`, seven digits.
fn trace_id(cpay: &Cpay, now_ms: u64) -> String {
    let number = cpay.context.ids.below(10_000_000);
    format!("{}X{number:07}", stamp(now_ms))
}
