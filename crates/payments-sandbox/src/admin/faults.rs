//! `/_sandbox/faults`: faults as JSON or forms.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api::{AppState, gateway};
use crate::shared::action::ActionError;
use crate::shared::admin_request::{AdminRequest, NoFields, Path, spelled};
use crate::shared::fault::waiting::Waiting;
use crate::shared::fault::{Fault, FaultKind, FaultWhen, RetryAfter};
use crate::shared::gateway::Gateway;
use crate::shared::http::answer;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    gateway: String,
    call: Option<String>,
    when: Option<String>,
    kind: Option<String>,
    #[serde(default, deserialize_with = "spelled")]
    code: Option<i64>,
    #[serde(default, deserialize_with = "spelled")]
    http_status: Option<u16>,
    #[serde(default, deserialize_with = "spelled")]
    retry_after_s: Option<u64>,
    #[serde(default, deserialize_with = "spelled")]
    retry_after_date_s: Option<u64>,
    field: Option<String>,
    #[serde(default, deserialize_with = "spelled")]
    bytes: Option<u32>,
    #[serde(default, deserialize_with = "spelled")]
    delay_ms: Option<u64>,
    #[serde(default, deserialize_with = "spelled")]
    times: Option<u32>,
    #[serde(default, deserialize_with = "spelled")]
    lasting_ms: Option<u64>,
    #[serde(default, deserialize_with = "spelled")]
    rate: Option<f64>,
    #[serde(default, deserialize_with = "spelled")]
    seed: Option<u64>,
}

impl Fields {
    fn fault(self) -> Result<Fault, ActionError> {
        let gateway = gateway(&self.gateway)?;
        let kind = self.kind()?;
        let possible = kind.when().first().copied();
        let when = match self.when.as_deref() {
            None => possible.unwrap_or(FaultWhen::Instead),
            Some("instead") => FaultWhen::Instead,
            Some("after") => FaultWhen::After,
            Some("webhook") => FaultWhen::Webhook,
            Some(_) => return invalid("`when` is one of instead, after and webhook."),
        };
        let mut fault = match when {
            FaultWhen::Instead => Fault::instead(gateway).kind(kind),
            FaultWhen::After => Fault::after(gateway).kind(kind),
            FaultWhen::Webhook => Fault::webhook(gateway, kind),
        };
        fault.call = self.call;
        fault.code = self.code;
        fault.http_status = self.http_status;
        fault.retry_after = match (self.retry_after_s, self.retry_after_date_s) {
            (Some(_), Some(_)) => {
                return invalid("Only one of retry_after_s and retry_after_date_s can be set.");
            }
            (seconds, date) => seconds
                .map(RetryAfter::Seconds)
                .or(date.map(RetryAfter::Date)),
        };
        fault.field = self.field;
        fault.bytes = self.bytes;
        fault.times = self.times;
        if let Some(ms) = self.delay_ms {
            fault = fault.delay(Duration::from_millis(ms));
        }
        if let Some(ms) = self.lasting_ms {
            fault = fault.lasting(Duration::from_millis(ms));
        }
        match (self.rate, self.seed) {
            (Some(rate), seed) => Ok(fault.rate(rate, seed.unwrap_or_default())),
            (None, Some(_)) => invalid("A seed needs a rate."),
            (None, None) => Ok(fault),
        }
    }

    /// Without a kind, what the other settings mean.
    fn kind(&self) -> Result<FaultKind, ActionError> {
        let Some(name) = &self.kind else {
            let is_late = self.delay_ms.is_some_and(|ms| ms > 0);
            return Ok(match (self.code, self.http_status) {
                (Some(_), _) => FaultKind::Code,
                (None, Some(_)) => FaultKind::Page,
                (None, None) if is_late => FaultKind::Late,
                (None, None) => FaultKind::Cut,
            });
        };
        FaultKind::by_name(name).ok_or_else(|| {
            let known: Vec<_> = FaultKind::ALL.iter().map(|kind| kind.as_str()).collect();
            ActionError::Invalid(format!("The kind is one of {}.", known.join(", ")))
        })
    }
}

