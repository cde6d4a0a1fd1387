//! Calls that were not made, or whose outcome is not certain.

use payments_core::{InvalidRequest, Outcome};
use payments_facade::{Error, Ticket};

use super::Intent;
use crate::error::StoreError;

/// Why a call was not made, or not certainly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntentError {
    /// The gateway cannot make it. Nothing was recorded or sent.
    #[error("nothing was sent: {0}")]
    Refused(InvalidRequest),
    /// An earlier call under this reference is running, or its outcome is unknown, or the provider has an order under it that may not
    /// be that of the call: see [`problem`](Intent::problem). Nothing was sent.
    #[error(
        "nothing was sent: an order may exist under {} already; call `resolve` or, after checking with the provider, `close`",
        .0.ticket.reference()
    )]
    Unresolved(Box<Intent>),
    /// A call under this reference waits to be sent, or is sent at this moment, by [`run_staged`](crate::Store::run_staged).
    /// Nothing was sent or staged by this call.
    #[error(
        "nothing was sent: a call under {} is staged already; `cancel` it to make another one",
        .0.ticket.reference()
    )]
    Staged(Box<Intent>),
    /// An earlier call under this reference made its order. Nothing was sent.
    #[error(
        "nothing was sent: an earlier call under {} made its order; `payments` returns what is known of it",
        .0.ticket.reference()
    )]
    AlreadyMade(Box<Intent>),
    /// The call could not be recorded. Nothing was sent. If the database committed the record nevertheless, the reference is
    /// unresolved.
    #[error("nothing was sent, because the call could not be recorded: {0}")]
    NotRecorded(StoreError),
    /// Recording the call took longer than [`longest_call`](crate::Settings::longest_call). Nothing was sent.
    #[error("nothing was sent, because recording the call took too long: make the same call again")]
    TooLate,
    /// The call failed. The intent says what is known of it.
    #[error(transparent)]
    Failed(Error),
}

impl IntentError {
    /// Whether an order exists under this reference, made by this call or an earlier one. Unknown while one is staged, because it
    /// can be sent at any moment.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Refused(_) | Self::NotRecorded(_) | Self::TooLate => Outcome::NotApplied,
            Self::Unresolved(_) | Self::Staged(_) => Outcome::Unknown,
            Self::AlreadyMade(_) => Outcome::Applied,
            Self::Failed(error) => match (error.outcome(), error.ticket()) {
                // The provider refused it because of an earlier call.
                (Outcome::NotApplied, Some(_)) => Outcome::Unknown,
                (outcome, _) => outcome,
            },
        }
    }

    /// The ticket of the call that made an order, or may have.
    #[must_use]
    pub fn ticket(&self) -> Option<&Ticket> {
        match self {
            Self::Unresolved(intent) | Self::Staged(intent) | Self::AlreadyMade(intent) => {
                Some(&intent.ticket)
            }
            Self::Failed(error) => error.ticket(),
            Self::Refused(_) | Self::NotRecorded(_) | Self::TooLate => None,
        }
    }
}
