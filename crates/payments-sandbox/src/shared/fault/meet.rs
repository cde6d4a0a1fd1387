//! Carries out a verified request, or lets it meet the fault that waits for it.

use serde_json::value::RawValue;

use super::Fault;
use super::data;
use super::kind::{FaultKind, FaultWhen};
use crate::shared::context::Context;
use crate::shared::provider::FieldNames;
use crate::shared::requests::RequestRecord;

/// How long an answer waits for a webhook, unless the fault has a delay.
const WEBHOOK_WAIT_MS: u64 = 60_000;

/// The success of a call, before it is signed or encrypted.
pub(crate) trait Answer {
    /// Its data as JSON text. `None` without any.
    fn data(&self) -> Option<&str>;

    /// Replaces the data by other JSON text.
    fn set_data(&mut self, data: String);
}

impl Answer for Box<RawValue> {
    fn data(&self) -> Option<&str> {
        Some(self.get())
    }

    fn set_data(&mut self, data: String) {
        // A fault writes JSON; other text would be a mistake in it, and changes nothing.
        if let Ok(data) = RawValue::from_string(data) {
            *self = data;
        }
    }
}

/// A refusal that no request caused.
pub(crate) trait Refuse<T>: Sized {
    /// With this code, else with the gateway's general one.
    fn of_code(code: Option<i64>, reason: String) -> Self;

    /// What the gateway answers to this call if it does not know the order.
    fn unknown_order(call: &str, reason: String) -> Result<T, Self>;
}

/// Carries out a verified request by `run`, or lets it meet the fault that waits for it. `request` is the same text for every
/// repetition of the request; `names` are the fields of the gateway's answers.
pub(crate) async fn meet<T: Answer, E: Refuse<T>>(
    context: &Context,
    names: &FieldNames,
    call: &str,
    request: impl FnOnce() -> String,
    record: &mut RequestRecord,
    run: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let gateway = record.gateway;
    let now_ms = context.clock.now_ms();
    let taken = context.faults().take(gateway, call, now_ms);
    let Some((id, fault)) = taken else {
        let done = run();
        if let Ok(answer) = &done {
            context
                .faults()
                .latest(gateway, call, answer.data().unwrap_or_default());
        }
        return done;
    };
    record.fault = Some(fault.clone());
    if fault.when == FaultWhen::Instead {
        return instead(context, call, &fault, record, run).await;
    }
    let mut answer = after(context, &fault, record, run).await?;
    let Some(data) = answer.data().map(str::to_owned) else {
        return Ok(answer);
    };
    let latest = context.faults().latest(gateway, call, &data);
    let changed = match fault.kind {
        FaultKind::OtherOrder => latest.filter(|latest| *latest != data),
        FaultKind::Lagging => Some(context.faults().first(id, &request(), &data)),
        _ => data::spoil(&data, &fault, names),
    };
    if let Some(changed) = changed {
        answer.set_data(changed);
    } else if fault.kind.group() == "data" {
        let reason =
            "nothing was changed: the data has no field that fits, or there was no other answer";
        record.notes.push(reason.to_owned());
    }
    Ok(answer)
}

/// Does not carry out the request, or carries it out late.
async fn instead<T: Answer, E: Refuse<T>>(
    context: &Context,
    call: &str,
    fault: &Fault,
    record: &mut RequestRecord,
    run: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let sentence = fault.sentence();
    context.wait(fault.wait_ms()).await;
    match fault.kind {
        FaultKind::Late => {
            record.notes.push(sentence);
            run()
        }
        FaultKind::UnknownOrder => {
            record.notes.push(sentence.clone());
            E::unknown_order(call, sentence)
        }
        _ => Err(E::of_code(fault.code, sentence)),
    }
}

/// Carries out the request, and waits before its answer.
async fn after<T: Answer, E: Refuse<T>>(
    context: &Context,
    fault: &Fault,
    record: &mut RequestRecord,
    run: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let begun = context.deliveries().begun();
    let done = run();
    if fault.kind == FaultKind::AfterWebhook {
        after_webhook(context, fault, record, begun).await;
    } else {
        context.wait(fault.wait_ms()).await;
    }
    let sentence = match &done {
        Ok(_) => fault.sentence(),
        Err(_) => fault.sentence_of_refusal(),
    };
    if fault.kind == FaultKind::Code && done.is_ok() {
        return Err(E::of_code(fault.code, sentence));
    }
    record.notes.push(sentence);
    done
}

/// Waits until a webhook of the gateway was sent, in an attempt that began after `begun` others.
async fn after_webhook(context: &Context, fault: &Fault, record: &mut RequestRecord, begun: u64) {
    let most_ms = match fault.delay_ms {
        0 => WEBHOOK_WAIT_MS,
        delay_ms => delay_ms,
    };
    let mut sent = context.sent.subscribe();
    let gateway = record.gateway;
    let webhook = async {
        while !context.deliveries().has_sent_since(gateway, begun) {
            // The sender of the channel is in `context`, so the channel stays open while we wait.
            let _ = sent.changed().await;
        }
    };
    tokio::select! {
        () = webhook => {}
        () = context.wait(most_ms) => record.notes.push("no webhook was sent meanwhile".to_owned()),
    }
}
