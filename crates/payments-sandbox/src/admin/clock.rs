//! `/_sandbox/clock`: reads, advances, freezes and unfreezes the sandbox's clock.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::api::AppState;
use crate::app::App;
use crate::shared::action::ActionError;
use crate::shared::admin_request::{AdminRequest, spelled};
use crate::shared::clock::{Clock, END_MS, readable};
use crate::shared::http::answer;

#[derive(Serialize)]
struct Time {
    now_ms: u64,
    now: String,
    manual: bool,
    frozen: bool,
    /// When the next thing is due: a retry, the end of an order, what a fault holds back.
    next_due_ms: Option<u64>,
    next_due: Option<String>,
    /// What the clock does to the timestamps of messages.
    note: &'static str,
}

/// What moving a clock does to the timestamps of messages.
pub(super) fn stamps_note(clock: &Clock) -> &'static str {
    if clock.is_manual() {
        "Webhooks, answers and requests have timestamps of this clock: give clients and receivers the same time. CCPayment's are valid for two minutes."
    } else {
        "Webhooks keep the machine's time, so receivers accept them after an advance. Requests are compared with this clock: CCPayment's client follows it, ChainUp OPay refuses (50010) what is five minutes off. A clock that is frozen for longer than these windows refuses requests of the present."
    }
}

impl Time {
    fn of(app: &App) -> Self {
        let clock = &app.context.clock;
        let next_due_ms = app.next_event();
        let now_ms = clock.now_ms();
        Self {
            now_ms,
            now: readable(now_ms),
            manual: clock.is_manual(),
            frozen: clock.is_frozen(),
            next_due_ms,
            next_due: next_due_ms.map(readable),
            note: stamps_note(clock),
        }
    }
}

/// `GET /_sandbox/clock`
pub(super) async fn show(State(app): AppState) -> Response {
    answer(StatusCode::OK, &Time::of(&app))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    #[serde(default, deserialize_with = "spelled")]
    advance_ms: Option<u64>,
    #[serde(default, deserialize_with = "spelled")]
    to_next_due: Option<bool>,
    #[serde(default, deserialize_with = "spelled")]
    frozen: Option<bool>,
}

/// `POST /_sandbox/clock`
pub(super) async fn act(State(app): AppState, request: AdminRequest) -> Response {
    request.answer(|fields: Move| {
        let clock = &app.context.clock;
        match (fields.advance_ms, fields.to_next_due, fields.frozen) {
            (Some(by_ms), None, None) => {
                if clock.now_ms().saturating_add(by_ms) >= END_MS {
                    let end = "The clock cannot go beyond the year 9998.".to_owned();
                    return Err(ActionError::Invalid(end));
                }
                app.advance(by_ms);
            }
            (None, Some(true), None) => {
                let nothing = || ActionError::Conflict("Nothing is due later than now.".to_owned());
                app.advance_to_next().ok_or_else(nothing)?;
            }
            (None, None, Some(_)) if clock.is_manual() => {
                let manual = "A manual clock stands still anyway; advance it.".to_owned();
                return Err(ActionError::Conflict(manual));
            }
            (None, None, Some(true)) => clock.freeze(),
            (None, None, Some(false)) => clock.unfreeze(),
            _ => {
                let one = r#"Send one of {"advance_ms": 60000}, {"to_next_due": true} and {"frozen": true}."#;
                return Err(ActionError::Invalid(one.to_owned()));
            }
        }
        Ok(Time::of(&app))
    })
}
