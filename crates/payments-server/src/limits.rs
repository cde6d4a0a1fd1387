//! What a connection and all of them together may use.

use std::time::Duration;

use http::request::Parts;

/// The limits of a server. Start from [`webhooks`](Self::webhooks) and change what differs.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at one time. Further ones get a 503 and are closed at once.
    pub connections: usize,
    /// Requests on one connection.
    pub requests_per_connection: usize,
    /// The longest life of a connection. Requests under way at its end get [`body_time`](Self::body_time) more.
    pub connection_time: Duration,
    /// How long the headers of a request may take. It is also how long a connection may be idle.
    pub header_time: Duration,
    /// Request line and headers together, in bytes; at least 8192. Longer ones get a 431.
    pub header_bytes: usize,
    /// Header fields of a request. More get a 431.
    pub headers: usize,
    /// The longest body, in bytes.
    pub body_bytes: usize,
    /// The longest body of one request by its method, path and headers, if less than `body_bytes`: a server whose bodies are short but for
    /// one address does not read long ones anywhere else.
    pub body_bytes_of: Option<fn(&Parts) -> usize>,
    /// How long the complete body may take.
    pub body_time: Duration,
    /// The memory of the bodies of all requests under way, in bytes. It is used only by bytes that arrived.
    pub memory_bytes: usize,
}

impl Limits {
    /// The limits for this request.
    pub(crate) fn of(self, parts: &Parts) -> Self {
        let own = self.body_bytes_of.map_or(usize::MAX, |most| most(parts));
        Self {
            body_bytes: self.body_bytes.min(own),
            ..self
        }
    }

    /// For webhooks: bodies of 64 KiB, the longest that verification accepts, and at most 16 MiB of them; 256 connections, idle
    /// for at most 10 seconds; 10 seconds for a body.
    #[must_use]
    pub const fn webhooks() -> Self {
        Self {
            connections: 256,
            requests_per_connection: 1_000,
            connection_time: Duration::from_secs(300),
            header_time: Duration::from_secs(10),
            header_bytes: 16 * 1024,
            headers: 64,
            body_bytes: 64 * 1024,
            body_bytes_of: None,
            body_time: Duration::from_secs(10),
            memory_bytes: 16 * 1024 * 1024,
        }
    }
}
