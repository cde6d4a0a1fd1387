//! Requests, webhooks and orders of a sandbox, from its JSON, as lines of a log.

use serde_json::Value;

use crate::event_line::{EventLine, named};
use crate::table::Tone;

/// A member as text: empty if it is not there or `null`.
pub(crate) fn text(record: &Value, member: &str) -> String {
    match record.get(member) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

fn time(record: &Value, member: &str) -> u64 {
    record
        .get(member)
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The merchant's reference of an order or a webhook, else the gateway's id.
pub(super) fn reference(record: &Value) -> String {
    filled(text(record, "merchant_ref")).unwrap_or_else(|| text(record, "order_id"))
}

/// A request, at the time of the sandbox's clock.
pub(crate) fn request(record: &Value) -> EventLine {
    let verdict = text(record, "verdict");
    EventLine {
        at_ms: time(record, "at_ms"),
        provider: text(record, "gateway"),
        kind: "request",
        what: filled(text(record, "operation")).unwrap_or_else(|| text(record, "path")),
        tone: match verdict.as_str() {
            "accepted" => Tone::Good,
            _ => Tone::Bad,
        },
        result: verdict,
        details: filled(text(record, "reason"))
            .into_iter()
            .chain(faults(record))
            .collect(),
    }
}

/// The notes about faults that the request met.
fn faults(record: &Value) -> impl Iterator<Item = String> {
    let notes = record.get("notes").and_then(Value::as_array).into_iter();
    let notes = notes.flatten().filter_map(Value::as_str);
    let faults = notes.filter(|note| note.contains("fault"));
    faults.map(str::to_owned)
}

/// The last attempt of a delivery, or a delivery that waits for its first.
pub(crate) fn delivery(record: &Value) -> EventLine {
    let attempts = record.get("attempts").and_then(Value::as_array);
    let last = attempts.and_then(|attempts| attempts.last());
    let (state, problem) = (
        text(record, "state"),
        last.map(|last| text(last, "problem")),
    );
    let status = last.map(|last| text(last, "http_status"));
    let sent = last.and_then(|last| last.pointer("/sent/headers")?.as_array());
    EventLine {
        at_ms: last.map_or_else(|| time(record, "due_ms"), |last| time(last, "at_ms")),
        provider: text(record, "gateway"),
        kind: "webhook",
        what: named(&reference(record), &text(record, "order_status")),
        result: match status.and_then(filled) {
            Some(status) => format!("HTTP {status}"),
            None if sent.is_some_and(|headers| !headers.is_empty()) => "no answer".to_owned(),
            None if last.is_some() => "not sent".to_owned(),
            None => state.clone(),
        },
        tone: match state.as_str() {
            "delivered" => Tone::Good,
            "waiting" | "sending" => Tone::Waiting,
            _ => Tone::Bad,
        },
        details: [
            Some(format!("to {}", text(record, "url"))),
            problem.and_then(filled),
            last.and_then(|last| filled(text(last, "fault")))
                .map(|fault| format!("fault {fault}")),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// The state of an order.
pub(crate) fn order(record: &Value) -> EventLine {
    let status = text(record, "status");
    let settled = record.get("settled_ms").and_then(Value::as_u64);
    EventLine {
        at_ms: settled.unwrap_or_else(|| time(record, "created_ms")),
        provider: text(record, "gateway"),
        kind: "order",
        what: named(&reference(record), &text(record, "kind")),
        tone: tone(&status),
        details: paid(record).into_iter().collect(),
        result: status,
    }
}

/// An order's state from a time on.
pub(crate) fn state(record: &Value, event: &Value) -> EventLine {
    let (status, word) = (text(event, "status"), text(event, "gateway_state"));
    let paid = text(event, "actual_amount");
    let tone = tone(&status);
    EventLine {
        at_ms: time(event, "at_ms"),
        provider: text(record, "gateway"),
        kind: "state",
        what: match word.is_empty() {
            true => format!("paid {paid}"),
            false => format!("{word}, paid {paid}"),
        },
        result: status,
        tone,
        details: Vec::new(),
    }
}

fn tone(status: &str) -> Tone {
    match status {
        "completed" => Tone::Good,
        "pending" | "processing" => Tone::Waiting,
        _ => Tone::Bad,
    }
}

/// What was paid, if it is not what was asked for.
fn paid(order: &Value) -> Option<String> {
    let (amount, paid) = (text(order, "amount"), text(order, "actual_amount"));
    let currency = text(order, "currency");
    let differs = matches!(text(order, "funds").as_str(), "under" | "over");
    differs.then(|| format!("paid {paid} of {amount} {currency}"))
}
