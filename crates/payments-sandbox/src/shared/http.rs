//! Sends JSON.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use payments_server::Verbatim;
use serde::Serialize;

use super::text::one_line;

/// The headers of every JSON answer.
pub(crate) const HEADERS: [(HeaderName, &str); 3] = [
    (header::CONTENT_TYPE, "application/json; charset=utf-8"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// A JSON answer.
pub(crate) fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(text) => (status, HEADERS, text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// An error as one sentence on one line.
pub(crate) fn problem(status: StatusCode, sentence: &str) -> Response {
    #[derive(Serialize)]
    struct Problem<'a> {
        error: Cow<'a, str>,
    }
    let error = one_line(sentence);
    answer(status, &Problem { error })
}

/// A response of which nothing is sent: the connection ends like this.
pub(crate) fn ended(end: Verbatim) -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(end);
    response
}
