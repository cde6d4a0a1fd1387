use crate::{Clock, Entropy, Executor, Timestamp, Transport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

/// Sends nothing and never waits.
#[derive(Debug)]
struct Offline;

#[async_trait]
impl Transport for Offline {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        Err(TransportError::refused(
            "this client has no transport, use prepare and parse",
        ))
    }
}

#[async_trait]
impl Clock for Offline {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {}
}

impl Entropy for Offline {
    fn next_u64(&self) -> u64 {
        0
    }
}

impl Executor {
    /// An executor without a transport, for a client that only prepares requests and parses answers and leaves the
    /// sending to another HTTP stack. Every call through it fails before anything is sent.
    pub fn offline() -> Self {
        let offline = Arc::new(Offline);
        Self::new(offline.clone(), offline.clone(), offline)
    }
}
