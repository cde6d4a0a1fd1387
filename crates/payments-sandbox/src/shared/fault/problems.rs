//! Why a fault cannot happen at its gateway.

use super::kind::{FaultKind as Kind, FaultWhen};
use super::{Fault, MOST_TIMES};
use crate::shared::masking;
use crate::shared::provider::Provider;
use crate::shared::setting::MOST_DELAY_MS;

/// The most bytes before a reset, and in a piece of a slow answer.
const MOST_BYTES: u32 = 1024 * 1024;
const LONGEST_FIELD: usize = 64;

/// Every reason, as a sentence. Empty if the fault can happen.
pub(super) fn of(fault: &Fault, provider: &dyn Provider) -> Vec<String> {
    let mut problems = Vec::new();
    kind(fault, provider, &mut problems);
    settings(fault, provider, &mut problems);
    numbers(fault, &mut problems);
    problems
}

/// Whether the kind can happen then and there.
fn kind(fault: &Fault, provider: &dyn Provider, problems: &mut Vec<String>) {
    let (gateway, kind) = (fault.gateway.name(), fault.kind);
    if !kind.when().contains(&fault.when) {
        let possible: Vec<_> = kind.when().iter().map(|when| when.as_str()).collect();
        let (kind, possible) = (kind.as_str(), possible.join(" or "));
        problems.push(format!("The kind {kind} happens {possible}."));
    }
    let has = provider.signatures();
    let missing = match kind {
        Kind::WrongSignature | Kind::NoSignature if !has.answers => "signs no answers",
        Kind::StaleTimestamp if !has.stamped_answers => "has no timestamps in its answers",
        Kind::WebhookStaleTimestamp if !has.stamped_webhooks => "has no timestamps in its webhooks",
        _ => return,
    };
    problems.push(format!("{gateway} {missing}."));
}

/// Whether the settings belong to the kind and the gateway.
fn settings(fault: &Fault, provider: &dyn Provider, problems: &mut Vec<String>) {
    let gateway = fault.gateway.name();
    if let Some(call) = &fault.call {
        let calls = provider.calls();
        if !calls.contains(&call.as_str()) {
            let (call, known) = (masking::repeated(call), calls.join(", "));
            problems.push(format!(
                "{gateway} has no call `{call}`; its calls are {known}."
            ));
        }
        if fault.when == FaultWhen::Webhook {
            problems.push("A webhook belongs to no call.".to_owned());
        }
    }
    for (setting, is_set) in [
        ("code", fault.code.is_some()),
        ("http_status", fault.http_status.is_some()),
        ("retry_after_s", fault.retry_after.is_some()),
        ("field", fault.field.is_some()),
        ("bytes", fault.bytes.is_some()),
    ] {
        if is_set && !fault.kind.takes().contains(&setting) {
            let kind = fault.kind.as_str();
            problems.push(format!("The kind {kind} has no {setting}."));
        }
    }
    match fault.code {
        None if fault.kind == Kind::Code => problems.push("The code is missing.".to_owned()),
        Some(code) if !provider.has_error_code(code) => {
            problems.push(format!("{gateway} has no error code {code}."));
        }
        _ => {}
    }
    if matches!(fault.kind, Kind::Late | Kind::WebhookDelay) && fault.delay_ms == 0 {
        problems.push("The delay is missing.".to_owned());
    }
}

/// Whether every number is within its limits.
fn numbers(fault: &Fault, problems: &mut Vec<String>) {
    let statuses = match fault.kind {
        Kind::Redirect => 301..=308,
        _ => 200..=599,
    };
    if fault
        .http_status
        .is_some_and(|status| !statuses.contains(&status))
    {
        let (first, last) = (statuses.start(), statuses.end());
        problems.push(format!(
            "The HTTP status is a number from {first} to {last}."
        ));
    }
    let lengths = 1..=LONGEST_FIELD;
    if fault
        .field
        .as_ref()
        .is_some_and(|field| !lengths.contains(&field.len()))
    {
        problems.push(format!(
            "The name of a field has 1 to {LONGEST_FIELD} bytes."
        ));
    }
    if fault.bytes.is_some_and(|bytes| bytes > MOST_BYTES) {
        problems.push(format!("The bytes are at most {MOST_BYTES}."));
    }
    let lasting_ms = fault.lasting_ms.unwrap_or(1);
    if fault.delay_ms > MOST_DELAY_MS || lasting_ms > MOST_DELAY_MS {
        problems.push("A fault waits and lasts at most thirty days.".to_owned());
    }
    if lasting_ms == 0 {
        problems.push("A fault lasts at least a millisecond.".to_owned());
    }
    if fault
        .times
        .is_some_and(|times| !(1..=MOST_TIMES).contains(&times))
    {
        problems.push(format!("A fault happens 1 to {MOST_TIMES} times."));
    }
    if fault.kind == Kind::Lagging && fault.most_times() == 1 {
        let repeats = "The kind lagging happens at least 2 times: to a request and its repetition.";
        problems.push(repeats.to_owned());
    }
    let parts = fault.rate.map(|rate| rate.parts.unwrap_or_default());
    if parts == Some(0) {
        problems.push("The rate is a number from 0.000001 to 1.".to_owned());
    }
}
