//! Sends JSON, and reads the bodies of API requests.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use hyper::body::Frame;
use payments_server::{BodyProblem, Verbatim};
use serde::Serialize;

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

/// An error as one sentence.
pub(crate) fn problem(status: StatusCode, sentence: &str) -> Response {
    #[derive(Serialize)]
    struct Problem<'a> {
        error: &'a str,
    }
    answer(status, &Problem { error: sentence })
}

/// A response of which nothing is sent: the connection ends like this.
pub(crate) fn ended(end: Verbatim) -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(end);
    response
}

/// A body that fails at once.
pub(crate) struct Broken(pub(crate) Option<BodyProblem>);

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = BodyProblem;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyProblem>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}

/// Reads a body of at most `limit` bytes, or returns a sentence that says why it could not be read.
pub(crate) async fn read_body(body: Body, limit: usize) -> Result<Bytes, String> {
    to_bytes(body, limit).await.map_err(|error| {
        // The cause is inside errors of the libraries in between.
        let first: &dyn std::error::Error = &error;
        let mut causes = std::iter::successors(Some(first), |cause| cause.source());
        match causes.find_map(|cause| cause.downcast_ref()) {
            Some(BodyProblem::TooLarge(most)) => {
                format!("the body is larger than {} bytes", limit.min(*most))
            }
            Some(problem) => problem.to_string(),
            None => format!("the body broke off or is larger than {limit} bytes"),
        }
    })
}
