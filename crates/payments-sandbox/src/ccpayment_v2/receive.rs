//! Handles the requests to the API.

use axum::http::Method;
use axum::response::Response;

use super::answer::{self, Outcome, Refusal};
use super::codes::Code;
use super::operations::{self, Operation};
use super::state::CcpaymentV2;
use super::verify;
use crate::shared::api_request::ApiRequest;
use crate::shared::fault;
use crate::shared::gateway::Gateway;
use crate::shared::requests::RequestRecord;
use crate::shared::text::shorten;

/// Answers every request below `/ccpayment/v2/`.
pub(super) async fn receive(provider: &CcpaymentV2, request: ApiRequest) -> Response {
    let now_ms = provider.context.clock.now_ms();
    let operation = operations::find(request.path());
    let name = operation.map(|operation| operation.name);
    let mut record = RequestRecord::received(Gateway::CCPAYMENT_V2, now_ms, name, &request);
    record.accept(answer::OK, answer::SUCCESS);
    let outcome = carry_out(provider, operation, request, now_ms, &mut record).await;
    // The time of the answer: it may be late.
    let signed = provider.account.settings.get().switches.signed_answers;
    let signer = signed.then(|| (&provider.account, provider.context.clock.now_ms()));
    if let Err(refusal) = &outcome {
        // No document says which mistake gets which code.
        record.refuse(&refusal.sentence, refusal.code, &refusal.name, true);
    }
    let response = answer::respond(&outcome, signer, &record);
    let response = fault::answer::finish(&provider.context, &record, response).await;
    provider.context.record(record);
    response
}

async fn carry_out(
    provider: &CcpaymentV2,
    operation: Option<&Operation>,
    request: ApiRequest,
    now_ms: u64,
    record: &mut RequestRecord,
) -> Outcome {
    let ip = request.peer;
    let settings = provider.account.settings.get();
    let switches = settings.switches;
    provider.state().gate.admit(ip, &switches, now_ms)?;
    let Some(operation) = operation else {
        return Err(Refusal::not_a_call(
            "the sandbox has no call of CCPayment v2 with this path",
        ));
    };
    if request.method() != Method::POST {
        return Err(Refusal::not_a_call(format!(
            "{} is called with POST, as every call is",
            operation.name
        )));
    }
    let millis = switches.millisecond_timestamps;
    let verified = verify::receive(&provider.account, request, millis, now_ms, record);
    let refused = verified.as_ref().err();
    provider.state().gate.count(ip, refused, &switches, now_ms);
    let verified = verified?;
    if let Some(allowed) = &settings.allowed_ips
        && !allowed.contains(&ip.to_canonical())
    {
        return Err(Refusal::new(
            Code::IpNotInWhitelist,
            format!(
                "{ip} is not among the addresses of ccpayment_v2_allowed_ips (--ccpayment-v2-allowed-ip)"
            ),
        ));
    }
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
        provider.settle_due_orders();
        (operation.run)(provider, &verified)
    };
    let (context, names) = (&provider.context, &answer::NAMES);
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
