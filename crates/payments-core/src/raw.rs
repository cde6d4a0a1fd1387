use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use std::fmt;

/// An answer as received: the status and the bytes of its body.
///
/// It is kept next to the typed value, so that unknown fields and unreadable answers are not lost. `Debug` prints sizes
/// only, because a body may contain personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct RawAnswer {
    status: StatusCode,
    body: Bytes,
    partial: bool,
    /// Boxed, because an answer is a part of every error.
    content_type: Option<Box<HeaderValue>>,
}

impl RawAnswer {
    /// A complete answer.
    pub const fn new(status: StatusCode, body: Bytes) -> Self {
        Self {
            status,
            body,
            partial: false,
            content_type: None,
        }
    }

    /// The part of an answer that was received before it broke off or became too large.
    pub const fn partial(status: StatusCode, body: Bytes) -> Self {
        Self {
            status,
            body,
            partial: true,
            content_type: None,
        }
    }

    /// The HTTP status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The bytes of the body, exactly as received. Treat them as confidential.
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The type that its header states, if it is plain text. An answer of a proxy often states another type than the gateway's.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_ref()?.to_str().ok()
    }

    /// Whether the end of the body is missing.
    pub const fn is_partial(&self) -> bool {
        self.partial
    }
}

/// Copies no bytes: the body is shared.
impl From<&http::Response<Bytes>> for RawAnswer {
    fn from(answer: &http::Response<Bytes>) -> Self {
        Self {
            content_type: answer.headers().get(CONTENT_TYPE).cloned().map(Box::new),
            ..Self::new(answer.status(), answer.body().clone())
        }
    }
}

impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAnswer")
            .field("status", &self.status.as_u16())
            .field("body_bytes", &self.body.len())
            .field("partial", &self.partial)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_prints_the_body() {
        let raw = RawAnswer::partial(StatusCode::OK, Bytes::from_static(b"name=Ada"));
        assert_eq!(
            format!("{raw:?}"),
            "RawAnswer { status: 200, body_bytes: 8, partial: true }"
        );
    }
}
