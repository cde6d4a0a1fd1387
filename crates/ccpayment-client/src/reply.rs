//! The reply to a webhook of both versions.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

/// A plain text.
pub(crate) fn text(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::from_static(text.as_bytes()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    reply
}
