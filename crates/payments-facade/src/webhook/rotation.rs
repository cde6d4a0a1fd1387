//! Two webhook secrets at once, during a key rotation.

use payments_core::Timestamp;

use super::diagnosis::{Cause, Diagnosis};
use super::error::WebhookError;

/// The current verifier, and the previous one whose secret the provider may still use until a given time.
///
/// ```
/// use payments_core::Timestamp;
/// use payments_facade::webhook::{Rotation, WebhookError};
///
/// let secrets = Rotation::new("new").with_previous("old", Timestamp::from_secs(100));
/// let check = |given: &'static str| move |secret: &&str| (*secret == given).then_some(()).ok_or(WebhookError::Refused);
///
/// assert!(secrets.receive(Timestamp::from_secs(99), check("old")).is_ok());
/// assert!(secrets.receive(Timestamp::from_secs(100), check("old")).is_err());
/// assert!(secrets.receive(Timestamp::from_secs(100), check("new")).is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct Rotation<W> {
    current: W,
    previous: Option<(W, Timestamp)>,
}

impl<W> Rotation<W> {
    /// With one secret only.
    #[must_use]
    pub const fn new(current: W) -> Self {
        Self {
            current,
            previous: None,
        }
    }

    /// Also accepts messages under the previous secret, before `end`.
    #[must_use]
    pub fn with_previous(mut self, previous: W, end: Timestamp) -> Self {
        self.previous = Some((previous, end));
        self
    }

    /// Verifies a message with the current secret and, if that refuses it, with the previous one.
    ///
    /// # Errors
    /// The error of `receive`. A message that is genuine under the current secret but unreadable is not tried again.
    pub fn receive<T>(
        &self,
        now: Timestamp,
        receive: impl Fn(&W) -> Result<T, WebhookError>,
    ) -> Result<T, WebhookError> {
        let previous = self.previous.as_ref().filter(|(_, end)| now < *end);
        match (receive(&self.current), previous) {
            (Err(WebhookError::Refused), Some((previous, _))) => receive(previous),
            (result, _) => result,
        }
    }

    /// Why neither secret accepts a message; `None` if one does. A more precise cause wins, and then the current secret's.
    ///
    /// - `diagnose`: the diagnosis by one verifier; `None` if it accepts the message.
    pub fn diagnose(
        &self,
        now: Timestamp,
        diagnose: impl Fn(&W) -> Option<Diagnosis>,
    ) -> Option<Diagnosis> {
        let current = diagnose(&self.current)?;
        let Some((previous, end)) = &self.previous else {
            return Some(current);
        };
        match diagnose(previous) {
            None if now < *end => None,
            None => Some(Diagnosis::new(
                Cause::EndedSecret,
                "the webhook is signed with the previous secret or keys, which are no longer accepted: the provider still uses them",
            )),
            Some(older) if !is_precise(&current) && is_precise(&older) => Some(older),
            Some(_) => Some(current),
        }
    }
}

/// Whether a cause cannot come from comparing with the wrong one of two secrets.
fn is_precise(diagnosis: &Diagnosis) -> bool {
    !matches!(
        diagnosis.cause(),
        Cause::WrongSecretOrAltered | Cause::WrongOwnKey | Cause::WrongPeerKey
    )
}
