//! Two webhook secrets at once, during a key rotation.

use payments_core::Timestamp;

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
}
