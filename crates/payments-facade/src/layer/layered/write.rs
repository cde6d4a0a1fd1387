//! Calls that change something, and layers that abandon them.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};

use payments_core::{Effect, Error as CoreError, Outcome, Reach, Timestamp, TransportError};

use super::{Layer, Layered};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::layer::call::Call;
use crate::ticket::Ticket;

impl<G: Gateway, L: Layer> Layered<G, L> {
    /// Makes a call that changes something. If the layer returns its own error after the inner gateway has begun, the
    /// outcome is unknown, whatever that error claims.
    pub(super) async fn write<T, F>(
        &self,
        call: Call,
        start: impl FnOnce() -> F + Send,
        ticket: impl FnOnce(Timestamp) -> Option<Ticket> + Send,
    ) -> Result<T, Error>
    where
        T: Send,
        F: Future<Output = Result<T, Error>> + Send,
    {
        let may_have_acted = AtomicBool::new(false);
        let watched = || {
            let inner = start();
            let seen = &may_have_acted;
            async move {
                seen.store(true, Ordering::Relaxed);
                let result = inner.await;
                seen.store(
                    result.as_ref().map_or_else(is_open, |_| true),
                    Ordering::Relaxed,
                );
                result
            }
        };
        let result = self.layer.around(call, watched).await;
        match result {
            Err(error) if error.ticket().is_none() && may_have_acted.load(Ordering::Relaxed) => {
                Err(unknown(call, error, ticket(self.layer.now())))
            }
            result => result,
        }
    }
}

/// Whether the call may have taken effect although it failed with this error.
fn is_open(error: &Error) -> bool {
    error.outcome() != Outcome::NotApplied || error.ticket().is_some()
}

/// A layer's error for a call that may have taken effect.
fn unknown(call: Call, error: Error, ticket: Option<Ticket>) -> Error {
    let mut cause = error.into_cause();
    if cause.outcome() == Outcome::NotApplied {
        let abandoned = TransportError::timeout(Reach::MaybeSent);
        let (provider, name) = (cause.provider(), call.as_str());
        let abandoned = abandoned.with_source(cause);
        cause = CoreError::from_transport(provider, name, Effect::Unkeyed, abandoned);
    }
    match ticket {
        Some(ticket) => Error::of_move(cause, || ticket),
        None => Error::of_read(cause),
    }
}
