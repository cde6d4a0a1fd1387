use super::json::{read, without_mark};
use super::read_error::ReadError;
use crate::{Fault, evidence};
use bytes::Bytes;
use serde::Deserialize;

/// Reads the JSON envelope of an answer, whatever its HTTP status.
///
/// A gateway's application answers with a JSON object under any status, so `T` is the envelope and the caller judges
/// its code. An answer that is not JSON comes from something in between, or broke off.
///
/// # Errors
/// - [`Fault::unavailable`] for a 5xx that is not a `T`, for an HTML page and for a text that ends too early;
/// - [`Fault::undecodable`] for everything else that is not a `T`.
///
/// The fault names what came instead, such as a page and its title or the target of a redirect.
pub fn read_answer<'a, T: Deserialize<'a>>(answer: &'a http::Response<Bytes>) -> Result<T, Fault> {
    if looks_like_array(answer.body()) {
        return Err(Fault::undecodable("an array instead of an object"));
    }
    read(answer.body()).map_err(|error| evidence::unreadable(answer, &error))
}

/// A derived `Deserialize` also accepts an array for a struct, field by field in their order. No gateway answers like
/// that, and an accidental match must not count as an answer.
fn looks_like_array(body: &[u8]) -> bool {
    without_mark(body).trim_ascii_start().starts_with(b"[")
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        Self::undecodable(error.to_string())
    }
}
