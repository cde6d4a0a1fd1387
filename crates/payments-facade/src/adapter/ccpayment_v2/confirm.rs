//! The query of its reference after a call, because answers are not signed.

use ccpayment_client::v2::Confirm;
use payments_core::{Effect, Error, Fault, Kind, Operation, Outcome};

use super::{CcpaymentV2, NAME};
use crate::answer::ProviderResponse;
use crate::payment::Source;

/// What a call and the query after it returned.
pub(super) enum Made<A, R> {
    /// The answer to the call, and what the query found, if it was made and found it.
    Accepted(A, Option<R>),
    /// The answer was lost, and the query found what was requested.
    Found(R),
}

impl<A: Send + Sync + 'static, R: Send + Sync + 'static> Made<A, R> {
    /// What the query found.
    pub(super) const fn found(&self) -> Option<&R> {
        match self {
            Self::Accepted(_, found) => found.as_ref(),
            Self::Found(found) => Some(found),
        }
    }

    pub(super) const fn accepted(&self) -> Option<&A> {
        match self {
            Self::Accepted(accepted, _) => Some(accepted),
            Self::Found(_) => None,
        }
    }

    /// Of what is known of the call without the query.
    pub(super) const fn source(&self) -> Source {
        match self {
            Self::Accepted(..) => Source::Created,
            Self::Found(_) => Source::Books,
        }
    }

    pub(super) fn into_response(self) -> ProviderResponse {
        match self {
            Self::Accepted(accepted, _) => ProviderResponse::new(accepted),
            Self::Found(found) => ProviderResponse::new(found),
        }
    }
}

/// A call, as the query of its reference shows it.
type MadeBy<C> = Made<<C as Operation>::Output, <<C as Confirm>::Query as Operation>::Output>;

/// Refusals of the credentials, the account or the number of requests: the query would be refused as well, and repeated ones
/// lead to a ban.
const AT_THE_GATE: &[&str] = &[
    "11001", "11004", "11005", "11006", "11013", "11014", "12000", "12001", "12002", "12003",
];

impl CcpaymentV2 {
    /// Queries the reference of a call that moves money, whether or not it succeeded.
    ///
    /// # Errors
    /// That of the call, unless the query shows that it took effect. See the documentation of the adapter.
    pub(super) async fn confirmed<C: Confirm>(
        &self,
        call: &C,
        answer: Result<C::Output, Error>,
    ) -> Result<MadeBy<C>, Error> {
        match answer {
            Ok(accepted) => self.confirm_accepted(call, accepted).await,
            Err(error) => self.confirm_failed(call, error).await,
        }
    }

    async fn confirm_accepted<C: Confirm>(
        &self,
        call: &C,
        accepted: C::Output,
    ) -> Result<MadeBy<C>, Error> {
        let found = match self.confirms {
            true => self.client.confirm(call).await,
            false => Ok(None),
        };
        match found {
            Err(error) if error.kind() == Kind::Integrity => Err(error_of::<C>(Fault::mismatch(
                "the record of its reference",
            ))),
            // The call was accepted: that it cannot be found yet does not change it.
            found => Ok(Made::Accepted(accepted, found.unwrap_or_default())),
        }
    }

    /// As [`confirmed`](Self::confirmed), for a call that failed.
    pub(super) async fn confirm_failed<C: Confirm>(
        &self,
        call: &C,
        error: Error,
    ) -> Result<MadeBy<C>, Error> {
        let was_sent = error.attempts() > 0 && error.kind() != Kind::Duplicate;
        let is_refused_at_once = error.code().is_some_and(|code| AT_THE_GATE.contains(&code));
        if !self.confirms || !was_sent || is_refused_at_once || error.outcome() == Outcome::Applied
        {
            return Err(error);
        }
        match (self.client.confirm(call).await, error.outcome()) {
            (Ok(Some(found)), Outcome::Unknown) => Ok(Made::Found(found)),
            // Only this call was refused: an order exists under its reference, as requested or not.
            (Ok(Some(_)), _) => Err(exists_already::<C>(&error)),
            (Err(other), Outcome::NotApplied) if other.kind() == Kind::Integrity => {
                Err(exists_already::<C>(&error))
            }
            _ => Err(error),
        }
    }
}

/// The error of a call that moves money.
pub(super) fn error_of<C: Operation>(fault: Fault) -> Error {
    Error::from_fault(NAME, C::NAME, Effect::Unkeyed, fault, None)
}

/// The refusal, as that of a reference that exists.
fn exists_already<C: Operation>(refusal: &Error) -> Error {
    let fault = Fault::duplicate();
    let fault = match refusal.code() {
        Some(code) => fault.code(code),
        None => fault,
    };
    error_of::<C>(match refusal.message() {
        Some(message) => fault.message(message),
        None => fault,
    })
}