fn invalid<T>(what: &str) -> Result<T, ActionError> {
    Err(ActionError::Invalid(what.to_owned()))
}

/// A fault that waits, as JSON: what was set, and how often it was met.
#[derive(Serialize)]
struct Row<'a> {
    id: u64,
    gateway: Gateway,
    call: Option<&'a str>,
    when: FaultWhen,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_date_s: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u32>,
    delay_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ms: Option<u64>,
    left: u32,
    met: u32,
}

impl<'a> Row<'a> {
    fn of(waiting: &'a Waiting) -> Self {
        let fault = &waiting.fault;
        let (retry_after_s, retry_after_date_s) = match fault.retry_after {
            Some(RetryAfter::Seconds(seconds)) => (Some(seconds), None),
            Some(RetryAfter::Date(seconds)) => (None, Some(seconds)),
            None => (None, None),
        };
        Self {
            id: waiting.id,
            gateway: fault.gateway,
            call: fault.call.as_deref(),
            when: fault.when,
            kind: fault.kind.as_str(),
            code: fault.code,
            http_status: fault.http_status,
            retry_after_s,
            retry_after_date_s,
            field: fault.field.as_deref(),
            bytes: fault.bytes,
            delay_ms: fault.delay_ms,
            rate: fault.rate.and_then(|rate| rate.part()),
            seed: fault.rate.map(|rate| rate.seed),
            until_ms: waiting.until_ms,
            left: waiting.left,
            met: waiting.met,
        }
    }
}

/// `GET /_sandbox/faults`
pub(super) async fn list(State(app): AppState) -> Response {
    let now_ms = app.context.clock.now_ms();
    let mut faults = app.context.faults();
    let rows: Vec<_> = faults.iter(now_ms).map(Row::of).collect();
    answer(StatusCode::OK, &json!({ "faults": rows }))
}

/// `POST /_sandbox/faults`
pub(super) async fn add(State(app): AppState, request: AdminRequest) -> Response {
    request.answer(|fields: Fields| {
        let id = app.fault(fields.fault()?)?;
        let now_ms = app.context.clock.now_ms();
        let mut faults = app.context.faults();
        let row = faults
            .iter(now_ms)
            .find(|waiting| waiting.id == id)
            .map(Row::of);
        Ok(json!(row))
    })
}

/// `POST /_sandbox/faults/{id}/remove`
pub(super) async fn remove(
    State(app): AppState,
    Path(id): Path<String>,
    request: AdminRequest,
) -> Response {
    request.answer(|_: NoFields| {
        let removed = id.parse().is_ok_and(|id| app.context.faults().remove(id));
        if removed {
            Ok(json!({ "removed": 1 }))
        } else {
            let none = "No fault with this number is waiting.".to_owned();
            Err(ActionError::NotFound(none))
        }
    })
}

/// `POST /_sandbox/faults/clear`
pub(super) async fn clear(State(app): AppState, request: AdminRequest) -> Response {
    request.answer(|_: NoFields| Ok(json!({ "removed": app.context.faults().clear() })))
}

/// `GET /_sandbox/faults/kinds`
pub(super) async fn kinds(State(app): AppState) -> Response {
    let kinds: Vec<_> = FaultKind::ALL
        .iter()
        .map(|kind| {
            json!({
                "kind": kind.as_str(),
                "group": kind.group(),
                "when": kind.when(),
                "takes": kind.takes(),
                "what": kind.what(),
            })
        })
        .collect();
    // What `code` can be: these are documented, and all of them at ChainUp OPay.
    let code = |(code, what): (i64, String)| json!({ "code": code, "what": what });
    let gateways = app.providers.iter().map(|provider| {
        let codes = provider.error_codes().into_iter().map(code).collect();
        (provider.gateway().as_str().to_owned(), codes)
    });
    let codes: BTreeMap<String, Value> = gateways.collect();
    answer(StatusCode::OK, &json!({ "kinds": kinds, "codes": codes }))
}
