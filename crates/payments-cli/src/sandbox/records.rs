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

/// A member that is a list.
pub(crate) fn rows<'a>(record: &'a Value, member: &str) -> &'a [Value] {
    let rows = record.get(member).and_then(Value::as_array);
    rows.map_or(&[], Vec::as_slice)
}

/// A member that is a list of texts.
pub(super) fn words(record: &Value, member: &str) -> Vec<String> {
    let words = rows(record, member).iter().filter_map(Value::as_str);
    words.map(str::to_owned).collect()
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

/// One attempt of a delivery, with what was sent if it is not the message of the delivery.
pub(super) fn attempt(delivery: &Value, number: usize, attempt: &Value) -> EventLine {
    let problem = filled(text(attempt, "problem"));
    let message = text(delivery, "body");
    let sent = attempt.get("sent").unwrap_or(&Value::Null);
    let headers = rows(sent, "headers").iter().map(|pair| {
        let parts = pair.as_array().into_iter().flatten();
        let parts: Vec<&str> = parts.filter_map(Value::as_str).collect();
        format!("sent {}", parts.join(": "))
    });
    let body = filled(text(sent, "body")).filter(|body| *body != message);
    EventLine {
        at_ms: time(attempt, "at_ms"),
        provider: text(delivery, "gateway"),
        kind: "attempt",
        what: number.to_string(),
        result: match filled(text(attempt, "http_status")) {
            Some(status) => format!("HTTP {status}"),
            None => "no answer".to_owned(),
        },
        tone: match problem {
            None => Tone::Good,
            Some(_) => Tone::Bad,
        },
        details: headers
            .chain(body.map(|body| format!("sent {body}")))
            .chain(filled(text(attempt, "fault")).map(|fault| format!("fault {fault}")))
            .chain(filled(text(attempt, "answer")).map(|answer| format!("answer {answer}")))
            .chain(problem)
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
