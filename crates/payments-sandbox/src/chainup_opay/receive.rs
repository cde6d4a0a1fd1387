//! Handles the requests to the API.

use axum::response::Response;

use super::answer::{self, Outcome, Refusal};
use super::operations::{self, Operation};
use super::state::ChainupOpay;
use super::{envelope, order_detail};
use crate::shared::api_request::ApiRequest;
use crate::shared::fault;
use crate::shared::gateway::Gateway;
use crate::shared::requests::RequestRecord;

/// Answers every request below `/platformapi/` and `/opay/`.
pub(super) async fn receive(opay: &ChainupOpay, request: ApiRequest) -> Response {
    let operation = operations::find(request.path());
    let name = operation.map(|operation| operation.name);
    let now_ms = opay.context.clock.now_ms();
    let mut record = RequestRecord::received(Gateway::CHAINUP_OPAY, now_ms, name, &request);
    record.accept(answer::OK.into(), answer::SUCCESS);
    let body = match carry_out(opay, operation, request, &mut record).await {
        Ok(done) => {
            record.notes.extend(done.notes);
            let signing = fault::answer::signing(&record);
            answer::body(&opay.account, done.content, signing).await
        }
        Err(refusal) => Err(refusal),
    };
    if let Err(refusal) = &body {
        // The guide lists the codes, not the words of `msg`.
        let is_assumed = true;
        record.refuse(
            &refusal.reason,
            refusal.code.into(),
            refusal.words(),
            is_assumed,
        );
        record.notes.extend(refusal.note.map(str::to_owned));
    }
    let response = answer::respond(body, &record);
    let response = fault::answer::finish(&opay.context, &record, response).await;
    opay.context.record(record);
    response
}

async fn carry_out(
    opay: &ChainupOpay,
    operation: Option<&Operation>,
    request: ApiRequest,
    record: &mut RequestRecord,
) -> Outcome {
    let Some(operation) = operation else {
        return Err(Refusal::new(
            answer::NO_SUCH_CALL,
            "no call of OPay has this path; they are createThirdOrder, orderDetail, merchantBillingDay and cancelOrder under /platformapi/chainup/open/opay/",
        )
        .assuming("assumed: code 50007 for a path that no call has"));
    };
    let body = envelope::body(request)?;
    let object = envelope::object(&body)?;
    if operation.is_plain_possible && order_detail::is_plain(&object) {
        return order_detail::run_plain(opay, &object, record);
    }
    let params = envelope::open(opay, &object, record).await?;
    for name in params.unknown_fields(operation.fields) {
        record.notes.push(format!(
            "assumed: {name} is no field of {} and was ignored",
            operation.name
        ));
    }
    let run = || (operation.run)(opay, &params);
    let request = record.canonical.clone().unwrap_or_default();
    let (context, names) = (&opay.context, &answer::NAMES);
    fault::meet::meet(context, names, operation.name, || request, record, run).await
}
