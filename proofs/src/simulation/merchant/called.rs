//! What became of a call that moves money.

use payments_core::Outcome;
use payments_facade::router::RouteStop;
use payments_store::IntentError;

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Called {
    Made,
    NotMade,
    /// It waits, is under way, or its outcome is not known.
    Open,
}

impl Called {
    pub(super) fn text(&self) -> &'static str {
        match self {
            Self::Made => "is made",
            Self::NotMade => "is not made",
            Self::Open => "is open",
        }
    }

    pub(super) fn of(result: &Result<(), IntentError>) -> Self {
        match result {
            Ok(()) | Err(IntentError::AlreadyMade(_)) => Self::Made,
            Err(error) => Self::of_outcome(error.outcome()),
        }
    }

    pub(super) fn routed(stop: &RouteStop, outcome: Outcome) -> Self {
        match stop {
            RouteStop::AlreadyMade(_) => Self::Made,
            _ => Self::of_outcome(outcome),
        }
    }

    fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::NotApplied => Self::NotMade,
            Outcome::Applied => Self::Made,
            Outcome::Unknown => Self::Open,
        }
    }
}
