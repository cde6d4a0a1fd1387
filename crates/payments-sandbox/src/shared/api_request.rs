//! A request to the API of a gateway.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::Method;
use axum::http::request::Parts;
use bytes::Bytes;
use payments_server::BodyProblem;

use super::exchange::Received;

/// A request to the API, complete or refused by the server's limits.
pub(crate) struct ApiRequest {
    /// The address at the other end of the connection.
    pub(crate) peer: IpAddr,
    pub(crate) head: Parts,
    /// The body, or the limit that it exceeded.
    pub(crate) body: Result<Bytes, BodyProblem>,
    /// What its record shows of it.
    pub(crate) received: Arc<Received>,
}

impl ApiRequest {
    pub(crate) fn method(&self) -> &Method {
        &self.head.method
    }

    pub(crate) fn path(&self) -> &str {
        self.head.uri.path()
    }
}

/// A body of at most `limit` bytes, or a sentence that says why it cannot be had.
pub(crate) fn within(limit: usize, body: Result<Bytes, BodyProblem>) -> Result<Bytes, String> {
    let too_large = |limit| Err(BodyProblem::TooLarge(limit).to_string());
    match body {
        Ok(body) if body.len() > limit => too_large(limit),
        Err(BodyProblem::TooLarge(most)) => too_large(limit.min(most)),
        body => body.map_err(|problem| problem.to_string()),
    }
}
