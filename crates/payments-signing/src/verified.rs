//! A value whose signature was verified.

use core::fmt;
use core::ops::Deref;

/// A value read from a message whose signature was verified.
///
/// Only the verifications of this crate create one, and it can be mapped to another type. A handler that takes a
/// `Verified<Event>` cannot be called with unverified data by mistake.
///
/// ```
/// use payments_signing::{Secret, Verified, cpay::{Fields, Key}};
///
/// fn credit(fields: &Verified<Fields>) -> String {
///     format!("credit {:?}", fields.get("xx"))
/// }
///
/// let key = Key::new(Secret::new("aaaaaaaaaaxxxxxx")?);
/// let body = br#"{"aa":"hello","xx":"1001",
///     "sign":"5becd8872fa828ac2ff5cc0520e08256db61572a21fa60c31ed663f75330592f"}"#;
/// assert_eq!(credit(&key.verify_webhook(body)?), "credit Some(\"1001\")");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    /// Converts the value and keeps it marked as verified. Derive the result from the value only.
    pub fn map<U>(self, read: impl FnOnce(T) -> U) -> Verified<U> {
        Verified(read(self.0))
    }

    /// Like [`map`](Self::map), for a conversion that can fail.
    ///
    /// # Errors
    ///
    /// The error of `read`.
    pub fn try_map<U, E>(self, read: impl FnOnce(T) -> Result<U, E>) -> Result<Verified<U>, E> {
        read(self.0).map(Verified)
    }

    /// The value without the mark.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Verified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verified").field(&self.0).finish()
    }
}
