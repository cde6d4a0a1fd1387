//! Handles the requests to the API.

use axum::http::Method;
use axum::response::Response;

use super::answer::{self, Class, Outcome, Refusal};
use super::operations::{self, Operation};
use super::state::Ccpayment;
use super::verify;
use crate::shared::api_request::ApiRequest;
use crate::shared::fault;
use crate::shared::gateway::Gateway;
use crate::shared::requests::RequestRecord;
use crate::shared::text::shorten;

/// Answers every request below `/ccpayment/`.
pub(super) async fn receive(ccpayment: &Ccpayment, request: ApiRequest) -> Response {
    let now_ms = ccpayment.context.clock.now_ms();
    let operation = operations::find(request.path());
    let name = operation.map(|operation| operation.name);
    let mut record = RequestRecord::received(Gateway::CCPAYMENT, now_ms, name, &request);
    record.accept(answer::OK, answer::SUCCESS);
    let outcome = carry_out(ccpayment, operation, request, now_ms, &mut record).await;
    if let (Ok(_), Some(operation)) = (&outcome, operation)
        && !operation.assumed.is_empty()
    {
        record.notes.push(operation.assumed.to_owned());
    }
    if let Err(refusal) = &outcome {
        let code = refusal.code(&ccpayment.account);
        record.refuse(
            &refusal.sentence,
            code,
            &refusal.message(),
            refusal.is_assumed(),
        );
    }
    let failure_has_data = operation.is_none_or(|operation| operation.failure_has_data);
    // The time of the answer: it may be late.
    let now_ms = ccpayment.context.clock.now_ms();
    let account = &ccpayment.account;
    let response = answer::respond(account, now_ms, &outcome, failure_has_data, &record);
    let response = fault::answer::finish(&ccpayment.context, &record, response).await;
    ccpayment.context.record(record);
    response
}

async fn carry_out(
    ccpayment: &Ccpayment,
    operation: Option<&Operation>,
    request: ApiRequest,
    now_ms: u64,
    record: &mut RequestRecord,
) -> Outcome {
    let most = ccpayment.account.settings.get().requests_per_second;
    if !ccpayment.rate_limit().admits(request.peer, most, now_ms) {
        return Err(Refusal::new(
            Class::TooOften,
            format!(
                "more than {most} requests within a second of the sandbox's clock; ccpayment_requests_per_second (--ccpayment-requests-per-second) sets another limit"
            ),
        ));
    }
    let Some(operation) = operation else {
        return Err(Refusal::new(
            Class::Path,
            "CCPayment has no call with this path; its calls are under /ccpayment/v1/",
        ));
    };
    if request.method() != Method::POST {
        return Err(Refusal::new(
            Class::Path,
            format!("{} is called with POST, as every call is", operation.name),
        ));
    }
    let verified = verify::receive(&ccpayment.account, request, now_ms, record)?;
    for name in verified.names() {
        if !operation.fields.contains(&name) && record.notes.len() < 8 {
            let name = shorten(name, 40);
            record.notes.push(format!(
                "`{name}` is no field of {} and was ignored (assumed).",
                operation.name
            ));
        }
    }
    let run = || {
        ccpayment.settle_due_orders();
        (operation.run)(ccpayment, &verified)
    };
    let (context, names) = (&ccpayment.context, &answer::NAMES);
    fault::meet::meet(
        context,
        names,
        operation.name,
        || verified.text(),
        record,
        run,
    )
    .await
}
