//! The merchant's webhook endpoint: records every webhook and sends a configurable reply.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use tokio::net::TcpListener;

/// A webhook as it was received.
#[derive(Clone, Debug)]
pub(crate) struct Captured {
    /// What [`Receiver::expect`] announced.
    pub(crate) about: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Debug)]
struct State {
    about: String,
    reply: http::Response<Bytes>,
    captured: Vec<Captured>,
}

#[derive(Clone, Debug)]
pub(crate) struct Receiver {
    url: String,
    state: Arc<Mutex<State>>,
}

impl Receiver {
    pub(crate) async fn start(reply: http::Response<Bytes>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            about: String::new(),
            reply,
            captured: Vec::new(),
        }));
        let receiver = Self { url, state };
        let server = receiver.clone();
        let app = Router::new().fallback(async move |headers: HeaderMap, body: Bytes| {
            server.capture(headers, body).map(Body::from)
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Labels the webhooks that arrive from now on.
    pub(crate) fn expect(&self, about: &str) {
        about.clone_into(&mut self.locked().about);
    }

    /// Sets the reply and returns the previous one.
    pub(crate) fn reply(&self, reply: http::Response<Bytes>) -> http::Response<Bytes> {
        std::mem::replace(&mut self.locked().reply, reply)
    }

    /// The webhooks with this label, oldest first.
    pub(crate) fn about(&self, about: &str) -> Vec<Captured> {
        let state = self.locked();
        let captured = state.captured.iter().filter(|one| one.about == about);
        captured.cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.locked().captured.clear();
    }

    fn capture(&self, headers: HeaderMap, body: Bytes) -> http::Response<Bytes> {
        let mut state = self.locked();
        let about = state.about.clone();
        state.captured.push(Captured {
            about,
            headers,
            body,
        });
        state.reply.clone()
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
