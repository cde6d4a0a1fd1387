//! What a call reports through the `tracing` facade: a span, and an event for each attempt. Without the feature `tracing` this is
//! an empty type.
//!
//! No field has a value of the request or the answer, except the provider's id of a failed request.

use crate::{Effect, Error, TransportError};
use http::StatusCode;
use std::time::Duration;

/// The span of one call.
pub(crate) struct CallTrace {
    #[cfg(feature = "tracing")]
    enabled: enabled::Trace,
}

impl CallTrace {
    #[cfg_attr(not(feature = "tracing"), allow(unused_variables))]
    pub(crate) fn new(
        provider: &'static str,
        operation: &'static str,
        effect: Effect,
        now: Duration,
    ) -> Self {
        Self {
            #[cfg(feature = "tracing")]
            enabled: enabled::Trace::new(provider, operation, effect, now),
        }
    }

    /// Runs `work` inside the span, so that what the transport reports belongs to the call.
    pub(crate) fn inside<T>(&self, work: impl FnOnce() -> T) -> T {
        #[cfg(feature = "tracing")]
        let _entered = self.enabled.span.enter();
        work()
    }

    /// The attempt of this number begins.
    #[cfg_attr(not(feature = "tracing"), allow(unused_variables))]
    pub(crate) fn begin(&mut self, attempt: u32) {
        #[cfg(feature = "tracing")]
        self.enabled.begin(attempt);
    }

    /// The latest attempt has an answer, or none.
    #[cfg_attr(not(feature = "tracing"), allow(unused_variables))]
    pub(crate) fn attempted(&self, result: Result<StatusCode, &TransportError>) {
        #[cfg(feature = "tracing")]
        self.enabled.attempted(result);
    }

    /// The call ends; `now` is only read if it is of use.
    #[cfg_attr(not(feature = "tracing"), allow(unused_variables))]
    pub(crate) fn end(&mut self, error: Option<&Error>, now: impl FnOnce() -> Duration) {
        #[cfg(feature = "tracing")]
        self.enabled.end(error, now());
    }
}

#[cfg(feature = "tracing")]
mod enabled {
    use super::*;
    use crate::redact::one_line;
    use crate::{Outcome, Reach, TransportErrorKind};
    use tracing::Span;
    use tracing::field::Empty;

    const TARGET: &str = "payments_core";

    /// The longest request id in a field, in characters.
    const ID_CHARS: usize = 48;

    pub(super) struct Trace {
        pub(super) span: Span,
        effect: Effect,
        started: Duration,
        attempts: u32,
        has_ended: bool,
    }

    impl Trace {
        pub(super) fn new(
            provider: &'static str,
            operation: &'static str,
            effect: Effect,
            started: Duration,
        ) -> Self {
            let span = tracing::info_span!(
                target: TARGET,
                "payments.call",
                provider,
                operation,
                effect = match effect {
                    Effect::Read => "read",
                    Effect::Keyed => "keyed",
                    Effect::Unkeyed => "unkeyed",
                },
                attempts = Empty,
                outcome = Empty,
                kind = Empty,
                request_id = Empty,
                duration_ms = Empty,
            );
            Self {
                span,
                effect,
                started,
                attempts: 0,
                has_ended: false,
            }
        }

        pub(super) fn begin(&mut self, attempt: u32) {
            self.attempts = attempt;
        }

        pub(super) fn attempted(&self, result: Result<StatusCode, &TransportError>) {
            let (span, attempt) = (&self.span, self.attempts);
            match result {
                Ok(status) => {
                    let status = status.as_u16();
                    tracing::debug!(target: TARGET, parent: span, attempt, status, "answered");
                }
                Err(error) => {
                    let reach = match error.reach() {
                        Reach::NotSent => "not_sent",
                        Reach::MaybeSent => "maybe_sent",
                        Reach::ResponseStarted => "response_started",
                    };
                    let cause = match error.kind() {
                        TransportErrorKind::Connect => "connect",
                        TransportErrorKind::Timeout => "timeout",
                        TransportErrorKind::Io => "io",
                        TransportErrorKind::TooLarge => "too_large",
                        TransportErrorKind::Refused => "refused",
                    };
                    tracing::warn!(target: TARGET, parent: span, attempt, reach, cause, "no usable answer");
                }
            }
        }

        pub(super) fn end(&mut self, error: Option<&Error>, now: Duration) {
            self.has_ended = true;
            let duration = now.saturating_sub(self.started).as_millis();
            let duration = u64::try_from(duration).unwrap_or(u64::MAX);
            self.span.record("attempts", self.attempts);
            self.span.record("duration_ms", duration);
            let Some(error) = error else {
                self.span.record("outcome", "succeeded");
                return;
            };
            self.span.record("outcome", error.outcome().as_str());
            self.span.record("kind", error.kind().as_str());
            if let Some(id) = error.request_id() {
                self.span
                    .record("request_id", one_line(id, ID_CHARS).to_string());
            }
        }
    }

    /// The future was dropped.
    impl Drop for Trace {
        fn drop(&mut self) {
            if self.has_ended {
                return;
            }
            let outcome = match (self.effect, self.attempts) {
                (Effect::Read, _) | (_, 0) => Outcome::NotApplied,
                (Effect::Keyed | Effect::Unkeyed, _) => Outcome::Unknown,
            };
            self.span.record("attempts", self.attempts);
            self.span.record("outcome", outcome.as_str());
            self.span.record("kind", "dropped");
        }
    }
}
