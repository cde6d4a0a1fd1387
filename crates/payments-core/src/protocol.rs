use crate::{Fault, InvalidRequest, Operation, Timestamp};
use bytes::Bytes;

/// How a provider's requests are written and its answers are read.
///
/// Both directions are pure functions of operation, keys and time. They can be used with another HTTP stack, without an
/// [`Executor`](crate::Executor).
pub trait Protocol<O: Operation>: Send + Sync {
    /// The provider's name in errors: `cpay`.
    fn provider(&self) -> &'static str;

    /// Writes and signs the request for one attempt.
    ///
    /// It runs for every attempt, so that timestamps and signatures are fresh. Everything that identifies the operation
    /// to the provider must come from `op`.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the request cannot be written; nothing is sent then.
    fn seal(&self, op: &O, now: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest>;

    /// Verifies and reads an answer of any HTTP status. [`open_answer`](crate::open_answer) calls it and judges the result by the
    /// status, so nothing here depends on that.
    ///
    /// # Errors
    /// A [`Fault`]; its constructor states what the answer proves.
    fn open(
        &self,
        op: &O,
        answer: &http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<O::Output, Fault>;
}
