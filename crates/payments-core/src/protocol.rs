use crate::{Fault, InvalidRequest, Operation, Timestamp};
use bytes::Bytes;

/// How one provider writes an operation on the wire, and reads its answer.
///
/// Both directions are pure: operation, keys and time in, bytes out. People with an HTTP stack of
/// their own use them without an [`Executor`](crate::Executor).
pub trait Protocol<O: Operation>: Send + Sync {
    /// The provider's name in errors: `cpay`.
    fn provider(&self) -> &'static str;

    /// Writes and signs the request for one attempt.
    ///
    /// It runs anew for every attempt, so that timestamps and signatures are fresh. Everything
    /// that identifies the operation to the provider must come from `op` and stay the same.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the request cannot be written: nothing is sent then.
    fn seal(&self, op: &O, now: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest>;

    /// Verifies and reads an answer of any HTTP status.
    ///
    /// # Errors
    /// A [`Fault`] whose constructor says what the answer proves; see there.
    fn open(
        &self,
        op: &O,
        answer: &http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<O::Output, Fault>;
}
