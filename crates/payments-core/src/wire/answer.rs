use super::json::{ReadError, read};
use crate::Fault;
use bytes::Bytes;
use serde::Deserialize;

/// Reads the JSON of an answer of any status, and says what it means when there is none.
///
/// A gateway's own application answers with a JSON object, whatever the status, so `T` is the envelope
/// and its code is for the caller to judge. What is not JSON came from something in between, or broke off.
///
/// # Errors
/// - [`Fault::unavailable`] for a 5xx that is not a `T`, for an HTML page and for a text that ends
///   too early;
/// - [`Fault::undecodable`] for everything else that is not a `T`.
pub fn read_answer<'a, T: Deserialize<'a>>(answer: &'a http::Response<Bytes>) -> Result<T, Fault> {
    if looks_like_array(answer.body()) {
        return Err(Fault::undecodable("an array where an object belongs"));
    }
    read(answer.body()).map_err(|error| {
        let from_in_between = answer.status().is_server_error()
            || error.is_incomplete()
            || looks_like_html(answer.body());
        if from_in_between {
            Fault::unavailable()
        } else {
            Fault::from(error)
        }
    })
}

/// A derived `Deserialize` takes an array for a struct as well, field by field in their order: no gateway
/// answers like that, and what something else says by accident must not count.
fn looks_like_array(body: &[u8]) -> bool {
    super::json::without_mark(body)
        .trim_ascii_start()
        .starts_with(b"[")
}

fn looks_like_html(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        Self::undecodable(error.to_string())
    }
}
